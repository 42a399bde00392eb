import type { IncomingHttpHeaders } from "node:http";

/**
 * One node of an OpenAPI v3 schema as Kubernetes uses it, with the extensions that say how lists and maps merge.
 * Never holds `$ref`: references stand resolved as shared nodes, so the graph may be cyclic (`JSONSchemaProps` is) and
 * must be walked along data, never by itself. Nodes are shared by every logical cluster and never changed.
 */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly [keyword: string]: unknown;
}

/** A column of `kubectl get`, as a CustomResourceDefinition declares it (`jsonPath` as there). */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, higher ones only with `-o wide`. */
  readonly priority?: number;
  readonly jsonPath: string;
}

/** The paths of a scale subresource, written as in a CustomResourceDefinition: `.spec.replicas`. */
export interface ScaleSubresource {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
  /** The version of `Scale` in the group `autoscaling` that is answered with; `v1` unless named. */
  readonly version?: string;
}

/** One kind in one version: what discovery shows, what the store accepts, how writes merge. */
export interface ResourceDefinition {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** `create delete deletecollection get list patch update watch`, or fewer (reviews only have `create`). */
  readonly verbs: readonly string[];
  readonly subresources: { readonly status?: boolean; readonly scale?: ScaleSubresource };
  /** Absent: everything is kept as it came. May be a lazy getter, so read it only when an object needs it. */
  readonly schema?: Schema;
  /** Columns of a CRD; built-in kinds get theirs from the table printer and leave this empty. */
  readonly printerColumns: readonly PrinterColumn[];
  /** The version objects are stored in: one per group and plural. */
  readonly storage: boolean;
  readonly served: boolean;
  /** Built-in kinds take strategic merge patches and are decoded as Go structs: unknown fields vanish. */
  readonly strategicMerge?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly selectableFields?: readonly string[];
  /**
   * Built-in kinds: brings a decoded object to the form that is stored, as a kube-apiserver's defaulting, strategies and Go
   * types would: defaults (restartPolicy, clusterIP, a Job's selector), canonical quantities, stringData, first status.
   * To be called on create, update, patch and apply, before validation, with `metadata.name` and `metadata.uid` set;
   * `previous` is the stored object. Pure and idempotent: gives back the object itself when nothing changes.
   */
  readonly prepare?: (object: KubeObject, previous: KubeObject | undefined) => KubeObject;
  /** Its objects are those of another resource, said in other words: events of `events.k8s.io` are those of the core group. */
  readonly sharedWith?: SharedStorage;
}

export interface SharedStorage {
  readonly group: string;
  readonly plural: string;
  readonly toStored: (object: KubeObject) => KubeObject;
  readonly fromStored: (object: KubeObject) => KubeObject;
}

/** An API object: `apiVersion`, `kind`, `metadata` and whatever its kind has. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string | null;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly unknown[];
  readonly [field: string]: unknown;
}

/** A request as the extension points see it; `path` is the one within the logical cluster: `/apis/apps/v1`. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array;
}

/** Answers `/api`, `/apis`, `/apis/<group>[/<version>]`, `/api/v1`; undefined when the path is none of these. */
export type Discovery = (registry: ResourceRegistry, request: ApiRequest) => ApiResponse | undefined;

/** Answers `/openapi/v2`, `/openapi/v3` and `/openapi/v3/...`; undefined when the path is none of these. */
export type OpenApi = (registry: ResourceRegistry, request: ApiRequest) => ApiResponse | undefined;

export interface TableOptions {
  /** `meta.k8s.io/v1` or `v1beta1`, as the Accept header asks. */
  readonly version: "v1" | "v1beta1";
  readonly includeObject: "None" | "Metadata" | "Object";
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  /** False on later events of a watch, which repeat no column definitions. */
  readonly withColumns: boolean;
}

/** `meta.k8s.io` Table without its list metadata, which the caller adds. */
export interface Table {
  readonly kind: "Table";
  readonly apiVersion: string;
  readonly columnDefinitions: readonly unknown[] | null;
  readonly rows: readonly unknown[];
}

export type ToTable = (definition: ResourceDefinition, objects: readonly KubeObject[], options: TableOptions) => Table;

/**
 * What the core calls for everything that only describes resources: `discovery` of discovery/discovery.ts, `openapi` of
 * openapi/openapi.ts, `toTable` of table/table.ts. The built-in kinds are `builtinResources()` of builtin/builtin.ts.
 */
export interface ServerExtensions {
  readonly discovery: Discovery;
  readonly openapi: OpenApi;
  readonly toTable: ToTable;
}

interface ResourceIndex {
  readonly all: readonly ResourceDefinition[];
  readonly byResource: ReadonlyMap<string, ResourceDefinition>;
  readonly byKind: ReadonlyMap<string, ResourceDefinition>;
}

/** Built-in kinds are indexed once per process, however many logical clusters there are. */
const builtinIndexes = new WeakMap<readonly ResourceDefinition[], ResourceIndex>();

/**
 * The kinds of one logical cluster: the built-in ones, which all clusters share, and those of its own CRDs.
 * A CRD never shadows a built-in kind. Lookups give served versions only, unless `all` is asked for.
 */
export class ResourceRegistry {
  readonly #builtins: ResourceIndex;
  readonly #customByGroupPlural = new Map<string, readonly ResourceDefinition[]>();
  #custom: ResourceIndex = emptyIndex;
  #changes = 0;

  constructor(builtins: readonly ResourceDefinition[]) {
    this.#builtins = builtinIndexes.get(builtins) ?? indexOf(builtins);
    builtinIndexes.set(builtins, this.#builtins);
  }

  /** Grows with every change, so that documents made from the registry can be cached. */
  get changes(): number {
    return this.#changes;
  }

  /** The built-in kinds in the order given at construction; identical for all clusters of a process. */
  get builtins(): readonly ResourceDefinition[] {
    return this.#builtins.all;
  }

  /** The kinds of CRDs, all versions, in order of installation. */
  get custom(): readonly ResourceDefinition[] {
    return this.#custom.all;
  }

  /** Every kind in every served version, built-in ones first. */
  served(): ResourceDefinition[] {
    return [...this.#builtins.all, ...this.#custom.all].filter((definition) => definition.served);
  }

  byResource(group: string, version: string, plural: string): ResourceDefinition | undefined {
    const key = indexKey(group, version, plural);
    const found = this.#builtins.byResource.get(key) ?? this.#custom.byResource.get(key);
    return found?.served === true ? found : undefined;
  }

  byKind(group: string, version: string, kind: string): ResourceDefinition | undefined {
    const key = indexKey(group, version, kind);
    const found = this.#builtins.byKind.get(key) ?? this.#custom.byKind.get(key);
    return found?.served === true ? found : undefined;
  }

  /** All versions of a resource, served or not, in declaration order. */
  versions(group: string, plural: string): readonly ResourceDefinition[] {
    const custom = this.#customByGroupPlural.get(groupPlural(group, plural));
    if (custom !== undefined) return custom;
    return this.#builtins.all.filter((definition) => definition.group === group && definition.plural === plural);
  }

  /** Installs or replaces the versions of one CRD. */
  setCustom(group: string, plural: string, definitions: readonly ResourceDefinition[]): void {
    this.#customByGroupPlural.set(groupPlural(group, plural), definitions);
    this.#reindex();
  }

  removeCustom(group: string, plural: string): void {
    if (this.#customByGroupPlural.delete(groupPlural(group, plural))) this.#reindex();
  }

  #reindex(): void {
    this.#custom = indexOf([...this.#customByGroupPlural.values()].flat());
    this.#changes++;
  }
}

function indexOf(definitions: readonly ResourceDefinition[]): ResourceIndex {
  const byResource = new Map<string, ResourceDefinition>();
  const byKind = new Map<string, ResourceDefinition>();
  for (const definition of definitions) {
    byResource.set(indexKey(definition.group, definition.version, definition.plural), definition);
    byKind.set(indexKey(definition.group, definition.version, definition.kind), definition);
  }
  return { all: definitions, byResource, byKind };
}

const emptyIndex: ResourceIndex = indexOf([]);

function indexKey(group: string, version: string, name: string): string {
  return `${group}/${version}/${name}`;
}

function groupPlural(group: string, plural: string): string {
  return `${group}/${plural}`;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}
