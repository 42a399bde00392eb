import { at, isFields, listAt } from "../../table/fields.ts";
import { type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import type { NameCheck } from "../../validation/names.ts";

/** What is wrong with a value that stands at a path. */
export type Check = (value: unknown, path: string) => readonly FieldError[];

export const notNegative: Check = (value, path) =>
  typeof value === "number" && value < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];

export const isPort: Check = (value, path) =>
  typeof value === "number" && (value < 1 || value > 65_535)
    ? [invalid(path, value, "must be between 1 and 65535, inclusive")]
    : [];

/** A port that a client left out reads as zero. */
export const needsPort: Check = (value, path) =>
  value === undefined || value === 0 ? [required(path)] : isPort(value, path);

export function oneOf(...supported: readonly string[]): Check {
  return (value, path) =>
    value === undefined || supported.includes(String(value)) ? [] : [notSupported(path, value, supported)];
}

export function named(check: NameCheck): Check {
  return (value, path) =>
    typeof value === "string" && value !== "" ? check(value).map((problem) => invalid(path, value, problem)) : [];
}

/** Runs a check on fields of an object, by name, in the order given. */
export function fields(checks: { readonly [name: string]: Check }): Check {
  return (value, path) =>
    Object.entries(checks).flatMap(([name, check]) => check(at(value, name), path === "" ? name : `${path}.${name}`));
}

/** Runs a check on each item of a list. */
export function items(check: Check): Check {
  return (value, path) =>
    Array.isArray(value) ? value.flatMap((item: unknown, index) => check(item, `${path}[${index}]`)) : [];
}

export function all(...checks: readonly Check[]): Check {
  return (value, path) => checks.flatMap((check) => check(value, path));
}

/** Nothing where the value is missing. */
export function optional(check: Check): Check {
  return (value, path) => (value === undefined || value === null ? [] : check(value, path));
}

export const present: Check = (value, path) => (value === undefined || value === "" ? [required(path)] : []);

/** Names of `items` that come a second time, by index. */
export function repeatedAt(list: readonly unknown[], keyOf: (item: unknown) => string): readonly number[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = keyOf(item);
    if (key === "") return [];
    if (seen.has(key)) return [index];
    seen.add(key);
    return [];
  });
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (isFields(value) && Object.keys(value).length === 0);
}

export function itemsAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  return listAt(value, ...path);
}
