import type { Clock, Timer } from "../../src/base/clock.ts";

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it; timers run in the order of their time. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Timer {
    const entry = { at: this.#now + Math.max(0, delayMs), order: this.#order++, run };
    this.#pending.add(entry);
    return { cancel: () => this.#pending.delete(entry) };
  }

  /** The number of timers waiting. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Milliseconds until the next timer; undefined without one. */
  get nextInMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.at - this.#now;
  }

  #next(): Pending | undefined {
    return [...this.#pending].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }

  /** Moves the time on, runs what becomes due, and lets promises settle after each. */
  async advance(byMs: number): Promise<void> {
    const until = this.#now + byMs;
    await settle();
    for (let next = this.#next(); next !== undefined && next.at <= until; next = this.#next()) {
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets everything that is already resolved run on, several turns of the event loop. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits in real time until the condition holds, for tests with real sockets. Fails with `what` after `limitMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 10_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`gave up waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
