import type { KubeObject, ResourceRegistry } from "./resources.ts";

/** Names a resource in one version: `{ group: "apps", version: "v1", plural: "deployments" }`. */
export interface ResourceName {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export interface ChangeEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

/**
 * In-process access to one logical cluster with an administrator's rights, past HTTP but through the same verbs: schema,
 * admission, managed fields and watch events are those of a request. Objects handed out are shared and frozen in spirit:
 * never change one, write a copy. Failures are `StatusError`s with the answer a client would get.
 */
export interface ClusterHandle {
  /** "" for the hub. */
  readonly name: string;
  readonly registry: ResourceRegistry;
  get(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined;
  /** All namespaces when `namespace` is undefined; order by namespace and name. */
  list(resource: ResourceName, namespace?: string): readonly KubeObject[];
  create(resource: ResourceName, object: KubeObject): Promise<KubeObject>;
  update(resource: ResourceName, object: KubeObject): Promise<KubeObject>;
  /** Replaces the status alone; a stale `metadata.resourceVersion` is refused, an absent one is not checked. */
  updateStatus(resource: ResourceName, object: KubeObject): Promise<KubeObject>;
  /** `graceSeconds` 0 ends a pod at once, as a kubelet does that has stopped it; absent is the kind's own grace. */
  delete(resource: ResourceName, namespace: string | undefined, name: string, graceSeconds?: number): Promise<void>;
  /**
   * Calls back once for every object there is now (ADDED) and then for each change, in order, after it is committed.
   * The callback must not block; the returned function ends it.
   */
  watch(resource: ResourceName, listener: (event: ChangeEvent) => void): () => void;
}
