import type { LogicalCluster } from "../cluster.ts";
import type { Kind } from "../kinds/kind.ts";
import { jsonEqual } from "../managed-fields/json.ts";
import { timestamp, withMetadata } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";
import { conflict, notFound } from "../status-error.ts";
import { type FieldError, invalid, invalidObject, notSupported } from "../validation/field-error.ts";

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | null;
  readonly preconditions?: { readonly uid?: string | null; readonly resourceVersion?: string | null } | null;
  readonly propagationPolicy?: string | null;
  readonly orphanDependents?: boolean | null;
  readonly dryRun?: readonly string[] | null;
}

export interface DeleteRequest {
  readonly cluster: LogicalCluster;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly options: DeleteOptions;
}

export interface Deleted {
  /** The last state, or the present one while finalizers or a grace period keep it. */
  readonly object: KubeObject;
  readonly isGone: boolean;
}

const orphan = "orphan";
const foreground = "foregroundDeletion";
const policies = ["Foreground", "Background", "Orphan", "nil"];

export function checkDeleteOptions(options: DeleteOptions): void {
  const errors: FieldError[] = [];
  const policy = options.propagationPolicy ?? undefined;
  if (policy !== undefined && (options.orphanDependents ?? undefined) !== undefined) {
    const detail = "orphanDependents and deletionPropagation cannot be both set";
    errors.push(invalid("propagationPolicy", policy, detail));
  }
  if (policy !== undefined && !policies.slice(0, 3).includes(policy)) {
    errors.push(notSupported("propagationPolicy", policy, policies));
  }
  const dryRun = options.dryRun ?? [];
  if (dryRun.some((value) => value !== "All")) errors.push(notSupported("dryRun", dryRun, ["All"]));
  if (errors.length > 0) throw invalidObject({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
}

/** Deletes an object, or marks it when finalizers, its dependents or a grace period keep it for a while. */
export function deleteObject(request: DeleteRequest): Deleted {
  const { cluster, kind, namespace, name, options } = request;
  cluster.admission.checkDelete(kind, name);
  const live = cluster.read(kind, namespace, name);
  if (live === undefined) throw notFound(kind.definition, name);
  checkDeleteOptions(options);
  checkPreconditions(request, live.object);
  const marked = markForDeletion(request, live.object);
  const isDryRun = (options.dryRun ?? []).length > 0;
  if (marked === "gone") return remove(request, lastState(request, live.object), isDryRun);
  if (isDryRun || jsonEqual(marked, live.object)) return { object: marked, isGone: false };
  const stored = cluster.store.put(kind.resource, cluster.toStorage(kind, marked));
  return { object: cluster.show(kind, stored).object, isGone: false };
}

function remove({ cluster, kind }: DeleteRequest, object: KubeObject, isDryRun: boolean): Deleted {
  if (isDryRun) return { object, isGone: true };
  const removed = cluster.store.remove(kind.resource, cluster.toStorage(kind, object));
  return { object: cluster.show(kind, removed).object, isGone: true };
}

/** Pods are marked even when nothing keeps them: whoever watches sees the deletion coming. */
function lastState({ cluster, kind, options }: DeleteRequest, live: KubeObject): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds } = live.metadata ?? {};
  if (kind.resource !== "/pods" || (deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0)) return live;
  const marked = withDeletionTime(live, cluster.now(), 0);
  if ((options.dryRun ?? []).length > 0) return marked;
  return cluster.store.put(kind.resource, marked).object;
}

function checkPreconditions({ kind, name, options }: DeleteRequest, live: KubeObject): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata = {} } = live;
  const named = { group: kind.definition.group, plural: kind.definition.kind };
  if (uid !== undefined && uid !== null && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(named, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== null && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict(named, name, why);
  }
}

/** The object as it waits for its deletion; "gone" when nothing keeps it. */
function markForDeletion(request: DeleteRequest, live: KubeObject): KubeObject | "gone" {
  const { cluster, kind, options } = request;
  if (kind.resource === "/namespaces") return markNamespace(cluster, live);
  if (kind.resource === "apiextensions.k8s.io/customresourcedefinitions") return markDefinition(cluster, live);
  const grace = gracePeriod(kind, live, options);
  if (grace === "pending") return live;
  const finalizers = finalizersFor(kind, live.metadata?.finalizers ?? [], options);
  if (finalizers.length === 0 && grace === 0) return "gone";
  const withFinalizers = withMetadata(live, { finalizers: finalizers.length === 0 ? undefined : finalizers });
  return withDeletionTime(withFinalizers, cluster.now(), grace);
}

/** Finalizers of a namespace stand in its spec, too. */
function markNamespace(cluster: LogicalCluster, live: KubeObject): KubeObject | "gone" {
  const { finalizers = [] } = (live.spec ?? {}) as { readonly finalizers?: readonly string[] };
  if (finalizers.length === 0 && (live.metadata?.finalizers ?? []).length === 0) return "gone";
  if (live.metadata?.deletionTimestamp !== undefined) return live;
  const status = { ...(live.status as object | undefined), phase: "Terminating" };
  return withMetadata({ ...live, status }, { deletionTimestamp: timestamp(cluster.now()) });
}

const cleanup = "customresourcecleanup.apiextensions.k8s.io";

const terminatingCondition = {
  type: "Terminating",
  status: "True",
  reason: "InstanceDeletionPending",
  message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
};

/** A definition goes after the objects of its kind. */
function markDefinition(cluster: LogicalCluster, live: KubeObject): KubeObject {
  const { metadata = {} } = live;
  const { finalizers = [] } = metadata;
  if (metadata.deletionTimestamp !== undefined) return live;
  const now = timestamp(cluster.now());
  const status = (live.status ?? {}) as { readonly conditions?: readonly object[] | null };
  const conditions = [...(status.conditions ?? []), { ...terminatingCondition, lastTransitionTime: now }];
  return withMetadata(
    { ...live, status: { ...status, conditions } },
    {
      deletionTimestamp: now,
      finalizers: finalizers.includes(cleanup) ? finalizers : [...finalizers, cleanup],
    },
  );
}

/** Seconds until the object may go; "pending" when a deletion is already under way and this one does not shorten it. */
function gracePeriod(kind: Kind, live: KubeObject, options: DeleteOptions): number | "pending" {
  if (kind.resource !== "/pods") return 0;
  const asked = options.gracePeriodSeconds ?? undefined;
  const wanted = asked !== undefined && asked < 0 ? 1 : asked;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = live.metadata ?? {};
  if (deletionTimestamp !== undefined) {
    if (deletionGracePeriodSeconds === 0) return 0;
    return wanted === undefined || wanted >= deletionGracePeriodSeconds ? "pending" : wanted;
  }
  return podGracePeriod(live, wanted);
}

/** A pod that no node runs has nothing to wait for, whatever is asked. */
function podGracePeriod(pod: KubeObject, wanted: number | undefined): number {
  const spec = (pod.spec ?? {}) as { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number };
  const { phase } = (pod.status ?? {}) as { readonly phase?: string };
  if ((spec.nodeName ?? "") === "" || phase === "Succeeded" || phase === "Failed") return 0;
  return wanted ?? spec.terminationGracePeriodSeconds ?? 30;
}

function withDeletionTime(object: KubeObject, now: number, grace: number): KubeObject {
  const { metadata = {} } = object;
  const isFirst = metadata.deletionTimestamp === undefined;
  const generation = isFirst && (metadata.generation ?? 0) > 0 ? (metadata.generation ?? 0) + 1 : metadata.generation;
  return withMetadata(object, {
    generation,
    deletionTimestamp: isFirst || grace > 0 ? timestamp(now + grace * 1000) : metadata.deletionTimestamp,
    deletionGracePeriodSeconds: grace,
  });
}

/** The finalizers with those of the garbage collector as the options ask. */
function finalizersFor(kind: Kind, finalizers: readonly string[], options: DeleteOptions): readonly string[] {
  const wanted =
    collectorFinalizer(finalizers, options) ?? (isUnasked(finalizers, options) ? defaultFinalizer(kind) : undefined);
  const others = finalizers.filter((name) => name !== orphan && name !== foreground);
  if (wanted === undefined) return others;
  return finalizers.includes(wanted) && others.length === finalizers.length - 1 ? finalizers : [...others, wanted];
}

function isUnasked(finalizers: readonly string[], { orphanDependents, propagationPolicy }: DeleteOptions): boolean {
  if ((orphanDependents ?? propagationPolicy ?? undefined) !== undefined) return false;
  return !finalizers.includes(orphan) && !finalizers.includes(foreground);
}

function defaultFinalizer({ rules }: Kind): string | undefined {
  return rules.orphansByDefault ? orphan : undefined;
}

function collectorFinalizer(finalizers: readonly string[], options: DeleteOptions): string | undefined {
  const { orphanDependents, propagationPolicy } = options;
  if (orphanDependents !== undefined && orphanDependents !== null) return orphanDependents ? orphan : undefined;
  if (propagationPolicy === "Orphan") return orphan;
  if (propagationPolicy === "Foreground") return foreground;
  if (propagationPolicy === "Background") return undefined;
  return finalizers.find((name) => name === orphan || name === foreground);
}

/** Answers a deletion as Kubernetes does: the object while it waits, a Status once it is gone. */
export function deletionAnswer({ kind }: { readonly kind: Kind }, { object, isGone }: Deleted): unknown {
  if (!isGone || kind.rules.returnsDeleted) return object;
  const { group, plural } = kind.definition;
  const { name, uid } = object.metadata ?? {};
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(group !== "" && { group }), kind: plural, uid },
  };
}
