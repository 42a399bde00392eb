import { CostExceeded, perCallLimit } from "./budget.ts";
import { EvaluationError, type Value } from "./values.ts";

/** The value of a variable; undefined where there is none, an error where it cannot be had. */
export type Given = Value | EvaluationError | undefined;

/** One evaluation: the variables, an error standing for a value that could not be had, and what it has cost. */
export interface Frame {
  readonly slots: Given[];
  cost: number;
}

export type Run = (frame: Frame) => Value;

/** Counts what was done. Throws CostExceeded beyond what one call may cost. */
export function charge(frame: Frame, amount: number): void {
  frame.cost += amount;
  if (frame.cost > perCallLimit) throw new CostExceeded();
}

/** The value, or the error in its place: what cost too much ends the evaluation all the same. */
export function attempt(run: Run, frame: Frame): Value | EvaluationError {
  try {
    return run(frame);
  } catch (error: unknown) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}
