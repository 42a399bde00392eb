import type { Entry } from "./play.ts";
import type { Area, Step } from "./step.ts";

/** The steps in the order of their entries: those within a watch stand before it. */
export function stepsOf(area: Area): readonly Step[] {
  return area.steps.flatMap((step) => [...(step.during ?? []), step]);
}

/** The part of an answer that two servers must have in common. */
export function compared(step: Step, entry: Entry | undefined): unknown {
  if (entry === undefined) return entry;
  if (step.differs === undefined) return entry.warning === undefined ? entry : { ...entry, warning: warningsOf(entry) };
  return step.differsInStatus === true ? { step: entry.step } : { step: entry.step, status: entry.status };
}

/** Warnings about the parts of an object come in any order. */
function warningsOf({ warning = "" }: Entry): readonly string[] {
  return warning.split(/, (?=299 - ")/).sort();
}

/** What is kept of a real server's answer: of one that is not compared as a whole, its status alone. */
export function recorded(step: Step, entry: Entry): object {
  return step.differs === undefined ? entry : { step: entry.step, status: entry.status };
}
