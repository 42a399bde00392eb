/**
 * How a reconcile ended: nothing to do until something changes, look again after a while, or stalled, that is failed in a
 * way that only a change by a person can mend. A failure worth a retry is thrown instead, and backs off.
 */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "requeue"; readonly afterMs: number }
  | { readonly kind: "stalled"; readonly reason: string };

export const done: Outcome = { kind: "done" };

export function requeue(afterMs: number): Outcome {
  return { kind: "requeue", afterMs };
}

export function stalled(reason: string): Outcome {
  return { kind: "stalled", reason };
}

/** Folds the outcomes of several steps: the soonest requeue wins, then the first stall, then done. */
export function soonest(outcomes: readonly Outcome[]): Outcome {
  let result: Outcome = done;
  for (const outcome of outcomes) {
    if (outcome.kind === "requeue" && (result.kind !== "requeue" || outcome.afterMs < result.afterMs)) result = outcome;
    if (outcome.kind === "stalled" && result.kind === "done") result = outcome;
  }
  return result;
}
