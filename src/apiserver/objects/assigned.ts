import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap } from "../managed-fields/json.ts";
import type { KubeObject } from "../resources.ts";

/**
 * The object without the values that the server assigned to it: those at the given paths which the client did not send.
 * `[]` in a path goes into every item of a list. A map that held nothing else goes too.
 */
export function withoutAssigned(
  prepared: KubeObject,
  sent: KubeObject,
  paths: readonly (readonly string[])[],
): KubeObject {
  let object = prepared as JsonMap;
  for (const path of paths) object = strip(object, sent as JsonMap, path);
  return object as KubeObject;
}

function strip(object: JsonMap, sent: JsonMap | undefined, path: readonly string[]): JsonMap {
  const [name = "", ...rest] = path;
  const value = getOwn(object, name);
  const sentValue = sent === undefined ? undefined : getOwn(sent, name);
  if (value === undefined) return object;
  if (rest.length === 0) return isUnsent(sentValue) ? without(object, name) : object;
  const next = rest[0] === "[]" ? stripItems(value, sentValue, rest.slice(1)) : stripMap(value, sentValue, rest);
  if (next === value) return object;
  const isEmptied = isJsonMap(next) && Object.keys(next).length === 0 && sentValue === undefined;
  return isEmptied ? without(object, name) : { ...object, [name]: next };
}

/** An empty list is read as none. */
function isUnsent(value: Json | undefined): boolean {
  return value === undefined || (isJsonList(value) && value.length === 0);
}

function stripMap(value: Json, sent: Json | undefined, path: readonly string[]): Json {
  return isJsonMap(value) ? strip(value, isJsonMap(sent) ? sent : undefined, path) : value;
}

function stripItems(value: Json, sent: Json | undefined, path: readonly string[]): Json {
  if (!isJsonList(value)) return value;
  const sentItems = isJsonList(sent) ? sent : [];
  const items = value.map((item, index) => stripMap(item, sentItems[index], path));
  return items.some((item, index) => item !== value[index]) ? items : value;
}

function without(object: JsonMap, name: string): JsonMap {
  const { [name]: _, ...rest } = object;
  return rest;
}
