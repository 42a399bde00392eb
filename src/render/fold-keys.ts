import { isMap, newRecord } from "../base/values.ts";
import type { Field, StructType } from "./go-type.ts";

type Fields = { readonly [key: string]: unknown };

const foldedNames = new WeakMap<StructType, ReadonlyMap<string, string>>();

/**
 * The fields of a struct under their own names. Go's JSON reader takes `repoUrl` for `repoURL` too; where several keys name
 * one field, those later in the alphabet go over the others, maps and lists item by item. `check` sees every value of such
 * a key before it is merged. The value itself when all names are exact.
 */
export function withExactKeys(value: Fields, type: StructType, check: (value: unknown, name: string) => void): Fields {
  if (!hasOtherSpelling(value, type)) return value;
  const exact: { [key: string]: unknown } = newRecord<unknown>();
  for (const key of Object.keys(value).sort()) {
    const name = fieldName(key, type);
    if (name === undefined) continue;
    check(value[key], name);
    const field = type.fields.get(name) as Field;
    exact[name] = Object.hasOwn(exact, name) ? over(exact[name], value[key], field) : value[key];
  }
  return exact;
}

function hasOtherSpelling(value: Fields, type: StructType): boolean {
  for (const key in value) {
    if (Object.hasOwn(value, key) && !type.fields.has(key) && fieldName(key, type) !== undefined) return true;
  }
  return false;
}

function fieldName(key: string, type: StructType): string | undefined {
  if (type.fields.has(key)) return key;
  let names = foldedNames.get(type);
  if (names === undefined) {
    names = new Map([...type.fields.keys()].map((name) => [fold(name), name]));
    foldedNames.set(type, names);
  }
  return names.get(fold(key));
}

/** Two letters beyond ASCII are s and k to Go. */
function fold(key: string): string {
  return key.toLowerCase().replaceAll("\u017f", "s").replaceAll("\u212a", "k");
}

function over(below: unknown, value: unknown, { type, presence }: Field): unknown {
  const isNil = presence === "given" || type.kind === "list" || type.kind === "map";
  if (value === null) return isNil ? null : below;
  if (type.kind === "list" && Array.isArray(below) && Array.isArray(value)) {
    const item: Field = { type: type.item, presence: "always" };
    return value.map((entry, index) => (index < below.length ? over(below[index], entry, item) : entry));
  }
  if (!isMap(below) || !isMap(value)) return value;
  if (type.kind === "map") return { ...below, ...value };
  return type.kind === "struct" ? mergeStructs(below, value, type) : value;
}

function mergeStructs(below: Fields, value: Fields, type: StructType): Fields {
  const noCheck = () => undefined;
  const merged: { [key: string]: unknown } = Object.assign(newRecord<unknown>(), withExactKeys(below, type, noCheck));
  for (const [name, entry] of Object.entries(withExactKeys(value, type, noCheck))) {
    const field = type.fields.get(name);
    if (field !== undefined) merged[name] = Object.hasOwn(merged, name) ? over(merged[name], entry, field) : entry;
  }
  return merged;
}
