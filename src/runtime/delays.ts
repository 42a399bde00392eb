import type { Clock, Timer } from "../base/clock.ts";

interface Entry {
  readonly at: number;
  readonly key: string;
}

/** Keys that become due later, each at its earliest time: a heap with one timer, for any number of keys. */
export class Delays {
  readonly #clock: Clock;
  readonly #due: (key: string) => void;
  readonly #heap: Entry[] = [];
  /** The time that counts for a key; older entries of the heap are passed over. */
  readonly #times = new Map<string, number>();
  #timer: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  get size(): number {
    return this.#times.size;
  }

  add(key: string, delayMs: number): void {
    const at = this.#clock.now() + Math.max(0, delayMs);
    const known = this.#times.get(key);
    if (known !== undefined && known <= at) return;
    this.#times.set(key, at);
    this.#push({ at, key });
    this.#arm();
  }

  cancel(key: string): void {
    this.#times.delete(key);
  }

  clear(): void {
    this.#times.clear();
    this.#heap.length = 0;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const [first] = this.#heap;
    if (first === undefined || (this.#timer !== undefined && this.#timer.at <= first.at)) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.after(first.at - this.#clock.now(), () => this.#fire());
    this.#timer = { at: first.at, timer };
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      if (this.#times.get(first.key) !== first.at) continue;
      this.#times.delete(first.key);
      this.#due(first.key);
    }
    this.#arm();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      const right = heap[child + 1];
      if (right !== undefined && right.at < (heap[child] as Entry).at) child++;
      const below = heap[child] as Entry;
      if (last.at <= below.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}
