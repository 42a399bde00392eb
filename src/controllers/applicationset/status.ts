import type { Clock } from "../../base/clock.ts";
import type { Condition } from "../../kube/conditions.ts";
import { findCondition, setConditions } from "../../kube/conditions.ts";
import type { Hold } from "../../plan/plan.ts";
import type { LiveApplication, LiveSet } from "../hub-view.ts";

type News = Omit<Condition, "lastTransitionTime">;

/** How a reconcile of a set went, as its conditions tell it. */
export type SetReport =
  | { readonly kind: "upToDate"; readonly held: readonly Hold[] }
  /** Nothing was written: the generators or the template failed. */
  | { readonly kind: "notGenerated"; readonly reason: string; readonly message: string }
  /** Generated, but something about it or about writing it failed. */
  | { readonly kind: "failed"; readonly reason: string; readonly message: string; readonly held: readonly Hold[] };

/** Status keeps at most this many resources, since an object of the API has a limit of about 1.5 MB. */
const maxResources = 5_000;

const generated: News = {
  type: "ParametersGenerated",
  status: "True",
  reason: "ParametersGenerated",
  message: "All parameters have been generated successfully",
};

/** The conditions after a reconcile, coupled as ApplicationSet's: up to date and error exclude each other. */
export function conditionsAfter(report: SetReport, current: readonly Condition[], clock: Clock): readonly Condition[] {
  const held = heldNews(report);
  const gone = ["RolloutProgressing", "InvalidRolloutConfig", ...(held === undefined ? [heldType] : [])];
  return setConditions(current, [...news(report), ...(held === undefined ? [] : [held])], clock, gone);
}

function news(report: SetReport): readonly News[] {
  if (report.kind === "upToDate") {
    const reason = "ApplicationSetUpToDate";
    const message = "All applications have been generated successfully";
    return [
      generated,
      { type: "ResourcesUpToDate", status: "True", reason, message },
      { type: "ErrorOccurred", status: "False", reason, message },
    ];
  }
  const { reason, message } = report;
  return [
    report.kind === "failed"
      ? generated
      : { type: "ParametersGenerated", status: "False", reason: "ErrorOccurred", message },
    { type: "ResourcesUpToDate", status: "False", reason: "ErrorOccurred", message },
    { type: "ErrorOccurred", status: "True", reason, message },
  ];
}

/** A condition of our own, there while the guard keeps changes back: which, why, and what releases them. */
export const heldType = "ChangesHeld";

function heldNews(report: SetReport): News | undefined {
  const held = report.kind === "notGenerated" ? [] : report.held.filter(({ reason }) => reason !== "Policy");
  const [first] = held;
  if (first === undefined) return undefined;
  const names = held.map(({ change }) => change.name);
  const message = `${held.length} held (${shortList(names)}): ${first.message}; to release: ${first.release}`;
  return { type: heldType, status: "True", reason: first.reason, message };
}

/** The first names of a list, and how many more there are. */
export function shortList(names: readonly string[], shown = 5): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(", ")} and ${rest} more` : names.join(", ");
}

/** `status.resources`: a line for each Application that the set owns, sorted by name, with how it stands. */
export function resourcesOf(apps: readonly LiveApplication[]): object {
  const sorted = [...apps].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const resources = sorted.slice(0, maxResources).map(({ metadata, status }) => ({
    group: "argoproj.io",
    version: "v1alpha1",
    kind: "Application",
    name: metadata.name,
    namespace: metadata.namespace,
    ...(status?.sync?.status === undefined ? {} : { status: status.sync.status }),
    ...(status?.health?.status === undefined ? {} : { health: { status: status.health.status } }),
  }));
  return { resources, resourcesCount: sorted.length };
}

/**
 * The status to store: conditions, health that follows from them, and the Applications. Without a report, conditions and
 * health are left as they are: a reconcile may be writing them at this moment.
 */
export function statusAfter(
  set: LiveSet,
  apps: readonly LiveApplication[],
  report: SetReport | undefined,
  clock: Clock,
): object {
  const listed = { ...set.status, ...resourcesOf(apps) };
  if (report === undefined) return listed;
  const conditions = conditionsAfter(report, (set.status?.conditions ?? []) as readonly Condition[], clock);
  return { ...listed, conditions, health: healthOf(conditions) };
}

function healthOf(conditions: readonly Condition[]): object {
  const rules = [
    ["ErrorOccurred", "Degraded"],
    ["RolloutProgressing", "Progressing"],
    ["ResourcesUpToDate", "Healthy"],
  ] as const;
  for (const [type, status] of rules) {
    const condition = findCondition(conditions, type);
    if (condition?.status !== "True") continue;
    return { status, message: condition.message, lastTransitionTime: condition.lastTransitionTime };
  }
  return { status: "Unknown" };
}
