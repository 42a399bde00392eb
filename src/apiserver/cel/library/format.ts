import { goQuoted } from "../../validation/go-quote.ts";
import { spendWork } from "../budget.ts";
import { method, type Overload } from "../overload.ts";
import { dynType, listOf, stringType } from "../types.ts";
import {
  Dictionary,
  Duration,
  EvaluationError,
  List,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from "../values.ts";
import { showDouble } from "./conversions.ts";
import { showDuration } from "./durations.ts";
import { showTimestamp } from "./timestamps.ts";

const clause = /%%|%(?:\.(\d+))?([\s\S])|%$/g;
const mostPrecision = 1000;

/** The verbs of a format, in order. Throws for a clause that is none. */
export function clausesOf(text: string): string[] {
  return [...text.matchAll(clause)].flatMap(([whole, , verb]) => {
    if (whole === "%%") return [];
    if (verb === undefined) throw new EvaluationError(`${noClause}: unexpected end of string`);
    if (!Object.hasOwn(verbs, verb)) {
      throw new EvaluationError(`${noClause}: unrecognized formatting clause "${verb}"`);
    }
    return [verb];
  });
}

const noClause = "could not parse formatting clause";

/** Fills the places of a text with values. */
function format(text: string, args: List): string {
  const wanted = clausesOf(text);
  if (wanted.length > args.size) throw new EvaluationError(`index ${args.size} out of range`);
  let next = 0;
  return text.replace(clause, (whole, precision: string | undefined, verb: string) => {
    if (whole === "%%") return "%";
    const shown = verbs[verb]!(args.at(next++), Math.min(Number(precision ?? 6), mostPrecision));
    spendWork(shown.length / 10);
    return shown;
  });
}

/** Why a value does not fit a verb. */
export const wrongTypes: { readonly [verb: string]: string } = {
  s: "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
  d: "decimal clause can only be used on integers",
  f: "fixed-point clause can only be used on doubles",
  e: "scientific clause can only be used on doubles",
  b: "only integers and bools can be formatted as binary",
  o: "octal clause can only be used on integers",
  x: "only integers, byte buffers, and strings can be formatted as hex",
  X: "only integers, byte buffers, and strings can be formatted as hex",
};

function wrongType(verb: string, value: Value): EvaluationError {
  return new EvaluationError(`error during formatting: ${wrongTypes[verb]}, was given ${typeNameOf(value)}`);
}

const verbs: { readonly [verb: string]: (value: Value, precision: number) => string } = {
  s: (value) => showText(value),
  d: decimal,
  f: (value, precision) => grouped(doubleOf("f", value), precision),
  e: (value) => scientific(doubleOf("e", value)),
  b: (value) => (typeof value === "boolean" ? String(Number(value)) : inBase("b", value, 2)),
  o: (value) => inBase("o", value, 8),
  x: hex,
  X: (value) => hex(value).toUpperCase(),
};

function showText(value: Value): string {
  spendWork(1);
  if (typeof value === "string") return value;
  if (typeof value === "number") return showDouble(value);
  if (value instanceof List) return showList(value);
  if (value instanceof Dictionary) return showMap(value);
  return showScalar(value);
}

function showScalar(value: Value): string {
  if (value === null) return "null";
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return showTimestamp(value);
  if (value instanceof Duration) return showDuration(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof TypeValue) return value.name;
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  throw wrongType("s", value);
}

/** As within lists and maps: texts in quotes, doubles with their digits. */
function showNested(value: Value): string {
  if (typeof value === "string") return goQuoted(value);
  if (value instanceof Uint8Array) return `b${goQuoted(Buffer.from(value).toString())}`;
  if (typeof value === "number") return Number.isFinite(value) ? value.toFixed(6) : goQuoted(showDouble(value));
  if (value instanceof Duration) return `duration("${showDuration(value)}")`;
  if (value instanceof Timestamp) return `timestamp("${showTimestamp(value)}")`;
  return showText(value);
}

function showList(list: List): string {
  return `[${list.toArray().map(showNested).join(", ")}]`;
}

function showMap(map: Dictionary): string {
  const entries = map.keys().map((key) => [showNested(key), showNested(map.find(key) ?? null)] as const);
  const sorted = entries.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return `{${sorted.map(([key, value]) => `${key}:${value}`).join(", ")}}`;
}

function decimal(value: Value): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint) return String(value.value);
  throw wrongType("d", value);
}

function doubleOf(verb: string, value: Value): number {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity" || value === "-Infinity") return Number(value);
  throw wrongType(verb, value);
}

function grouped(value: number, precision: number): string {
  if (!Number.isFinite(value)) return special(value);
  const [whole = "", fraction] = fixed(value, precision).split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** `toFixed` stops at 100 digits and at 1e21. */
function fixed(value: number, precision: number): string {
  const text = Math.abs(value) >= 1e21 ? String(BigInt(Math.trunc(value))) : rounded(value, Math.min(precision, 100));
  if (precision === 0) return text;
  const [whole, fraction = ""] = text.split(".");
  return `${whole}.${fraction.padEnd(precision, "0")}`;
}

/** Go rounds halves to even digits, JavaScript up. */
function rounded(value: number, precision: number): string {
  const all = value.toFixed(100);
  const end = all.indexOf(".") + 1 + precision;
  const isHalf = /^50*$/.test(all.slice(end));
  const isEven = /[02468]\.?$/.test(all.slice(0, end));
  return isHalf && isEven ? all.slice(0, end).replace(/\.$/, "") : value.toFixed(precision);
}

function special(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "\u221e" : "-\u221e";
}

const superscripts = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

/** The precision that is asked for counts for nothing, there as here. */
function scientific(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  const [mantissa = "", exponent = ""] = value.toExponential(6).split("e");
  const digits = exponent.slice(1).padStart(2, "0");
  const raised = [...digits].map((digit) => superscripts[Number(digit)]).join("");
  return `${mantissa}\u00d710${exponent.startsWith("-") ? "\u207b" : ""}${raised}`;
}

function inBase(verb: string, value: Value, base: number): string {
  if (typeof value === "bigint") return value.toString(base);
  if (value instanceof Uint) return value.value.toString(base);
  throw wrongType(verb, value);
}

function hex(value: Value): string {
  if (typeof value === "string" || value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint") return value.toString(16);
  if (value instanceof Uint) return value.value.toString(16);
  throw wrongType("x", value);
}

/** `'%s'.format([…])`. */
export const formatting: readonly Overload[] = [
  method("format", "string_format", [stringType, listOf(dynType)], stringType, format),
];
