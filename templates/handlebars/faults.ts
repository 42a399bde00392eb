import { messageOf } from "../../src/base/errors.ts";
import { TemplateError } from "../engine.ts";
import type { PreparedSource } from "./brackets.ts";

/** A place in a template; line and column from 1, in the text as its author wrote it. */
export interface Place {
  readonly where: string;
  readonly line: number;
  readonly column: number;
  /** The source of the tag, or the part of it that is at fault. */
  readonly action: string;
}

export interface FaultFacts {
  /** What was asked for and is not there. */
  readonly missing?: string;
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** An error of one tag: it names the field, line and column, the tag, and what was missing. */
export function tagError(place: Place, message: string, facts: FaultFacts = {}): TemplateError {
  const { where, line, column, action } = place;
  const { cause, ...details } = facts;
  return new TemplateError(
    `${where}: line ${line}, column ${column}: ${action}: ${message}`,
    { field: where, line, column, action, ...details },
    cause === undefined ? {} : { cause },
  );
}

const parseError = /^Parse error on line (\d+):\n(.*)\n(-*)\^\n(?:Expecting (.*), got '(.*)')?/s;

/** What Handlebars' parser threw, with the place where it stopped. */
export function syntaxError(error: unknown, source: PreparedSource, where: string): TemplateError {
  const place = placeOf(error, source);
  const at = place === undefined ? "" : `line ${place.line}, column ${place.column}: `;
  const message = error instanceof RangeError ? "blocks are nested too deeply" : explain(messageOf(error));
  return new TemplateError(`${where}: ${at}${message}`, { field: where, ...place }, { cause: error });
}

function placeOf(error: unknown, source: PreparedSource): { line: number; column: number } | undefined {
  const found = parseError.exec(messageOf(error));
  if (found !== null) {
    const line = Number(found[1]);
    return { line, column: source.column({ line, column: (found[3] ?? "").length }) };
  }
  const { lineNumber, column } = error as { readonly lineNumber?: number; readonly column?: number };
  if (typeof lineNumber !== "number" || typeof column !== "number") return undefined;
  return { line: lineNumber, column: source.column({ line: lineNumber, column }) };
}

/** The parser's own words name grammar symbols; only what it met is of use. */
function explain(message: string): string {
  const found = parseError.exec(message);
  if (found === null) return message.replace(/ - \d+:\d+$/, "").split("\n")[0] ?? message;
  const [, , excerpt = "", , expected = "", got = ""] = found;
  if (got === "EOF")
    return expected.includes("OPEN_ENDBLOCK") ? "a block is not closed" : "the tag is not closed by }}";
  return `the tag cannot be read near ${JSON.stringify(excerpt.slice(0, 60))}`;
}
