/** A JSON value as it comes off the wire; `undefined` stands for "not there", which is not `null`. */
export type Json = null | boolean | number | string | readonly Json[] | JsonMap;

export interface JsonMap {
  readonly [key: string]: Json;
}

export function isJsonMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** Equality of JSON values: maps without order, lists with order, null only like null. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return listsEqual(left, right);
  return mapsEqual(left as JsonMap, right as JsonMap);
}

function listsEqual(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (!jsonEqual(left[index], right[index])) return false;
  return true;
}

function mapsEqual(left: JsonMap, right: JsonMap): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) if (!Object.hasOwn(right, key) || !jsonEqual(left[key], right[key])) return false;
  return true;
}

/**
 * Sets an own property whatever its name. Plain assignment of `__proto__` would set the prototype; JSON.parse and this do not.
 */
export function setOwn<T>(target: { [key: string]: T }, key: string, value: T): void {
  if (key === "__proto__") Object.defineProperty(target, key, { value, ...ownProperty });
  else target[key] = value;
}

const ownProperty = { enumerable: true, configurable: true, writable: true } as const;

export function getOwn(map: JsonMap, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
