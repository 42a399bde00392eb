import type { Log } from "../../base/log.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { keyOf } from "../../kube/objects.ts";
import type { Hold } from "../../plan/plan.ts";
import type { GeneratedSet } from "../../render/generated-set.ts";
import type { ApplyResult } from "../../sync/apply-plan.ts";
import { describeFailure } from "../../sync/apply-plan.ts";
import type { LiveSet } from "../hub-view.ts";
import { shortList } from "./status.ts";

export interface News {
  readonly results: readonly ApplyResult[];
  readonly held: readonly Hold[];
  readonly generated: GeneratedSet;
  readonly events: EventRecorder;
  readonly log: Log;
}

/**
 * Tells what a reconcile did: one event for all Applications that had the same fate, since an event for each of thousands
 * would burden the hub, and none where nothing happened.
 */
export function tellResults(set: LiveSet, { results, held, generated, events, log }: News): void {
  for (const outcome of ["created", "updated", "deleted"] as const) {
    const names = results.filter((result) => result.outcome === outcome).map(({ change }) => change.name);
    if (names.length === 0) continue;
    events.record(
      set,
      "Normal",
      outcome,
      `${outcome} ${names.length} ${names.length === 1 ? "Application" : "Applications"}: ${shortList(names)}`,
    );
    log.info(`${outcome} Applications`, { set: keyOf(set), count: names.length, names: shortList(names) });
  }
  for (const failure of results.filter(({ outcome }) => outcome === "failed").slice(0, maxFailures)) {
    events.record(set, "Warning", "ApplyFailed", describeFailure(failure));
  }
  for (const [reason, holds] of groupHolds(held)) {
    const [first] = holds as [Hold];
    const names = shortList(holds.map(({ change }) => change.name));
    events.record(
      set,
      "Warning",
      reason,
      `held ${holds.length} (${names}): ${first.message}; to release: ${first.release}`,
    );
    log.warn("changes are held", { set: keyOf(set), reason, count: holds.length, names, message: first.message });
  }
  for (const { message, field } of generated.warnings) log.warn(message, { set: keyOf(set), field });
}

const maxFailures = 20;

function groupHolds(held: readonly Hold[]): Map<string, Hold[]> {
  const groups = new Map<string, Hold[]>();
  for (const hold of held) {
    // What the set's own policy forbids is wanted that way.
    if (hold.reason === "Policy") continue;
    groups.set(hold.reason, [...(groups.get(hold.reason) ?? []), hold]);
  }
  return groups;
}
