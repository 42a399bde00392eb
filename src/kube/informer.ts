import type { BackoffPolicy } from "../base/backoff.ts";
import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { sleep, systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { silentLog } from "../base/log.ts";
import type { KubeClient, WatchEvent } from "./client.ts";
import { isExpired } from "./errors.ts";
import { listAll } from "./list.ts";
import type { IndexFunction } from "./object-store.ts";
import { ObjectStore } from "./object-store.ts";
import type { KubeObject, ResourceRef } from "./objects.ts";
import { describeRef, keyOf } from "./objects.ts";
import { Watchdog } from "./watchdog.ts";

/** Told of each change: before is undefined for a new object, after for one that is gone. Must not block. */
export type ChangeListener<T extends KubeObject> = (before: T | undefined, after: T | undefined) => void;

export interface InformerOptions<T extends KubeObject> {
  readonly client: KubeClient;
  /** A collection, of one namespace or all. */
  readonly ref: ResourceRef;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** What is kept of an object, to save memory; `metadata.managedFields` is gone already. It may change what it is given. */
  readonly transform?: (object: T) => T;
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
  /** A watch without a byte for so long is taken for dead and resumed. Servers send a bookmark each minute. */
  readonly idleMs?: number;
}

const retryPolicy: BackoffPolicy = { firstMs: 500, factor: 2, maxMs: 30_000 };
const defaultIdleMs = 150_000;
/** A watch that ends sooner without an event counts as a failure, so that a server that hangs up can't make us spin. */
const shortWatchMs = 1_000;

/**
 * A copy of a collection that follows the server: list, then watch, resume where the watch ended, list again when the
 * server has forgotten that version. It never gives up; failures are logged, shown in `failure` and retried with backoff,
 * and the copy keeps what was last known meanwhile.
 */
export class Informer<T extends KubeObject = KubeObject> {
  readonly store: ObjectStore<T>;
  /** Resolves when the first list has been taken over and told to the listeners. */
  readonly synced: Promise<void>;
  readonly #options: InformerOptions<T>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<ChangeListener<T>>();
  #markSynced: () => void = () => undefined;
  #hasSynced = false;
  #version = "";
  #failures = 0;
  #failure: unknown;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = (options.log ?? silentLog).with({ resource: describeRef(options.ref), server: options.client.server });
    this.store = new ObjectStore(options.indexes);
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** What the last try failed with; undefined while all is well. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Tells the listener of all objects there are now, then of each change. The returned function ends it. */
  subscribe(listener: ChangeListener<T>): () => void {
    this.#listeners.add(listener);
    for (const object of this.store.values()) this.#tell(listener, undefined, object);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes over what a write of ours answered, so that the next look sees it. Older answers than what the watch has brought
   * are left out.
   */
  remember(object: T): void {
    const kept = this.store.get(keyOf(object));
    const seen = kept?.metadata.resourceVersion ?? this.#version;
    if (isNewer(object.metadata.resourceVersion, seen)) this.#put(this.#trim(object));
  }

  /** Follows the server until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let mustList = true;
    while (!signal.aborted) {
      try {
        if (mustList) await this.#list(signal);
        mustList = false;
        await this.#watch(signal);
      } catch (error: unknown) {
        if (signal.aborted) return;
        mustList = mustList || isExpired(error);
        const again = isExpired(error) && isExpired(this.#failure);
        this.#fail(error);
        // That a version was forgotten is no fault of anyone: list at once, unless that has just been done.
        if (isExpired(error) && !again) continue;
        await sleep(this.#clock, backoffMs(this.#failures, retryPolicy, this.#options.random ?? Math.random), signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, ref, labelSelector, fieldSelector } = this.#options;
    const selectors = { ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) };
    const list = await listAll<T>(client, ref, { ...selectors, signal, transform: (object) => this.#trim(object) });
    this.#version = list.resourceVersion;
    const present = new Set<string>();
    for (const object of list.items) {
      present.add(keyOf(object));
      this.#put(object);
    }
    for (const key of [...this.store.keys()]) {
      if (!present.has(key)) this.#drop(key);
    }
    this.#recover();
    if (this.#hasSynced) return;
    this.#hasSynced = true;
    this.#markSynced();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, ref, labelSelector, fieldSelector, idleMs = defaultIdleMs } = this.#options;
    const selectors = { ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) };
    const watchdog = new Watchdog(this.#clock, idleMs, signal);
    const startedAt = this.#clock.now();
    let events = 0;
    try {
      const options = { ...selectors, resourceVersion: this.#version, signal: watchdog.signal };
      for await (const event of client.watch<T>(ref, options)) {
        watchdog.feed();
        events++;
        this.#take(event);
        this.#recover();
      }
    } catch (error: unknown) {
      if (!watchdog.fired) throw error;
      this.#log.debug("a silent watch is resumed");
      return;
    } finally {
      watchdog.end();
    }
    if (events === 0 && this.#clock.now() - startedAt < shortWatchMs) throw new Error("the watch ended at once");
  }

  #take(event: WatchEvent<T>): void {
    const { object } = event;
    if (event.type === "DELETED") this.#drop(keyOf(object), this.#trim(object));
    else if (event.type !== "BOOKMARK") this.#put(this.#trim(object));
    this.#version = object.metadata.resourceVersion ?? this.#version;
  }

  #trim(object: T): T {
    delete object.metadata.managedFields;
    return this.#options.transform?.(object) ?? object;
  }

  #put(object: T): void {
    const before = this.store.get(keyOf(object));
    const same = before?.metadata.resourceVersion === object.metadata.resourceVersion;
    // A resumed watch and an answer that was remembered both bring versions that are known already.
    if (before !== undefined && (same || isNewer(before.metadata.resourceVersion, object.metadata.resourceVersion))) {
      if (same || before.metadata.uid === object.metadata.uid) return;
    }
    this.store.set(object);
    for (const listener of this.#listeners) this.#tell(listener, before, object);
  }

  #drop(key: string, last?: T): void {
    const kept = this.store.get(key);
    if (kept === undefined) return;
    // A later object of the same name, remembered from our own write, outlives the news of the former one's end.
    if (last !== undefined && isNewer(kept.metadata.resourceVersion, last.metadata.resourceVersion)) return;
    this.store.delete(key);
    for (const listener of this.#listeners) this.#tell(listener, kept, undefined);
  }

  #tell(listener: ChangeListener<T>, before: T | undefined, after: T | undefined): void {
    try {
      listener(before, after);
    } catch (error: unknown) {
      this.#log.error("a listener failed", { error });
    }
  }

  #fail(error: unknown): void {
    this.#failures++;
    this.#failure = error;
    if (isExpired(error)) this.#log.debug("the watch's version is too old, listing again");
    else this.#log.warn("following failed, will try again", { error, failures: this.#failures });
  }

  #recover(): void {
    this.#failures = 0;
    this.#failure = undefined;
  }
}

/** Whether a resourceVersion is later than another one; of what is no number nothing is known, and that counts as later. */
function isNewer(version: string | undefined, than: string | undefined): boolean {
  const [a, b] = [Number(version), Number(than ?? 0)];
  return Number.isNaN(a) || Number.isNaN(b) || a > b;
}
