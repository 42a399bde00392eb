import type { Clock } from "../base/clock.ts";
import { sleep } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { ApiResource } from "../kube/client.ts";
import { isAborted, isNotFound } from "../kube/errors.ts";
import type { KubeObject } from "../kube/objects.ts";
import { apiVersionOf } from "../kube/objects.ts";
import { type Comparison, fieldManager, refOf } from "./compare.ts";
import { MemberUnreachableError } from "./errors.ts";
import type { Member } from "./member.ts";
import { tiersOf } from "./order.ts";
import type { ResourceKey } from "./tracking.ts";
import { describeKey } from "./tracking.ts";

/** What became of one object in a sync. */
export interface TaskResult {
  readonly key: ResourceKey;
  readonly version: string;
  readonly status: "Synced" | "SyncFailed" | "Pruned" | "PruneSkipped";
  readonly message: string;
  /** The object as it is now; undefined when it is gone or could not be written. */
  readonly live: KubeObject | undefined;
  /** Another try can succeed: whatever a cluster refuses may depend on what is not there yet. */
  readonly retryable: boolean;
  /** The member can't be reached, for so long at least. */
  readonly unreachableMs?: number;
}

export interface ApplyContext {
  readonly member: Member;
  readonly dryRun: boolean;
  /** Options of the Application and of the sync. */
  readonly options: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const crdWaitMs = 30_000;
const crdPollMs = 250;

/** Applies all objects that are not as wanted. Each is tried; one that fails does not keep the others from being applied. */
export async function applyAll(comparisons: readonly Comparison[], context: ApplyContext): Promise<TaskResult[]> {
  const wanted = comparisons.filter(({ verdict }) => verdict === "outOfSync" || verdict === "missing");
  const results: TaskResult[] = [];
  for (const tier of tiersOf(wanted)) {
    results.push(...(await Promise.all(tier.map((comparison) => applyOne(comparison, context)))));
    const definesKinds = tier.some(({ key }) => key.kind === "CustomResourceDefinition");
    if (definesKinds && !context.dryRun) context.member.client.forgetDiscovery();
  }
  return results;
}

async function applyOne(comparison: Comparison, context: ApplyContext): Promise<TaskResult> {
  const { key, version, target } = comparison;
  try {
    const resource = comparison.resource ?? (await servedResource(comparison, context));
    if (target === undefined) throw new Error("an object that is not wanted can't be applied");
    const { member, dryRun, signal } = context;
    const validate = target.options.get("Validate") ?? context.options.get("Validate");
    const fieldValidation = validate === "false" ? "Ignore" : "Strict";
    const options = { fieldManager, force: true, fieldValidation, dryRun, signal } as const;
    const patch = { kind: "apply", body: target.object } as const;
    const live = await member.run(() => member.client.patch(refOf(resource, key), patch, options));
    const message = `${describeResource(resource, key)} serverside-applied${dryRun ? " (dry run)" : ""}`;
    return { key, version, status: "Synced", message, live: dryRun ? comparison.live : live, retryable: false };
  } catch (error: unknown) {
    return failed(comparison, error);
  }
}

/** The resource of a kind that a CRD of this sync defines, as soon as the member serves it. */
async function servedResource(comparison: Comparison, context: ApplyContext): Promise<ApiResource> {
  const { member, clock, signal, dryRun } = context;
  const apiVersion = apiVersionOf({ group: comparison.key.group, version: comparison.version });
  const until = clock.now() + (dryRun ? 0 : crdWaitMs);
  for (;;) {
    try {
      return await member.run(() => member.client.resourceFor(apiVersion, comparison.key.kind, { signal }));
    } catch (error: unknown) {
      if (!isNotFound(error) || clock.now() >= until || !(await mayCome(comparison, context))) throw error;
    }
    await sleep(clock, crdPollMs, signal);
    member.client.forgetDiscovery();
  }
}

/** Whether a CRD for the group was made on the member: without one, waiting is in vain. */
async function mayCome(comparison: Comparison, { member, signal }: ApplyContext): Promise<boolean> {
  const type = { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" };
  const list = await member.run(() => member.client.list(type, { signal }));
  return list.items.some(({ spec }) => (spec as { group?: unknown } | undefined)?.group === comparison.key.group);
}

/** A failure as a result; being called off is none, the sync is taken up again by the next start. */
export function failed(comparison: Comparison, error: unknown): TaskResult {
  if (isAborted(error)) throw error;
  const { key, version, live } = comparison;
  const unreachable = error instanceof MemberUnreachableError ? { unreachableMs: error.retryAfterMs } : {};
  return { key, version, status: "SyncFailed", message: messageOf(error), live, retryable: true, ...unreachable };
}

export function describeResource(resource: ApiResource, key: ResourceKey): string {
  const singular = key.kind.toLowerCase();
  return `${resource.group === "" ? singular : `${singular}.${resource.group}`}/${key.name}`;
}

export function describeFailures(results: readonly TaskResult[]): string {
  const failures = results.filter(({ status }) => status === "SyncFailed");
  const first = failures.slice(0, 3).map(({ key, message }) => `${describeKey(key)}: ${message}`);
  const more = failures.length > first.length ? `; and ${failures.length - first.length} more` : "";
  return `one or more objects failed to apply: ${first.join("; ")}${more}`;
}
