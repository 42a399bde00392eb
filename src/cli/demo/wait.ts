import { sleep, systemClock } from "../../base/clock.ts";
import { FleetError } from "../../base/errors.ts";

/** Something that should have come about did not. */
export class ExpectationError extends FleetError {
  readonly reason = "ExpectationFailed";
  readonly retryable = false;
}

/** The demo was asked to end before its story was told. */
export class InterruptedError extends FleetError {
  readonly reason = "Interrupted";
  readonly retryable = false;
}

/** Sees every state that is read while something is waited for. */
export type Watcher = (state: readonly { readonly metadata: { readonly name: string } }[]) => void;

export interface Expectation<T> {
  /** What is expected, in words. */
  readonly what: string;
  readonly read: () => Promise<T>;
  /** What is still wrong, in words; undefined when all is as it should be. */
  readonly problem: (state: T) => string | undefined;
  readonly watcher?: Watcher;
  readonly timeoutMs: number;
  /** Its abort ends the wait with an InterruptedError. */
  readonly signal?: AbortSignal;
}

const everyMs = 100;

/** Reads until nothing is wrong any more. Throws an ExpectationError that says what was expected and what was found. */
export async function waitFor<T>({ what, read, problem, watcher, timeoutMs, signal }: Expectation<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (signal?.aborted) throw new InterruptedError(`the demo was ended while it waited for ${what}`);
    const state = await read();
    watcher?.(state as never);
    const wrong = problem(state);
    if (wrong === undefined) return state;
    if (performance.now() > deadline)
      throw new ExpectationError(`expected ${what} within ${timeoutMs / 1000} s, but ${wrong}`);
    await sleep(systemClock, everyMs, signal);
  }
}
