import type { LogicalCluster } from "../cluster.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Selection } from "../selectors/object-filter.ts";
import { expired, StatusError } from "../status-error.ts";
import { readContinueToken, writeContinueToken } from "../store/continue-token.ts";
import type { StoredObject } from "../store/stored.ts";

export interface ListRequest {
  readonly cluster: LogicalCluster;
  readonly kind: Kind;
  /** "" for all namespaces. */
  readonly namespace: string;
  readonly selection: Selection;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  /** Exactly this version; undefined: the newest. */
  readonly exactVersion: number | undefined;
}

export interface Listed {
  readonly objects: readonly StoredObject[];
  readonly version: number;
  readonly continueToken: string | undefined;
  readonly remaining: number | undefined;
}

const tokenExpired =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";
const versionTooOld = "The resourceVersion for the provided list is too old.";

/** A consistent page of objects: all of them as they were at one version. */
export function listObjects(request: ListRequest): Listed {
  const { cluster, continueToken } = request;
  const token = continueToken === "" ? undefined : readContinueToken(continueToken);
  // A version below zero comes from an expired list that goes on with what there is now.
  const wanted = token === undefined ? request.exactVersion : token.version < 0 ? undefined : token.version;
  const snapshot = new Snapshot(request, wanted, token?.start ?? "");
  const page = snapshot.page();
  const version = wanted ?? cluster.store.version;
  if (page.next === undefined)
    return { objects: page.objects, version, continueToken: undefined, remaining: undefined };
  const remaining = request.selection.filter === undefined ? page.rest : undefined;
  return {
    objects: page.objects,
    version,
    continueToken: writeContinueToken({ version, start: page.next }),
    remaining,
  };
}

interface Page {
  readonly objects: readonly StoredObject[];
  /** The last key on this page, when more follow. */
  readonly next: string | undefined;
  readonly rest: number;
}

class Snapshot {
  readonly #request: ListRequest;
  readonly #before: ReadonlyMap<string, StoredObject | undefined> | undefined;
  readonly #keys: readonly string[];

  constructor(request: ListRequest, version: number | undefined, start: string) {
    this.#request = request;
    const { cluster, kind, namespace, selection } = request;
    this.#before = version === undefined ? undefined : this.#differences(version, start);
    if (selection.name !== undefined && namespace !== "") this.#keys = [`${namespace}/${selection.name}`];
    else this.#keys = this.#withFormer(cluster.store.keys(kind.resource, namespace, start), start);
  }

  #differences(version: number, start: string): ReadonlyMap<string, StoredObject | undefined> | undefined {
    const { cluster, kind, continueToken } = this.#request;
    const { store } = cluster;
    if (version > store.version) throw tooLargeVersion(version, store.version);
    if (version === store.version) return undefined;
    const differences = store.differencesAt(kind.resource, version);
    if (differences !== undefined) return differences;
    if (continueToken === "") throw expired(versionTooOld);
    throw expired(tokenExpired, writeContinueToken({ version: -1, start: start.replace(/\0$/, "") }));
  }

  /** Keys of objects that are gone since stood in the list then. */
  #withFormer(keys: readonly string[], start: string): readonly string[] {
    if (this.#before === undefined) return keys;
    const { namespace } = this.#request;
    const prefix = namespace === "" ? "" : `${namespace}/`;
    const former = [...this.#before.keys()].filter((key) => key.startsWith(prefix) && key >= start);
    return former.length === 0 ? keys : [...new Set([...keys, ...former])].sort();
  }

  #at(key: string): StoredObject | undefined {
    if (this.#before?.has(key) === true) return this.#before.get(key);
    return this.#request.cluster.store.getByKey(this.#request.kind.resource, key);
  }

  page(): Page {
    const { selection, limit, cluster, kind } = this.#request;
    const objects: StoredObject[] = [];
    let last: string | undefined;
    for (const [index, key] of this.#keys.entries()) {
      const stored = this.#at(key);
      if (stored === undefined || selection.filter?.(stored) === false) continue;
      if (limit > 0 && objects.length === limit) return { objects, next: last, rest: this.#count(index) };
      objects.push(cluster.show(kind, stored));
      last = key;
    }
    return { objects, next: undefined, rest: 0 };
  }

  #count(from: number): number {
    if (this.#before === undefined) return this.#keys.length - from;
    return this.#keys.slice(from).filter((key) => this.#at(key) !== undefined).length;
  }
}

export function tooLargeVersion(version: number, current: number): StatusError {
  return new StatusError({
    code: 504,
    reason: "Timeout",
    message: `Timeout: Too large resource version: ${version}, current: ${current}`,
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
  });
}
