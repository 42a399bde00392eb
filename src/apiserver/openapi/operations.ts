import { apiVersionOf, type ResourceDefinition } from "../resources.ts";
import type { GroupVersionKind } from "./data.ts";
import { type Parameter, pathParameters, queryParameters } from "./parameters.ts";

export type Method = "get" | "put" | "post" | "delete" | "patch";

/** One request that a path answers, in no version of OpenAPI yet. */
export interface Operation {
  readonly method: Method;
  readonly action: string;
  readonly description: string;
  readonly operationId: string;
  readonly tag: string;
  readonly kind: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  /** Definition names of what is sent and what comes back. */
  readonly body?: { readonly definition: string; readonly isRequired: boolean; readonly types: readonly string[] };
  readonly answer: { readonly definition: string; readonly codes: readonly number[] };
}

export interface Path {
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly operations: readonly Operation[];
}

/** The names under which a resource's schemas stand in a document. */
export interface SchemaNames {
  readonly object: string;
  readonly list: string;
}

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";
const scaleDefinition = "io.k8s.api.autoscaling.v1.Scale";
const scaleKind: GroupVersionKind = { group: "autoscaling", version: "v1", kind: "Scale" };
const mergePatches = ["application/json-patch+json", "application/merge-patch+json"];

interface Context {
  readonly resource: ResourceDefinition;
  readonly names: SchemaNames;
  readonly kind: GroupVersionKind;
  readonly tag: string;
  /** `AppsV1`: the part of an operation id that names the group and version. */
  readonly prefix: string;
  readonly scope: "Namespaced" | "";
}

/** All paths of one resource with everything that can be asked of them. */
export function pathsOf(resource: ResourceDefinition, names: SchemaNames): readonly Path[] {
  const { group, version, plural, namespaced } = resource;
  const root = group === "" ? `/api/${version}` : `/apis/${apiVersionOf(resource)}`;
  const scoped = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const context = contextOf(resource, names);
  const place = namespaced ? [pathParameters.namespace] : [];
  const item = [pathParameters.name, ...place];
  const paths: Path[] = [
    { path: scoped, parameters: place, operations: collectionOperations(context) },
    { path: `${scoped}/{name}`, parameters: item, operations: itemOperations(context) },
  ];
  if (resource.subresources.status === true)
    paths.push({ path: `${scoped}/{name}/status`, parameters: item, operations: statusOperations(context) });
  if (resource.subresources.scale !== undefined)
    paths.push({ path: `${scoped}/{name}/scale`, parameters: item, operations: scaleOperations(context) });
  if (namespaced && resource.verbs.includes("list"))
    paths.push({ path: `${root}/${plural}`, parameters: queryParameters.list, operations: [listEverywhere(context)] });
  return paths.filter(({ operations }) => operations.length > 0);
}

function contextOf(resource: ResourceDefinition, names: SchemaNames): Context {
  const { group, version, kind } = resource;
  const words = group.replace(/\.k8s\.io$/, "").split(/[.-]/);
  const camel = group === "" ? "Core" : words.map(capital).join("");
  return {
    resource,
    names,
    kind: { group, kind, version },
    tag: `${camel.charAt(0).toLowerCase()}${camel.slice(1)}_${version}`,
    prefix: `${camel}${capital(version)}`,
    scope: resource.namespaced ? "Namespaced" : "",
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

interface Wording {
  readonly verb: string;
  readonly method: Method;
  readonly action: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly codes: readonly number[];
}

const wordings: { readonly [verb: string]: Wording } = {
  list: wording("list", "get", "list", "list objects of kind", queryParameters.list, [200]),
  create: wording("create", "post", "post", "create a", queryParameters.write, [200, 201, 202]),
  deletecollection: wording(
    "delete",
    "delete",
    "deletecollection",
    "delete collection of",
    queryParameters.list,
    [200],
  ),
  get: wording("read", "get", "get", "read the specified", [], [200]),
  update: wording("replace", "put", "put", "replace the specified", queryParameters.write, [200, 201]),
  patch: wording("patch", "patch", "patch", "partially update the specified", queryParameters.patch, [200, 201]),
  delete: wording("delete", "delete", "delete", "delete a", queryParameters.delete, [200, 202]),
};

function wording(
  ...[verb, method, action, description, parameters, codes]: [
    string,
    Method,
    string,
    string,
    readonly Parameter[],
    readonly number[],
  ]
): Wording {
  return { verb, method, action, description, parameters, codes };
}

interface Target {
  readonly definition: string;
  readonly kind: GroupVersionKind;
  /** `Status` or `Scale` after the kind, `Collection` before the scope. */
  readonly suffix?: string;
  readonly prefix?: string;
  readonly of?: string;
}

function operation(context: Context, verb: string, target: Target): Operation[] {
  const words = wordings[verb];
  if (words === undefined) return [];
  const { resource, prefix, scope } = context;
  const { verb: name, method, action, parameters, codes } = words;
  const body = bodyOf(context, method, action, target.definition);
  return [
    {
      method,
      action,
      description: `${words.description} ${resource.kind}`.replace("specified", `${target.of ?? ""}specified`),
      operationId: `${name}${prefix}${target.prefix ?? ""}${scope}${resource.kind}${target.suffix ?? ""}`,
      tag: context.tag,
      kind: target.kind,
      parameters,
      ...(body === undefined ? {} : { body }),
      answer: { definition: target.definition, codes },
    },
  ];
}

function bodyOf(context: Context, method: Method, action: string, definition: string): Operation["body"] {
  if (method === "patch") {
    const strategic = context.resource.strategicMerge === true ? ["application/strategic-merge-patch+json"] : [];
    const types = ["application/apply-patch+yaml", ...mergePatches, ...strategic];
    return { definition: `${meta}.Patch`, isRequired: true, types };
  }
  if (method === "get") return undefined;
  if (method === "delete") {
    const types = action === "delete" || context.resource.strategicMerge === true ? ["application/json"] : [];
    return types.length === 0 ? undefined : { definition: `${meta}.DeleteOptions`, isRequired: false, types };
  }
  return { definition, isRequired: true, types: ["application/json", "application/yaml"] };
}

function collectionOperations(context: Context): Operation[] {
  const { kind, names, resource } = context;
  const has = (verb: string) => resource.verbs.includes(verb);
  return [
    ...(has("list") ? operation(context, "list", { kind, definition: names.list }) : []),
    ...(has("create") ? operation(context, "create", { kind, definition: names.object }) : []),
    ...(has("deletecollection")
      ? operation(context, "deletecollection", { kind, definition: `${meta}.Status`, prefix: "Collection" })
      : []),
  ];
}

function itemOperations(context: Context): Operation[] {
  const { kind, names, resource } = context;
  return ["get", "update", "delete", "patch"]
    .filter((verb) => resource.verbs.includes(verb))
    .flatMap((verb) => {
      const definition = verb === "delete" ? `${meta}.Status` : names.object;
      return operation(context, verb, { kind, definition });
    });
}

const subresourceVerbs = ["get", "update", "patch"];

function statusOperations(context: Context): Operation[] {
  const target = { kind: context.kind, definition: context.names.object, suffix: "Status", of: "status of the " };
  return subresourceVerbs.flatMap((verb) => operation(context, verb, target));
}

function scaleOperations(context: Context): Operation[] {
  const kind = context.resource.strategicMerge === true ? scaleKind : context.kind;
  const target = { kind, definition: scaleDefinition, suffix: "Scale", of: "scale of the " };
  return subresourceVerbs.flatMap((verb) => operation(context, verb, target));
}

function listEverywhere(context: Context): Operation {
  const { kind, names, resource, prefix } = context;
  return {
    method: "get",
    action: "list",
    description: `list objects of kind ${resource.kind}`,
    operationId: `list${prefix}${resource.kind}ForAllNamespaces`,
    tag: context.tag,
    kind,
    parameters: [],
    answer: { definition: names.list, codes: [200] },
  };
}
