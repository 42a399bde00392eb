import { isJsonMap, type Json, type JsonMap, setOwn } from "../managed-fields/json.ts";

/** RFC 7386: maps merge, null removes, everything else replaces. */
export function mergePatch(target: JsonMap, patch: JsonMap): JsonMap {
  const merged: { [key: string]: Json } = { ...target };
  for (const key of Object.keys(patch)) {
    const value = patch[key]!;
    if (value === null) delete merged[key];
    else setOwn(merged, key, isJsonMap(value) ? mergeInto(target, key, value) : value);
  }
  return merged;
}

function mergeInto(target: JsonMap, key: string, patch: JsonMap): Json {
  const before = Object.hasOwn(target, key) ? target[key] : undefined;
  return mergePatch(isJsonMap(before) ? before : {}, patch);
}
