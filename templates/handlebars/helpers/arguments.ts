import { isMap } from "../../../src/base/values.ts";
import type { HelperContext } from "../helper.ts";
import { textOf } from "../show.ts";

/** The argument as text: texts, numbers, booleans and null have one. */
export function textArg(value: unknown, name: string, context: HelperContext): string {
  const text = value === undefined ? undefined : textOf(value);
  if (text !== undefined) return text;
  throw context.fail(`${name} needs a text and got ${describe(value)}`);
}

export function numberArg(value: unknown, name: string, context: HelperContext): number {
  const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(textOf(value) ?? Number.NaN);
  if (Number.isFinite(number) && value !== null) return number;
  throw context.fail(`${name} needs a number and got ${describe(value)}`);
}

/** A whole number within bounds, so that no argument decides how much memory a result takes. */
export function countArg(value: unknown, name: string, context: HelperContext, max = 10_000): number {
  const number = numberArg(value, name, context);
  if (Number.isInteger(number) && number >= 0 && number <= max) return number;
  throw context.fail(`${name} needs a whole number from 0 to ${max} and got ${number}`);
}

export function listArg(value: unknown, name: string, context: HelperContext): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw context.fail(`${name} needs a list and got ${describe(value)}`);
}

export function mapArg(value: unknown, name: string, context: HelperContext): { readonly [key: string]: unknown } {
  if (isMap(value)) return value;
  throw context.fail(`${name} needs a map and got ${describe(value)}`);
}

/** For functions whose two arguments people write in either order: the number and the text. */
export function numberAndText(a: unknown, b: unknown, name: string, context: HelperContext): readonly [number, string] {
  const isFirst = typeof a === "number" || typeof b === "string";
  const [count, text] = isFirst && typeof b !== "number" ? [a, b] : [b, a];
  return [countArg(count, name, context), textArg(text, name, context)];
}

export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? "a text" : `a ${typeof value === "boolean" ? "boolean" : "number"}`;
}
