import { newMap } from "../../src/base/values.ts";
import { toValidText } from "../go/bytes.ts";
import type { GoValue } from "../go/values.ts";

/** Deeper values than any honest one would only exhaust the stack. */
const maxNesting = 1_000;
const mayHoldLoneSurrogate = /\\u[dD][89a-fA-F]/;

/** What Go's `json.Unmarshal` into `any` gives: the value, nil where the text is no JSON, and the error. */
export interface ParsedJson {
  readonly value: GoValue;
  readonly error?: string;
}

/**
 * Reads JSON as Go's decoder: floats for all numbers, the last of equal keys, U+FFFD for what is no character. A number
 * that no float64 holds is nil in the value, and an error besides.
 */
export function parseGoJson(text: string): ParsedJson {
  const valid = toValidText(text);
  try {
    return new Adopter(mayHoldLoneSurrogate.test(valid)).adopt(JSON.parse(valid));
  } catch (error: unknown) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      value: null,
      error: valid.trim() === "" ? "unexpected end of JSON input" : `invalid JSON: ${error.message}`,
    };
  }
}

/** Copies what `JSON.parse` gave into maps without a prototype. */
class Adopter {
  private readonly fixesText: boolean;
  private error: string | undefined;

  constructor(fixesText: boolean) {
    this.fixesText = fixesText;
  }

  adopt(parsed: unknown): ParsedJson {
    const value = this.value(parsed, 0);
    return this.error === undefined ? { value } : { value, error: this.error };
  }

  private value(value: unknown, depth: number): GoValue {
    if (depth > maxNesting) throw new Error(`the JSON is nested more than ${maxNesting} levels deep`);
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return this.number(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item, depth + 1));
    if (typeof value !== "object" || value === null) return value as boolean | null;
    const map = newMap<GoValue>();
    for (const [key, entry] of Object.entries(value)) map[this.text(key)] = this.value(entry, depth + 1);
    return map;
  }

  private text(text: string): string {
    return this.fixesText ? text.replace(/\p{Surrogate}/gu, "\ufffd") : text;
  }

  private number(value: number): GoValue {
    if (Number.isFinite(value)) return value;
    this.error ??= "json: cannot unmarshal a number into Go value of type float64: out of range";
    return null;
  }
}
