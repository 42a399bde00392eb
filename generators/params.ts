import { formatGoValue } from "../src/base/go-format.ts";
import { GoInt } from "../src/base/go-int.ts";
import {
  isMap,
  isMapList,
  isStringList,
  isStringMap,
  newRecord,
  type Params,
  type Value,
  type ValueMap,
} from "../src/base/values.ts";

/** A row whose values are all text, as the flat engine's rows are once they were combined. */
export type FlatParams = { readonly [key: string]: string };

/**
 * Every scalar under its dotted path as Go's `%v` prints it: maps join with a dot, list items by their index, null is
 * `<nil>`, empty maps and lists leave nothing. A list of strings such as `.path.segments` is one text, `[a b]`, and so is the
 * list of maps of the clusters generator.
 */
export function flattenParams(params: ValueMap): FlatParams {
  const flat = newRecord<string>();
  for (const [key, value] of Object.entries(params)) flattenInto(flat, key, value);
  return flat;
}

function flattenInto(flat: { [key: string]: string }, path: string, value: Value): void {
  if (isGeneralList(value)) {
    // Inside a general list Go's flattening leaves a map of strings whole.
    for (const [index, item] of value.entries()) {
      if (isStringMap(item)) flat[`${path}.${index}`] = formatGoValue(item);
      else flattenInto(flat, `${path}.${index}`, item);
    }
  } else if (isMap(value)) {
    for (const [key, entry] of Object.entries(value)) flattenInto(flat, `${path}.${key}`, entry);
  } else {
    flat[path] = formatGoValue(value);
  }
}

function isGeneralList(value: Value): value is readonly Value[] {
  return Array.isArray(value) && !isStringList(value) && !isMapList(value);
}

/** The row with each value as Go's `%v` prints it; the row itself when all are texts already. */
export function toTexts(params: Params): FlatParams {
  const entries = Object.entries(params);
  if (entries.every(([, value]) => typeof value === "string")) return params as FlatParams;
  const texts = newRecord<string>();
  for (const [key, value] of entries) texts[key] = formatGoValue(value);
  return texts;
}

/** The value with every integer beyond a double's reach rounded to one, as Go's decoding of JSON does; shared where nothing changes. */
export function toFloats(value: Value): Value {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null || isStringList(value) || isStringMap(value)) return value;
  if (value instanceof GoInt) return value;
  if (Array.isArray(value)) {
    const items = value.map(toFloats);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let copy: { [key: string]: Value } | undefined;
  for (const [key, entry] of Object.entries(value as ValueMap)) {
    const float = toFloats(entry);
    if (float === entry) continue;
    copy ??= Object.assign(newRecord(), value);
    copy[key] = float;
  }
  return copy ?? value;
}

/** How deep the maps and lists of a value are nested; a scalar is 0. Stops counting beyond `limit`. */
export function depthOf(value: Value, limit: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (limit <= 0) return 1;
  let deepest = 0;
  for (const entry of Array.isArray(value) ? value : Object.values(value)) {
    deepest = Math.max(deepest, depthOf(entry, limit - 1));
    if (deepest >= limit) break;
  }
  return deepest + 1;
}

/** A map of strings cannot take the values of a general map: Argo CD fails there too. */
export class StringMapConflict extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`${key} is a map of strings on one side and a general map on the other`);
    this.key = key;
  }
}

/**
 * Two nested rows as one; where both have a key, maps are merged and anything else is `over`'s, null and empty values
 * included. Neither side is changed. Throws StringMapConflict where a general map would go over a map of strings.
 */
export function mergeParams(base: ValueMap, over: ValueMap, path = ""): ValueMap {
  const merged = isStringMap(base) ? stringMapCopy(base) : Object.assign(newRecord(), base);
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isMap(below) && isMap(value) ? mergeMaps(below, value, path === "" ? key : `${path}.${key}`) : value;
  }
  return merged;
}

function mergeMaps(base: ValueMap, over: ValueMap, path: string): ValueMap {
  const keys = Object.keys(over);
  if (keys.length === 0) return base;
  if (isStringMap(base) && !isStringMap(over)) throw new StringMapConflict(path);
  return mergeParams(base, over, path);
}

function stringMapCopy(map: ValueMap): { [key: string]: Value } {
  const copy = Object.create(Object.getPrototypeOf(map) as object) as { [key: string]: Value };
  return Object.assign(copy, map);
}
