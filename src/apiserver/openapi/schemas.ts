import { newMap } from "../../base/values.ts";
import type { ResourceDefinition, Schema } from "../resources.ts";
import { builtinResources, type Definitions, definitions, type PublishedSchema } from "./data.ts";
import type { SchemaNames } from "./operations.ts";

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";
export const schemaReference = "#/components/schemas/";

const builtinNames: ReadonlyMap<string, SchemaNames> = new Map(
  builtinResources.map((one) => [
    `${one.group}/${one.version}/${one.kind}`,
    { object: one.definition, list: one.listDefinition ?? one.definition },
  ]),
);

/** `io.k8s.api.apps.v1.Deployment`, or `io.argoproj.v1alpha1.Application` for the kind of a CRD. */
export function schemaNames({ group, version, kind, listKind }: ResourceDefinition): SchemaNames {
  const builtin = builtinNames.get(`${group}/${version}/${kind}`);
  if (builtin !== undefined) return builtin;
  const prefix = `${group.split(".").reverse().join(".")}.${version}`;
  return { object: `${prefix}.${kind}`, list: `${prefix}.${listKind}` };
}

function reference(name: string): PublishedSchema {
  return { $ref: `${schemaReference}${name}` };
}

const conventions = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

/** Word for word as `kubectl explain` shows them for every CRD. */
const apiVersionField: PublishedSchema = {
  description:
    "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized " +
    `schemas to the latest internal value, and may reject unrecognized values. More info: ${conventions}#resources`,
  type: "string",
};
const kindField: PublishedSchema = {
  description:
    "Kind is a string value representing the REST resource this object represents. Servers may infer this from the " +
    `endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${conventions}#types-kinds`,
  type: "string",
};

function metadataField(description: string, type: string): PublishedSchema {
  return { description, allOf: [reference(`${meta}.${type}`)] };
}

function kindMark({ group, version }: ResourceDefinition, kind: string): PublishedSchema {
  return { "x-kubernetes-group-version-kind": [{ group, kind, version }] };
}

/** The schemas of a CRD's kind and its list, with the fields that every object has. */
export function customSchemas(resource: ResourceDefinition): Definitions {
  const names = schemaNames(resource);
  const schema: Schema = resource.schema ?? { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const object: PublishedSchema = {
    ...(schema as PublishedSchema),
    properties: {
      ...(schema as PublishedSchema).properties,
      apiVersion: apiVersionField,
      kind: kindField,
      metadata: metadataField(`Standard object's metadata. More info: ${conventions}#metadata`, "ObjectMeta"),
    },
    ...kindMark(resource, resource.kind),
  };
  const list: PublishedSchema = {
    description: `${resource.listKind} is a list of ${resource.kind}`,
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: apiVersionField,
      items: { description: `List of ${resource.plural}.`, type: "array", items: reference(names.object) },
      kind: kindField,
      metadata: metadataField(`Standard list metadata. More info: ${conventions}#types-kinds`, "ListMeta"),
    },
    ...kindMark(resource, resource.listKind),
  };
  return { [names.object]: object, [names.list]: list };
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    if (key === "$ref" && typeof entry === "string") yield entry.slice(entry.lastIndexOf("/") + 1);
    else yield* referencesIn(entry);
  }
}

const referencesOf = new WeakMap<PublishedSchema, readonly string[]>();

function references(schema: PublishedSchema): readonly string[] {
  let known = referencesOf.get(schema);
  if (known === undefined) referencesOf.set(schema, (known = [...new Set(referencesIn(schema))]));
  return known;
}

/** What the named schemas and everything they refer to say, by name; `custom` is looked at first. */
export function closure(roots: Iterable<string>, custom: Definitions): Definitions {
  const found: { [name: string]: PublishedSchema } = newMap<PublishedSchema>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (Object.hasOwn(found, name)) continue;
    const schema = Object.hasOwn(custom, name) ? custom[name] : definitions[name];
    if (schema === undefined) continue;
    found[name] = schema;
    // A CRD's own schema has no references but those to metadata, and may be large and deep.
    queue.push(...(Object.hasOwn(custom, name) ? [`${meta}.ObjectMeta`, `${meta}.ListMeta`] : references(schema)));
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}
