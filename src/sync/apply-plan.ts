import pLimit from "p-limit";
import type { Application } from "../../crds/application.ts";
import { messageOf } from "../base/errors.ts";
import type { KubeClient } from "../kube/client.ts";
import { isAlreadyExists, KubeError } from "../kube/errors.ts";
import type { KubeObject, ResourceRef } from "../kube/objects.ts";
import { mergePatch } from "../kube/patch.ts";
import type { Change } from "../plan/plan.ts";
import { contains } from "./contains.ts";

/** The address of Applications on a hub. */
export const applications = { group: "argoproj.io", version: "v1alpha1", plural: "applications" } as const;

const cascadeFinalizer = "resources-finalizer.argocd.argoproj.io";

/** What became of one change. `error` is there when it failed; the others were tried all the same. */
export interface ApplyResult {
  readonly change: Change;
  /** `unchanged`: somebody else had made the very same Application meanwhile. */
  readonly outcome: "created" | "updated" | "deleted" | "unchanged" | "failed" | "skipped";
  readonly error?: unknown;
  /** Why nothing was tried, for `skipped`. */
  readonly message?: string;
}

export interface ApplyPlanOptions {
  readonly hub: KubeClient;
  /** Requests to the hub at one time. Default 32. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Called as each change ends, in the order of their ends. */
  readonly onResult?: (result: ApplyResult) => void;
  /** Takes what the hub answered to a write, so that the writer's next look sees it. */
  readonly onWritten?: (app: KubeObject) => void;
  /**
   * Whether an Application's destination is a known cluster. Where it is not, the cascade finalizer goes first, since
   * nobody could carry the cascade out and the deletion would hang.
   */
  readonly hasDestination?: (app: Application) => boolean;
}

/**
 * Writes the changes to the hub. All creates and updates are tried, then the deletes, and those only when every write
 * succeeded: what should replace a deleted Application is there before it goes. Results are in the order of the changes.
 */
export async function applyPlan(
  changes: readonly Change[],
  options: ApplyPlanOptions,
): Promise<readonly ApplyResult[]> {
  const limit = pLimit(options.concurrency ?? 32);
  const run = (change: Change) => limit(() => attempt(change, options));
  const writes = changes.filter(({ action }) => action === "create" || action === "update");
  const deletes = changes.filter(({ action }) => action === "delete");
  const written = await Promise.all(writes.map(run));
  if (written.some(({ outcome }) => outcome === "failed")) {
    const message = "not deleted, since other Applications could not be written";
    return [...written, ...deletes.map((change) => ({ change, outcome: "skipped", message }) as const)];
  }
  return [...written, ...(await Promise.all(deletes.map(run)))];
}

async function attempt(change: Change, options: ApplyPlanOptions): Promise<ApplyResult> {
  const result = await carryOut(change, options).catch(
    (error: unknown): ApplyResult => ({ change, outcome: "failed", error }),
  );
  options.onResult?.(result);
  return result;
}

async function carryOut(change: Change, options: ApplyPlanOptions): Promise<ApplyResult> {
  if (options.signal?.aborted) return { change, outcome: "skipped", message: "stopped before it was tried" };
  const ref: ResourceRef = { ...applications, namespace: change.namespace, name: change.name };
  const call = { fieldManager: "fleetset" };
  if (change.action === "create") return create(change, ref, options);
  if (change.action === "update") {
    const updated = await options.hub.patch(ref, { kind: "merge", body: updateBody(change) }, call);
    options.onWritten?.(updated);
    return { change, outcome: "updated" };
  }
  await deleteApplication(change, ref, options);
  return { change, outcome: "deleted" };
}

async function create(change: Change, ref: ResourceRef, options: ApplyPlanOptions): Promise<ApplyResult> {
  const { hub, onWritten } = options;
  const { name: _name, ...collection } = ref;
  try {
    const created = await hub.create(collection, change.desired as unknown as KubeObject, { fieldManager: "fleetset" });
    onWritten?.(created);
    return { change, outcome: "created" };
  } catch (error: unknown) {
    if (!isAlreadyExists(error)) throw error;
    // A controller beside the command line, or a first try whose answer was lost, may have been quicker.
    const live = await hub.get(ref);
    if (live.metadata.deletionTimestamp !== undefined || !contains(live, owned(change.desired))) throw error;
    onWritten?.(live);
    return { change, outcome: "unchanged" };
  }
}

/** Only what a set owns, so that a status written meanwhile stays; the uid refuses an object that was made anew since. */
function updateBody({ live, desired }: Change): unknown {
  const body = mergePatch(owned(live), owned(desired)) ?? {};
  return { ...body, metadata: { ...(body.metadata as object | undefined), uid: live?.metadata.uid } };
}

function owned(app: Application | undefined): object {
  const { labels, annotations, finalizers, ownerReferences } = app?.metadata ?? { name: "" };
  return { metadata: { labels, annotations, finalizers, ownerReferences }, spec: app?.spec };
}

async function deleteApplication(change: Change, ref: ResourceRef, options: ApplyPlanOptions): Promise<void> {
  const { live } = change;
  const finalizers = live?.metadata.finalizers ?? [];
  const uid = live?.metadata.uid;
  try {
    if (live && finalizers.includes(cascadeFinalizer) && options.hasDestination?.(live) === false) {
      const kept = finalizers.filter((name) => name !== cascadeFinalizer);
      await options.hub.patch(ref, { kind: "merge", body: { metadata: { uid, finalizers: kept } } });
    }
    await options.hub.delete(ref, uid === undefined ? {} : { preconditions: { uid } });
  } catch (error: unknown) {
    // Gone already is what was wanted.
    if (!(error instanceof KubeError) || error.reason !== "NotFound") throw error;
  }
}

/** One line about a failure: which Application, and what the hub said. */
export function describeFailure({ change, error }: ApplyResult): string {
  return `${change.action} Application ${change.namespace}/${change.name}: ${messageOf(error)}`;
}
