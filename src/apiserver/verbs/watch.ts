import type { LogicalCluster } from "../cluster.ts";
import type { Kind } from "../kinds/kind.ts";
import type { ObjectFilter, Selection } from "../selectors/object-filter.ts";
import { expired } from "../status-error.ts";
import { StoredObject } from "../store/stored.ts";
import type { Change, ChangeType } from "../store/watch-log.ts";

export interface WatchRequest {
  readonly cluster: LogicalCluster;
  readonly kind: Kind;
  readonly namespace: string;
  readonly selection: Selection;
  /** Events after this version; 0: first an ADDED for each object there is. */
  readonly version: number;
  readonly sendsInitialEvents: boolean;
}

export interface WatchEvent {
  readonly type: ChangeType;
  readonly object: StoredObject;
  /** Equal for all watchers of a kind that get the same event: what it is sent as can be made once. */
  readonly change: Change | undefined;
}

export interface WatchSession {
  /** What comes before the first live event. */
  readonly initial: readonly WatchEvent[];
  /** The version up to which `initial` tells all. */
  readonly version: number;
  /** Hands out events from now on, those that came meanwhile first; the function ends the session. */
  start(send: (event: WatchEvent) => void): () => void;
  stop(): void;
}

/**
 * Opens a watch in one step with the state it begins at, so that no change is missed or told twice. Throws 410 when the
 * version is too old to go on from.
 */
export function openWatch(request: WatchRequest): WatchSession {
  const { cluster, kind } = request;
  const select = eventSelector(request);
  const since = request.sendsInitialEvents ? undefined : pastChanges(request);
  const version = cluster.store.version;
  const initial = since === undefined ? currentState(request) : since.flatMap((change) => select(change));
  const early: WatchEvent[] = [];
  let deliver = (event: WatchEvent): void => void early.push(event);
  const stop = cluster.store.listen(kind.resource, (change) => {
    // Changes up to the snapshot are in it, even when they are published later.
    if (change.version > version) for (const event of select(change)) deliver(event);
  });
  return {
    initial,
    version,
    stop,
    start(send) {
      deliver = send;
      for (const event of early) send(event);
      return stop;
    },
  };
}

function pastChanges({ cluster, kind, version }: WatchRequest): readonly Change[] {
  const { store } = cluster;
  // No version, and the state is not asked for either: from now on.
  if (version === 0 || version > store.version) return [];
  const changes = store.changesSince(kind.resource, version);
  if (changes !== undefined) return changes;
  throw expired(`too old resource version: ${version} (${store.oldestVersion})`);
}

function currentState({ cluster, kind, namespace, selection }: WatchRequest): WatchEvent[] {
  const events: WatchEvent[] = [];
  for (const stored of cluster.store.list(kind.resource, namespace)) {
    if (selection.filter?.(stored) === false) continue;
    events.push({ type: "ADDED", object: cluster.show(kind, stored), change: undefined });
  }
  return events;
}

/** What a change means to a watcher: an object that begins or ceases to match is added or deleted for it. */
function eventSelector({ cluster, kind, namespace, selection }: WatchRequest): (change: Change) => WatchEvent[] {
  const filter: ObjectFilter = selection.filter ?? (() => true);
  const inScope = (change: Change): boolean => namespace === "" || change.object.namespace === namespace;
  return (change) => {
    if (!inScope(change)) return [];
    const { object, previous } = change;
    const matches = change.type !== "DELETED" && filter(object);
    const matched = previous !== undefined && filter(previous);
    if (matches) return [{ type: matched ? "MODIFIED" : "ADDED", object: cluster.show(kind, object), change }];
    if (!matched) return [];
    if (change.type === "DELETED") return [{ type: "DELETED", object: cluster.show(kind, object), change }];
    return [{ type: "DELETED", object: cluster.show(kind, lastMatching(previous, change)), change: undefined }];
  };
}

/** The state in which the object matched last, with the version of the change that ended it. */
function lastMatching(previous: StoredObject, change: Change): StoredObject {
  return StoredObject.write(previous.object, change.version);
}
