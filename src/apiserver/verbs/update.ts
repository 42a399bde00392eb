import { jsonEqual } from "../managed-fields/json.ts";
import { isNewGeneration } from "../objects/generation.ts";
import { checkRequestName, inRequestNamespace, timestamp, withMetadata, withNewIdentity } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";
import { conflict, notFound, plainError } from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";
import { namedKind, storeNew, trackPrepared, type Written } from "./create.ts";
import { withUniqueOwners } from "./dedupe-owners.ts";
import type { WriteRequest } from "./write-request.ts";

/** Makes the next state of an object from the stored one, ownership included; undefined: there is none. */
export type Transform = (live: KubeObject | undefined) => KubeObject;

/** Replaces an object by what a client sent, decoded. */
export function replaceObject(request: WriteRequest, sent: KubeObject): Written {
  const { kind, namespace, name } = request;
  const own = withUniqueOwners(inRequestNamespace(sent, kind.definition, namespace), request.warn);
  checkRequestName(own, name);
  checkUid(request, own);
  return updateObject(request, (live) => prepareNext(request, live, own), kind.rules.createOnUpdate);
}

/** A uid in the object sent is a precondition. */
function checkUid(request: WriteRequest, sent: KubeObject): void {
  const uid = sent.metadata?.uid ?? "";
  if (uid === "") return;
  const live = request.cluster.read(request.kind, request.namespace, request.name);
  if (live === undefined) return;
  const actual = live.object.metadata?.uid ?? "";
  if (uid !== actual) throw conflict(request.kind.definition, request.name, uidMismatch(request, uid, actual));
}

function uidMismatch({ kind, namespace, name }: WriteRequest, uid: string, actual: string): string {
  const { group, plural } = kind.definition;
  const key = ["/registry", ...(group === "" || kind.isBuiltin ? [] : [group]), plural, namespace, name];
  const path = key.filter((part) => part !== "").join("/");
  return `StorageError: invalid object, Code: 4, Key: ${path}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${actual}`;
}

/** Fills in what an update may leave out, prepares the object and settles its owners. */
export function prepareNext(request: WriteRequest, live: KubeObject | undefined, sent: KubeObject): KubeObject {
  const { kind, subresource, cluster, trackedAs } = request;
  const identified =
    live === undefined
      ? withNewIdentity(sent, timestamp(cluster.now()))
      : withMetadata(sent, {
          uid: orElse(sent.metadata?.uid, live.metadata?.uid),
          creationTimestamp: live.metadata?.creationTimestamp,
        });
  const own = kind.hasStatus && subresource === "" ? keepStatus(identified, live) : identified;
  const prepared = kind.prepare(own, live);
  // The finalizers of a namespace's spec are changed in this way only.
  const next = trackedAs === "finalize" ? { ...prepared, spec: own.spec } : prepared;
  return trackPrepared(live, next, own, request);
}

function orElse(value: string | undefined, fallback: string | undefined): string | undefined {
  return value === undefined || value === "" ? fallback : value;
}

/** A write that is not to the status leaves it as it was. */
export function keepStatus(object: KubeObject, live: KubeObject | undefined): KubeObject {
  const { status: _, ...rest } = object;
  return live?.status === undefined ? rest : { ...rest, status: live.status };
}

/** Reads, changes and writes one object in one step. `mayCreate`: one that is not there is created. */
export function updateObject(request: WriteRequest, transform: Transform, mayCreate: boolean): Written {
  const { kind, cluster, namespace, name } = request;
  const live = cluster.read(kind, namespace, name);
  if (live === undefined) {
    if (!mayCreate || request.subresource !== "") throw notFound(kind.definition, name);
    return createThroughUpdate(request, transform(undefined));
  }
  const next = transform(live.object);
  if (request.subresource === "") request.permit?.change(next, live.object);
  const versioned = checkVersion(request, next, live);
  return finishUpdate(request, live, beforeUpdate(request, versioned, live.object));
}

function createThroughUpdate(request: WriteRequest, object: KubeObject): Written {
  const own = inRequestNamespace(object, request.kind.definition, request.namespace);
  checkRequestName(own, request.name);
  request.permit?.create();
  request.permit?.change(own, undefined);
  request.cluster.admission.checkCreate(request.kind, own);
  return storeNew(request, own);
}

/** Refuses a stale resourceVersion; a missing one means the newest where the kind allows that. */
function checkVersion(request: WriteRequest, next: KubeObject, live: { readonly object: KubeObject }): KubeObject {
  const { kind, name } = request;
  const wanted = next.metadata?.resourceVersion ?? "";
  const actual = live.object.metadata?.resourceVersion ?? "";
  if (wanted !== "" && !/^\d+$/.test(wanted)) {
    throw plainError(`strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`);
  }
  if (wanted !== "" && wanted !== "0") {
    if (wanted !== actual) throw conflict(kind.definition, name);
    return next;
  }
  if (kind.rules.unconditionalUpdate) return withMetadata(next, { resourceVersion: actual });
  const { group, plural } = kind.definition;
  const error = invalid("metadata.resourceVersion", 0, "must be specified for an update");
  throw invalidObject({ group, kind: plural }, name, [error]);
}

/** What an update cannot change stays as it was, and the result is checked. */
function beforeUpdate(request: WriteRequest, next: KubeObject, live: KubeObject): KubeObject {
  const { kind, subresource, cluster } = request;
  const merged = subresource === "" ? next : onlyStatus(request, next, live);
  const settled = settleMetadata(merged, live);
  const fields = subresource === "" ? kind.rules.generation : undefined;
  const isNew = fields !== undefined && isNewGeneration(settled, live, fields);
  const object = isNew ? withMetadata(settled, { generation: (live.metadata?.generation ?? 0) + 1 }) : settled;
  const errors = kind.errors(object, live, subresource, request.warn);
  if (errors.length > 0) throw invalidObject(namedKind(object, kind.definition), object.metadata?.name ?? "", errors);
  cluster.admission.checkUpdate(kind, object, live);
  if (subresource === "") cluster.admission.warnAbout(kind, object, live, request.warn);
  return object;
}

function settleMetadata(object: KubeObject, live: KubeObject): KubeObject {
  const { metadata = {} } = object;
  const before = live.metadata ?? {};
  return withMetadata(object, {
    generation: before.generation,
    uid: orElse(metadata.uid, before.uid),
    creationTimestamp: before.creationTimestamp ?? metadata.creationTimestamp,
    deletionTimestamp: before.deletionTimestamp ?? metadata.deletionTimestamp,
    deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds ?? before.deletionGracePeriodSeconds,
  });
}

/** A write through the status subresource changes the status, owners, and such metadata as the kind lets through. */
function onlyStatus({ kind }: WriteRequest, next: KubeObject, live: KubeObject): KubeObject {
  const { status: _, ...rest } = live;
  const metadata = statusMetadata(kind.rules.statusKeeps, next, live);
  const merged = next.status === undefined ? { ...rest } : { ...rest, status: next.status };
  return withMetadata({ ...merged, metadata }, { managedFields: next.metadata?.managedFields });
}

function statusMetadata(
  kept: readonly string[],
  next: KubeObject,
  live: KubeObject,
): NonNullable<KubeObject["metadata"]> {
  const before = live.metadata ?? {};
  if (kept.includes("*")) return before;
  const metadata: { [field: string]: unknown } = { ...next.metadata };
  for (const field of kept) {
    if (before[field] === undefined) delete metadata[field];
    else metadata[field] = before[field];
  }
  return metadata;
}

function finishUpdate(request: WriteRequest, live: StoredObject, object: KubeObject): Written {
  const { kind, cluster, dryRun } = request;
  if (isLastFinalizerGone(object, live.object)) {
    if (!dryRun) cluster.store.remove(kind.resource, cluster.toStorage(kind, object));
    return { object, stored: undefined, created: false };
  }
  if (isUnchanged(object, live.object)) return { object: live.object, stored: live, created: false };
  if (dryRun) return { object, stored: undefined, created: false };
  const stored = cluster.store.put(kind.resource, cluster.toStorage(kind, object));
  return { object: stored.object, stored, created: false };
}

/** An object that waits for deletion goes with its last finalizer, unless its grace period still runs. */
function isLastFinalizerGone(object: KubeObject, live: KubeObject): boolean {
  if ((object.metadata?.finalizers ?? []).length > 0 || live.metadata?.deletionTimestamp === undefined) return false;
  if (holdsItself(object)) return false;
  return (live.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

/** A namespace goes only when its content has gone. */
function holdsItself(object: KubeObject): boolean {
  if (object.kind !== "Namespace" || object.apiVersion !== "v1") return false;
  const { finalizers = [] } = (object.spec ?? {}) as { readonly finalizers?: readonly string[] };
  return finalizers.length > 0;
}

/** A write that would only renew the times of its owners is none. */
function isUnchanged(object: KubeObject, live: KubeObject): boolean {
  return jsonEqual(withoutTimes(object), withoutTimes(live));
}

function withoutTimes(object: KubeObject): unknown {
  const managers = (object.metadata?.managedFields ?? []) as readonly { readonly time?: string }[];
  const timeless = managers.map(({ time: _, ...entry }) => entry);
  return withMetadata(object, { managedFields: timeless.length === 0 ? undefined : timeless });
}
