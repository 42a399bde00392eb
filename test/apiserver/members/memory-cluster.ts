import { isDeepStrictEqual } from "node:util";
import { builtinResources } from "../../../src/apiserver/builtin/builtin.ts";
import type { ChangeEvent, ClusterHandle, ResourceName } from "../../../src/apiserver/cluster-handle.ts";
import { type KubeObject, ResourceRegistry } from "../../../src/apiserver/resources.ts";
import { conflict, notFound } from "../../../src/apiserver/status-error.ts";

/** One cluster in a map: just what a simulator sees of the real one, and a count of writes. */
export class MemoryCluster implements ClusterHandle {
  readonly name: string;
  readonly registry = new ResourceRegistry(builtinResources());
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Map<string, Set<(event: ChangeEvent) => void>>();
  #version = 0;
  writes = 0;

  constructor(name: string) {
    this.name = name;
  }

  get(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(`${resource.plural}/${namespace ?? ""}/${name}`);
  }

  list({ plural }: ResourceName, namespace?: string): readonly KubeObject[] {
    const prefix = namespace === undefined ? `${plural}/` : `${plural}/${namespace}/`;
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.flatMap((key) => this.#objects.get(key) ?? []) as readonly KubeObject[];
  }

  async create(resource: ResourceName, object: KubeObject): Promise<KubeObject> {
    const { name = "", namespace } = object.metadata ?? {};
    if (this.get(resource, namespace, name) !== undefined) throw conflict(resource, name, "it exists");
    const definition = this.registry.byResource(resource.group, resource.version, resource.plural);
    const { status: _, ...sent } = object;
    const metadata = { ...sent.metadata, uid: `uid-${++this.#version}`, generation: 1 };
    const made = definition?.prepare?.({ ...sent, metadata }, undefined) ?? { ...sent, metadata };
    return this.#put(resource, made, "ADDED");
  }

  async update(resource: ResourceName, object: KubeObject): Promise<KubeObject> {
    const present = this.#present(resource, object);
    const isSame = isDeepStrictEqual(present.spec, object.spec);
    const generation = (present.metadata?.generation ?? 0) + (isSame ? 0 : 1);
    const metadata = { ...object.metadata, generation };
    return this.#put(resource, { ...object, metadata, status: present.status }, "MODIFIED");
  }

  async updateStatus(resource: ResourceName, object: KubeObject): Promise<KubeObject> {
    return this.#put(resource, { ...this.#present(resource, object), status: object.status }, "MODIFIED");
  }

  async delete(resource: ResourceName, namespace: string | undefined, name: string): Promise<void> {
    const object = this.get(resource, namespace, name);
    if (object === undefined) throw notFound(resource, name);
    this.#objects.delete(`${resource.plural}/${namespace ?? ""}/${name}`);
    this.writes++;
    for (const listener of this.#listeners.get(resource.plural) ?? []) listener({ type: "DELETED", object });
  }

  watch(resource: ResourceName, listener: (event: ChangeEvent) => void): () => void {
    const listeners = this.#listeners.get(resource.plural) ?? new Set();
    this.#listeners.set(resource.plural, listeners.add(listener));
    for (const object of this.list(resource)) listener({ type: "ADDED", object });
    return () => listeners.delete(listener);
  }

  #present(resource: ResourceName, object: KubeObject): KubeObject {
    const present = this.get(resource, object.metadata?.namespace, object.metadata?.name ?? "");
    if (present === undefined) throw notFound(resource, object.metadata?.name ?? "");
    const sent = object.metadata?.resourceVersion;
    if (sent !== undefined && sent !== present.metadata?.resourceVersion) throw conflict(resource, "x", "it changed");
    return present;
  }

  #put(resource: ResourceName, object: KubeObject, type: ChangeEvent["type"]): KubeObject {
    this.writes++;
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    const stored = { ...object, metadata };
    this.#objects.set(`${resource.plural}/${metadata.namespace ?? ""}/${metadata.name}`, stored);
    for (const listener of this.#listeners.get(resource.plural) ?? []) listener({ type, object: stored });
    return stored;
  }
}
