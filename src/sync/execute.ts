import { kubeTime } from "../base/clock.ts";
import type { ApplyContext, TaskResult } from "./apply.ts";
import { applyAll, describeFailures } from "./apply.ts";
import type { Comparison } from "./compare.ts";
import type { WholeComparison } from "./comparison.ts";
import type { SyncEngine } from "./engine.ts";
import type { LiveApplication, Operation, OperationState, ResourceResult } from "./live-application.ts";
import { parseOptions, revisionFields, sourceFields } from "./live-application.ts";
import { ensureNamespace } from "./namespace.ts";
import type { PlannedOperation } from "./operation.ts";
import { mayRetry, retryWaitMs } from "./operation.ts";
import { forbiddenBy } from "./project.ts";
import type { PruneContext } from "./prune.ts";
import { pruneAll } from "./prune.ts";
import { describeKey } from "./tracking.ts";

/** The state of a sync that begins now. */
export function runningState(app: LiveApplication, plan: PlannedOperation, engine: SyncEngine): OperationState {
  const { operation, startedAt, retryCount } = plan;
  return {
    operation,
    phase: "Running",
    message: "applying",
    startedAt: startedAt ?? kubeTime(engine.clock.now()),
    ...(retryCount > 0 ? { retryCount } : {}),
    ...(app.status?.operationState?.syncResult === undefined
      ? {}
      : { syncResult: app.status.operationState.syncResult }),
  };
}

export interface Executed {
  readonly state: OperationState;
  /** The comparisons as they are after the sync. */
  readonly comparisons: readonly Comparison[];
  /** The sync stopped because its member can't be reached, and goes on after so long. */
  readonly unreachableMs?: number;
}

/** Carries a sync out: what is wanted first, then, when all of it succeeded, what is no longer wanted. */
export async function execute(
  app: LiveApplication,
  plan: PlannedOperation,
  whole: WholeComparison,
  engine: SyncEngine,
  signal: AbortSignal,
): Promise<Executed> {
  const sync = plan.operation.sync ?? {};
  const chosen = selected(whole.comparisons, plan.operation);
  const context: PruneContext = {
    member: whole.member,
    dryRun: sync.dryRun === true,
    options: new Map([...parseOptions(app.spec.syncPolicy?.syncOptions), ...parseOptions(sync.syncOptions)]),
    clock: engine.clock,
    signal,
    isConfirmed: app.metadata.annotations?.["argocd.argoproj.io/deletion-approved"] !== undefined,
  };
  const refused = [...refusals(chosen, whole, context), ...unsupported(plan.operation, context)];
  const results = refused.length > 0 ? refused : await carryOut(app, chosen, sync.prune === true, context);
  const comparisons = context.dryRun ? whole.comparisons : afterwards(whole.comparisons, results);
  const unreachableMs = results.find((result) => result.unreachableMs !== undefined)?.unreachableMs;
  const state = finishedState(app, plan, { whole, results, engine, goesOn: unreachableMs !== undefined });
  return { state, comparisons, ...(unreachableMs === undefined ? {} : { unreachableMs }) };
}

function selected(comparisons: readonly Comparison[], operation: Operation): readonly Comparison[] {
  const resources = operation.sync?.resources;
  if (resources === undefined || resources.length === 0) return comparisons;
  return comparisons.filter(({ key }) =>
    resources.some(
      ({ group = "", kind, name, namespace }) =>
        group === key.group && kind === key.kind && name === key.name && (namespace ?? key.namespace) === key.namespace,
    ),
  );
}

function refusal({ key, version, live }: Comparison, message: string): TaskResult {
  return { key, version, status: "SyncFailed", message, live, retryable: false };
}

/** What may not be touched at all. One such object keeps the whole sync from beginning. */
function refusals(chosen: readonly Comparison[], whole: WholeComparison, context: ApplyContext): TaskResult[] {
  const failOnShared = context.options.get("FailOnSharedResource") === "true";
  return chosen.flatMap((comparison) => {
    const { key, target, verdict, owner } = comparison;
    if (verdict === "shared") {
      const message = `${describeKey(key)} is tracked by Application ${owner}`;
      return failOnShared ? [refusal(comparison, message)] : [];
    }
    if (target === undefined || verdict === "synced") return [];
    const why = forbiddenBy(whole.project, key, target.namespaced, whole.member);
    return why === undefined ? [] : [refusal(comparison, why)];
  });
}

function unsupported(operation: Operation, context: ApplyContext): TaskResult[] {
  const { manifests, source, sources, syncStrategy } = operation.sync ?? {};
  const found = [
    manifests !== undefined && manifests.length > 0 ? "a sync of local manifests" : undefined,
    source !== undefined || (sources !== undefined && sources.length > 0) ? "a sync of another source" : undefined,
    syncStrategy?.apply?.force === true || syncStrategy?.hook?.force === true ? "a forced sync" : undefined,
    context.options.get("Replace") === "true" ? "the sync option Replace=true" : undefined,
    context.options.get("Force") === "true" ? "the sync option Force=true" : undefined,
  ].find((one) => one !== undefined);
  if (found === undefined) return [];
  const key = { group: "argoproj.io", kind: "Application", namespace: "", name: "sync" };
  const message = `${found} is not supported by the built-in sync engine`;
  return [{ key, version: "v1alpha1", status: "SyncFailed", message, live: undefined, retryable: false }];
}

async function carryOut(
  app: LiveApplication,
  chosen: readonly Comparison[],
  prune: boolean,
  context: PruneContext,
): Promise<TaskResult[]> {
  const namespace = await ensureNamespace(app, context);
  if (namespace?.status === "SyncFailed") return [namespace];
  const applied = await applyAll(chosen, context);
  const untouched = chosen.filter(({ verdict }) => verdict === "synced" || verdict === "shared").map(untouchedResult);
  const results = [...(namespace === undefined ? [] : [namespace]), ...applied, ...untouched];
  const failed = results.some(({ status }) => status === "SyncFailed");
  if (failed || context.signal.aborted) return results;
  if (prune && context.options.get("Prune") !== "false") return [...results, ...(await pruneAll(chosen, context))];
  const kept = chosen.filter(({ verdict }) => verdict === "extra");
  return [
    ...results,
    ...kept.map(({ key, version, live }) => {
      return {
        key,
        version,
        status: "PruneSkipped" as const,
        message: "ignored (requires pruning)",
        live,
        retryable: false,
      };
    }),
  ];
}

function untouchedResult({ key, version, live, verdict, owner }: Comparison): TaskResult {
  const message = verdict === "shared" ? `left alone: tracked by Application ${owner}` : "unchanged";
  return { key, version, status: "Synced", message, live, retryable: false };
}

function afterwards(comparisons: readonly Comparison[], results: readonly TaskResult[]): Comparison[] {
  const byKey = new Map(results.map((result) => [JSON.stringify(result.key), result]));
  return comparisons.flatMap((comparison) => {
    const result = byKey.get(JSON.stringify(comparison.key));
    if (result === undefined || comparison.verdict === "shared") return [comparison];
    if (result.status === "Synced") return [{ ...comparison, verdict: "synced" as const, live: result.live }];
    if (result.status !== "Pruned") return [comparison];
    // What finalizers hold stays known until it is gone.
    return result.live === undefined ? [] : [{ ...comparison, live: result.live }];
  });
}

interface Finish {
  readonly whole: WholeComparison;
  readonly results: readonly TaskResult[];
  readonly engine: SyncEngine;
  readonly goesOn: boolean;
}

function finishedState(app: LiveApplication, plan: PlannedOperation, finish: Finish): OperationState {
  const { whole, results, engine, goesOn } = finish;
  const running = runningState(app, plan, engine);
  const { revision, revisions } = revisionFields(app, whole.revisions);
  const { managedNamespaceMetadata } = app.spec.syncPolicy ?? {};
  const syncResult = {
    revision,
    ...(revisions === undefined ? {} : { revisions: [...revisions] }),
    ...sourceFields(app),
    resources: results.map(resourceResult),
    ...(managedNamespaceMetadata === undefined ? {} : { managedNamespaceMetadata }),
  };
  const failures = results.filter(({ status }) => status === "SyncFailed");
  if (goesOn) return { ...running, syncResult, message: describeFailures(results) };
  const finishedAt = kubeTime(engine.clock.now());
  if (failures.length === 0) {
    return { ...running, syncResult, phase: "Succeeded", message: "successfully synced (all tasks run)", finishedAt };
  }
  const message = describeFailures(results);
  const { retry } = plan.operation;
  if (!failures.every(({ retryable }) => retryable) || !mayRetry(retry, plan.retryCount)) {
    return { ...running, syncResult, phase: "Failed", message, finishedAt };
  }
  const retryCount = plan.retryCount + 1;
  const at = kubeTime(engine.clock.now() + retryWaitMs(retry, retryCount));
  const retrying = `${message}. Retrying attempt #${retryCount} at ${at}.`;
  return { ...running, syncResult, retryCount, message: retrying, finishedAt };
}

function resourceResult({ key, version, status, message }: TaskResult): ResourceResult {
  const { group, kind, namespace, name } = key;
  return { group, version, kind, namespace, name, status, message, syncPhase: "Sync" };
}
