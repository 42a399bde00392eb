import { canonicalJson } from "../base/canonical.ts";
import { parseDurationOrSeconds } from "../base/duration.ts";
import type { Comparison } from "./compare.ts";
import type { LiveApplication, Operation, OperationState } from "./live-application.ts";
import { automatedOf, revisionFields, sourcesOf } from "./live-application.ts";

/** A sync to carry out now. */
export interface PlannedOperation {
  readonly operation: Operation;
  /** When it began; absent for one that begins now. */
  readonly startedAt?: string;
  readonly retryCount: number;
}

export type Pending =
  | { readonly kind: "none" }
  | { readonly kind: "run"; readonly plan: PlannedOperation }
  | { readonly kind: "wait"; readonly afterMs: number }
  | { readonly kind: "terminate" };

const defaultRetry = { durationMs: 5_000, factor: 2, maxMs: 180_000 };
const automatedRetryLimit = 5;

/** The wait before the n-th further try, n from 1. Defaults and rules: Argo CD's retry strategy. */
export function retryWaitMs(retry: Operation["retry"], attempt: number): number {
  const { duration, factor, maxDuration } = retry?.backoff ?? {};
  const read = (text: string | undefined, otherwise: number) =>
    text === undefined || text === "" ? otherwise : parseDurationOrSeconds(text, "the retry backoff");
  const first = read(duration, defaultRetry.durationMs);
  const grown = first * (factor ?? defaultRetry.factor) ** Math.max(0, attempt - 1);
  return Math.min(grown, read(maxDuration, defaultRetry.maxMs));
}

/** Whether a failed try is followed by another one. */
export function mayRetry(retry: Operation["retry"], retryCount: number): boolean {
  const limit = retry?.limit ?? 0;
  return limit < 0 || retryCount < limit;
}

/** The sync that was asked for, or that was under way when the process ended or waits for its next try. */
export function pendingOperation(app: LiveApplication, nowMs: number): Pending {
  if (app.operation?.sync !== undefined) return { kind: "run", plan: { operation: app.operation, retryCount: 0 } };
  const state = app.status?.operationState;
  if (state?.phase === "Terminating") return { kind: "terminate" };
  if (state?.phase !== "Running") return { kind: "none" };
  const { operation, startedAt, finishedAt, retryCount = 0 } = state;
  const plan = { operation, startedAt, retryCount };
  if (finishedAt === undefined) return { kind: "run", plan };
  const afterMs = Date.parse(finishedAt) + retryWaitMs(operation.retry, retryCount) - nowMs;
  return afterMs > 0 ? { kind: "wait", afterMs } : { kind: "run", plan };
}

export type Automation =
  | { readonly kind: "none" }
  | { readonly kind: "run"; readonly plan: PlannedOperation }
  | { readonly kind: "wait"; readonly afterMs: number }
  /** Why nothing is done, for the condition SyncError. */
  | { readonly kind: "refused"; readonly message: string };

export interface AutomationInput {
  readonly app: LiveApplication;
  /** The commits of the sources. */
  readonly revisions: readonly string[];
  readonly comparisons: readonly Comparison[];
  readonly nowMs: number;
}

const selfHeal = { firstMs: 2_000, factor: 3, maxMs: 300_000 };

/**
 * Whether an Application syncs by itself now. Once per revision and source: a failure is not tried again by itself, and
 * after a success only self-healing syncs the same revision again, ever more slowly. Rules: Argo CD's automated sync.
 */
export function automation(input: AutomationInput): Automation {
  const { app, revisions, comparisons, nowMs } = input;
  const automated = automatedOf(app);
  const different = comparisons.filter(({ verdict }) => verdict !== "synced" && verdict !== "shared");
  const toApply = different.filter(({ verdict }) => verdict !== "extra");
  if (automated === undefined || different.length === 0) return { kind: "none" };
  if (toApply.length === 0 && !automated.prune) return { kind: "none" };
  const attempt = lastAttempt(app, revisions);
  const target = revisions.join(", ");
  if (attempt !== undefined && attempt.phase !== "Succeeded") {
    return { kind: "refused", message: `Failed last sync attempt to [${target}]: ${attempt.message ?? attempt.phase}` };
  }
  if (attempt !== undefined && !automated.selfHeal) return { kind: "none" };
  const healed = attempt?.operation.sync?.autoHealAttemptsCount ?? 0;
  const waitMs = attempt === undefined ? 0 : healWaitMs(attempt, healed, nowMs);
  if (waitMs > 0) return { kind: "wait", afterMs: waitMs };
  if (automated.prune && !automated.allowEmpty && comparisons.every(({ verdict }) => verdict === "extra")) {
    return { kind: "refused", message: `Skipping sync attempt to [${target}]: auto-sync will wipe out all resources` };
  }
  return {
    kind: "run",
    plan: { operation: automatedOperation(input, attempt === undefined ? 0 : healed + 1), retryCount: 0 },
  };
}

function automatedOperation({ app, revisions, comparisons }: AutomationInput, healing: number): Operation {
  const { syncPolicy } = app.spec;
  const { revision, revisions: several } = revisionFields(app, revisions);
  const different = comparisons.filter(({ verdict }) => verdict !== "synced" && verdict !== "shared");
  const resources = different.map(({ key: { group, kind, namespace, name } }) => ({
    ...(group === "" ? {} : { group }),
    kind,
    ...(namespace === "" ? {} : { namespace }),
    name,
  }));
  return {
    sync: {
      ...(several === undefined ? { revision } : { revisions: [...several] }),
      ...(automatedOf(app)?.prune === true ? { prune: true } : {}),
      ...(syncPolicy?.syncOptions === undefined ? {} : { syncOptions: syncPolicy.syncOptions }),
      ...(healing > 0 ? { autoHealAttemptsCount: healing, resources } : {}),
    },
    initiatedBy: { automated: true },
    retry: syncPolicy?.retry ?? { limit: automatedRetryLimit },
  };
}

/** The last sync when it was of these revisions, sources and destination; undefined when something changed since. */
function lastAttempt(app: LiveApplication, revisions: readonly string[]): OperationState | undefined {
  const state = app.status?.operationState;
  const result = state?.syncResult;
  if (state?.operation.sync === undefined || result === undefined) return undefined;
  const synced = result.revisions !== undefined && result.revisions.length > 0 ? result.revisions : [result.revision];
  if (synced.join("\0") !== revisions.join("\0")) return undefined;
  const before = result.sources ?? (result.source === undefined ? [] : [result.source]);
  const plain = (sources: ReturnType<typeof sourcesOf>) =>
    canonicalJson(sources.map(({ targetRevision: _revision, ...rest }) => rest));
  if (plain(before) !== plain(sourcesOf(app))) return undefined;
  const compared = app.status?.sync?.comparedTo?.destination;
  return compared !== undefined && canonicalJson(compared) !== canonicalJson(app.spec.destination) ? undefined : state;
}

function healWaitMs(attempt: OperationState, healed: number, nowMs: number): number {
  if (healed === 0 || attempt.finishedAt === undefined) return 0;
  const wait = Math.min(selfHeal.firstMs * selfHeal.factor ** (healed - 1), selfHeal.maxMs);
  return Date.parse(attempt.finishedAt) + wait - nowMs;
}
