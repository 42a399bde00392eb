import { compareBytes } from "../../../src/base/go-bytes.ts";
import { isMap } from "../../../src/base/values.ts";
import { type HelperTable, helper } from "../helper.ts";
import { textOf } from "../show.ts";

/** Whether `if` takes the value for true: everything but nothing, null, false, 0, an empty text and an empty list. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

/** Equal values; a text also equals a number or boolean that reads the same. Maps and lists by content. */
export function areEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => areEqual(item, b[index]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    const isSameSize = keys.length === Object.keys(b).length;
    return isSameSize && keys.every((key) => Object.hasOwn(b, key) && areEqual(a[key], b[key]));
  }
  if (isNothing(a) || isNothing(b) || typeof a === "object" || typeof b === "object") return false;
  return textOf(a) === textOf(b);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Numbers, and texts that are numbers, by value; other texts by their bytes; undefined when they have no order. */
function compare(a: unknown, b: unknown): number | undefined {
  const [left, right] = [textOf(a ?? undefined), textOf(b ?? undefined)];
  if (left === undefined || right === undefined) return undefined;
  const [x, y] = [Number(left), Number(right)];
  const areNumbers = left.trim() !== "" && right.trim() !== "" && !Number.isNaN(x) && !Number.isNaN(y);
  return areNumbers ? x - y : compareBytes(left, right);
}

function ordered(name: string, doc: string, holds: (order: number) => boolean) {
  return helper(`${name} A B`, doc, (_context, a, b) => {
    const order = compare(a, b);
    return order !== undefined && holds(order);
  });
}

export const conditionHelpers: HelperTable = {
  eq: helper("eq A B", "whether both are equal; a text also equals the number or boolean that it spells", (_, a, b) =>
    areEqual(a, b),
  ),
  ne: helper("ne A B", "whether they differ; the opposite of eq", (_, a, b) => !areEqual(a, b)),
  lt: ordered("lt", "whether A is less: by number where both are numbers, else by text", (order) => order < 0),
  le: ordered("le", "whether A is less or equal, compared as by lt", (order) => order <= 0),
  lte: ordered("lte", "the same as le", (order) => order <= 0),
  gt: ordered("gt", "whether A is greater, compared as by lt", (order) => order > 0),
  ge: ordered("ge", "whether A is greater or equal, compared as by lt", (order) => order >= 0),
  gte: ordered("gte", "the same as ge", (order) => order >= 0),
  and: helper(
    "and A B …",
    "the first value that is not true, or the last one",
    (_, ...values) => values[firstOrLast(values, (value) => !isTruthy(value))],
  ),
  or: helper(
    "or A B …",
    "the first value that is true, or the last one",
    (_, ...values) => values[firstOrLast(values, isTruthy)],
  ),
  not: helper("not A", "whether A is not true", (_, value) => !isTruthy(value)),
  default: helper(
    "default VALUE FALLBACK",
    "the value, or the fallback when it is missing, null or an empty text",
    (_, value, fallback) => (value === undefined || value === null || value === "" ? fallback : value),
  ),
  coalesce: helper(
    "coalesce A B …",
    "the first value that is neither missing, null nor an empty text",
    (_, ...values) => values.find((value) => value !== undefined && value !== null && value !== ""),
  ),
  ternary: helper("ternary CONDITION A B", "A when the condition is true, else B", (_, condition, a, b) =>
    isTruthy(condition) ? a : b,
  ),
};

function firstOrLast(values: readonly unknown[], holds: (value: unknown) => boolean): number {
  const index = values.findIndex(holds);
  return index < 0 ? values.length - 1 : index;
}
