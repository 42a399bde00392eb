import { messageOf } from "../../base/errors.ts";
import { parseYaml } from "../../base/yaml.ts";
import type { Json } from "../managed-fields/json.ts";
import { badRequest } from "../status-error.ts";
import { hasRepeatedKeys, keyPlaces } from "./duplicates.ts";

/** Deeper documents are refused: nothing in Kubernetes nests so, and walking them would exhaust the stack. */
const maxDepth = 500;

export class JsonSyntaxError extends Error {}

/** Reads JSON; the message of a failure is that of Go's decoder. */
export function parseJsonText(text: string): Json {
  checkDepth(text);
  try {
    return JSON.parse(text) as Json;
  } catch (error: unknown) {
    throw new JsonSyntaxError(goSyntaxMessage(text, messageOf(error)));
  }
}

/** Counts brackets, those in strings too: only a text that may be too deep is looked at closely. */
function checkDepth(text: string): void {
  if (deepest(text) > maxDepth && deepest(text.replace(/"(?:[^"\\]|\\.)*"/g, "")) > maxDepth) {
    throw new JsonSyntaxError("exceeded max depth");
  }
}

function deepest(text: string): number {
  let [depth, most] = [0, 0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x7b || code === 0x5b) most = Math.max(most, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return most;
}

const places: readonly (readonly [said: RegExp, meant: string])[] = [
  [/after property value/, "after object key:value pair"],
  [/after array element/, "after array element"],
  [/Expected ':'/, "after object key"],
  [/property name/, "looking for beginning of object key string"],
  [/after JSON/, "after top-level value"],
  [/control character/, "in string literal"],
  [/escape/, "in string escape code"],
];

function goSyntaxMessage(text: string, message: string): string {
  if (text.trim() === "" || /Unexpected end|Unterminated/.test(message)) return "unexpected end of JSON input";
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.search(/\S/));
  if (position >= text.length) return "unexpected end of JSON input";
  const token = /Unexpected token '(.+?)',/su.exec(message)?.[1] ?? [...text.slice(position)][0] ?? "";
  const literal = literalMessage(text, position);
  if (literal !== undefined) return literal;
  const meant = places.find(([said]) => said.test(message))?.[1] ?? "looking for beginning of value";
  return `invalid character ${quoteCharacter(token)} ${meant}`;
}

/** A word that begins like true, false or null and goes on differently. */
function literalMessage(text: string, position: number): string | undefined {
  const start = text.slice(0, position + 1).search(/[tfn][a-z]*.?$/);
  const word = ["true", "false", "null"].find((known) => start >= 0 && known[0] === text[start]);
  if (word === undefined) return undefined;
  const length = [...word].findIndex((character, index) => text[start + index] !== character);
  const found = text[start + length];
  if (length < 1 || found === undefined) return undefined;
  return `invalid character ${quoteCharacter(found)} in literal ${word} (expecting ${quoteCharacter(word[length]!)})`;
}

function quoteCharacter(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}

export interface Document {
  readonly value: Json;
  /** Absent for YAML, whose repeated keys are not looked for. */
  readonly text?: string;
}

/** Reads a body that may be JSON or YAML, as clients of server-side apply send either. */
export function parseYamlOrJson(text: string): Document {
  if (/^\s*\{/.test(text)) {
    try {
      return { value: parseJsonText(text), text };
    } catch (error: unknown) {
      // Flow-style YAML begins like JSON; what is neither fails below.
      if (!(error instanceof JsonSyntaxError)) throw error;
    }
  }
  try {
    return { value: plainNumbers(parseYaml(text)) };
  } catch (error: unknown) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${messageOf(error)}`);
  }
}

/** YAML keeps large integers exactly; the store holds JSON numbers. */
function plainNumbers(value: unknown): Json {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plainNumbers(entry)]));
}

/**
 * What strict reading finds in a document, in its order: keys that stand twice and fields that the kind does not have.
 */
export function strictProblems(document: Document, unknown: readonly string[]): string[] {
  const { text, value } = document;
  const fields = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (text === undefined || !hasRepeatedKeys(text, value)) return fields;
  const missing = new Set(unknown);
  return keyPlaces(text).flatMap(({ path, isRepeated }) => {
    if (isRepeated) return [`duplicate field ${JSON.stringify(path)}`];
    return missing.has(path) ? [`unknown field ${JSON.stringify(path)}`] : [];
  });
}
