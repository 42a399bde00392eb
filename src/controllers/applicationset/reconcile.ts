import type { Clock } from "../../base/clock.ts";
import { FleetError, messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { done, requeue, soonest } from "../../base/outcome.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { keyFor, keyOf } from "../../kube/objects.ts";
import type { Emptied } from "../../plan/emptied.ts";
import { graceEndMs, unmarked } from "../../plan/grace.ts";
import { approveAnnotation, type DeletionBudget, type Guarded } from "../../plan/guard.ts";
import type { PreservedFields } from "../../plan/merge.ts";
import type { Hold } from "../../plan/plan.ts";
import type { SetPlan } from "../../plan/plan-set.ts";
import { planSet } from "../../plan/plan-set.ts";
import { mayDelete, mayUpdate, policyOf } from "../../plan/policy.ts";
import { withFleetBlock } from "../../render/fleet-block.ts";
import type { GeneratedSet } from "../../render/generated-set.ts";
import type { ApplyPlanOptions, ApplyResult } from "../../sync/apply-plan.ts";
import { applyPlan, describeFailure } from "../../sync/apply-plan.ts";
import { markAbsent } from "../../sync/mark-absent.ts";
import type { HubView, LiveApplication, LiveSet } from "../hub-view.ts";
import { bySet } from "../hub-view.ts";
import { refreshAnnotation } from "./annotations.ts";
import { finishDeletion } from "./deletion.ts";
import type { Listings } from "./listings.ts";
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
  /** What servers listed before. */
  readonly listings: Listings;
  readonly budget?: DeletionBudget;
  readonly preserved?: PreservedFields;
  /** Writes to the hub at one time, per set. */
  readonly concurrency?: number;
}

/** After an error of the generators, the template or the Applications the set is looked at again so soon. */
const retryMs = 180_000;

/** Whatever a server says of when it wants to be asked again: nobody hammers it, and nobody waits for it all day. */
const [soonestRetryMs, latestRetryMs] = [1_000, 3_600_000];

/** Reconciles one ApplicationSet: observe, expand, render, plan, guard, apply, report. */
export async function reconcileSet(key: string, options: SetReconcilerOptions, signal: AbortSignal): Promise<Outcome> {
  // Observe. A missing set is finished work; before the copies are whole nothing may be taken for absent.
  const { view } = options;
  await view.synced;
  const stored = view.sets.store.get(key);
  if (stored === undefined) {
    options.listings.forget(key);
    return done;
  }
  if (stored.metadata.deletionTimestamp !== undefined) {
    await finishDeletion(view, stored);
    return done;
  }

  // Expand and render. A failure writes nothing and deletes nothing, and is told.
  const expanded = await generateOrTell(stored, options, signal);
  if ("retryMs" in expanded) return requeue(expanded.retryMs);
  const { set, generated } = expanded;

  // Plan and guard. A list that turned empty is doubted for as long as deletions hang on it.
  const plan = planFor(expanded, options);
  const { guarded } = plan;
  const { allowed, held } = guarded;
  if (!hangsOnLists(plan)) options.listings.believe(key);

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
  return soonest([
    await settle(set, { generated, results, report }, options),
    graceOutcome(set, held, options.clock),
    doubtOutcome(expanded, options),
  ]);
}

interface ExpandedSet {
  /** With its `spec.fleet` in place, wherever it was written. */
  readonly set: LiveSet;
  readonly generated: GeneratedSet;
  /** What servers listed nothing, which is in doubt. */
  readonly emptied: readonly Emptied[];
}

async function generateOrTell(
  stored: LiveSet,
  options: SetReconcilerOptions,
  signal: AbortSignal,
): Promise<ExpandedSet | { readonly retryMs: number }> {
  const key = keyOf(stored);
  // What is in doubt is not settled by an answer from before.
  const refresh = stored.metadata.annotations?.[refreshAnnotation] !== undefined || asksAnew(stored, options);
  try {
    const set = withFleetBlock(stored);
    const nowMs = options.clock.now();
    const generated = await options.generate(set, { refresh, signal });
    return { set, generated, emptied: options.listings.emptied(key, generated, { nowMs, isFresh: refresh }) };
  } catch (error: unknown) {
    if (signal.aborted) throw error;
    const reason = error instanceof FleetError ? error.reason : "ApplicationGenerationFromParamsError";
    const message = messageOf(error);
    options.log.warn("nothing is written or deleted for the set", { set: keyOf(stored), error });
    options.events.record(stored, "Warning", reason, message);
    await storeStatus(options.view, stored, { kind: "notGenerated", reason, message }, options.clock);
    return { retryMs: retryMsOf(error) };
  }
}

/** When to try again: when the server that refused wants it, within bounds. */
function retryMsOf(error: unknown): number {
  const seconds = error instanceof FleetError ? error.details.retryAfterSeconds : undefined;
  return typeof seconds === "number" ? withinBounds(seconds * 1_000) : retryMs;
}

function withinBounds(waitMs: number): number {
  return Math.min(latestRetryMs, Math.max(soonestRetryMs, waitMs));
}

/** Compares with the live Applications: those that the set owns, and those that stand where one is to be written. */
function planFor({ set, generated, emptied }: ExpandedSet, options: SetReconcilerOptions): SetPlan {
  const { store } = options.view.applications;
  const owned = store.find(bySet, keyOf(set)).map(asDeleted);
  const live = new Map(owned.map((app) => [app.metadata.name, app]));
  for (const { metadata } of generated.valid) {
    const there = live.has(metadata.name) ? undefined : store.get(keyFor(set.metadata.namespace, metadata.name));
    if (there !== undefined) live.set(metadata.name, there);
  }
  return planSet({
    ...{ set, generated, emptied, live: [...live.values()], version: options.version, nowMs: options.clock.now() },
    ...(options.preserved === undefined ? {} : { preserved: options.preserved }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
  });
}

/** Whether there are deletions that a list may have caused which nobody has confirmed. */
function hangsOnLists({ set, changes, digest }: SetPlan): boolean {
  if (set.metadata.annotations?.[approveAnnotation] === digest) return false;
  return changes.changes.some(({ action }) => action === "delete");
}

/** Whether servers whose lists are in doubt are asked anew: not where the set's policy deletes nothing anyway. */
function asksAnew(set: LiveSet, { listings }: Pick<SetReconcilerOptions, "listings">): boolean {
  return listings.isDoubted(keyOf(set)) && mayDelete(policyOf(set));
}

/** The look that asks those anew whose lists are in doubt. */
function doubtOutcome({ set, emptied }: ExpandedSet, { clock, listings }: SetReconcilerOptions): Outcome {
  if (!asksAnew(set, { listings })) return done;
  const ends = emptied.map(({ believedAtMs }) => (believedAtMs ?? Number.POSITIVE_INFINITY) - clock.now());
  return requeue(Math.min(retryMs, ...ends.map((waitMs) => Math.max(soonestRetryMs, waitMs))));
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
  const missing = generated.retryAfterSeconds;
  const again = missing === undefined ? done : requeue(withinBounds(missing * 1_000));
  const seconds = generated.requeueAfterSeconds;
  if (seconds !== undefined && seconds > 0) return soonest([requeue(seconds * 1000), again]);
  return report.kind === "upToDate" ? again : soonest([requeue(retryMs), again]);
}
