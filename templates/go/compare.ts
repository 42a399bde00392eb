import { compareBytes, hasRawBytes, normalizeBytes } from "./bytes.ts";
import { GoComplex } from "./complex.ts";
import { ValueFault } from "./fault.ts";
import { goTypeOf, isGoMap, isList, isNilCollection } from "./go-types.ts";
import { GoInt, GoObject, type GoValue } from "./values.ts";

/** The kinds that Go's templates compare. */
type BasicKind = "bool" | "complex" | "int" | "float" | "string" | "uint" | "none";

function basicKind(value: GoValue): BasicKind {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "float";
    case "boolean":
      return "bool";
  }
  if (value instanceof GoComplex) return "complex";
  const integer = integerOf(value);
  if (integer === undefined) return "none";
  return integer.kind.startsWith("u") ? "uint" : "int";
}

function integerOf(value: GoValue): GoInt | undefined {
  if (value instanceof GoInt) return value;
  return value instanceof GoObject ? value.integer() : undefined;
}

function isNothing(value: GoValue): value is null | undefined {
  return value === null || value === undefined;
}

function incompatible(a: GoValue, b: GoValue): Error {
  const kinds = [basicKind(a), basicKind(b)];
  const isMixed = kinds.includes("float") && kinds.includes("int");
  const remedy = isMixed ? "parameters are float64: write 3.0 instead of 3, or convert with int" : undefined;
  return new ValueFault(`incompatible types for comparison: ${goTypeOf(a)} and ${goTypeOf(b)}`, remedy);
}

/** Go's `eq`: whether the first argument equals any of the others. Throws for kinds that do not compare. */
export function isEqual(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new Error("missing argument for comparison");
  return others.some((other) => equals(first, other));
}

function equals(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  const areIntegers = (kind === "int" || kind === "uint") && (other === "int" || other === "uint");
  if (areIntegers) return integerOf(a)?.value === integerOf(b)?.value;
  if (kind !== other) {
    if (isNothing(a) || isNothing(b)) return false;
    throw incompatible(a, b);
  }
  switch (kind) {
    case "complex":
      return String(a) === String(b);
    case "float":
      return Number(a) === Number(b);
    case "string":
      return sameText(a as string, b as string);
    case "none":
      return equalReferences(a, b);
    default:
      return a === b;
  }
}

function sameText(a: string, b: string): boolean {
  return a === b || (hasRawBytes(a) && normalizeBytes(a) === normalizeBytes(b));
}

/** Maps, lists and objects: nil equals nil, objects compare by identity, maps and lists do not compare. */
function equalReferences(a: GoValue, b: GoValue): boolean {
  const isNilA = isNothing(a) || isNilCollection(a);
  const isNilB = isNothing(b) || isNilCollection(b);
  if (!isNothing(a) && !isNothing(b) && referenceKind(a) !== referenceKind(b)) {
    throw new Error(`non-comparable types ${goTypeOf(a)} and ${goTypeOf(b)}`);
  }
  if (isNilA || isNilB) return isNilA && isNilB;
  if (isList(b) || isGoMap(b)) throw new Error(`non-comparable type ${goTypeOf(b)}`);
  if (a instanceof GoObject && b instanceof GoObject && a.goKind === "struct") {
    return a.goType === b.goType && a.toString() === b.toString();
  }
  return a === b;
}

function referenceKind(value: GoValue): string {
  if (isList(value)) return "slice";
  return value instanceof GoObject ? value.goKind : "map";
}

/** Go's `lt`. Strings compare by bytes; booleans, maps, lists and nil do not compare. */
export function isLess(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if (kind === "none" || other === "none") throw new Error("invalid type for comparison");
  const left = integerOf(a);
  const right = integerOf(b);
  if (left !== undefined && right !== undefined) return left.value < right.value;
  if (kind !== other) throw incompatible(a, b);
  if (kind === "float") return Number(a) < Number(b);
  if (kind === "string") return compareBytes(normalizeBytes(a as string), normalizeBytes(b as string)) < 0;
  throw new Error("invalid type for comparison");
}

/** Go's truth: false for nothing, false, zero, and empty strings, maps and lists. */
export function isTrue(value: GoValue): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value !== "";
    case "number":
      // NaN is not zero.
      return value !== 0;
    case "bigint":
      return value !== 0n;
  }
  if (isNothing(value)) return false;
  if (isList(value)) return value.length > 0;
  if (value instanceof GoComplex) return value.real !== 0 || value.imaginary !== 0;
  const integer = integerOf(value);
  if (integer !== undefined) return integer.value !== 0n;
  return value instanceof GoObject || hasKeys(value);
}

function hasKeys(map: object): boolean {
  for (const key in map) if (Object.hasOwn(map, key)) return true;
  return false;
}
