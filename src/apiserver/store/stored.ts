import type { KubeObject, ObjectMeta } from "../resources.ts";

/** How many objects stay parsed at a time, over all clusters: the ones used last. */
const parsedLimit = 1024;
const parsed: (StoredObject | undefined)[] = new Array(parsedLimit).fill(undefined);
let nextSlot = 0;

/**
 * One version of an object. The JSON text is the truth: it is a fifth of the size of the parsed object and is what lists
 * and watches send. The parsed form is kept for a while only, since most objects are read as text.
 */
export class StoredObject {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly json: string;
  #object: KubeObject | undefined;

  constructor(namespace: string, name: string, version: number, json: string) {
    this.namespace = namespace;
    this.name = name;
    this.version = version;
    this.json = json;
  }

  get key(): string {
    return storeKey(this.namespace, this.name);
  }

  /** Shared: never change it, write a copy. */
  get object(): KubeObject {
    if (this.#object === undefined) {
      this.#object = JSON.parse(this.json) as KubeObject;
      this.#remember();
    }
    return this.#object;
  }

  #remember(): void {
    const previous = parsed[nextSlot];
    if (previous !== undefined) previous.#object = undefined;
    parsed[nextSlot] = this;
    nextSlot = (nextSlot + 1) % parsedLimit;
  }

  /** The version as it stands in the store, from an object that gets the number now. */
  static write(object: KubeObject, version: number): StoredObject {
    const { apiVersion, kind, metadata, ...rest } = object;
    const versioned = { apiVersion, kind, metadata: orderedMetadata(metadata ?? {}, String(version)), ...rest };
    const { namespace = "", name = "" } = metadata ?? {};
    const stored = new StoredObject(namespace, name, version, JSON.stringify(versioned));
    stored.#object = versioned as KubeObject;
    stored.#remember();
    return stored;
  }

  /**
   * The text with another `apiVersion`: versions of a CRD differ in nothing else. `apiVersion` always stands first.
   */
  jsonAs(apiVersion: string): string {
    const own = this.json.slice(15, this.json.indexOf('"', 15));
    return own === apiVersion
      ? this.json
      : `{"apiVersion":${JSON.stringify(apiVersion)}${this.json.slice(16 + own.length)}`;
  }
}

/** Metadata in the order in which Kubernetes writes it. */
function orderedMetadata(metadata: ObjectMeta, resourceVersion: string): ObjectMeta {
  const { name, generateName, namespace, uid, resourceVersion: _, generation, creationTimestamp, ...rest } = metadata;
  return {
    ...(name !== undefined && { name }),
    ...(generateName !== undefined && { generateName }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    resourceVersion,
    ...(generation !== undefined && { generation }),
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...rest,
  };
}

/** Orders objects as etcd does: by namespace and name with the slash between them. */
export function storeKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
