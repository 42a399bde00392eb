import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical.ts";
import type { ApiResource } from "../kube/client.ts";
import { ignoreNotFound, isNotFound, KubeError } from "../kube/errors.ts";
import type { KubeObject, ResourceRef } from "../kube/objects.ts";
import { apiVersionOf } from "../kube/objects.ts";
import { sameJson } from "../kube/patch.ts";
import { contains } from "./contains.ts";
import type { Member } from "./member.ts";
import { appliedFields, coversOwned } from "./owned-fields.ts";
import type { Target } from "./targets.ts";
import type { ResourceKey } from "./tracking.ts";
import { trackedBy } from "./tracking.ts";

/** The field manager of the sync engine, as Argo CD names its own. */
export const fieldManager = "argocd-controller";

/**
 * How an object stands: as wanted, different, not there, held by another Application or engine, or no longer wanted.
 */
export type Verdict = "synced" | "outOfSync" | "missing" | "shared" | "extra";

/** An object of an Application on its member. */
export interface Comparison {
  readonly key: ResourceKey;
  readonly version: string;
  readonly verdict: Verdict;
  readonly live: KubeObject | undefined;
  /** Undefined for an object that is no longer wanted. */
  readonly target: Target | undefined;
  /** Undefined while the member does not serve the kind. */
  readonly resource: ApiResource | undefined;
  /** Who tracks an object that is held by another one. */
  readonly owner?: string;
}

/** What a dry run said of an object in a certain state, so that it need not be asked again. */
export class DryRunMemory {
  readonly #same = new Map<string, string>();
  readonly #max: number;

  constructor(max = 100_000) {
    this.#max = max;
  }

  knowsSame(key: string, state: string): boolean {
    return this.#same.get(key) === state;
  }

  remember(key: string, state: string): void {
    this.#same.delete(key);
    this.#same.set(key, state);
    const oldest = this.#same.keys().next();
    if (this.#same.size > this.#max && oldest.done !== true) this.#same.delete(oldest.value);
  }
}

export interface CompareContext {
  readonly member: Member;
  readonly instance: string;
  readonly memory: DryRunMemory;
  readonly signal: AbortSignal;
}

export function refOf(resource: ApiResource, key: Pick<ResourceKey, "namespace" | "name">): ResourceRef {
  const { group, version, plural } = resource;
  const { namespace, name } = key;
  return { group, version, plural, name, ...(resource.namespaced ? { namespace } : {}) };
}

/** Compares one wanted object with what is on the member. Reads; a dry run is asked for only where the texts differ. */
export async function compareTarget(target: Target, context: CompareContext): Promise<Comparison> {
  const { resource, key, version } = target;
  const base = { key, version, target, resource };
  if (resource === undefined) return { ...base, verdict: "missing", live: undefined };
  const { member, signal } = context;
  const live = await member.run(() => ignoreNotFound(member.client.get(refOf(resource, key), { signal })));
  if (live === undefined) return { ...base, verdict: "missing", live };
  const owner = trackedBy(live);
  if (owner !== undefined && owner !== context.instance) return { ...base, verdict: "shared", live, owner };
  const same = isHeld(target, live) && (contains(live, target.object) || (await dryRunSame(target, live, context)));
  return { ...base, verdict: same ? "synced" : "outOfSync", live };
}

/** Whether we hold the object by apply, and nothing besides what is wanted. */
function isHeld(target: Target, live: KubeObject): boolean {
  const fields = appliedFields(live, fieldManager);
  return fields !== undefined && coversOwned(fields, target.object);
}

async function dryRunSame(target: Target, live: KubeObject, context: CompareContext): Promise<boolean> {
  const { member, memory, signal } = context;
  const { resource } = target;
  if (resource === undefined) return false;
  const hash = createHash("sha256").update(canonicalJson(target.object)).digest("base64");
  const memoryKey = `${member.server} ${live.metadata.uid}`;
  const state = `${live.metadata.resourceVersion} ${hash}`;
  if (memory.knowsSame(memoryKey, state)) return true;
  try {
    const options = { fieldManager, force: true, dryRun: true, signal };
    const patch = { kind: "apply", body: target.object } as const;
    const result = await member.run(() => member.client.patch(refOf(resource, target.key), patch, options));
    if (!sameJson(comparable(result), comparable(live))) return false;
  } catch (error: unknown) {
    if (isRefusal(error)) return false;
    throw error;
  }
  memory.remember(memoryKey, state);
  return true;
}

/** Whether the member refused the object as it is, 500 for a value of a wrong type included: the sync tells why. */
function isRefusal(error: unknown): boolean {
  return error instanceof KubeError && error.code >= 400 && error.code !== 429 && error.code < 501;
}

/** An object without what changes by itself. */
function comparable(object: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object;
  const { managedFields: _fields, resourceVersion: _version, generation: _generation, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

/** An object that was applied once, as the Application's status remembers it. */
export interface Remembered extends ResourceKey {
  readonly version: string;
}

/** Looks at an object that is no longer wanted; undefined when it is gone, or not ours to delete. */
export async function compareExtra(remembered: Remembered, context: CompareContext): Promise<Comparison | undefined> {
  const { version, ...key } = remembered;
  const { member, instance, signal } = context;
  const resource = await member.run(() => findResource(remembered, context));
  if (resource === undefined) return undefined;
  const live = await member.run(() => ignoreNotFound(member.client.get(refOf(resource, key), { signal })));
  if (live === undefined || trackedBy(live) !== instance) return undefined;
  return { key, version, verdict: "extra", live, target: undefined, resource };
}

async function findResource(
  remembered: Remembered,
  { member, signal }: CompareContext,
): Promise<ApiResource | undefined> {
  try {
    return await member.client.resourceFor(apiVersionOf(remembered), remembered.kind, { signal });
  } catch (error: unknown) {
    // With the CRD its objects are gone.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
