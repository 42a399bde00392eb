import type { Clock } from "../base/clock.ts";

const firstGapMs = 500;
const longestGapMs = 30_000;
const calmMs = 60_000;

/** Makes what comes again and again rarer: the first is free, each further one waits twice as long, a calm minute forgives. */
export class Throttle {
  readonly #clock: Clock;
  readonly #last = new Map<string, { readonly atMs: number; readonly gapMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long the key must wait from now. */
  waitMs(key: string): number {
    const last = this.#last.get(key);
    return last === undefined ? 0 : Math.max(0, last.atMs + last.gapMs - this.#clock.now());
  }

  /** It happened now. */
  note(key: string): void {
    const atMs = this.#clock.now();
    const last = this.#last.get(key);
    const isCalm = last === undefined || atMs - last.atMs > calmMs;
    this.#last.set(key, { atMs, gapMs: isCalm ? firstGapMs : Math.min(last.gapMs * 2, longestGapMs) });
  }

  forget(key: string): void {
    this.#last.delete(key);
  }
}
