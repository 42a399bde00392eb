import type { LogicalCluster } from "./cluster.ts";
import type { ChangeEvent, ClusterHandle, ResourceName } from "./cluster-handle.ts";
import { GoTypeError } from "./decode/go-types.ts";
import type { Kind, Subresource } from "./kinds/kind.ts";
import type { KubeObject, ResourceRegistry } from "./resources.ts";
import { badRequest, resourceMissing } from "./status-error.ts";
import { createObject, type Written } from "./verbs/create.ts";
import { deleteObject } from "./verbs/delete.ts";
import { replaceObject } from "./verbs/update.ts";
import { openWatch } from "./verbs/watch.ts";
import type { WriteRequest } from "./verbs/write-request.ts";

const everything = { filter: undefined, name: undefined };

/** A logical cluster for code in the same process: the verbs of the API without HTTP. */
export class ClusterAccess implements ClusterHandle {
  readonly #cluster: LogicalCluster;
  readonly #manager: string;

  constructor(cluster: LogicalCluster, manager: string) {
    this.#cluster = cluster;
    this.#manager = manager;
  }

  get name(): string {
    return this.#cluster.name;
  }

  get registry(): ResourceRegistry {
    return this.#cluster.registry;
  }

  #kind({ group, version, plural }: ResourceName): Kind {
    const definition = this.#cluster.registry.byResource(group, version, plural);
    if (definition === undefined) throw resourceMissing();
    return this.#cluster.kind(definition);
  }

  get(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#cluster.read(this.#kind(resource), namespace ?? "", name)?.object;
  }

  list(resource: ResourceName, namespace?: string): readonly KubeObject[] {
    const kind = this.#kind(resource);
    const stored = [...this.#cluster.store.list(kind.resource, namespace ?? "")];
    return stored.map((object) => this.#cluster.show(kind, object).object);
  }

  async create(resource: ResourceName, object: KubeObject): Promise<KubeObject> {
    const request = this.#request(resource, object, "");
    return this.#settle(createObject(request, decode(request.kind, object)));
  }

  async update(resource: ResourceName, object: KubeObject): Promise<KubeObject> {
    const request = this.#request(resource, object, "");
    return this.#settle(replaceObject(request, decode(request.kind, object)));
  }

  async updateStatus(resource: ResourceName, object: KubeObject): Promise<KubeObject> {
    const request = this.#request(resource, object, "status");
    const current = this.#withVersion(resource, object);
    return this.#settle(replaceObject(request, decode(request.kind, current)));
  }

  /** Kinds that insist on a version get the newest one from a caller that has none. */
  #withVersion(resource: ResourceName, object: KubeObject): KubeObject {
    const { metadata = {} } = object;
    if ((metadata.resourceVersion ?? "") !== "") return object;
    const live = this.get(resource, metadata.namespace, metadata.name ?? "");
    return { ...object, metadata: { ...metadata, resourceVersion: live?.metadata?.resourceVersion ?? "" } };
  }

  async delete(
    resource: ResourceName,
    namespace: string | undefined,
    name: string,
    graceSeconds?: number,
  ): Promise<void> {
    const kind = this.#kind(resource);
    const options = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
    deleteObject({ cluster: this.#cluster, kind, namespace: namespace ?? "", name, options });
    await this.#cluster.store.settled();
  }

  watch(resource: ResourceName, listener: (event: ChangeEvent) => void): () => void {
    const kind = this.#kind(resource);
    const session = openWatch({
      cluster: this.#cluster,
      kind,
      namespace: "",
      selection: everything,
      version: 0,
      sendsInitialEvents: true,
    });
    for (const { type, object } of session.initial) listener({ type, object: object.object });
    return session.start(({ type, object }) => listener({ type, object: object.object }));
  }

  #request(resource: ResourceName, object: KubeObject, subresource: Subresource): WriteRequest {
    const { namespace = "", name = "" } = object.metadata ?? {};
    return {
      cluster: this.#cluster,
      kind: this.#kind(resource),
      namespace,
      name,
      subresource,
      manager: this.#manager,
      dryRun: false,
      fieldValidation: "Ignore",
      warn: () => undefined,
    };
  }

  async #settle({ object }: Written): Promise<KubeObject> {
    const pending = this.#cluster.store.settled();
    if (pending !== undefined) await pending;
    return object;
  }
}

/** Kind and version come from the resource that is named, where the object does not say them. */
function decode(kind: Kind, object: KubeObject): KubeObject {
  try {
    return kind.decode({ ...object, apiVersion: kind.apiVersion, kind: kind.definition.kind }).object;
  } catch (error: unknown) {
    throw error instanceof GoTypeError ? badRequest(error.message) : error;
  }
}
