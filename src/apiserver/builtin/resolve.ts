import { type Definitions, definitions, type PublishedSchema } from "../openapi/data.ts";
import { fieldsOf, messageNameOf } from "../protobuf/messages.ts";
import type { Schema } from "../resources.ts";

type Node = { [keyword: string]: unknown };

const referencePrefix = "#/components/schemas/";

/** Go types whose JSON is not what their published schema says. */
const specialTypes: { readonly [name: string]: Node } = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { "x-kubernetes-int-or-string": true, format: "quantity" },
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { "x-kubernetes-int-or-string": true },
  "io.k8s.apimachinery.pkg.runtime.RawExtension": {
    "x-kubernetes-preserve-unknown-fields": true,
    "x-kubernetes-map-type": "atomic",
    type: "object",
  },
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": { "x-kubernetes-preserve-unknown-fields": true, type: "object" },
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": anything(),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": anything(),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": anything(),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": anything(),
};

function anything(): Node {
  return { "x-kubernetes-preserve-unknown-fields": true };
}

const resolved = new Map<string, Schema>();

/**
 * The schema of a definition with its references replaced by shared nodes. Nodes are made when they are first looked at:
 * definitions refer to each other in cycles, and most kinds are never used in a process.
 */
export function resolveDefinition(name: string, source: Definitions = definitions): Schema {
  const known = resolved.get(name);
  if (known !== undefined) return known;
  const special = specialTypes[name];
  const published = source[name];
  if (published === undefined) throw new Error(`no definition named ${name}`);
  const schema = special === undefined ? toSchema(published, source) : (special as Schema);
  // The Go type as messages about wrong types name it: `v1.PodSpec`.
  if (special === undefined) {
    setKeyword(schema as Node, "x-go-type", name.split(".").slice(-2).join("."), source);
    lazyField(schema as Node, "x-go-omits", () => omittedZeros(messageNameOf(name)));
  }
  resolved.set(name, schema);
  return schema;
}

const scalars = new Set(["string", "bytes", "bool", "int32", "int64", "uint32", "uint64", "double"]);

/** Fields of a Go struct that are not written when they are zero, false or empty: those that no pointer tells from unset. */
function omittedZeros(message: string, depth = 0): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, json, type, flags] of fieldsOf(message).values()) {
    if (json === "" && depth < 8) for (const name of omittedZeros(type, depth + 1)) names.add(name);
    else if (scalars.has(type) && flags === "") names.add(json);
  }
  return names;
}

function referenceOf(published: PublishedSchema): string | undefined {
  const reference = published.$ref ?? (published.allOf?.length === 1 ? published.allOf[0]?.$ref : undefined);
  return reference?.slice(referencePrefix.length);
}

/**
 * Go's zero values are published as defaults but are not filled in by a server. They stay as `x-go-zero`, which tells a
 * struct that every object holds (`{}`) from one behind a pointer: an object owns the latter from its first value only.
 */
function isZero(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false || value === null;
}

function toSchema(published: PublishedSchema, source: Definitions): Schema {
  const node: Node = {};
  const reference = referenceOf(published);
  // Descriptors are copied, not values: reading a lazy field here could lead back to this very node.
  if (reference !== undefined)
    Object.defineProperties(node, Object.getOwnPropertyDescriptors(resolveDefinition(reference, source)));
  for (const [keyword, value] of Object.entries(published)) {
    if (keyword === "$ref" || (keyword === "allOf" && reference !== undefined)) continue;
    if (keyword === "default" && isZero(value)) setKeyword(node, "x-go-zero", value, source);
    else setKeyword(node, keyword, value, source);
  }
  return node as Schema;
}

function setKeyword(node: Node, keyword: string, value: unknown, source: Definitions): void {
  if (keyword === "properties") {
    lazyField(node, keyword, () => toProperties(value as { readonly [name: string]: PublishedSchema }, source));
  } else if (keyword === "items" || (keyword === "additionalProperties" && typeof value === "object")) {
    lazyField(node, keyword, () => toSchema(value as PublishedSchema, source));
  } else {
    Object.defineProperty(node, keyword, { value, enumerable: true, configurable: true, writable: true });
  }
}

function toProperties(properties: { readonly [name: string]: PublishedSchema }, source: Definitions): Node {
  const map = Object.create(null) as Node;
  for (const [name, published] of Object.entries(properties)) map[name] = toSchema(published, source);
  return map;
}

/** A field computed at its first reading, from then on a plain one. */
function lazyField(node: Node, key: string, compute: () => unknown): void {
  Object.defineProperty(node, key, {
    enumerable: true,
    configurable: true,
    get() {
      const value = compute();
      Object.defineProperty(this, key, { value, enumerable: true, configurable: true, writable: true });
      return value;
    },
  });
}
