import { normalizeBytes, sortedKeys } from "../go/bytes.ts";
import { goTypeOf, isGoMap, isList, isNilCollection, listTypeOf } from "../go/go-types.ts";
import { GoInt, GoObject, type GoValue } from "../go/values.ts";
import { GrowthMeter } from "./charge.ts";
import type { FunctionContext } from "./function.ts";
import { UnsupportedJsonError } from "./json-error.ts";

/** Go looks for maps that hold themselves from this depth on; no honest value is nested as deep. */
const maxNesting = 1_000;
const settleEvery = 16_384;
const plain = /^[ !#-%'-;=?-[\]-~]*$/;
const escapedAlways = /["\\\p{Cc}\u2028\u2029\p{Surrogate}]/gu;
const escapedForHtml = /["\\\p{Cc}\u2028\u2029<>&\p{Surrogate}]/gu;

const shortEscapes: { readonly [character: string]: string } = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

export interface JsonForm {
  /** One level of indentation; without it everything is on one line. */
  readonly indent?: string;
  /** Leaves `<`, `>` and `&` as they are. */
  readonly isRaw?: boolean;
}

/** Writes values as Go's `encoding/json`, within the limits of the row. */
export class JsonWriter {
  private readonly indent: string | undefined;
  private readonly escaped: RegExp;
  private readonly isRaw: boolean;
  private text = "";
  private readonly done: string[] = [];
  private doneLength = 0;
  private readonly growth: GrowthMeter;

  constructor(context: FunctionContext, form: JsonForm = {}) {
    this.growth = new GrowthMeter(context);
    this.indent = form.indent;
    this.isRaw = form.isRaw === true;
    this.escaped = this.isRaw ? escapedAlways : escapedForHtml;
  }

  write(value: GoValue): string {
    this.value(value, 0);
    return this.done.join("") + this.text;
  }

  /** A text that grows piece by piece holds each piece until it is read: reading it now and then lets them go. */
  private settle(): void {
    if (this.text.length < settleEvery) return;
    this.text.charCodeAt(0);
    this.done.push(this.text);
    this.doneLength += this.text.length;
    this.text = "";
  }

  private value(value: GoValue, depth: number): void {
    if (depth > maxNesting)
      throw new UnsupportedJsonError(`unsupported value: encountered a cycle via ${goTypeOf(value)}`);
    this.settle();
    this.growth.check(this.doneLength + this.text.length);
    if (value === null || value === undefined) this.text += "null";
    else if (typeof value === "string") this.text += this.string(value);
    else if (typeof value === "boolean") this.text += String(value);
    else if (typeof value === "number" || typeof value === "bigint") this.text += jsonNumber(Number(value));
    else if (value instanceof GoInt) this.text += String(value.value);
    else if (value instanceof GoObject) this.object(value, depth);
    else if (isNilCollection(value)) this.text += "null";
    else if (isList(value)) this.list(value, depth);
    else if (isGoMap(value)) this.map(value, depth);
  }

  private object(value: GoObject, depth: number): void {
    this.value(jsonOf(value), depth + 1);
  }

  private list(list: readonly GoValue[], depth: number): void {
    if (listTypeOf(list) === "[]uint8") {
      const bytes = Uint8Array.from(list, (item) => (item instanceof GoInt ? Number(item.value) : 0));
      this.text += `"${Buffer.from(bytes).toString("base64")}"`;
      return;
    }
    this.entries("[]", list.length, depth, (index) => this.value(list[index], depth + 1));
  }

  private map(map: { readonly [key: string]: GoValue }, depth: number): void {
    const keys = sortedKeys(map);
    this.entries("{}", keys.length, depth, (index) => {
      const key = keys[index] as string;
      this.text += this.string(key) + (this.indent === undefined ? ":" : ": ");
      this.value(map[key], depth + 1);
    });
  }

  private entries(brackets: string, count: number, depth: number, writeEntry: (index: number) => void): void {
    this.text += brackets.charAt(0);
    for (let index = 0; index < count; index++) {
      if (index > 0) this.text += ",";
      this.newline(depth + 1);
      writeEntry(index);
    }
    if (count > 0) this.newline(depth);
    this.text += brackets.charAt(1);
  }

  private newline(depth: number): void {
    if (this.indent !== undefined) this.text += `\n${this.indent.repeat(depth)}`;
  }

  private string(text: string): string {
    if (plain.test(text)) return `"${text}"`;
    return `"${normalizeBytes(text).replace(this.escaped, escapeCharacter)}"`;
  }
}

/** What JSON holds for a value with a Go type of its own. */
export function jsonOf(value: GoObject): GoValue {
  const written = value.toJson() ?? value.integer();
  if (written === undefined) throw new UnsupportedJsonError(`unsupported type: ${value.goType}`);
  return written;
}

/** Bytes that are no UTF-8, which stand in a text as lone surrogates, are written as an escaped U+FFFD. */
function escapeCharacter(character: string): string {
  if (character >= "\ud800" && character <= "\udfff") return "\\ufffd";
  if (character >= "\x7f" && character <= "\x9f") return character;
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Go's form of a float64: plain digits from 1e-6 up to 1e21, else with an exponent. JavaScript's is the same but for -0. */
function jsonNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  throw new UnsupportedJsonError(`unsupported value: ${name}`);
}
