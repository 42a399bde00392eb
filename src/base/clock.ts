import { onAbort } from "./signal.ts";

/** Something that will happen later and can be called off. */
export interface Timer {
  cancel(): void;
}

/** The time, handed to everything that waits or stamps, so that tests move it by hand. Milliseconds since 1970 and durations. */
export interface Clock {
  now(): number;
  /** Calls `run` once after `delayMs`. `background` timers do not keep the process alive. */
  after(delayMs: number, run: () => void, options?: { readonly background?: boolean }): Timer;
}

/** The longest delay that a Node timer keeps; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run, options = {}) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), longestDelayMs));
    if (options.background === true) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Waits; an abort of the signal ends the wait early and without an error, so that the caller looks at the signal itself. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timer = clock.after(delayMs, () => {
      forget();
      resolve();
    });
    const forget = onAbort(signal, () => {
      timer.cancel();
      resolve();
    });
  });
}

/** A moment as Kubernetes writes `metav1.Time`: RFC 3339 in UTC, whole seconds. */
export function kubeTime(atMs: number): string {
  return `${new Date(Math.floor(atMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** A moment as Kubernetes writes `metav1.MicroTime`: RFC 3339 in UTC with six digits. */
export function kubeMicroTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, -1)}000Z`;
}
