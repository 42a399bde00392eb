import { messageOf } from "../../src/base/errors.ts";
import { TemplateError } from "../engine.ts";
import { tokenize } from "./lexer.ts";
import type { Span } from "./node.ts";
import { SyntaxFault } from "./syntax-fault.ts";

/** Facts about a failure beyond its message. */
export interface FaultFacts {
  readonly remedy?: string | undefined;
  /** The path of the parameter that is not there. */
  readonly missing?: string | undefined;
  readonly cause?: unknown;
}

/** An action failed while it was rendered. Becomes a `TemplateError` where the text's place in the manifest is known. */
export class ExecFault extends Error {
  readonly text: string;
  readonly span: Span;
  readonly facts: FaultFacts;

  constructor(text: string, span: Span, problem: string, facts: FaultFacts = {}) {
    super(problem, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.text = text;
    this.span = span;
    this.facts = facts;
  }
}

/** A value does not fit where it is used; the place is added where it is known. */
export class ValueFault extends Error {
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** A limit was passed: named as it is, wherever it was noticed. */
export class LimitFault extends Error {}

/** Long actions are cut in messages. */
const maxShown = 160;

/** Anything that parsing or rendering threw, as the one error that leaves the engine. */
export function toTemplateError(error: unknown, text: string, where: string): TemplateError {
  if (error instanceof TemplateError) return error;
  if (error instanceof ExecFault) return locate(where, error.text, error.span, error.message, error.facts);
  if (error instanceof SyntaxFault) {
    const span = { start: error.offset, end: error.offset };
    return locate(where, text, span, error.message, { remedy: error.remedy });
  }
  return locate(where, text, { start: 0, end: 0 }, problemOf(error), { cause: error });
}

/** What a thrown value says. JavaScript raises a RangeError for a full stack and for a text that is too long. */
export function problemOf(error: unknown): string {
  if (error instanceof RangeError) return "the value is nested too deeply or too large";
  return messageOf(error);
}

/** The same without the field path: for the error of a text inside another, as tpl renders it. */
export function describeInner(error: unknown, text: string): string {
  if (error instanceof ExecFault) return sentence(error.text, error.span, error.message, error.facts.remedy);
  if (!(error instanceof SyntaxFault)) return messageOf(error);
  return sentence(text, { start: error.offset, end: error.offset }, error.message, error.remedy);
}

function locate(where: string, text: string, span: Span, problem: string, facts: FaultFacts): TemplateError {
  const { line, column } = position(text, span.start);
  const { remedy, missing, cause } = facts;
  const details = {
    field: where,
    line,
    column,
    action: actionAround(text, span.start),
    ...(remedy !== undefined && { remedy }),
    ...(missing !== undefined && { missing }),
  };
  const message = `${where}, ${sentence(text, span, problem, remedy)}`;
  return new TemplateError(message, details, cause === undefined ? {} : { cause });
}

function sentence(text: string, span: Span, problem: string, remedy: string | undefined): string {
  const { line, column } = position(text, span.start);
  const node = span.end > span.start ? ` at <${oneLine(text.slice(span.start, span.end))}>` : "";
  const action = actionAround(text, span.start);
  const shown = action === "" ? "" : ` in ${oneLine(action)}`;
  return `line ${line}, column ${column}: ${problem}${node}${shown}${remedy === undefined ? "" : `, ${remedy}`}`;
}

/** Line and column from 1; columns count characters. */
function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}

/** The source of the action that holds the offset, `{{` and `}}` included. */
function actionAround(text: string, offset: number): string {
  let start = 0;
  let isInside = false;
  for (const token of tokenize(text)) {
    if (token.kind === "open" && token.start <= offset) {
      start = token.start;
      isInside = true;
    } else if (token.kind === "open") break;
    if (token.kind === "close" && isInside && token.start + 2 > offset) return text.slice(start, token.start + 2);
  }
  return isInside ? text.slice(start, start + maxShown) : "";
}

function oneLine(source: string): string {
  const flat = source.replace(/\s+/g, " ");
  return flat.length > maxShown ? `${flat.slice(0, maxShown)}…` : flat;
}
