import { kubeTime } from "../base/clock.ts";
import { FleetError, messageOf } from "../base/errors.ts";
import type { Outcome } from "../base/outcome.ts";
import { done, requeue, soonest } from "../base/outcome.ts";
import { isAborted, isConflict, isNotFound } from "../kube/errors.ts";
import type { WholeComparison } from "./comparison.ts";
import { compareApplication } from "./comparison.ts";
import type { SyncEngine } from "./engine.ts";
import { MemberUnreachableError } from "./errors.ts";
import type { Executed } from "./execute.ts";
import { execute, runningState } from "./execute.ts";
import { finalizeApplication } from "./finalize.ts";
import { withIntent } from "./inventory.ts";
import type { ApplicationStatus, History, LiveApplication, OperationState } from "./live-application.ts";
import { revisionFields, skipReconcileAnnotation, sourceFields } from "./live-application.ts";
import type { Pending, PlannedOperation } from "./operation.ts";
import { automation, pendingOperation } from "./operation.ts";
import type { NewCondition } from "./status.ts";
import { comparedStatus, failedStatus, warningsOf, writeStatus } from "./status.ts";

const resyncJitterMs = 60_000;
const defaultHistory = 10;
const conflictMs = 200;
const firstLookMs = 1_000;
const degradedLookMs = 30_000;

/**
 * Brings one Application to its member: compares, syncs when that was asked for or happens by itself, and writes what it
 * found to the status. Level-triggered and safe to repeat; the outcome says when to look again. Throws for a failure worth
 * another try, after it was written to the status.
 */
export async function syncApplication(app: LiveApplication, engine: SyncEngine, signal: AbortSignal): Promise<Outcome> {
  if (app.metadata.deletionTimestamp !== undefined) return finalizeApplication(app, engine, signal);
  if (app.metadata.annotations?.[skipReconcileAnnotation] === "true") return done;
  const run = new SyncRun(app, engine, signal);
  try {
    return await run.advance();
  } catch (error: unknown) {
    // Gone meanwhile, or changed: the next look sees it as it is then.
    if (isNotFound(error) && run.isWriting) return done;
    if (isConflict(error) && run.isWriting) return requeue(conflictMs);
    if (signal.aborted || isAborted(error) || run.isWriting) throw error;
    return run.fail(error);
  }
}

class SyncRun {
  /** A write to the hub is under way, so that a failure is the hub's. */
  isWriting = false;
  #app: LiveApplication;
  readonly #engine: SyncEngine;
  readonly #signal: AbortSignal;

  constructor(app: LiveApplication, engine: SyncEngine, signal: AbortSignal) {
    this.#app = app;
    this.#engine = engine;
    this.#signal = signal;
  }

  async advance(): Promise<Outcome> {
    const { clock } = this.#engine;
    const pending = pendingOperation(this.#app, clock.now());

    // Compare. A sync of a certain revision compares with that one.
    const pinned = pending.kind === "run" ? pinnedRevisions(pending.plan) : undefined;
    const whole = await compareApplication(this.#app, this.#engine, this.#signal, pinned);
    if (whole.member.cluster?.skipReconcile === true) return done;

    // Decide: what was asked for goes first, then what happens by itself.
    const decision = this.#decide(pending, whole);
    const conditions = warningsOf(whole.comparisons, whole.repeated);
    const compared = comparedStatus(
      this.#app,
      { ...whole, conditions: [...conditions, ...decision.conditions] },
      clock,
    );
    if (decision.plan === undefined) {
      // Followed before it is told: whoever reads the status and then changes an object is noticed.
      this.#engine.onCompared(this.#app, whole.member, whole.comparisons);
      await this.#write({ ...compared, ...decision.status });
      return soonest([...decision.outcomes, this.#nextLook(compared)]);
    }

    // Carry out, with the intent in the status before the first object is written.
    const { plan } = decision;
    await this.#begin(plan, whole, compared);
    const executed = await execute(this.#app, plan, whole, this.#engine, this.#signal);
    return this.#report(plan, { ...whole, comparisons: executed.comparisons }, executed, conditions);
  }

  /** Writes a failure to the status and says when to try again. */
  async fail(error: unknown): Promise<Outcome> {
    const { clock, log } = this.#engine;
    const status = failedStatus(this.#app, error, clock);
    const failed = error instanceof FleetError && !error.retryable ? this.#failedOperation(error) : {};
    log.debug("comparison failed", { app: this.#app.metadata.name, error });
    await this.#write({ ...status, ...failed }, Object.keys(failed).length > 0);
    if (error instanceof MemberUnreachableError) return requeue(this.#spread(Math.max(error.retryAfterMs, 1_000)));
    if (error instanceof FleetError && !error.retryable) return requeue(this.#resync());
    throw error;
  }

  #decide(pending: Pending, whole: WholeComparison): Decision {
    if (pending.kind === "run") return { ...nothing, plan: pending.plan };
    if (pending.kind === "wait") return { ...nothing, outcomes: [requeue(pending.afterMs)] };
    if (pending.kind === "terminate") return { ...nothing, status: this.#terminated() };
    const { clock } = this.#engine;
    const auto = automation({ app: this.#app, ...whole, nowMs: clock.now() });
    if (auto.kind === "run") return { ...nothing, plan: auto.plan };
    if (auto.kind === "wait") return { ...nothing, outcomes: [requeue(auto.afterMs)] };
    if (auto.kind === "none") return nothing;
    return { ...nothing, conditions: [{ type: "SyncError", message: auto.message }] };
  }

  async #begin(plan: PlannedOperation, whole: WholeComparison, compared: ApplicationStatus): Promise<void> {
    const { revisions, targets } = whole;
    const resources =
      plan.operation.sync?.dryRun === true ? compared.resources : withIntent(compared.resources, targets);
    const operationState = runningState(this.#app, plan, this.#engine);
    this.#engine.record(this.#app, "Normal", "OperationStarted", `Initiated sync to ${revisions.join(", ")}`);
    await this.#write({ ...compared, operationState, ...(resources === undefined ? {} : { resources }) }, true);
  }

  async #report(
    plan: PlannedOperation,
    whole: WholeComparison,
    executed: Executed,
    conditions: readonly NewCondition[],
  ): Promise<Outcome> {
    const { clock } = this.#engine;
    const { state, comparisons } = executed;
    const failure = state.phase === "Failed" ? [{ type: "SyncError", message: failureMessage(whole, state) }] : [];
    const status = comparedStatus(this.#app, { ...whole, comparisons, conditions: [...conditions, ...failure] }, clock);
    this.#engine.onCompared(this.#app, whole.member, comparisons);
    await this.#write({ ...status, operationState: state, ...this.#history(plan, whole, state) });
    this.#tellResult(state);
    if (executed.unreachableMs !== undefined) return requeue(this.#spread(Math.max(executed.unreachableMs, 1_000)));
    const again = pendingOperation(this.#app, clock.now());
    if (again.kind === "wait") return requeue(again.afterMs);
    // Times are kept in whole seconds: the wait for the next try may be over by now.
    const isDue = again.kind === "run" && state.finishedAt !== undefined;
    return isDue ? requeue(0) : this.#nextLook(status);
  }

  #tellResult(state: OperationState): void {
    if (state.phase === "Succeeded") this.#engine.record(this.#app, "Normal", "OperationCompleted", "Sync succeeded");
    if (state.phase === "Failed")
      this.#engine.record(this.#app, "Warning", "OperationCompleted", state.message ?? "Sync failed");
  }

  /** A whole, successful sync is remembered; the oldest are forgotten. */
  #history(plan: PlannedOperation, whole: WholeComparison, state: OperationState): Pick<ApplicationStatus, "history"> {
    const { sync, initiatedBy } = plan.operation;
    const isPart = sync?.dryRun === true || (sync?.resources?.length ?? 0) > 0;
    if (state.phase !== "Succeeded" || isPart || state.finishedAt === undefined) return {};
    const before = this.#app.status?.history ?? [];
    const { revision, revisions } = revisionFields(this.#app, whole.revisions);
    const entry: History = {
      id: (before.at(-1)?.id ?? -1) + 1,
      ...(revisions === undefined ? { revision } : { revisions: [...revisions] }),
      deployStartedAt: state.startedAt,
      deployedAt: state.finishedAt,
      ...sourceFields(this.#app),
      ...(initiatedBy === undefined ? {} : { initiatedBy }),
    };
    const limit = Math.max(0, this.#app.spec.revisionHistoryLimit ?? defaultHistory);
    return { history: limit === 0 ? [] : [...before, entry].slice(-limit) };
  }

  #terminated(): Partial<ApplicationStatus> {
    const state = this.#app.status?.operationState;
    if (state === undefined) return {};
    const finishedAt = kubeTime(this.#engine.clock.now());
    return { operationState: { ...state, phase: "Failed", message: "operation terminated", finishedAt } };
  }

  /** A sync that was asked for ends when what it needs can't be told. */
  #failedOperation(error: FleetError): Partial<ApplicationStatus> {
    const pending = pendingOperation(this.#app, this.#engine.clock.now());
    if (pending.kind !== "run") return {};
    const running = runningState(this.#app, pending.plan, this.#engine);
    const finishedAt = kubeTime(this.#engine.clock.now());
    return { operationState: { ...running, phase: "Error", message: messageOf(error), finishedAt } };
  }

  async #write(status: ApplicationStatus, takesOperation = false): Promise<void> {
    const { hub, clock, controlNamespace, onWritten } = this.#engine;
    const before = this.#app;
    this.isWriting = true;
    this.#app = await writeStatus(before, status, {
      hub,
      clock,
      controlNamespace,
      takesOperation,
      signal: this.#signal,
    });
    this.isWriting = false;
    if (this.#app !== before) onWritten(this.#app);
  }

  /** Soon while its health is on the move, later and later, else with the periodic comparison. */
  #nextLook(status: ApplicationStatus): Outcome {
    const { health, resources = [] } = status;
    const isGoing = resources.some(({ requiresPruning }) => requiresPruning === true);
    if (health?.status === "Degraded") return requeue(Math.min(degradedLookMs, this.#resync()));
    if (health?.status !== "Progressing" && !isGoing) return requeue(this.#resync());
    const since = Date.parse(health?.lastTransitionTime ?? "");
    const ageMs = Number.isNaN(since) ? 0 : this.#engine.clock.now() - since;
    return requeue(Math.min(Math.max(firstLookMs, ageMs / 2), degradedLookMs, this.#resync()));
  }

  #resync(): number {
    return this.#engine.resyncMs + this.#engine.random() * Math.min(resyncJitterMs, this.#engine.resyncMs / 2);
  }

  #spread(ms: number): number {
    return ms * (1 + this.#engine.random() * 0.2);
  }
}

interface Decision {
  readonly plan: PlannedOperation | undefined;
  readonly conditions: readonly NewCondition[];
  readonly outcomes: readonly Outcome[];
  readonly status: Partial<ApplicationStatus>;
}

const nothing: Decision = { plan: undefined, conditions: [], outcomes: [], status: {} };

function pinnedRevisions({ operation, retryCount }: PlannedOperation): readonly string[] | undefined {
  const { revision, revisions } = operation.sync ?? {};
  if (retryCount > 0 && operation.retry?.refresh === true) return undefined;
  if (revisions !== undefined && revisions.length > 0) return revisions;
  return revision === undefined || revision === "" ? undefined : [revision];
}

function failureMessage(whole: WholeComparison, state: OperationState): string {
  return `Failed last sync attempt to [${whole.revisions.join(", ")}]: ${state.message ?? ""}`;
}
