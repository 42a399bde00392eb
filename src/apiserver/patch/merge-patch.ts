import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap, setOwn } from "../managed-fields/json.ts";

type Draft = { [key: string]: Json };

/** RFC 7386: maps merge, null removes, everything else replaces. Nulls in what is new go, too, those in its lists included. */
export function mergePatch(target: JsonMap, patch: JsonMap): JsonMap {
  const merged: Draft = { ...target };
  for (const key of Object.keys(patch)) {
    const value = patch[key]!;
    if (value === null) delete merged[key];
    else setOwn(merged, key, mergeValue(getOwn(target, key), value));
  }
  return merged;
}

function mergeValue(before: Json | undefined, value: Json): Json {
  if (!isJsonMap(before)) return withoutNulls(value);
  return isJsonMap(value) ? mergePatch(before, value) : value;
}

/** Without the null fields of maps; null items of lists stay. */
function withoutNulls(value: Json): Json {
  if (isJsonList(value)) return value.map(withoutNulls);
  if (!isJsonMap(value)) return value;
  const kept: Draft = {};
  for (const key of Object.keys(value)) {
    const field = value[key]!;
    if (field !== null) setOwn(kept, key, withoutNulls(field));
  }
  return kept;
}
