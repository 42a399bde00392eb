import type { GeneratorEntry } from "../crds/generators.ts";
import type { RequeueContext } from "./generator.ts";

/** The interval that a spec asks for, or a default; 0 in the spec means never, as in Argo CD. */
export function intervalOf(requeueAfterSeconds: number | undefined, defaultSeconds: number): number | undefined {
  const seconds = requeueAfterSeconds ?? defaultSeconds;
  return seconds === 0 ? undefined : seconds;
}

/** The shortest interval of several nested entries; undefined when none has one. */
export function soonestOf(entries: readonly GeneratorEntry[], requeue: RequeueContext): number | undefined {
  let soonest: number | undefined;
  for (const entry of entries) {
    const seconds = requeue.ofEntry(entry);
    if (seconds !== undefined && (soonest === undefined || seconds < soonest)) soonest = seconds;
  }
  return soonest;
}
