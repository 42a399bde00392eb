import type { KubeObject } from "../resources.ts";
import { Collection } from "./collection.ts";
import type { Journal, JournalState } from "./journal.ts";
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
  /** The changes of this turn, that go to disk together. */
  #group: Change[] | undefined;
  /** The end of the newest group that is not on disk yet; it ends after all before it. */
  #newest: Promise<void> | undefined;
  #broken: unknown;

  constructor(options: StoreOptions) {
    this.#options = options;
    const state = options.journal?.load(options.cluster);
    if (state !== undefined) this.#restore(state);
    this.#log = new WatchLog(this.#version, options.logLimits);
  }

  #restore(state: JournalState): void {
    this.#version = Math.max(state.version, 1);
    for (const { resource, key, version, json } of state.objects) {
      const slash = key.indexOf("/");
      const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
      this.#collection(resource).set(key, new StoredObject(namespace, name, version, json));
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

  /** Changes how stored objects read, without a write: same versions, and nobody is told. */
  amend(resource: string, change: (object: KubeObject) => KubeObject): void {
    const collection = this.#collections.get(resource);
    for (const stored of [...(collection?.values() ?? [])]) {
      const next = change(stored.object);
      if (next !== stored.object) collection?.set(stored.key, StoredObject.write(next, stored.version));
    }
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
    if (this.#group === undefined) this.#openGroup(journal);
    this.#group?.push(change);
  }

  /** What comes while one group goes to disk makes the next; groups are published in order. */
  #openGroup(journal: Journal): void {
    const group: Change[] = [];
    this.#group = group;
    const done = this.#writeGroup(journal, group, this.#newest);
    this.#newest = done;
    // Whoever asks for `settled` is told; a write that nobody waits for must not end the process.
    done.then(
      () => {
        if (this.#newest === done) this.#newest = undefined;
      },
      (error: unknown) => this.#break(error),
    );
  }

  async #writeGroup(journal: Journal, group: readonly Change[], before: Promise<void> | undefined): Promise<void> {
    await before;
    this.#group = undefined;
    await journal.flushed();
    for (const change of group) this.#publish(change);
  }

  #break(error: unknown): void {
    if (this.#broken !== undefined) return;
    this.#broken = error;
    this.#options.onBroken?.(error);
  }

  /** Undefined when all writes so far are durable, otherwise resolves when they are. Rejects when they cannot be. */
  settled(): Promise<void> | undefined {
    return this.#newest;
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
