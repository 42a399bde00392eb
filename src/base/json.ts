import { InvalidError } from "./errors.ts";
import type { Value } from "./values.ts";
import { type Position, positionAt } from "./yaml-documents.ts";
import { asNumber } from "./yaml-scalars.ts";

const mayOverflow = /[0-9]{16}|[eE]\+?[0-9]{3}/;
// Cannot be guessed, so no input can hold it.
const bigintMark = `bigint:${Array.from({ length: 4 }, () => Math.random().toString(36).slice(2)).join("")}:`;
const markedBigint = new RegExp(`"${bigintMark}(-?[0-9]+)"`, "g");

export interface ParseJsonOptions {
  /** The file's name for error messages. */
  readonly file?: string | undefined;
}

/**
 * Reads JSON as `JSON.parse` does, but integers that no double holds are bigints. Throws InvalidError with the file and,
 * where it is known, line and column; never with a part of the text, since it may hold a credential.
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): Value {
  try {
    if (!mayOverflow.test(text)) return JSON.parse(text) as Value;
    return JSON.parse(markBigints(text), reviveBigint) as Value;
  } catch (error: unknown) {
    throw error instanceof SyntaxError ? syntaxError(error, text, options.file) : error;
  }
}

/** Writes JSON, bigints as digits. `indent` as in `JSON.stringify`: a count of spaces for each level. */
export function formatJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error: unknown) {
    if (!(error instanceof TypeError) || !/BigInt/.test(error.message)) throw error;
    return JSON.stringify(value, markBigint, indent).replace(markedBigint, "$1");
  }
}

/** Puts integers beyond 2^53 into marked strings, which the reviver turns into bigints. */
function markBigints(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/g, (token) => {
    if (token.length < 16 || !/^-?[1-9][0-9]+$/.test(token)) return token;
    return typeof asNumber(BigInt(token)) === "bigint" ? `"${bigintMark}${token}"` : token;
  });
}

function reviveBigint(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new InvalidError("not valid JSON: a number is out of range");
  return typeof value === "string" && value.startsWith(bigintMark) ? BigInt(value.slice(bigintMark.length)) : value;
}

function markBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${bigintMark}${value}` : value;
}

/** The engine's own message quotes the text, so only its position is kept. */
function syntaxError(error: SyntaxError, text: string, file: string | undefined): InvalidError {
  const at = positionOf(error, text);
  const where = [
    ...(file === undefined ? [] : [file]),
    ...(at === undefined ? [] : [`line ${at.line}, column ${at.column}`]),
  ];
  const prefix = where.length === 0 ? "" : `${where.join(", ")}: `;
  return new InvalidError(`${prefix}not valid JSON`, { details: { ...(file === undefined ? {} : { file }), ...at } });
}

function positionOf(error: SyntaxError, text: string): Position | undefined {
  const offset = /at position ([0-9]+)/.exec(error.message)?.[1];
  if (offset !== undefined) return positionAt(text, Number(offset));
  return /end of (?:JSON )?(?:input|data)/.test(error.message) ? positionAt(text, text.length) : undefined;
}
