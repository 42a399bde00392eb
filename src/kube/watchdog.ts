import type { Clock, Timer } from "../base/clock.ts";
import { onAbort } from "../base/signal.ts";

/** Aborts its signal when nothing fed it for a while, or when the outer signal aborts. */
export class Watchdog {
  fired = false;
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #forget: () => void;
  #timer: Timer | undefined;
  #fedAt = 0;

  constructor(clock: Clock, idleMs: number, outer: AbortSignal) {
    this.signal = this.#controller.signal;
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#forget = onAbort(outer, () => this.#controller.abort());
    this.feed();
    this.#arm(idleMs);
  }

  feed(): void {
    this.#fedAt = this.#clock.now();
  }

  end(): void {
    this.#timer?.cancel();
    this.#forget();
  }

  /** One timer that looks when it was last fed, instead of a new one for each event. */
  #arm(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      const left = this.#fedAt + this.#idleMs - this.#clock.now();
      if (left > 0) return this.#arm(left);
      this.fired = true;
      this.#controller.abort();
    });
  }
}
