import type { LogicalCluster } from "../cluster.ts";
import type { Kind } from "../kinds/kind.ts";
import { withMetadata } from "../objects/metadata.ts";
import type { KubeObject, OwnerReference } from "../resources.ts";
import { StatusError } from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import type { Change } from "../store/watch-log.ts";
import { deleteObject } from "../verbs/delete.ts";
import { writeAsController } from "./controller-write.ts";
import { OwnerIndex } from "./owner-index.ts";
import { type ControllerOptions, WorkQueue } from "./work-queue.ts";

const orphan = "orphan";
const foreground = "foregroundDeletion";

/** What an owner reference leads to. */
type OwnerState = "there" | "gone" | "waiting";

/**
 * Deletes objects whose owners are all gone, and carries out foreground and orphaning deletions, as the garbage collector
 * of Kubernetes does. Works from the changes of the store, so that it costs nothing while nobody owns anything.
 */
export class GarbageCollector {
  readonly #cluster: LogicalCluster;
  readonly #index = new OwnerIndex();
  readonly #dependents: WorkQueue;
  readonly #owners: WorkQueue;
  readonly #stop: () => void;

  constructor(cluster: LogicalCluster, options: ControllerOptions) {
    this.#cluster = cluster;
    this.#dependents = new WorkQueue((key) => this.#checkDependent(key), options);
    this.#owners = new WorkQueue((key) => this.#checkOwner(key), options);
    this.#stop = cluster.store.listen(undefined, (change) => this.#observe(change));
    for (const resource of cluster.store.resources()) {
      for (const stored of cluster.store.list(resource)) this.#observeStored(resource, stored);
    }
  }

  stop(): void {
    this.#stop();
    this.#dependents.stop();
    this.#owners.stop();
  }

  #observe(change: Change): void {
    const { resource, object, previous, type } = change;
    const before = previous === undefined ? [] : ownersOf(previous);
    if (type !== "DELETED") {
      this.#observeStored(resource, object, before);
      return;
    }
    const key = objectKey(resource, object);
    for (const owner of before) {
      this.#index.remove(owner.uid, key);
      this.#wakeOwner(owner);
    }
    if (this.#index.isEmpty) return;
    for (const dependent of this.#index.of(object.object.metadata?.uid ?? "")) this.#dependents.add(dependent);
  }

  #observeStored(resource: string, stored: StoredObject, before: readonly OwnerReference[] = []): void {
    const owners = ownersOf(stored);
    const key = objectKey(resource, stored);
    if (owners.length > 0 || before.length > 0) this.#reindex(key, before, owners);
    if (stored.json.includes('"deletionTimestamp"') && isCollected(stored.object)) this.#owners.add(key);
  }

  #reindex(key: string, before: readonly OwnerReference[], owners: readonly OwnerReference[]): void {
    const known = new Set(before.map(({ uid }) => uid));
    for (const { uid } of before) if (!owners.some((owner) => owner.uid === uid)) this.#index.remove(uid, key);
    for (const { uid } of owners) this.#index.add(uid, key);
    if (owners.some(({ uid }) => !known.has(uid))) this.#dependents.add(key);
  }

  /** An owner that waits for its dependents looks again when one has gone. */
  #wakeOwner({ uid }: OwnerReference): void {
    const owner = this.#index.waiting.get(uid);
    if (owner !== undefined) this.#owners.add(owner);
  }

  #checkDependent(key: string): void {
    const found = this.#find(key);
    if (found === undefined) return;
    const { object, kind } = found;
    const owners = object.metadata?.ownerReferences ?? [];
    if (owners.length === 0 || (object.metadata?.deletionTimestamp !== undefined && !isForeground(object))) return;
    const states = owners.map((owner) => this.#stateOf(owner, object));
    const solid = owners.filter((_, index) => states[index] === "there");
    if (solid.length === owners.length) return;
    if (solid.length > 0) this.#write(kind, object, { ownerReferences: solid });
    else this.#collect(kind, object, states.includes("waiting") && this.#hasDependents(object));
  }

  #hasDependents(object: KubeObject): boolean {
    return this.#index.of(object.metadata?.uid ?? "").length > 0;
  }

  #collect(kind: Kind, object: KubeObject, keepsOrder: boolean): void {
    const { namespace = "", name = "", uid = "", finalizers = [] } = object.metadata ?? {};
    const own = finalizers.includes(orphan) ? "Orphan" : finalizers.includes(foreground) ? "Foreground" : "Background";
    const propagationPolicy = keepsOrder ? "Foreground" : own;
    const options = { preconditions: { uid }, propagationPolicy };
    ignoringGone(() => deleteObject({ cluster: this.#cluster, kind, namespace, name, options }));
  }

  /** Whether the object that a reference names is there, and is the one it means. */
  #stateOf(owner: OwnerReference, dependent: KubeObject): OwnerState {
    const kind = this.#kindOf(owner);
    // A kind that is not there may come back with its CRD: nothing is deleted on a guess.
    if (kind === undefined) return "there";
    const namespace = kind.definition.namespaced ? (dependent.metadata?.namespace ?? "") : "";
    const found = this.#cluster.store.get(kind.resource, namespace, owner.name)?.object;
    if (found === undefined || found.metadata?.uid !== owner.uid) return "gone";
    return found.metadata.deletionTimestamp !== undefined && isForeground(found) ? "waiting" : "there";
  }

  #kindOf({ apiVersion, kind }: OwnerReference): Kind | undefined {
    const [version = "", group = ""] = apiVersion.split("/").reverse();
    const definition = this.#cluster.registry.byKind(group, version, kind);
    return definition === undefined ? undefined : this.#cluster.kind(definition);
  }

  #checkOwner(key: string): void {
    const found = this.#find(key);
    if (found === undefined || found.object.metadata?.deletionTimestamp === undefined) return;
    const { finalizers = [] } = found.object.metadata;
    if (finalizers.includes(orphan)) this.#orphan(found.kind, found.object);
    else if (finalizers.includes(foreground)) this.#waitForDependents(key, found.kind, found.object);
  }

  #orphan(kind: Kind, owner: KubeObject): void {
    const uid = owner.metadata?.uid ?? "";
    for (const key of this.#index.of(uid)) {
      const found = this.#find(key);
      const owners = found?.object.metadata?.ownerReferences?.filter((reference) => reference.uid !== uid) ?? [];
      const ownerReferences = owners.length === 0 ? undefined : owners;
      if (found !== undefined) this.#write(found.kind, found.object, { ownerReferences });
    }
    this.#removeFinalizer(kind, owner, orphan);
  }

  #waitForDependents(key: string, kind: Kind, owner: KubeObject): void {
    const uid = owner.metadata?.uid ?? "";
    const dependents = this.#index.of(uid);
    for (const dependent of dependents) this.#dependents.add(dependent);
    if (dependents.some((dependent) => this.#isBlocking(dependent, uid))) this.#index.waiting.set(uid, key);
    else {
      this.#index.waiting.delete(uid);
      this.#removeFinalizer(kind, owner, foreground);
    }
  }

  #isBlocking(key: string, uid: string): boolean {
    const owners = this.#find(key)?.object.metadata?.ownerReferences ?? [];
    return owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true);
  }

  #removeFinalizer(kind: Kind, object: KubeObject, finalizer: string): void {
    const rest = (object.metadata?.finalizers ?? []).filter((name) => name !== finalizer);
    if (rest.length > 0) this.#write(kind, object, { finalizers: rest });
    else this.#cluster.store.remove(kind.resource, withMetadata(object, { finalizers: undefined }));
  }

  #write(kind: Kind, live: KubeObject, metadata: { readonly [field: string]: unknown }): void {
    writeAsController({ cluster: this.#cluster, kind, live, next: withMetadata(live, metadata) });
  }

  /** The object behind a key, in its storage version. */
  #find(key: string): { readonly kind: Kind; readonly object: KubeObject } | undefined {
    const [resource = "", objectPath = ""] = key.split("|");
    const [group = "", plural = ""] = resource.split("/");
    const definition = this.#cluster.registry.versions(group, plural).find((version) => version.storage);
    const stored = this.#cluster.store.getByKey(resource, objectPath);
    if (definition === undefined || stored === undefined) return undefined;
    return { kind: this.#cluster.kind(definition), object: stored.object };
  }
}

function objectKey(resource: string, object: StoredObject): string {
  return `${resource}|${object.key}`;
}

/** Most objects have no owner: the text tells without parsing. */
function ownersOf(stored: StoredObject): readonly OwnerReference[] {
  return stored.json.includes('"ownerReferences":[{') ? (stored.object.metadata?.ownerReferences ?? []) : [];
}

function isForeground(object: KubeObject): boolean {
  return object.metadata?.finalizers?.includes(foreground) === true;
}

function isCollected(object: KubeObject): boolean {
  return isForeground(object) || object.metadata?.finalizers?.includes(orphan) === true;
}

/** Someone else may delete or change an object first: then there is nothing left to do. */
function ignoringGone(work: () => void): void {
  try {
    work();
  } catch (error: unknown) {
    if (!(error instanceof StatusError) || (error.code !== 404 && error.code !== 409)) throw error;
  }
}
