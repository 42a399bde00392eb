import type { BackoffPolicy } from "../base/backoff.ts";
import { backoffMs } from "../base/backoff.ts";

/** For reconciles: half a second at first, at most five minutes. */
export const reconcilePolicy: BackoffPolicy = { firstMs: 500, factor: 2, maxMs: 300_000 };

/** Failures in a row per key, and the wait that they ask for. */
export class KeyedBackoff {
  readonly #policy: BackoffPolicy;
  readonly #random: () => number;
  readonly #failures = new Map<string, number>();

  constructor(policy: BackoffPolicy = reconcilePolicy, random: () => number = Math.random) {
    this.#policy = policy;
    this.#random = random;
  }

  /** Counts a failure and gives the wait before the next try. */
  next(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return backoffMs(failures, this.#policy, this.#random);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}
