import { getOwn, isJsonMap, type Json, type JsonMap, jsonEqual } from "../managed-fields/json.ts";
import type { KubeObject } from "../resources.ts";

/** Whether a write changed what makes a new generation: dotted paths, or `*` for everything but metadata. */
export function isNewGeneration(object: KubeObject, previous: KubeObject, fields: readonly string[]): boolean {
  if (fields.includes("*")) return !jsonEqual(withoutMetadata(object), withoutMetadata(previous));
  return fields.some((field) => !sameAt(object as JsonMap, previous as JsonMap, field.split(".")));
}

function withoutMetadata(object: KubeObject): unknown {
  const { metadata: _, ...rest } = object;
  return rest;
}

function sameAt(left: JsonMap, right: JsonMap, path: readonly string[]): boolean {
  return jsonEqual(emptyAsMissing(valueAt(left, path)), emptyAsMissing(valueAt(right, path)));
}

export function valueAt(object: JsonMap, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path) value = isJsonMap(value) ? getOwn(value, name) : undefined;
  return value;
}

/** Go compares an empty map like none. */
function emptyAsMissing(value: Json | undefined): Json | undefined {
  return isJsonMap(value) && Object.keys(value).length === 0 ? undefined : value;
}
