import { ignoreNotFound, isNotFound } from "../kube/errors.ts";
import { type ApplyContext, describeResource, failed, type TaskResult } from "./apply.ts";
import type { Comparison } from "./compare.ts";
import { refOf } from "./compare.ts";
import { parseOptions } from "./live-application.ts";
import { tiersOf } from "./order.ts";
import { syncOptionsAnnotation } from "./targets.ts";

const policies: Readonly<Record<string, "Foreground" | "Background" | "Orphan">> = {
  foreground: "Foreground",
  background: "Background",
  orphan: "Orphan",
};

export interface PruneContext extends ApplyContext {
  /** A person has approved deletions that ask for it. */
  readonly isConfirmed: boolean;
}

/** An option of a live object, or of the Application. The object's own wins. */
function optionOf(comparison: Comparison, name: string, context: PruneContext): string | undefined {
  const annotations = comparison.live?.metadata.annotations ?? {};
  const own = Object.hasOwn(annotations, syncOptionsAnnotation) ? annotations[syncOptionsAnnotation] : undefined;
  return parseOptions(own?.split(",")).get(name) ?? context.options.get(name);
}

/** Whether an object that is no longer wanted is kept all the same: `Prune=false`, or `Delete=false` for a deletion. */
export function keptBy(comparison: Comparison, name: "Prune" | "Delete", context: PruneContext): string | undefined {
  const option = optionOf(comparison, name, context);
  if (option === "false") return `ignored (${name}=false)`;
  return option === "confirm" && !context.isConfirmed ? `waits for approval (${name}=confirm)` : undefined;
}

/** Deletes what is no longer wanted, in the opposite order of applying. Only after a complete read and a full success. */
export async function pruneAll(comparisons: readonly Comparison[], context: PruneContext): Promise<TaskResult[]> {
  const extras = comparisons.filter(({ verdict }) => verdict === "extra");
  const results: TaskResult[] = [];
  for (const tier of tiersOf(extras).reverse()) {
    results.push(...(await Promise.all(tier.map((comparison) => pruneOne(comparison, context)))));
  }
  return results;
}

async function pruneOne(comparison: Comparison, context: PruneContext): Promise<TaskResult> {
  const { key, version, live } = comparison;
  const kept = keptBy(comparison, "Prune", context);
  if (kept !== undefined) return { key, version, status: "PruneSkipped", message: kept, live, retryable: false };
  try {
    const left = await deleteObject(comparison, context);
    const what = comparison.resource === undefined ? key.name : describeResource(comparison.resource, key);
    return { key, version, status: "Pruned", message: `${what} pruned`, live: left, retryable: false };
  } catch (error: unknown) {
    return failed(comparison, error);
  }
}

/** Deletes an object, and only the one that was looked at. Gives what is left of it while finalizers hold it. */
export async function deleteObject(
  comparison: Comparison,
  context: PruneContext,
  propagation?: "Foreground" | "Background",
): Promise<Comparison["live"]> {
  const { live, resource, key } = comparison;
  if (live === undefined || resource === undefined) return undefined;
  const { member, signal, dryRun } = context;
  const wanted = optionOf(comparison, "PrunePropagationPolicy", context);
  const propagationPolicy = propagation ?? policies[wanted ?? "foreground"] ?? "Foreground";
  const ref = refOf(resource, key);
  const { uid } = live.metadata;
  const preconditions = uid === undefined ? {} : { preconditions: { uid } };
  try {
    await member.run(() => member.client.delete(ref, { ...preconditions, propagationPolicy, dryRun, signal }));
  } catch (error: unknown) {
    // Gone already is what was wanted.
    if (!isNotFound(error)) throw error;
  }
  if (dryRun) return live;
  const left = await member.run(() => ignoreNotFound(member.client.get(ref, { signal })));
  return left?.metadata.uid === uid ? left : undefined;
}
