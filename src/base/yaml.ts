import { type DocumentDirective, type Event, getScalarValue, type ScalarEvent } from "js-yaml";
import { InvalidError } from "./errors.ts";
import type { Value } from "./values.ts";
import { type Position, positionAt, splitDocuments, type TextSpan } from "./yaml-documents.ts";
import { locateField } from "./yaml-locate.ts";
import { EventReader, type EventSource, event, offsetOf, YamlContentError } from "./yaml-reader.ts";
import { type ParsedText, parseLeniently, YamlSyntaxError } from "./yaml-repair.ts";

export type { Position } from "./yaml-documents.ts";
export { formatYaml } from "./yaml-format.ts";

export interface ParseYamlOptions {
  /** The file's name for error messages. */
  readonly file?: string | undefined;
}

/** One document of a file. */
export interface YamlDocument {
  readonly value: Value;
  /** The line of the file on which the document's first key or item stands, from 1. */
  readonly line: number;
  /**
   * Where a field stands in the file: `spec.generators[0].git`, `metadata.labels[app.kubernetes.io/name]` or without the
   * brackets. A field that is missing gives its nearest parent that is there. Reads the document again: for messages only.
   */
  locate(path: string): Position;
}

const maxChars = 128 * 1024 * 1024;
const remedies: readonly (readonly [said: string, remedy: string])[] = [
  ["cannot be a key", "put quotes around text that begins with {{ or ["],
  ["bad indentation", "check the indentation, and quote text that holds ': ' or begins with %, @ or `"],
  ["tab characters", "indent with spaces"],
  ["expands too many aliases", "write the values out instead of repeating them by alias"],
];
const notPrintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/;

/**
 * Reads the first document of a text as Kubernetes does (sigs.k8s.io/yaml): YAML 1.1 booleans also as keys, octal numbers,
 * dates as text, the last of duplicate keys. Integers that no double holds are bigints; no document at all is null. Throws
 * InvalidError with file, line and column.
 */
export function parseYaml(text: string, options: ParseYamlOptions = {}): Value {
  const clean = checkText(text, options.file);
  const [first] = splitDocuments(clean, 1);
  return first === undefined ? null : readSpan(clean, first, options.file);
}

/**
 * Reads every document of a text that is not empty, in order. Throws InvalidError with file, line and column at the first
 * one that is no YAML.
 */
export function parseYamlDocuments(text: string, options: ParseYamlOptions = {}): YamlDocument[] {
  const clean = checkText(text, options.file);
  const documents: YamlDocument[] = [];
  for (const span of splitDocuments(clean)) {
    const value = readSpan(clean, span, options.file);
    if (value !== null) documents.push(documentAt(clean, span, value));
  }
  return documents;
}

function documentAt(text: string, span: TextSpan, value: Value): YamlDocument {
  const source = text.slice(span.start, span.end);
  const at = (offset: number): Position => positionAt(text, span.start + offset);
  return {
    value,
    get line() {
      return this.locate("").line;
    },
    locate: (path) => {
      const parsed = parseLeniently(source);
      return at(parsed.origin(locateField(eventSource(parsed), path)));
    },
  };
}

function checkText(text: string, file: string | undefined): string {
  if (text.length > maxChars)
    throw new InvalidError(`${file ?? "the text"} is larger than ${maxChars} characters`, {
      details: fileDetails(file),
    });
  const found = notPrintable.exec(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  if (found !== null) throw syntaxError("control characters are not allowed", positionAt(text, found.index), file);
  // YAML 1.1 has one more line break, which YAML 1.2 takes for text.
  return text.includes("\x85") ? text.replaceAll("\x85", "\n") : text;
}

function readSpan(text: string, span: TextSpan, file: string | undefined): Value {
  const fail = (reason: string, offset: number, cause: unknown) =>
    syntaxError(reason, positionAt(text, span.start + offset), file, cause);
  let parsed: ParsedText | undefined;
  try {
    parsed = parseLeniently(text.slice(span.start, span.end));
    const start = parsed.events.findIndex((found) => found.type !== event.DOCUMENT);
    if (start < 0 || parsed.events[start]?.type === event.POP) return null;
    return new EventReader(eventSource(parsed), start).read();
  } catch (error: unknown) {
    if (error instanceof YamlSyntaxError) throw fail(lowerFirst(error.message), error.offset, error);
    if (!(error instanceof YamlContentError)) throw error;
    throw fail(error.message, parsed?.origin(error.offset) ?? error.offset, error);
  }
}

function eventSource({ text, events }: ParsedText): EventSource {
  checkEvents(text, events);
  const root = events.find((found) => found.type !== event.DOCUMENT);
  const scalarText = (scalar: ScalarEvent): string =>
    scalar.style < 4 ? getScalarValue(text, scalar) : blockText(text, scalar, scalar === root);
  return { text, events, scalarText };
}

/** Block text by YAML 1.1: no line break after a last line that has none, and `|2` at the root counts from column 1. */
function blockText(source: string, scalar: ScalarEvent, isRoot: boolean): string {
  const explicit = isRoot && /[|>][-+]?[1-9][-+]?[^\n\r]*[\n\r]+$/.test(source.slice(0, scalar.valueStart));
  const text = getScalarValue(source, explicit ? { ...scalar, indent: scalar.indent + 1 } : scalar);
  const isCut = scalar.valueEnd === source.length && /\S[^\n\r]*$/.test(source.slice(scalar.valueStart));
  return isCut && text.endsWith("\n") ? text.slice(0, -1) : text;
}

/** Refuses what YAML 1.2 allows and the reader of Kubernetes does not. */
function checkEvents(source: string, events: readonly Event[]): void {
  for (const found of events) {
    if (found.type === event.SCALAR) checkEscapes(source, found);
    else if (found.type === event.DOCUMENT && found.directives.some(isOtherVersion))
      throw new YamlContentError("only %YAML 1.1 is read", 0);
  }
}

function checkEscapes(source: string, found: ScalarEvent): void {
  if (found.style !== 3 || found.fast) return;
  const raw = source.slice(found.valueStart, found.valueEnd);
  if (raw.includes("\\/") && /(?:^|[^\\])(?:\\\\)*\\\//.test(raw))
    throw new YamlContentError("unknown escape sequence \\/", offsetOf(found));
}

function isOtherVersion(directive: DocumentDirective): boolean {
  return directive.kind === "yaml" && directive.version !== "1.1";
}

function syntaxError(reason: string, at: Position, file: string | undefined, cause?: unknown): InvalidError {
  const where = `${file === undefined ? "" : `${file}, `}line ${at.line}, column ${at.column}`;
  const remedy = remedies.find(([said]) => reason.includes(said))?.[1];
  const details = { ...fileDetails(file), ...at, ...(remedy === undefined ? {} : { remedy }) };
  return new InvalidError(`${where}: not valid YAML: ${reason}`, { details, cause });
}

function fileDetails(file: string | undefined): { readonly file?: string } {
  return file === undefined ? {} : { file };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
