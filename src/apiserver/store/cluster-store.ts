import type { KubeObject } from "../resources.ts";
import { Collection } from "./collection.ts";
import type { Journal } from "./journal.ts";
import { StoredObject, storeKey } from "./stored.ts";
import { type Change, type ChangeType, type LogLimits, WatchLog } from "./watch-log.ts";

export type ChangeListener = (change: Change) => void;

export interface StoreOptions {
  readonly cluster: string;
  readonly journal?: Journal | undefined;
  readonly logLimits?: LogLimits | undefined;
  /** Told once when a write could not be made durable: from then on the store takes no more. */
  readonly onBroken?: (error: unknown) => void;
}

/**
 * The objects of one logical cluster under one counter of versions. Writes are synchronous, so that a read and the write
 * made from it cannot be torn apart. With a journal a change is told to listeners, and `settled` resolves, only when it
 * is on disk; whoever answers a client waits for that, readers included.
 */
export class ClusterStore {
  readonly #options: StoreOptions;
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Map<string, Set<ChangeListener>>();
  readonly #anyListeners = new Set<ChangeListener>();
  readonly #log: WatchLog;
  #version = 1;
  #unpublished: Change[] = [];
  #flushing: Promise<void> | undefined;
  #broken: unknown;

  constructor(options: StoreOptions) {
    this.#options = options;
    const state = options.journal?.load(options.cluster);
    if (state !== undefined) this.#restore(state.objects, state.version);
    this.#log = new WatchLog(this.#version, options.logLimits);
  }

  #restore(objects: Iterable<{ resource: string; key: string; json: string }>, version: number): void {
    this.#version = Math.max(version, 1);
    for (const { resource, key, json } of objects) {
      const slash = key.indexOf("/");
      const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
      this.#collection(resource).set(key, new StoredObject(namespace, name, versionIn(json), json));
    }
  }

  /** The version of the newest write. */
  get version(): number {
    return this.#version;
  }

  get oldestVersion(): number {
    return this.#log.oldest;
  }

  #collection(resource: string): Collection {
    let collection = this.#collections.get(resource);
    if (collection === undefined) this.#collections.set(resource, (collection = new Collection()));
    return collection;
  }

  get(resource: string, namespace: string, name: string): StoredObject | undefined {
    return this.#collections.get(resource)?.get(storeKey(namespace, name));
  }

  /** The resources that hold objects, as `group/plural`. */
  resources(): readonly string[] {
    return [...this.#collections].filter(([, collection]) => collection.size > 0).map(([resource]) => resource);
  }

  count(resource: string): number {
    return this.#collections.get(resource)?.size ?? 0;
  }

  /** The keys of a resource, of one namespace or all (""), from `start` on, in order. */
  keys(resource: string, namespace: string, start = ""): readonly string[] {
    return this.#collections.get(resource)?.keys(namespace === "" ? "" : `${namespace}/`, start) ?? [];
  }

  getByKey(resource: string, key: string): StoredObject | undefined {
    return this.#collections.get(resource)?.get(key);
  }

  *list(resource: string, namespace = ""): Generator<StoredObject> {
    const collection = this.#collections.get(resource);
    // A copy of the keys: whoever walks a list may write meanwhile.
    for (const key of [...this.keys(resource, namespace)]) {
      const object = collection?.get(key);
      if (object !== undefined) yield object;
    }
  }

  put(resource: string, object: KubeObject): StoredObject {
    const stored = StoredObject.write(object, this.#nextVersion());
    const collection = this.#collection(resource);
    const previous = collection.get(stored.key);
    collection.set(stored.key, stored);
    this.#commit(resource, previous === undefined ? "ADDED" : "MODIFIED", stored, previous);
    return stored;
  }

  /** Removes an object; the result is its last state with the version of the removal. */
  remove(resource: string, object: KubeObject): StoredObject {
    const stored = StoredObject.write(object, this.#nextVersion());
    const collection = this.#collection(resource);
    const previous = collection.get(stored.key);
    collection.delete(stored.key);
    this.#commit(resource, "DELETED", stored, previous);
    return stored;
  }

  #nextVersion(): number {
    if (this.#broken !== undefined) throw this.#broken;
    return ++this.#version;
  }

  #commit(resource: string, type: ChangeType, object: StoredObject, previous: StoredObject | undefined): void {
    const change = { version: object.version, resource, type, object, previous };
    this.#log.append(change);
    const { journal, cluster } = this.#options;
    if (journal === undefined) {
      this.#publish(change);
      return;
    }
    const json = type === "DELETED" ? undefined : object.json;
    journal.append(cluster, { resource, key: object.key, version: object.version, json });
    this.#unpublished.push(change);
    this.#flushing ??= this.#flush(journal);
  }

  /** Everything queued in this turn goes to disk together; what comes meanwhile makes the next group. */
  async #flush(journal: Journal): Promise<void> {
    while (this.#unpublished.length > 0) {
      await Promise.resolve();
      const group = this.#unpublished;
      this.#unpublished = [];
      try {
        await journal.flushed();
      } catch (error: unknown) {
        this.#broken = error;
        this.#options.onBroken?.(error);
        throw error;
      }
      for (const change of group) this.#publish(change);
    }
    this.#flushing = undefined;
  }

  /** Undefined when all writes so far are durable, otherwise resolves when they are. */
  settled(): Promise<void> | undefined {
    return this.#flushing;
  }

  #publish(change: Change): void {
    const listeners = this.#listeners.get(change.resource);
    if (listeners !== undefined) for (const listener of listeners) listener(change);
    for (const listener of this.#anyListeners) listener(change);
  }

  /** Tells of every change of a resource, or of all resources, from now on. The listener must neither block nor throw. */
  listen(resource: string | undefined, listener: ChangeListener): () => void {
    const listeners = resource === undefined ? this.#anyListeners : this.#listenersOf(resource);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #listenersOf(resource: string): Set<ChangeListener> {
    let listeners = this.#listeners.get(resource);
    if (listeners === undefined) this.#listeners.set(resource, (listeners = new Set()));
    return listeners;
  }

  /** The changes of a resource after a version; undefined when they are no longer known. */
  changesSince(resource: string, version: number): readonly Change[] | undefined {
    const changes = this.#log.since(version);
    return changes?.filter((change) => change.resource === resource);
  }

  /**
   * The objects of a resource as they were at a version, by key; undefined when that is too long ago. Keys that did not
   * change since are not in the map: they are what they are now. A key with undefined did not exist then.
   */
  differencesAt(resource: string, version: number): ReadonlyMap<string, StoredObject | undefined> | undefined {
    const changes = this.changesSince(resource, version);
    if (changes === undefined) return undefined;
    const before = new Map<string, StoredObject | undefined>();
    for (const change of changes) {
      if (!before.has(change.object.key)) before.set(change.object.key, change.previous);
    }
    return before;
  }

  compact(version: number = this.#version): void {
    this.#log.compact(version);
  }
}

function versionIn(json: string): number {
  const object = JSON.parse(json) as KubeObject;
  return Number(object.metadata?.resourceVersion ?? 0);
}
