import { trackWrite, type WriteContext } from "../managed-fields/field-manager.ts";
import { withoutAssigned } from "../objects/assigned.ts";
import {
  generatedName,
  inRequestNamespace,
  timestamp,
  withMetadata,
  withNewIdentity,
  withoutSystemFields,
} from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";
import { alreadyExists, type KindRef, plainError, StatusError } from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import { invalidObject } from "../validation/field-error.ts";
import { withUniqueOwners } from "./dedupe-owners.ts";
import { type WriteRequest, writeContext } from "./write-request.ts";

/** The outcome of a write: what is stored, or what would be on a dry run. */
export interface Written {
  readonly object: KubeObject;
  readonly stored: StoredObject | undefined;
  readonly created: boolean;
}

const maxNameAttempts = 8;

/** Creates an object that a client sent, decoded. */
export function createObject(request: WriteRequest, sent: KubeObject): Written {
  const { kind, namespace, warn, cluster, permit } = request;
  const own = withoutSystemFields(inRequestNamespace(sent, kind.definition, namespace));
  permit?.change(own, undefined);
  cluster.admission.checkCreate(kind, own);
  const wanted = withUniqueOwners(own, warn);
  for (let attempt = 1; ; attempt++) {
    try {
      return storeNew(request, identify(request, wanted));
    } catch (error: unknown) {
      const mayRetry = (wanted.metadata?.name ?? "") === "" && attempt < maxNameAttempts;
      if (!mayRetry || !(error instanceof StatusError) || error.reason !== "AlreadyExists") throw error;
    }
  }
}

/** The object with name, uid and time, prepared, and owned by its writer. */
function identify(request: WriteRequest, wanted: KubeObject): KubeObject {
  const { kind, cluster } = request;
  const identified = withNewIdentity(withGeneratedName(wanted), timestamp(cluster.now()));
  const fresh = freshStatus(request, identified);
  const prepared = kind.prepare(fresh, undefined);
  return trackPrepared(undefined, prepared, fresh, request);
}

/** Tracks ownership without the values that the server assigned in preparing the object. */
export function trackPrepared(
  live: KubeObject | undefined,
  prepared: KubeObject,
  sent: KubeObject,
  request: WriteRequest,
): KubeObject {
  const context: WriteContext = writeContext(request);
  const { assigned } = request.kind.rules;
  if (assigned.length === 0) return trackWrite(live, prepared, context);
  const tracked = trackWrite(live, withoutAssigned(prepared, sent, assigned), context);
  return withMetadata(prepared, { managedFields: tracked.metadata?.managedFields });
}

function withGeneratedName(object: KubeObject): KubeObject {
  const { name = "", generateName = "" } = object.metadata ?? {};
  return name === "" && generateName !== "" ? withMetadata(object, { name: generatedName(generateName) }) : object;
}

/** A new object has no status of its own making, but for kinds that take one. */
export function freshStatus({ kind }: WriteRequest, object: KubeObject): KubeObject {
  if (object.status === undefined || !kind.hasStatus || kind.rules.keepsStatusOnCreate) return object;
  const { status: _, ...rest } = object;
  return rest;
}

/** The last steps of every creation, by POST, PUT or apply: generation, validation, storing. */
export function storeNew(request: WriteRequest, object: KubeObject): Written {
  const { kind, cluster, dryRun } = request;
  const { definition, rules } = kind;
  const ready = rules.generation === undefined ? object : withMetadata(object, { generation: 1 });
  const name = ready.metadata?.name ?? "";
  const errors = kind.errors(ready, undefined, "", request.warn);
  if (errors.length > 0) throw invalidObject(namedKind(ready, definition), name, errors);
  cluster.admission.warnAbout(kind, ready, undefined, request.warn);
  const namespace = ready.metadata?.namespace ?? "";
  checkNoVersion(ready);
  const existing = cluster.store.get(kind.resource, namespace, name);
  if (existing !== undefined) throw existsAlready(request, name, existing.object);
  const bare = withMetadata(ready, { resourceVersion: undefined });
  if (dryRun) return { object: bare, stored: undefined, created: true };
  const stored = cluster.store.put(kind.resource, cluster.toStorage(kind, bare));
  return { object: stored.object, stored, created: true };
}

/** Errors are told of the kind that the object says it is. */
export function namedKind({ kind }: KubeObject, { group }: { readonly group: string }): KindRef {
  return { group, kind: kind ?? "" };
}

function checkNoVersion(object: KubeObject): void {
  const version = object.metadata?.resourceVersion ?? "";
  if (version !== "" && version !== "0") throw plainError("resourceVersion should not be set on objects to be created");
}

function existsAlready(request: WriteRequest, name: string, existing: KubeObject): StatusError {
  const error = alreadyExists(request.kind.definition, name);
  if (existing.metadata?.deletionTimestamp === undefined) return error;
  const { status } = error;
  return new StatusError({
    code: 409,
    reason: "AlreadyExists",
    message: `object is being deleted: ${status.message}`,
    ...(status.details !== undefined && { details: status.details }),
  });
}
