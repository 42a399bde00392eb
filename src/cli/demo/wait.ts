import { sleep, systemClock } from "../../base/clock.ts";
import { FleetError } from "../../base/errors.ts";

/** Something that should have come about did not. */
export class ExpectationError extends FleetError {
  readonly reason = "ExpectationFailed";
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
  readonly timeoutMs?: number;
}

const everyMs = 100;
const defaultTimeoutMs = 60_000;

/** Reads until nothing is wrong any more. Throws an ExpectationError that says what was expected and what was found. */
export async function waitFor<T>({
  what,
  read,
  problem,
  watcher,
  timeoutMs = defaultTimeoutMs,
}: Expectation<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const state = await read();
    watcher?.(state as never);
    const wrong = problem(state);
    if (wrong === undefined) return state;
    if (performance.now() > deadline)
      throw new ExpectationError(`expected ${what} within ${timeoutMs / 1000} s, but ${wrong}`);
    await sleep(systemClock, everyMs);
  }
}
