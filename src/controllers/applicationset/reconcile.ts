import type { Clock } from "../../base/clock.ts";
import { FleetError, messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { done, requeue, soonest } from "../../base/outcome.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { keyFor, keyOf } from "../../kube/objects.ts";
import { graceEndMs, unmarked } from "../../plan/grace.ts";
import type { DeletionBudget, Guarded } from "../../plan/guard.ts";
import type { PreservedFields } from "../../plan/merge.ts";
import type { Hold } from "../../plan/plan.ts";
import type { SetPlan } from "../../plan/plan-set.ts";
import { planSet } from "../../plan/plan-set.ts";
import { mayUpdate, policyOf } from "../../plan/policy.ts";
import { withFleetBlock } from "../../render/fleet-block.ts";
import type { GeneratedSet } from "../../render/generated-set.ts";
import type { ApplyPlanOptions, ApplyResult } from "../../sync/apply-plan.ts";
import { applyPlan, describeFailure } from "../../sync/apply-plan.ts";
import { markAbsent } from "../../sync/mark-absent.ts";
import type { HubView, LiveApplication, LiveSet } from "../hub-view.ts";
import { bySet } from "../hub-view.ts";
import { refreshAnnotation } from "./annotations.ts";
import { finishDeletion } from "./deletion.ts";
import { tellResults } from "./news.ts";
import type { SetReport } from "./status.ts";
import { shortList } from "./status.ts";
import { dropRefreshRequest, storeStatus } from "./store-status.ts";

export interface SetReconcilerOptions {
  readonly view: HubView;
  /** Expands and renders a set from the inputs as they are now. `refresh` looks at remotes even where a recent look is known. */
  readonly generate: (
    set: LiveSet,
    options: { readonly refresh: boolean; readonly signal: AbortSignal },
  ) => Promise<GeneratedSet>;
  /** Whether an Application's destination is a registered cluster. */
  readonly hasDestination: (app: LiveApplication) => boolean;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Of fleetset itself: part of every plan's digest. */
  readonly version: string;
  readonly budget?: DeletionBudget;
  readonly preserved?: PreservedFields;
  /** Writes to the hub at one time, per set. */
  readonly concurrency?: number;
}

/** After an error of the generators, the template or the Applications the set is looked at again so soon. */
const retryMs = 180_000;

/** Reconciles one ApplicationSet: observe, expand, render, plan, guard, apply, report. */
export async function reconcileSet(key: string, options: SetReconcilerOptions, signal: AbortSignal): Promise<Outcome> {
  // Observe. A missing set is finished work; before the copies are whole nothing may be taken for absent.
  const { view } = options;
  await view.synced;
  const stored = view.sets.store.get(key);
  if (stored === undefined) return done;
  if (stored.metadata.deletionTimestamp !== undefined) {
    await finishDeletion(view, stored);
    return done;
  }

  // Expand and render. A failure writes nothing and deletes nothing, and is told.
  const expanded = await generateOrTell(stored, options, signal);
  if (expanded === undefined) return requeue(retryMs);
  const { set, generated } = expanded;

  // Plan and guard.
  const { guarded } = planFor(set, generated, options);
  const { allowed, held } = guarded;

  // Apply. Everything is tried; each failure is named.
  const writing: ApplyPlanOptions = {
    hub: view.client,
    signal,
    hasDestination: (app) => options.hasDestination(app as LiveApplication),
    onWritten: (app) => view.applications.remember(app as LiveApplication),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  };
  const results = await applyPlan(allowed, writing);
  await markAbsent(unmarked(held), writing, options.clock.now());

  // Report.
  rememberDeleted(results);
  const report = reportOf(expanded, guarded, results);
  tellResults(set, { results, held, generated, events: options.events, log: options.log });
  await storeStatus(view, set, report, options.clock);
  return soonest([await settle(set, { generated, results, report }, options), graceOutcome(set, held, options.clock)]);
}

interface ExpandedSet {
  /** With its `spec.fleet` in place, wherever it was written. */
  readonly set: LiveSet;
  readonly generated: GeneratedSet;
}

async function generateOrTell(
  stored: LiveSet,
  options: SetReconcilerOptions,
  signal: AbortSignal,
): Promise<ExpandedSet | undefined> {
  const refresh = stored.metadata.annotations?.[refreshAnnotation] !== undefined;
  try {
    const set = withFleetBlock(stored);
    return { set, generated: await options.generate(set, { refresh, signal }) };
  } catch (error: unknown) {
    if (signal.aborted) throw error;
    const reason = error instanceof FleetError ? error.reason : "ApplicationGenerationFromParamsError";
    const message = messageOf(error);
    options.log.warn("nothing is written or deleted for the set", { set: keyOf(stored), error });
    options.events.record(stored, "Warning", reason, message);
    await storeStatus(options.view, stored, { kind: "notGenerated", reason, message }, options.clock);
    return undefined;
  }
}

/** Compares with the live Applications: those that the set owns, and those that stand where one is to be written. */
function planFor(set: LiveSet, generated: GeneratedSet, options: SetReconcilerOptions): SetPlan {
  const { store } = options.view.applications;
  const owned = store.find(bySet, keyOf(set)).map(asDeleted);
  const live = new Map(owned.map((app) => [app.metadata.name, app]));
  for (const { metadata } of generated.valid) {
    const there = live.has(metadata.name) ? undefined : store.get(keyFor(set.metadata.namespace, metadata.name));
    if (there !== undefined) live.set(metadata.name, there);
  }
  return planSet({
    ...{ set, generated, live: [...live.values()], version: options.version, nowMs: options.clock.now() },
    ...(options.preserved === undefined ? {} : { preserved: options.preserved }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
  });
}

// Applications as the copy still holds them after the hub has taken their deletion, until a watch brings the news.
const deleted = new WeakSet<object>();

function rememberDeleted(results: readonly ApplyResult[]): void {
  for (const { outcome, change } of results) {
    if (outcome === "deleted" && change.live !== undefined) deleted.add(change.live);
  }
}

function asDeleted(app: LiveApplication): LiveApplication {
  if (!deleted.has(app)) return app;
  return { ...app, metadata: { deletionTimestamp: app.metadata.creationTimestamp ?? "", ...app.metadata } };
}

function reportOf({ set, generated }: ExpandedSet, { held }: Guarded, results: readonly ApplyResult[]): SetReport {
  const failures = results.filter(({ outcome }) => outcome === "failed");
  const [failure] = failures;
  if (failure !== undefined) {
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : "";
    return { kind: "failed", reason: failureReason(set, failure), message: `${describeFailure(failure)}${more}`, held };
  }
  const last = generated.invalid.at(-1);
  if (last !== undefined) {
    const more = generated.invalid.length > 1 ? ` (and ${generated.invalid.length - 1} more)` : "";
    return { kind: "failed", reason: "ApplicationValidationError", message: `${last.message}${more}`, held };
  }
  if (generated.completeness !== "complete") {
    const message = `what the generators read is ${generated.completeness}: ${shortList(generated.gaps, 3)}`;
    return { kind: "failed", reason: "ApplicationGenerationFromParamsError", message, held };
  }
  return { kind: "upToDate", held };
}

/** As ApplicationSet's controller names it: what creates and updates at once tells of updates alone. */
function failureReason(set: LiveSet, { change }: ApplyResult): string {
  if (change.action === "delete") return "DeleteApplicationError";
  return mayUpdate(policyOf(set)) ? "UpdateApplicationError" : "CreateApplicationError";
}

/** The look at which the first held deletion's grace is over. */
function graceOutcome(set: LiveSet, held: readonly Hold[], clock: Clock): Outcome {
  const nowMs = clock.now();
  const ends = held
    .filter(({ reason }) => reason === "Grace")
    .map(({ change }) => requeue((graceEndMs(change, set, nowMs) ?? nowMs) - nowMs));
  return soonest(ends);
}

interface Ended {
  readonly generated: GeneratedSet;
  readonly results: readonly ApplyResult[];
  readonly report: SetReport;
}

/** A failed write backs off and is tried again; else the next look is when the generators ask for one. */
async function settle(
  set: LiveSet,
  { generated, results, report }: Ended,
  options: SetReconcilerOptions,
): Promise<Outcome> {
  const failed = results.find(({ outcome }) => outcome === "failed");
  if (failed !== undefined) throw failed.error;
  if (report.kind === "upToDate") await dropRefreshRequest(options.view, set);
  const seconds = generated.requeueAfterSeconds;
  if (seconds !== undefined && seconds > 0) return requeue(seconds * 1000);
  return report.kind === "upToDate" ? done : requeue(retryMs);
}
