/** Who owns an object: what `metadata.ownerReferences` holds. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** `metadata` as the API writes it; times are RFC 3339. */
export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  managedFields?: unknown[];
}

/** Any object of the API. Foreign content: ask for fields with `Object.hasOwn`, never trust a type. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** One page of a collection, or all of it. */
export interface KubeList<T extends KubeObject = KubeObject> {
  readonly items: T[];
  /** The version to watch from. */
  readonly resourceVersion: string;
  /** Asks for the next page; absent on the last one. */
  readonly continue?: string;
}

/** The address of a kind in the API: `group` is empty for the core group. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** The address of a collection (without a name) or an object, or of a subresource such as `status`. */
export interface ResourceRef extends ResourceType {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** The key of an object in queues and stores: `namespace/name`, or `name` where there is no namespace. */
export function keyOf(object: { readonly metadata: { readonly name: string; readonly namespace?: string } }): string {
  const { namespace, name } = object.metadata;
  return keyFor(namespace, name);
}

export function keyFor(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

/** The namespace and name of a key. */
export function splitKey(key: string): { readonly namespace?: string; readonly name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** `Kind namespace/name`, as messages name an object. */
export function describeObject(object: KubeObject): string {
  return `${object.kind} ${keyOf(object)}`;
}

/** The group and version of an `apiVersion`: `v1` is the core group, whose name is empty. */
export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function apiVersionOf(type: { readonly group: string; readonly version: string }): string {
  return type.group === "" ? type.version : `${type.group}/${type.version}`;
}

/** `deployments.apps default/web`, as messages name an address. */
export function describeRef(ref: ResourceRef): string {
  const type = ref.group === "" ? ref.plural : `${ref.plural}.${ref.group}`;
  const place = ref.name === undefined ? (ref.namespace ?? "") : keyFor(ref.namespace, ref.name);
  return place === "" ? type : `${type} ${place}`;
}
