import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap } from "../managed-fields/json.ts";
import type { KubeObject } from "../resources.ts";

/**
 * The object without the values that the server assigned to it: those at the given paths which the client did not send.
 * A path is dotted, `[]` goes into every item of a list.
 */
export function withoutAssigned(prepared: KubeObject, sent: KubeObject, paths: readonly string[]): KubeObject {
  let object = prepared as JsonMap;
  for (const path of paths) object = strip(object, sent as JsonMap, path.split("."));
  return object as KubeObject;
}

function strip(object: JsonMap, sent: JsonMap | undefined, path: readonly string[]): JsonMap {
  const [head = "", ...rest] = path;
  const name = head.replace(/\[\]$/, "");
  const value = getOwn(object, name);
  const sentValue = sent === undefined ? undefined : getOwn(sent, name);
  if (value === undefined) return object;
  if (rest.length === 0) return sentValue === undefined ? without(object, name) : object;
  const next = head.endsWith("[]") ? stripItems(value, sentValue, rest) : stripMap(value, sentValue, rest);
  return next === value ? object : { ...object, [name]: next };
}

function stripMap(value: Json, sent: Json | undefined, path: readonly string[]): Json {
  return isJsonMap(value) ? strip(value, isJsonMap(sent) ? sent : undefined, path) : value;
}

function stripItems(value: Json, sent: Json | undefined, path: readonly string[]): Json {
  if (!isJsonList(value)) return value;
  const sentItems = isJsonList(sent) ? sent : [];
  return value.map((item, index) => stripMap(item, sentItems[index], path));
}

function without(object: JsonMap, name: string): JsonMap {
  const { [name]: _, ...rest } = object;
  return rest;
}
