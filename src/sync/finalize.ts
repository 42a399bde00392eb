import type { Outcome } from "../base/outcome.ts";
import { done, requeue } from "../base/outcome.ts";
import { isNotFound } from "../kube/errors.ts";
import type { Comparison } from "./compare.ts";
import { compareExtra } from "./compare.ts";
import type { SyncEngine } from "./engine.ts";
import { inventoryOf } from "./inventory.ts";
import type { LiveApplication } from "./live-application.ts";
import { applications, parseOptions } from "./live-application.ts";
import type { Member } from "./member.ts";
import { tiersOf } from "./order.ts";
import type { PruneContext } from "./prune.ts";
import { deleteObject, keptBy } from "./prune.ts";
import { conditionOf, withTimes, writeStatus } from "./status.ts";
import { instanceName } from "./tracking.ts";

const cascadeFinalizer = "resources-finalizer.argocd.argoproj.io";
const backgroundFinalizer = `${cascadeFinalizer}/background`;
const cascades: ReadonlySet<string> = new Set([
  cascadeFinalizer,
  backgroundFinalizer,
  `${cascadeFinalizer}/foreground`,
]);
const goneCheckMs = 1_000;

/** Whether the deletion of an Application takes its objects along. */
export function hasCascade(app: LiveApplication): boolean {
  return app.metadata.finalizers?.some((name) => cascades.has(name)) ?? false;
}

/**
 * Carries a deletion out: the objects that the Application tracks go from the member, the finalizer when all are gone. An
 * Application whose cluster is not registered any more is let go, since nobody could ever reach its objects.
 */
export async function finalizeApplication(
  app: LiveApplication,
  engine: SyncEngine,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!hasCascade(app)) return done;
  const { destination } = app.spec;
  if (!engine.members.has(destination)) {
    engine.record(
      app,
      "Warning",
      "ResourcesOrphaned",
      "the cluster is not registered: its objects stay where they are",
    );
    await release(app, engine, signal);
    return done;
  }
  try {
    const left = await deleteAll(app, engine.members.member(destination), engine, signal);
    if (left > 0) return requeue(goneCheckMs);
  } catch (error: unknown) {
    if (!signal.aborted) await tell(app, error, engine, signal);
    throw error;
  }
  await release(app, engine, signal);
  engine.record(app, "Normal", "ResourcesDeleted", "all objects are deleted");
  return done;
}

/** Deletes what is there, custom resource definitions and namespaces last; gives how many objects are still there. */
async function deleteAll(
  app: LiveApplication,
  member: Member,
  engine: SyncEngine,
  signal: AbortSignal,
): Promise<number> {
  const instance = instanceName(app.metadata, engine.controlNamespace);
  const context = { member, instance, memory: engine.memory, signal };
  const looked = await Promise.all(inventoryOf(app.status).map((remembered) => compareExtra(remembered, context)));
  const prune: PruneContext = {
    ...{ member, dryRun: false, clock: engine.clock, signal },
    options: parseOptions(app.spec.syncPolicy?.syncOptions),
    isConfirmed: app.metadata.annotations?.["argocd.argoproj.io/deletion-approved"] !== undefined,
  };
  const present = looked.filter(
    (one) => one !== undefined && keptBy(one, "Delete", prune) !== "ignored (Delete=false)",
  );
  const tiers = tiersOf(present as Comparison[]).reverse();
  const [first = []] = tiers;
  const left = await Promise.all(first.map((comparison) => deleteOne(comparison, app, prune)));
  return tiers.slice(1).flat().length + left.filter((isLeft) => isLeft).length;
}

/** Whether the object is still there afterwards. */
async function deleteOne(comparison: Comparison, app: LiveApplication, context: PruneContext): Promise<boolean> {
  if (keptBy(comparison, "Delete", context) !== undefined) return true;
  if (comparison.live?.metadata.deletionTimestamp !== undefined) return true;
  const isBackground = app.metadata.finalizers?.includes(backgroundFinalizer) ?? false;
  const left = await deleteObject(comparison, context, isBackground ? "Background" : "Foreground");
  return left !== undefined;
}

async function release(app: LiveApplication, engine: SyncEngine, signal: AbortSignal): Promise<void> {
  const { name, namespace, resourceVersion, finalizers = [] } = app.metadata;
  const kept = finalizers.filter((finalizer) => !cascades.has(finalizer));
  const ref = { ...applications, name, ...(namespace === undefined ? {} : { namespace }) };
  // Bound to the version that was read: somebody else's finalizer that came meanwhile must not be lost.
  const body = { metadata: { resourceVersion, finalizers: kept.length === 0 ? null : kept } };
  try {
    await engine.hub.patch(ref, { kind: "merge", body }, { signal });
  } catch (error: unknown) {
    if (!isNotFound(error)) throw error;
  }
}

async function tell(app: LiveApplication, error: unknown, engine: SyncEngine, signal: AbortSignal): Promise<void> {
  const { hub, clock, controlNamespace } = engine;
  const condition = { ...conditionOf(error), type: "DeletionError" };
  const status = { ...app.status, conditions: withTimes(app.status?.conditions, [condition], clock) };
  await writeStatus(app, status, { hub, clock, controlNamespace, signal });
}
