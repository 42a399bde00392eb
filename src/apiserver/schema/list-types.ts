import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap } from "../managed-fields/json.ts";
import type { Schema } from "../resources.ts";
import { duplicate, type FieldError, invalid } from "../validation/field-error.ts";

/** Lists of type `set` and `map` hold nothing twice. */
export function listTypeErrors(value: Json, schema: Schema, path = ""): FieldError[] {
  if (!hasListTypes(schema)) return [];
  if (isJsonList(value)) return listErrors(value, schema, path);
  return isJsonMap(value) ? mapErrors(value, schema, path) : [];
}

function mapErrors(map: JsonMap, schema: Schema, path: string): FieldError[] {
  return Object.keys(map).flatMap((name) => {
    const properties = schema.properties;
    if (properties !== undefined && Object.hasOwn(properties, name)) {
      return listTypeErrors(map[name]!, properties[name]!, path === "" ? name : `${path}.${name}`);
    }
    const rest = schema.additionalProperties;
    return typeof rest === "object" ? listTypeErrors(map[name]!, rest, `${path}[${name}]`) : [];
  });
}

function listErrors(list: readonly Json[], schema: Schema, path: string): FieldError[] {
  const items = schema.items;
  const below =
    items === undefined ? [] : list.flatMap((item, index) => listTypeErrors(item, items, `${path}[${index}]`));
  const listType = schema["x-kubernetes-list-type"];
  if (listType === "set") return [...repeated(list, list, path), ...below];
  return listType === "map" ? [...keyErrors(list, schema["x-kubernetes-list-map-keys"] ?? [], path), ...below] : below;
}

/** Every value that comes again is named once, at its second place. */
function repeated(keys: readonly Json[], shown: readonly Json[], path: string): FieldError[] {
  const times = new Map<string, number>();
  return keys.flatMap((key, index) => {
    const text = JSON.stringify(key);
    const count = (times.get(text) ?? 0) + 1;
    times.set(text, count);
    return count === 2 ? [duplicate(`${path}[${index}]`, shown[index])] : [];
  });
}

function keyErrors(list: readonly Json[], keys: readonly string[], path: string): FieldError[] {
  const stranger = list.findIndex((item) => item !== null && !isJsonMap(item));
  if (stranger >= 0) {
    return [invalid(`${path}[${stranger}]`, list[stranger], "must be an object for an array of list-type map")];
  }
  const ids = list.map((item) => keyOf(item as JsonMap | null, keys));
  return repeated(ids, ids, path);
}

function keyOf(item: JsonMap | null, keys: readonly string[]): JsonMap {
  const entries = keys.map((key) => [key, item === null ? undefined : getOwn(item, key)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

const listTyped = new WeakMap<Schema, boolean>();

function hasListTypes(schema: Schema): boolean {
  const known = listTyped.get(schema);
  if (known !== undefined) return known;
  // A cycle back to this node adds nothing.
  listTyped.set(schema, false);
  const listType = schema["x-kubernetes-list-type"];
  const children = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  const found =
    listType === "set" ||
    listType === "map" ||
    children.some((child) => typeof child === "object" && hasListTypes(child));
  listTyped.set(schema, found);
  return found;
}
