import { GoInt } from "./go-int.ts";

/**
 * The values that generators hand to templates, as Argo CD's Go code types them.
 *
 * Numbers are float64 as in Go (`number`), since parameters come from JSON; a `bigint` stands only for an integer that a
 * double cannot hold and becomes a float64 where Go's decoding makes it one. A `GoInt` is an integer that Go code made and
 * no JSON: the id of a repository. A map is an object without a prototype or a
 * plain one: always ask with `Object.hasOwn`. Three types are carried by a mark, since Go code behaves differently on them:
 * `map[string]string` (cluster labels and annotations, generator `values`), `[]string` (`.path.segments`) and
 * `[]map[string]any` (`.clusters` of a flat list).
 */
export type Value = null | boolean | number | bigint | string | GoInt | readonly Value[] | ValueMap;

/** A map with string keys, own properties only. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** One row: the parameters of one Application. */
export type Params = ValueMap;

/** A `map[string]string`. */
export type StringMap = { readonly [key: string]: string };

const stringMapMark: unique symbol = Symbol("map[string]string");
const stringListMark: unique symbol = Symbol("[]string");
const stringMapPrototype: object = Object.freeze(
  Object.create(null, { [stringMapMark]: { value: true, enumerable: false } }),
);

/** A new map without a prototype, so that no key can reach one. */
export function newMap<T = Value>(): { [key: string]: T } {
  return Object.create(null) as { [key: string]: T };
}

const RecordMap = function RecordMap(this: object) {
  // Nothing to set up: only the prototype matters.
} as unknown as new () => object;
RecordMap.prototype = Object.freeze(Object.create(null));

/**
 * A new map for one of very many values of the same form (rows, generated objects): the engine gives those that get the
 * same keys in the same order one hidden class, which a map without a prototype never has. Its prototype is empty and
 * frozen, so no key can reach anything.
 */
export function newRecord<T = Value>(): { [key: string]: T } {
  return new RecordMap() as { [key: string]: T };
}

/** Copies the entries into a value that templates see as Go's `map[string]string`. */
export function stringMap(entries: StringMap | Iterable<readonly [string, string]>): StringMap {
  const map = Object.create(stringMapPrototype) as { [key: string]: string };
  const pairs = Symbol.iterator in entries ? (entries as Iterable<readonly [string, string]>) : Object.entries(entries);
  for (const [key, value] of pairs) map[key] = value;
  return map;
}

export function isStringMap(value: unknown): value is StringMap {
  return typeof value === "object" && value !== null && stringMapMark in value;
}

/** Copies the items into a value that templates see as Go's `[]string`. */
export function stringList(items: Iterable<string>): readonly string[] {
  const list = [...items];
  Object.defineProperty(list, stringListMark, { value: true, enumerable: false });
  return list;
}

export function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && stringListMark in value;
}

const nilListMark: unique symbol = Symbol("nil []any");

/** A list that Go never filled: without items like any empty one, but null in JSON. */
export function nilList(): readonly Value[] {
  return Object.defineProperty([], nilListMark, { value: true, enumerable: false });
}

/** The same of Go's `[]string`. */
export function nilStringList(): readonly string[] {
  return Object.defineProperty(stringList([]) as string[], nilListMark, { value: true, enumerable: false });
}

export function isNilList(value: unknown): value is readonly Value[] {
  return Array.isArray(value) && nilListMark in value;
}

/**
 * A nil `map[string]any`, which a missing value becomes where a function takes a map. It reads as an empty map, JSON writes
 * `null` for it, and setting a key is an error.
 */
export const nilMap: ValueMap = Object.freeze(Object.create(null));

const mapListMark: unique symbol = Symbol("[]map[string]any");

/** Copies maps into a list that templates see as Go's `[]map[string]any`; one that nothing was put into is nil. */
export function mapList(maps: Iterable<ValueMap>): readonly ValueMap[] {
  const list = [...maps];
  if (list.length === 0) Object.defineProperty(list, nilListMark, { value: true, enumerable: false });
  return Object.defineProperty(list, mapListMark, { value: true, enumerable: false });
}

export function isMapList(value: unknown): value is readonly ValueMap[] {
  return Array.isArray(value) && mapListMark in value;
}

export function isMap(value: unknown): value is ValueMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof GoInt);
}

/** The own value under a key; undefined when it is missing, whatever stands on a prototype. */
export function own<T>(map: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A deep copy that keeps the marks. */
export function copyValue<T extends Value>(value: T): T {
  return copy(value) as T;
}

function copy(value: Value): Value {
  if (typeof value !== "object" || value === null || value instanceof GoInt) return value;
  if (isStringList(value)) return isNilList(value) ? nilStringList() : stringList(value);
  if (isMapList(value)) return mapList(value.map((entry) => copy(entry) as ValueMap));
  if (isNilList(value)) return nilList();
  if (Array.isArray(value)) return value.map(copy);
  if (isStringMap(value)) return stringMap(value);
  if (value === nilMap) return value;
  const map = newMap();
  for (const [key, entry] of Object.entries(value as ValueMap)) map[key] = copy(entry);
  return map;
}
