import definitionsFile from "./data/definitions.json" with { type: "json" };
import resourcesFile from "./data/resources.json" with { type: "json" };

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A schema as Kubernetes publishes it in OpenAPI v3: with `$ref`, alone or as the one entry of `allOf`. */
export interface PublishedSchema {
  readonly $ref?: string;
  readonly allOf?: readonly PublishedSchema[];
  readonly oneOf?: readonly PublishedSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: { readonly [name: string]: PublishedSchema };
  readonly additionalProperties?: PublishedSchema | boolean;
  readonly items?: PublishedSchema;
  readonly required?: readonly string[];
  readonly "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[];
  readonly [keyword: string]: unknown;
}

export interface Definitions {
  readonly [name: string]: PublishedSchema;
}

/** One built-in kind, as `trim.ts` writes it to `data/resources.json`. */
export interface BuiltinResource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly status?: boolean;
  readonly scale?: boolean;
  readonly definition: string;
  readonly listDefinition?: string;
}

/** Where the data comes from: `k8s.io/kubernetes v1.36.3`. */
export const dataSource: string = resourcesFile.source;

/** Kubernetes' own definitions by name, for all kinds in `builtinResources` and what they refer to. */
export const definitions: Definitions = definitionsFile.definitions as unknown as Definitions;

/** In the order of discovery. */
export const builtinResources = resourcesFile.resources as unknown as readonly BuiltinResource[];
