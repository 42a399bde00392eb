import type { Schema } from "../resources.ts";
import { nullTimesOf } from "./null-times.ts";
import { canonicalQuantity } from "./quantity.ts";

/** Nothing that a user writes nests deeper; what does is left alone. */
const maxDepth = 64;

/**
 * What reading into Go types and writing again does to a built-in object: nulls, empty optional lists and maps, and zeros
 * that no pointer holds vanish, quantities become canonical, and the few defaults that stand in the published schema are filled in.
 */
export function normalise(schema: Schema, value: unknown, depth = 0): unknown {
  if (depth > maxDepth || schema["x-kubernetes-preserve-unknown-fields"] === true) return value;
  if (schema.format === "quantity") return canonicalQuantity(value);
  if (Array.isArray(value)) return normaliseList(schema, value, depth);
  if (typeof value === "object" && value !== null) return normaliseObject(schema, value, depth);
  return value;
}

function normaliseList(schema: Schema, list: readonly unknown[], depth: number): readonly unknown[] {
  const { items } = schema;
  if (items === undefined) return list;
  const normalised = list.map((item) => normalise(items, item, depth + 1));
  return normalised.some((item, index) => item !== list[index]) ? normalised : list;
}

function normaliseObject(schema: Schema, object: object, depth: number): object {
  let changed = false;
  const result: { [name: string]: unknown } = {};
  const times = nullTimesOf(schema);
  for (const [name, value] of Object.entries(object)) {
    if (value === null && times.includes(name)) {
      define(result, name, value);
      continue;
    }
    const child = childSchema(schema, name);
    const next = child === undefined ? value : normalise(child, value, depth + 1);
    if (next !== value) changed = true;
    if (child !== undefined && isOmitted(schema, child, name, next)) changed = true;
    else define(result, name, next);
  }
  if (fillDefaults(schema, result)) changed = true;
  if (fillNulls(times, result)) changed = true;
  return changed ? result : object;
}

/** A key may be `__proto__`, which an assignment would not store. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function childSchema(schema: Schema, name: string): Schema | undefined {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

function isOmitted(parent: Schema, child: Schema, name: string, value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return isZero(value) && omits(parent, name);
  if (parent.properties === undefined) return false;
  if (parent.required?.includes(name) === true) return false;
  if (Array.isArray(value)) return value.length === 0 && child.type === "array";
  return child.additionalProperties !== undefined && Object.keys(value).length === 0;
}

/** Adds the times that are written as null when they are not set. */
function fillNulls(times: readonly string[], object: { [name: string]: unknown }): boolean {
  let filled = false;
  for (const name of times) {
    if (Object.hasOwn(object, name)) continue;
    object[name] = null;
    filled = true;
  }
  return filled;
}

function isZero(value: unknown): boolean {
  return value === 0 || value === "" || value === false;
}

function omits(parent: Schema, name: string): boolean {
  const names = parent["x-go-omits"] as ReadonlySet<string> | undefined;
  return names?.has(name) === true;
}

const defaultsOf = new WeakMap<Schema, readonly (readonly [string, unknown])[]>();

function fillDefaults(schema: Schema, object: { [name: string]: unknown }): boolean {
  let defaults = defaultsOf.get(schema);
  if (defaults === undefined) {
    const properties = Object.entries(schema.properties ?? {});
    defaults = properties
      .filter(([, child]) => child.default !== undefined)
      .map(([name, child]) => [name, child.default]);
    defaultsOf.set(schema, defaults);
  }
  let filled = false;
  for (const [name, value] of defaults) {
    if (Object.hasOwn(object, name)) continue;
    object[name] = value;
    filled = true;
  }
  return filled;
}
