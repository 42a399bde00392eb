import { isJsonList, isJsonMap, type Json, setOwn } from "../managed-fields/json.ts";
import type { KubeObject, Schema } from "../resources.ts";

/** Fills in the schema's defaults where a field is missing, or null where null is not allowed. Copies what it changes. */
export function fillSchemaDefaults(object: KubeObject, schema: Schema): KubeObject {
  return fill(object as Json, schema) as KubeObject;
}

/** Drops nulls of fields that allow none and have no default: a client that clears a field sends them. */
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
