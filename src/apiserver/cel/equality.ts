import { isDeepStrictEqual } from "node:util";
import { spendWork } from "./budget.ts";
import {
  Dictionary,
  Duration,
  EvaluationError,
  Extension,
  List,
  noOverload,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  Unknown,
  type Value,
} from "./values.ts";

/** Whether two values are equal: numbers across their types, lists of sets and keyed lists in any order. */
export function valuesEqual(left: Value, right: Value): boolean {
  spendWork(1);
  if (left === right) return true;
  if (typeof left === "string" || typeof left === "boolean" || left === null) return false;
  const number = numberOf(left);
  if (number !== undefined) {
    const other = numberOf(right);
    // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number of one value are equal so
    return other !== undefined && number == other;
  }
  if (left instanceof List) return right instanceof List && listsEqual(left, right);
  if (left instanceof Dictionary) return right instanceof Dictionary && mapsEqual(left, right);
  return sameClass(left as object, right as object);
}

function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === "bigint" || typeof value === "number") return value;
  return value instanceof Uint ? value.value : undefined;
}

function sameClass(left: object, right: object | null): boolean {
  if (left instanceof Timestamp) return right instanceof Timestamp && left.nanos === right.nanos;
  if (left instanceof Duration) return right instanceof Duration && left.nanos === right.nanos;
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  if (left instanceof TypeValue) return right instanceof TypeValue && left.name === right.name;
  if (left instanceof Optional) return right instanceof Optional && optionalsEqual(left, right);
  if (left instanceof Extension) {
    if (!(right instanceof Extension) || right.typeName !== left.typeName) throw noOverload();
    return left.equals(right);
  }
  if (left instanceof Unknown) return right instanceof Unknown && isDeepStrictEqual(left.json, right.json);
  return false;
}

function optionalsEqual({ value: left }: Optional, { value: right }: Optional): boolean {
  if (left === undefined || right === undefined) return left === right;
  return valuesEqual(left, right);
}

function listsEqual(left: List, right: List): boolean {
  if (left.size !== right.size) return false;
  const { like } = left;
  if (like === undefined) {
    for (let index = 0; index < left.size; index++) {
      if (!valuesEqual(left.at(index), right.at(index))) return false;
    }
    return true;
  }
  const own = new Map(left.toArray().map((item) => [like.keyOf(item), item]));
  return right.toArray().every((item) => {
    const match = own.get(like.keyOf(item));
    return match !== undefined && valuesEqual(match, item);
  });
}

function mapsEqual(left: Dictionary, right: Dictionary): boolean {
  if (left.size !== right.size) return false;
  for (const key of left.keys()) {
    const [own, other] = [left.find(key), right.find(key)];
    if ((own === undefined) !== (other === undefined)) return false;
    if (own !== undefined && !valuesEqual(own, other!)) return false;
  }
  return unknownFieldsEqual(left, right);
}

/** Fields that no schema knows are compared as they stand, where both objects have them. */
function unknownFieldsEqual(left: Dictionary, right: Dictionary): boolean {
  const { json } = left;
  if (json === undefined || left.keys().length === left.size) return true;
  const known = new Set(left.keys());
  return Object.keys(json).every((name) => {
    if (known.has(name)) return true;
    const other = right.json;
    return other === undefined || !Object.hasOwn(other, name) || isDeepStrictEqual(json[name], other[name]);
  });
}

/** Less than, equal to or greater than 0. Throws where values have no order. */
export function compareValues(left: Value, right: Value): number {
  spendWork(1);
  const [one, other] = [orderOf(left), orderOf(right)];
  if (one === undefined || other === undefined) throw noOverload();
  if (one.kind !== other.kind) throw noOverload();
  if (one.kind === "text") return compareTexts(one.value as string, other.value as string);
  if (one.kind === "bytes") return Buffer.compare(one.value as Uint8Array, other.value as Uint8Array);
  if (Number.isNaN(one.value) || Number.isNaN(other.value)) {
    throw new EvaluationError("NaN values cannot be ordered");
  }
  if ((one.value as number) < (other.value as number)) return -1;
  return (one.value as number) > (other.value as number) ? 1 : 0;
}

interface Order {
  readonly kind: "number" | "text" | "bool" | "time" | "duration" | "bytes";
  readonly value: bigint | number | string | Uint8Array;
}

function orderOf(value: Value): Order | undefined {
  if (typeof value === "string") return { kind: "text", value };
  if (typeof value === "boolean") return { kind: "bool", value: Number(value) };
  const number = numberOf(value);
  if (number !== undefined) return { kind: "number", value: number };
  if (value instanceof Timestamp) return { kind: "time", value: value.nanos };
  if (value instanceof Duration) return { kind: "duration", value: value.nanos };
  return value instanceof Uint8Array ? { kind: "bytes", value } : undefined;
}

/** By bytes of UTF-8, which is the order of characters and not of UTF-16 units. */
function compareTexts(left: string, right: string): number {
  spendWork(Math.min(left.length, right.length) / 100);
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (one === other) continue;
    const areSurrogates = one >= 0xd800 && other >= 0xd800;
    const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    if (areSurrogates && isHigh(one) !== isHigh(other)) return isHigh(one) ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return left.length < right.length ? -1 : 1;
}
