import type { Schema } from "./structural-schema.ts";

export { isStructural, structuralIssues } from "./structural-rules.ts";
export type { Schema } from "./structural-schema.ts";
export { type FieldIssue, validate } from "./validate.ts";

// Schemas of CustomResourceDefinitions are trees, but that of a CustomResourceDefinition itself is a cycle.
const maxDepth = 500;
const metaFields: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

type Container = { [key: string]: unknown };

/**
 * Drops, in place, every field that the schema does not know, as an API server does before it stores an object: below
 * `x-kubernetes-preserve-unknown-fields` everything stays, and of an object with metadata that metadata. Returns the paths
 * of what was dropped, sorted: `spec.generators[0].cluster`. Looks at own properties only.
 */
export function prune(schema: Schema, value: unknown): readonly string[] {
  const dropped: string[] = [];
  const isObject = child(schema.properties, "metadata") !== undefined;
  pruneNode(isObject ? { ...schema, "x-kubernetes-embedded-resource": true } : schema, value, "", {
    dropped,
    depth: 0,
  });
  return dropped.sort();
}

interface Pruning {
  readonly dropped: string[];
  readonly depth: number;
}

function pruneNode(schema: Schema | undefined, value: unknown, path: string, state: Pruning): void {
  if (typeof value !== "object" || value === null || state.depth > maxDepth) return;
  const keeps = schema?.["x-kubernetes-preserve-unknown-fields"] === true;
  if (
    keeps &&
    schema.properties === undefined &&
    schema.items === undefined &&
    typeof schema.additionalProperties !== "object"
  )
    return;
  const next = { dropped: state.dropped, depth: state.depth + 1 };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) pruneNode(schema?.items, item, `${path}[${index}]`, next);
    return;
  }
  for (const key of Object.keys(value)) {
    if (schema?.["x-kubernetes-embedded-resource"] === true && metaFields.has(key)) continue;
    const at = path === "" ? key : `${path}.${key}`;
    const field = fieldSchema(schema, key);
    if (field !== undefined) pruneNode(field, (value as Container)[key], at, next);
    else if (schema?.additionalProperties !== true && !keeps) {
      delete (value as Container)[key];
      state.dropped.push(at);
    }
  }
}

/**
 * Drops, in place, nulls of fields that are not nullable and have no default, as an API server does since Kubernetes 1.20
 * before it sets defaults. Nulls in lists stay.
 */
export function dropNulls(schema: Schema, value: unknown): void {
  walk(schema, value, 0, (node, map) => {
    for (const key of Object.keys(map)) {
      const field = fieldSchema(node, key);
      if (map[key] === null && field !== undefined && field.nullable !== true && field.default === undefined)
        delete map[key];
    }
  });
}

/** Sets, in place, defaults of fields that are missing, or null without being nullable. */
export function applyDefaults(schema: Schema, value: unknown): void {
  walk(schema, value, 0, (node, map) => {
    for (const [key, field] of Object.entries(node.properties ?? {})) {
      const isMissing = !Object.hasOwn(map, key) || (map[key] === null && field.nullable !== true);
      if (field.default !== undefined && isMissing) setOwn(map, key, structuredClone(field.default));
    }
    const rest = node.additionalProperties;
    if (typeof rest !== "object" || rest.default === undefined || rest.nullable === true) return;
    for (const key of Object.keys(map)) {
      if (map[key] === null && child(node.properties, key) === undefined)
        setOwn(map, key, structuredClone(rest.default));
    }
  });
}

/** Visits every map that a schema node describes, parents before what is in them. */
function walk(schema: Schema, value: unknown, depth: number, visit: (schema: Schema, map: Container) => void): void {
  if (typeof value !== "object" || value === null || depth > maxDepth) return;
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) walk(schema.items, item, depth + 1, visit);
    return;
  }
  visit(schema, value as Container);
  for (const key of Object.keys(value)) {
    const field = fieldSchema(schema, key);
    if (field !== undefined) walk(field, (value as Container)[key], depth + 1, visit);
  }
}

/** The schema of a field of a map: its own one, or that of additional properties. */
export function fieldSchema(schema: Schema | undefined, key: string): Schema | undefined {
  const own = child(schema?.properties, key);
  if (own !== undefined) return own;
  return typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

function child(properties: { readonly [name: string]: Schema } | undefined, key: string): Schema | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function setOwn(map: Container, key: string, value: unknown): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}
