/** How waits grow with failures. Milliseconds. */
export interface BackoffPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/**
 * The wait after the n-th failure in a row, n from 1. Between half and all of the grown wait, so that many who failed
 * together do not come back together. `random` is in [0, 1).
 */
export function backoffMs(failures: number, policy: BackoffPolicy, random: () => number): number {
  const grown = policy.firstMs * policy.factor ** Math.max(0, failures - 1);
  return Math.min(grown, policy.maxMs) * (0.5 + random() / 2);
}
