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
  /** Whether what it depends on has failed. When that stays so for a while, waiting on would tell nothing new. */
  readonly hasFailed?: () => Promise<boolean>;
  /** Its abort ends the wait with an InterruptedError. */
  readonly signal?: AbortSignal;
}

const everyMs = 100;
/** A failure that lasts so long has been tried again several times. */
const failedMs = 5_000;

/** Reads until nothing is wrong any more. Throws an ExpectationError that says what was expected and what was found. */
export async function waitFor<T>(expectation: Expectation<T>): Promise<T> {
  const { what, read, problem, watcher, timeoutMs, signal, hasFailed } = expectation;
  const deadline = performance.now() + timeoutMs;
  let failedSince: number | undefined;
  for (;;) {
    if (signal?.aborted) throw new InterruptedError(`the demo was ended while it waited for ${what}`);
    const state = await read();
    watcher?.(state as never);
    const wrong = problem(state);
    if (wrong === undefined) return state;
    if (performance.now() > deadline)
      throw new ExpectationError(`expected ${what} within ${timeoutMs / 1000} s, but ${wrong}`);
    failedSince = (await hasFailed?.()) === true ? (failedSince ?? performance.now()) : undefined;
    if (failedSince !== undefined && performance.now() > failedSince + failedMs) {
      throw new ExpectationError(
        `expected ${what}, but ${wrong}, and what makes them has failed for ${failedMs / 1000} s`,
      );
    }
    await sleep(systemClock, everyMs, signal);
  }
}
