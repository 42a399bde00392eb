import type { LogicalCluster } from "../cluster.ts";
import { timestamp } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";
import { StatusError } from "../status-error.ts";
import type { Change } from "../store/watch-log.ts";
import { deleteObject } from "../verbs/delete.ts";
import { writeAsController } from "./controller-write.ts";
import { type Remains, withConditions } from "./namespace-conditions.ts";
import { type ControllerOptions, WorkQueue } from "./work-queue.ts";

const resource = "/namespaces";

/** Empties namespaces that are being deleted, and lets them go when nothing is left in them. */
export class NamespaceController {
  readonly #cluster: LogicalCluster;
  readonly #queue: WorkQueue;
  readonly #terminating = new Set<string>();
  readonly #stop: () => void;

  constructor(cluster: LogicalCluster, options: ControllerOptions) {
    this.#cluster = cluster;
    this.#queue = new WorkQueue((name) => this.#empty(name), options);
    this.#stop = cluster.store.listen(undefined, (change) => this.#observe(change));
    for (const { name, object } of cluster.store.list(resource)) this.#consider(name, object);
  }

  stop(): void {
    this.#stop();
    this.#queue.stop();
  }

  #observe({ resource: changed, object, type }: Change): void {
    if (changed === resource) {
      if (type === "DELETED") this.#terminating.delete(object.name);
      else if (object.json.includes('"deletionTimestamp"')) this.#consider(object.name, object.object);
      return;
    }
    if (this.#terminating.has(object.namespace)) this.#queue.add(object.namespace);
  }

  #consider(name: string, namespace: KubeObject): void {
    if (namespace.metadata?.deletionTimestamp === undefined) return;
    this.#terminating.add(name);
    this.#queue.add(name);
  }

  #empty(name: string): void {
    const { store } = this.#cluster;
    const namespace = store.get(resource, "", name)?.object;
    if (namespace?.metadata?.deletionTimestamp === undefined) return;
    const resources = new Map<string, number>();
    const finalizers = new Map<string, number>();
    for (const kind of store.resources()) {
      const held = this.#deleteAll(kind, name);
      if (held.length > 0) resources.set(kind, held.length);
      for (const finalizer of held.flatMap(({ metadata }) => metadata?.finalizers ?? [])) {
        finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
      }
    }
    const isHeld = resources.size > 0 || (namespace.metadata.finalizers ?? []).length > 0;
    if (isHeld) this.#report(name, { resources, finalizers });
    if (resources.size === 0) this.#finalize(name);
  }

  #report(name: string, remains: Remains): void {
    const { store, registry, now } = this.#cluster;
    const live = store.get(resource, "", name)?.object;
    const definition = registry.byResource("", "v1", "namespaces");
    if (live === undefined || definition === undefined) return;
    const status = withConditions(live.status, remains, timestamp(now()));
    if (status === live.status) return;
    const kind = this.#cluster.kind(definition);
    writeAsController({ cluster: this.#cluster, kind, live, next: { ...live, status }, subresource: "status" });
  }

  /** Deletes the objects of one kind; gives back those that are still there, held by finalizers. */
  #deleteAll(kindResource: string, namespace: string): readonly KubeObject[] {
    const [group = "", plural = ""] = kindResource.split("/");
    const definition = this.#cluster.registry.versions(group, plural).find((version) => version.storage);
    if (definition?.namespaced !== true) return [];
    const kind = this.#cluster.kind(definition);
    for (const stored of this.#cluster.store.list(kindResource, namespace)) {
      if (stored.object.metadata?.deletionTimestamp !== undefined) continue;
      const options = { propagationPolicy: "Background" };
      ignoringMissing(() => deleteObject({ cluster: this.#cluster, kind, namespace, name: stored.name, options }));
    }
    return [...this.#cluster.store.list(kindResource, namespace)].map(({ object }) => object);
  }

  #finalize(name: string): void {
    const { store } = this.#cluster;
    const namespace = store.get(resource, "", name)?.object;
    if (namespace === undefined) return;
    const { finalizers = [], ...spec } = (namespace.spec ?? {}) as { readonly finalizers?: readonly string[] };
    const others = finalizers.filter((name) => name !== "kubernetes");
    const rest = { ...namespace, spec: others.length === 0 ? spec : { ...spec, finalizers: others } };
    const isHeld = others.length > 0 || (namespace.metadata?.finalizers ?? []).length > 0;
    if (!isHeld) store.remove(resource, rest);
    else if (others.length !== finalizers.length) store.put(resource, rest);
  }
}

function ignoringMissing(work: () => void): void {
  try {
    work();
  } catch (error: unknown) {
    // Deleted by someone else meanwhile.
    if (!(error instanceof StatusError) || error.code !== 404) throw error;
  }
}
