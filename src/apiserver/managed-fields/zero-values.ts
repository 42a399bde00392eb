import type { Schema } from "../resources.ts";
import { isJsonList, isJsonMap, type Json, type JsonMap, setOwn } from "./json.ts";

/**
 * A built-in object as Go holds it: structs that are not behind a pointer are always there, empty or not. Ownership is
 * compared on that form, so that setting the first field of such a struct does not make anyone own the struct itself.
 */
export function withZeroStructs(object: JsonMap, schema: Schema | undefined): JsonMap {
  return schema === undefined ? object : (fill(object, schema) as JsonMap);
}

/** What an object of a built-in kind is before anything is written to it. */
export function zeroObject(schema: Schema | undefined): JsonMap {
  if (schema === undefined) return {};
  let zero = zeroObjects.get(schema);
  if (zero === undefined) zeroObjects.set(schema, (zero = fill({}, schema) as JsonMap));
  return zero;
}

const zeroObjects = new WeakMap<Schema, JsonMap>();

interface ZeroField {
  readonly name: string;
  readonly value: Json;
}

const zeroFields = new WeakMap<Schema, readonly ZeroField[]>();

function zeroFieldsOf(schema: Schema): readonly ZeroField[] {
  let fields = zeroFields.get(schema);
  if (fields !== undefined) return fields;
  // Set first: a type that embeds itself behind a list comes back here.
  zeroFields.set(schema, []);
  fields = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => zeroField(schema, name, property));
  zeroFields.set(schema, fields);
  return fields;
}

function zeroField(parent: Schema, name: string, property: Schema): ZeroField[] {
  const zero = property["x-go-zero"];
  if (isJsonMap(zero) && property.properties !== undefined) return [{ name, value: fill({}, property) }];
  if (zero !== undefined && !isJsonMap(zero)) return [{ name, value: zero as Json }];
  if (parent.required?.includes(name) !== true) return [];
  return property.type === "array" || property.type === "object" ? [{ name, value: null }] : [];
}

function fill(value: Json, schema: Schema): Json {
  if (isJsonList(value)) return fillList(value, schema.items);
  return isJsonMap(value) ? fillMap(value, schema) : value;
}

function fillList(list: readonly Json[], items: Schema | undefined): Json {
  if (items === undefined || !mayHoldZeros(items)) return list;
  let filled: Json[] | undefined;
  for (const [index, item] of list.entries()) {
    const next = fill(item, items);
    if (next !== item) (filled ??= [...list])[index] = next;
  }
  return filled ?? list;
}

function fillMap(map: JsonMap, schema: Schema): Json {
  if (!mayHoldZeros(schema)) return map;
  let filled: { [name: string]: Json } | undefined;
  for (const name of Object.keys(map)) {
    const child = childSchema(schema, name);
    const next = child === undefined ? map[name]! : fill(map[name]!, child);
    if (next !== map[name]) setOwn((filled ??= { ...map }), name, next);
  }
  for (const { name, value } of zeroFieldsOf(schema)) {
    if (!Object.hasOwn(map, name)) setOwn((filled ??= { ...map }), name, value);
  }
  return filled ?? map;
}

function childSchema(schema: Schema, name: string): Schema | undefined {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** Scalars and free-form values need no walk. */
function mayHoldZeros(schema: Schema): boolean {
  return (
    schema.properties !== undefined || schema.items !== undefined || typeof schema.additionalProperties === "object"
  );
}
