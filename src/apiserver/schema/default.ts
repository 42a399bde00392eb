import { isJsonList, isJsonMap, type Json, setOwn } from "../managed-fields/json.ts";
import type { KubeObject, Schema } from "../resources.ts";

/** Fills in the schema's defaults where a field is missing, or null where null is not allowed. Copies what it changes. */
export function fillSchemaDefaults(object: KubeObject, schema: Schema): KubeObject {
  return fill(object as Json, schema) as KubeObject;
}

/**
 * Drops nulls of declared fields that allow none and have no default: clients send them to clear a field. Those with a
 * default stay, to be filled in.
 */
export function withoutRefusedNulls(object: KubeObject, schema: Schema): KubeObject {
  return dropNulls(object as Json, schema) as KubeObject;
}

function dropNulls(value: Json, schema: Schema | undefined): Json {
  if (schema === undefined || typeof value !== "object" || value === null) return value;
  if (isJsonList(value)) {
    const items = value.map((item) => dropNulls(item, schema.items));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const kept: { [key: string]: Json } = {};
  let hasChanged = false;
  for (const name of Object.keys(value)) {
    const field = fieldSchema(schema, name);
    const child = (value as { readonly [key: string]: Json })[name]!;
    const isDropped = field !== undefined && isRefusedNull(child, field) && field.default === undefined;
    const next = isDropped ? undefined : dropNulls(child, field);
    if (next !== child) hasChanged = true;
    if (next !== undefined) setOwn(kept, name, next);
  }
  return hasChanged ? kept : value;
}

function fieldSchema({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

function isRefusedNull(value: Json | undefined, schema: Schema): boolean {
  return value === null && schema.nullable !== true;
}

function fill(value: Json, schema: Schema): Json {
  if (!hasDefaults(schema)) return value;
  if (isJsonList(value)) return fillList(value, schema.items);
  return isJsonMap(value) ? fillMap(value, schema) : value;
}

function fillList(list: readonly Json[], items: Schema | undefined): Json {
  if (items === undefined) return list;
  let filled: Json[] | undefined;
  for (const [index, item] of list.entries()) {
    const start = isRefusedNull(item, items) ? ((items.default ?? null) as Json) : item;
    const next = fill(start, items);
    if (next !== item) (filled ??= [...list])[index] = next;
  }
  return filled ?? list;
}

function fillMap(map: { readonly [key: string]: Json }, schema: Schema): Json {
  const properties = schema.properties ?? {};
  const filled: { [key: string]: Json } = { ...map };
  let hasChanged = false;
  for (const [name, property] of Object.entries(properties)) {
    const value = Object.hasOwn(map, name) ? map[name] : undefined;
    if (property.default === undefined || (value !== undefined && !isRefusedNull(value, property))) continue;
    setOwn(filled, name, property.default as Json);
    hasChanged = true;
  }
  for (const name of Object.keys(filled)) {
    const next = fillField(filled[name]!, name, schema);
    if (next === filled[name]) continue;
    setOwn(filled, name, next);
    hasChanged = true;
  }
  return hasChanged ? filled : map;
}

function fillField(value: Json, name: string, schema: Schema): Json {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, name)) {
    return fill(value, schema.properties[name]!);
  }
  const rest = schema.additionalProperties;
  if (typeof rest !== "object") return value;
  const start = isRefusedNull(value, rest) ? ((rest.default ?? null) as Json) : value;
  return fill(start, rest);
}

const defaulting = new WeakMap<Schema, boolean>();

/** Whether anything below a node has a default; most of a large schema has none and need not be walked. */
function hasDefaults(schema: Schema): boolean {
  const known = defaulting.get(schema);
  if (known !== undefined) return known;
  // A cycle back to this node adds nothing.
  defaulting.set(schema, false);
  const children = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  const found = children.some(
    (child) => typeof child === "object" && (child.default !== undefined || hasDefaults(child)),
  );
  defaulting.set(schema, found);
  return found;
}
