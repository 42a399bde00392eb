import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import { Delays } from "./delays.ts";

export interface WorkQueueOptions {
  readonly clock?: Clock;
  /** The group of a key. Groups take turns, so that ten thousand keys of one do not keep another's single key waiting. */
  readonly groupOf?: (key: string) => string;
  /** Keys of one group that may be worked on at one time. Default: no limit. */
  readonly maxPerGroup?: number;
}

/**
 * Keys to work on. A key is in it once, however often it is added; one that is added while it is worked on comes again
 * afterwards, and is never worked on twice at one time.
 */
export class WorkQueue {
  readonly #groupOf: (key: string) => string;
  readonly #maxPerGroup: number;
  readonly #delays: Delays;
  /** Group → waiting keys in their order. The order of the groups is the order of their turns. */
  readonly #groups = new Map<string, Set<string>>();
  readonly #working = new Map<string, { readonly group: string; again: boolean }>();
  readonly #workingPerGroup = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  /** Waiting key → the group it waits in, which is asked for once: it may change meanwhile. */
  readonly #waiting = new Map<string, string>();
  #closed = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#groupOf = options.groupOf ?? (() => "");
    this.#maxPerGroup = options.maxPerGroup ?? Number.POSITIVE_INFINITY;
    this.#delays = new Delays(options.clock ?? systemClock, (key) => this.add(key));
  }

  /** Keys that wait for a worker. */
  get waiting(): number {
    return this.#waiting.size;
  }

  get working(): number {
    return this.#working.size;
  }

  /** Keys whose time has not come. */
  get delayed(): number {
    return this.#delays.size;
  }

  add(key: string): void {
    if (this.#closed) return;
    this.#delays.cancel(key);
    const current = this.#working.get(key);
    if (current !== undefined) {
      current.again = true;
      return;
    }
    if (this.#waiting.has(key)) return;
    const group = this.#groupOf(key);
    const keys = this.#groups.get(group);
    if (keys === undefined) this.#groups.set(group, new Set([key]));
    else keys.add(key);
    this.#waiting.set(key, group);
    this.#serve();
  }

  /** Adds a key after a while; the earlier time wins where one is set already. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) this.add(key);
    else if (!this.#waiting.has(key)) this.#delays.add(key, delayMs);
  }

  /** The next key, as soon as there is one; undefined once the queue is closed. Each key taken must be ended by `done`. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#serve();
    });
  }

  done(key: string): void {
    const current = this.#working.get(key);
    if (current === undefined) return;
    this.#working.delete(key);
    const left = (this.#workingPerGroup.get(current.group) ?? 1) - 1;
    if (left === 0) this.#workingPerGroup.delete(current.group);
    else this.#workingPerGroup.set(current.group, left);
    if (current.again) this.add(key);
    this.#serve();
  }

  /** Hands out nothing more; what waits is dropped, since a new start lists everything anew. */
  close(): void {
    this.#closed = true;
    this.#delays.clear();
    this.#groups.clear();
    this.#waiting.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const key = this.#pick();
      if (key === undefined) return;
      this.#takers.shift()?.(key);
    }
  }

  /** The first key of the first group that may have one more; that group then goes to the end of the line. */
  #pick(): string | undefined {
    for (const [group, keys] of this.#groups) {
      const busy = this.#workingPerGroup.get(group) ?? 0;
      if (busy >= this.#maxPerGroup) continue;
      const key = keys.values().next().value;
      if (key === undefined) continue;
      keys.delete(key);
      this.#waiting.delete(key);
      this.#groups.delete(group);
      if (keys.size > 0) this.#groups.set(group, keys);
      this.#working.set(key, { group, again: false });
      this.#workingPerGroup.set(group, busy + 1);
      return key;
    }
    return undefined;
  }
}
