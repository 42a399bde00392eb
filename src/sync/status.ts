import type { Clock } from "../base/clock.ts";
import { kubeTime } from "../base/clock.ts";
import { FleetError, messageOf } from "../base/errors.ts";
import { redactText } from "../base/log.ts";
import type { KubeClient } from "../kube/client.ts";
import { mergePatch } from "../kube/patch.ts";
import type { Comparison } from "./compare.ts";
import { InvalidSpecError, MemberUnreachableError } from "./errors.ts";
import type { Health } from "./health/health.ts";
import { aggregateHealth, healthOf } from "./health/registry.ts";
import { resourceFields } from "./inventory.ts";
import type { ApplicationCondition, ApplicationStatus, LiveApplication, ResourceStatus } from "./live-application.ts";
import { applications, refreshAnnotation, revisionFields, sourceFields, sourcesOf } from "./live-application.ts";
import { imagesOf } from "./targets.ts";
import { describeKey } from "./tracking.ts";

export type NewCondition = Omit<ApplicationCondition, "lastTransitionTime">;

const compareOptionsAnnotation = "argocd.argoproj.io/compare-options";
const maxMessageLength = 2_000;

/** Conditions with their times: one that says the same as before keeps its time. */
export function withTimes(
  before: readonly ApplicationCondition[] | undefined,
  next: readonly NewCondition[],
  clock: Clock,
): readonly ApplicationCondition[] {
  return next.map((condition) => {
    const same = before?.find(({ type, message }) => type === condition.type && message === condition.message);
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? kubeTime(clock.now()) };
  });
}

/** A failure as a condition that says what to do about it. */
export function conditionOf(error: unknown): NewCondition {
  const remedy = error instanceof FleetError ? error.details.remedy : undefined;
  const message = redactText(`${messageOf(error)}${remedy === undefined ? "" : `; ${remedy}`}`).slice(
    0,
    maxMessageLength,
  );
  if (error instanceof InvalidSpecError) return { type: "InvalidSpecError", message };
  return { type: error instanceof FleetError ? "ComparisonError" : "UnknownError", message };
}

/** Conditions about objects that others hold, or that the sources hold twice. */
export function warningsOf(comparisons: readonly Comparison[], repeated: readonly string[]): NewCondition[] {
  const shared = comparisons.filter(({ verdict }) => verdict === "shared");
  return [
    ...shared.map(({ key, owner }) => ({
      type: "SharedResourceWarning",
      message: `${describeKey(key)} is tracked by Application ${owner} and left alone`,
    })),
    ...repeated.map((object) => ({
      type: "RepeatedResourceWarning",
      message: `${object} stands in the sources more than once; the last one counts`,
    })),
  ];
}

/** Whether an object that is no longer wanted shall not count. */
function isIgnored({ verdict, live }: Comparison): boolean {
  const options = live?.metadata.annotations?.[compareOptionsAnnotation] ?? "";
  return verdict === "extra" && options.split(",").some((option) => option.trim() === "IgnoreExtraneous");
}

function resourceStatus(comparison: Comparison): ResourceStatus {
  const { key, version, verdict, live } = comparison;
  const health: Health | undefined = live === undefined ? { status: "Missing" } : healthOf(live);
  return {
    ...resourceFields({ ...key, version }),
    status: verdict === "synced" ? "Synced" : "OutOfSync",
    ...(health === undefined ? {} : { health }),
    ...(verdict === "extra" ? { requiresPruning: true } : {}),
  };
}

function withTransition(before: ApplicationStatus["health"], next: Health, clock: Clock): ApplicationStatus["health"] {
  const since = before?.status === next.status ? before.lastTransitionTime : undefined;
  return { ...next, lastTransitionTime: since ?? kubeTime(clock.now()) };
}

export interface ComparedStatus {
  readonly comparisons: readonly Comparison[];
  readonly revisions: readonly string[];
  readonly conditions: readonly NewCondition[];
}

/** The status after a whole comparison. */
export function comparedStatus(app: LiveApplication, compared: ComparedStatus, clock: Clock): ApplicationStatus {
  const { comparisons, revisions, conditions } = compared;
  const before = app.status ?? {};
  const isSynced = comparisons.every((comparison) => comparison.verdict === "synced" || isIgnored(comparison));
  const health = aggregateHealth(comparisons.map(({ live }) => ({ live, health: live && healthOf(live) })));
  const images = [...new Set(comparisons.flatMap(({ live }) => (live === undefined ? [] : imagesOf(live))))].sort();
  return {
    ...before,
    sync: { status: isSynced ? "Synced" : "OutOfSync", comparedTo: comparedTo(app), ...revisionFields(app, revisions) },
    health: withTransition(before.health, health, clock),
    resources: comparisons.map(resourceStatus),
    conditions: withTimes(before.conditions, conditions, clock),
    summary: images.length === 0 ? {} : { images },
    ...sourceTypes(app),
  };
}

/** The status when nothing could be compared: what was known of resources stays, since it is still there. */
export function failedStatus(app: LiveApplication, error: unknown, clock: Clock): ApplicationStatus {
  const before = app.status ?? {};
  const isBlind = error instanceof MemberUnreachableError || error instanceof InvalidSpecError;
  const { status: _status, comparedTo: _compared, ...revisions } = before.sync ?? { status: "" };
  return {
    ...before,
    sync: { status: "Unknown", comparedTo: comparedTo(app), ...revisions },
    health:
      isBlind || before.health === undefined
        ? withTransition(before.health, { status: "Unknown" }, clock)
        : before.health,
    conditions: withTimes(before.conditions, [conditionOf(error)], clock),
  };
}

export function comparedTo(app: LiveApplication): NonNullable<NonNullable<ApplicationStatus["sync"]>["comparedTo"]> {
  const { destination, ignoreDifferences } = app.spec;
  return { destination, ...sourceFields(app), ...(ignoreDifferences === undefined ? {} : { ignoreDifferences }) };
}

function sourceTypes(app: LiveApplication): Pick<ApplicationStatus, "sourceType" | "sourceTypes"> {
  if (app.spec.sources === undefined || app.spec.sources.length === 0) return { sourceType: "Directory" };
  return { sourceTypes: sourcesOf(app).map(() => "Directory") };
}

export interface StatusWrite {
  readonly hub: KubeClient;
  readonly clock: Clock;
  readonly controlNamespace: string;
  /** A sync begins or ends: the operation is taken away, and only the version that was read is written. */
  readonly takesOperation?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Writes what changed in the status, in one patch, and takes the refresh annotation away with it. Nothing is written when
 * only the time of the comparison is new. Gives the Application as it stands then.
 */
export async function writeStatus(
  app: LiveApplication,
  next: ApplicationStatus,
  write: StatusWrite,
): Promise<LiveApplication> {
  const { hub, clock, controlNamespace, signal } = write;
  const takes = write.takesOperation === true;
  const isRefresh = Object.hasOwn(app.metadata.annotations ?? {}, refreshAnnotation);
  const { reconciledAt, ...before } = app.status ?? {};
  const { reconciledAt: _same, ...after } = next;
  const changed = mergePatch(before, { ...after, controllerNamespace: controlNamespace });
  if (changed === undefined && !isRefresh && !takes && reconciledAt !== undefined) return app;
  const { name, namespace, resourceVersion } = app.metadata;
  const metadata = {
    ...(isRefresh ? { annotations: { [refreshAnnotation]: null } } : {}),
    ...(takes ? { resourceVersion } : {}),
  };
  const body = {
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(takes && app.operation !== undefined ? { operation: null } : {}),
    status: { ...changed, reconciledAt: kubeTime(clock.now()) },
  };
  const ref = { ...applications, name, ...(namespace === undefined ? {} : { namespace }) };
  return hub.patch<LiveApplication>(ref, { kind: "merge", body }, { signal });
}
