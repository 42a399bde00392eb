import { messageOf } from "../../base/errors.ts";
import { parseYaml } from "../../base/yaml.ts";
import type { Json } from "../managed-fields/json.ts";
import { badRequest } from "../status-error.ts";
import { hasRepeatedKeys, keyPlaces } from "./duplicates.ts";
import { goJsonError } from "./json-error.ts";

/** Deeper documents are refused: nothing in Kubernetes nests so, and walking them would exhaust the stack. */
const maxDepth = 500;

export class JsonSyntaxError extends Error {}

/** Reads JSON; the message of a failure is that of Go's decoder. */
export function parseJsonText(text: string): Json {
  checkDepth(text);
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The words of JavaScript's own parser change from release to release.
    throw new JsonSyntaxError(goJsonError(text));
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
