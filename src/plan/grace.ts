import type { ApplicationSet } from "../../crds/application-set.ts";
import { kubeTime } from "../base/clock.ts";
import { parseDuration } from "../base/duration.ts";
import { own } from "../base/values.ts";
import type { Change, Hold } from "./plan.ts";

/** On an Application: since when it is no longer generated. Taken away when it is generated again. */
export const absentAnnotation = "fleetset.io/absent-since";

/** How long an Application of the set must be gone from the rows before it is deleted; 0 where the set does not say. */
export function graceMs(set: ApplicationSet): number {
  const grace = set.spec.fleet?.deletion?.grace;
  return grace === undefined ? 0 : parseDuration(grace, "spec.fleet.deletion.grace");
}

/** When a deletion's grace is over; undefined when it is over already. A deletion that was never marked begins now. */
export function graceEndMs(change: Change, set: ApplicationSet, nowMs: number): number | undefined {
  const grace = graceMs(set);
  if (grace === 0) return undefined;
  const since = Date.parse(own(change.live?.metadata.annotations ?? {}, absentAnnotation) ?? "");
  const end = (Number.isNaN(since) ? nowMs : since) + grace;
  return end <= nowMs ? undefined : end;
}

/** The held deletions whose Applications do not carry yet since when they are absent. */
export function unmarked(held: readonly Hold[]): readonly Change[] {
  const waiting = held.filter(({ reason }) => reason === "Grace").map(({ change }) => change);
  return waiting.filter(({ live }) => own(live?.metadata.annotations ?? {}, absentAnnotation) === undefined);
}

/** Why a deletion waits, in words. */
export function graceMessage(endMs: number): string {
  return `it is no longer generated and is deleted at ${kubeTime(endMs)}, when the set's grace is over`;
}
