import { isStringMap } from "../../src/base/values.ts";
import { byteLength, toBytes } from "./bytes.ts";
import { ValueFault } from "./fault.ts";
import { goTypeOf, isGoMap, isList } from "./go-types.ts";
import { GoInt, GoObject, type GoValue } from "./values.ts";

/** Go's `index`: one step into a map, list or string for each key. A missing map key gives the zero value of the elements. */
export function indexValue(item: GoValue, keys: readonly GoValue[]): GoValue {
  if (item === null || item === undefined) throw new Error("index of untyped nil");
  let value: GoValue = item;
  for (const key of keys) value = step(value, key);
  return value;
}

function step(value: GoValue, key: GoValue): GoValue {
  if (value === null || value === undefined) throw new Error("index of nil pointer");
  if (isList(value)) {
    const found = value[position(key, value.length)];
    return found === undefined ? null : found;
  }
  if (typeof value === "string") return new GoInt("uint8", toBytes(value)[position(key, byteLength(value))] ?? 0);
  if (!isGoMap(value)) throw new Error(`can't index item of type ${goTypeOf(value)}`);
  if (typeof key !== "string") throw new Error(keyProblem(key));
  const found = Object.hasOwn(value, key) ? value[key] : undefined;
  if (found !== undefined) return typeof found === "bigint" ? Number(found) : found;
  return isStringMap(value) ? "" : null;
}

function keyProblem(key: GoValue): string {
  if (key === null || key === undefined) return "value is nil; should be of type string";
  return `value has type ${goTypeOf(key)}; should be string`;
}

function position(key: GoValue, length: number): number {
  if (key === null || key === undefined) throw new Error("cannot index slice/array with nil");
  const integer = key instanceof GoObject ? key.integer() : key;
  if (!(integer instanceof GoInt)) {
    const remedy = typeof key === "number" ? "convert it with int" : undefined;
    throw new ValueFault(`cannot index slice/array with type ${goTypeOf(key)}`, remedy);
  }
  const index = Number(integer.value);
  // Go refuses the length itself only when it reads the element; both are out of range here.
  if (index < 0 || index >= length) throw new Error(`index out of range: ${index} with length ${length}`);
  return index;
}

/** Go's `len`: bytes of a string, entries of a map or list. */
export function lengthOf(value: GoValue): GoInt {
  if (typeof value === "string") return new GoInt("int", byteLength(value));
  if (isList(value)) return new GoInt("int", value.length);
  if (isGoMap(value)) return new GoInt("int", Object.keys(value).length);
  throw new Error(value === null || value === undefined ? "len of a missing value" : `len of type ${goTypeOf(value)}`);
}
