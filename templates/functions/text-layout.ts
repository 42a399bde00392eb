import { formatValue } from "../go/format.ts";
import { quoteGo } from "../go/quote.ts";
import type { GoValue } from "../go/values.ts";
import { fromBinary, joined, toBinary, toSize } from "./binary.ts";
import { GrowthMeter } from "./charge.ts";
import { define } from "./define.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";
import { strval } from "./strval.ts";

/** Strings: quoting, indenting, wrapping, shortening. */
export const textLayoutFunctions: FunctionTable = {
  quote: define(
    "func(...any) string",
    "each value between double quotes with Go's escapes (not JSON's), nil ones left out",
    (values, context) => spaced(values, (value) => quoteGo(strval(value)), context),
  ),
  squote: define(
    "func(...any) string",
    "each value between single quotes, nothing escaped, nil ones left out",
    (values, context) => spaced(values, (value) => `'${formatValue(value)}'`, context),
  ),
  cat: define("func(...any) string", "the values with a space between, nil ones left out", (values, context) =>
    spaced(values, formatValue, context),
  ),
  indent: define(
    "func(int, string) string",
    "every line, also an empty one, behind so many spaces",
    ([spaces, text], context) => indent(toSize(spaces), text, context),
  ),
  nindent: define(
    "func(int, string) string",
    "as `indent`, on a new line",
    ([spaces, text], context) => `\n${indent(toSize(spaces), text, context)}`,
  ),
  wrap: define(
    "func(int, string) string",
    "the text in lines of at most so many bytes where words allow; long words stay whole",
    ([width, text], context) => wrap(text, { width: toSize(width), newline: "\n", cutsWords: false }, context),
  ),
  wrapWith: define(
    "func(int, string, string) string",
    "as `wrap`, with the second argument between the lines; long words are cut",
    ([width, newline, text], context) =>
      wrap(text, { width: toSize(width), newline: newline === "" ? "\n" : newline, cutsWords: true }, context),
  ),
  abbrev: define(
    "func(int, string) string",
    "the text cut to so many bytes with `...` at its end; widths below 4 do nothing",
    ([width, text]) => (width < 4n ? text : fromBinary(abbreviate(toBinary(text), 0, toSize(width)))),
  ),
  abbrevboth: define(
    "func(int, int, string) string",
    "as `abbrev`, and from the first number on with `...` before it",
    ([left, right, text]) =>
      right < 4n || (left > 0n && right < 7n)
        ? text
        : fromBinary(abbreviate(toBinary(text), toSize(left), toSize(right))),
  ),
};

function spaced(values: readonly GoValue[], write: (value: GoValue) => string, context: FunctionContext): string {
  const texts = values.filter((value) => value !== null && value !== undefined).map(write);
  context.chargeBytes(texts.reduce((sum, text) => sum + text.length + 1, 0));
  return joined(texts.join(" "));
}

function indent(spaces: number, text: string, context: FunctionContext): string {
  if (spaces < 0) throw new Error("strings: negative Repeat count");
  const lines = text.split("\n");
  context.chargeBytes(text.length + spaces * lines.length);
  const pad = " ".repeat(spaces);
  return pad + lines.join(`\n${pad}`);
}

interface Wrapping {
  readonly width: number;
  readonly newline: string;
  readonly cutsWords: boolean;
}

/** As Masterminds/goutils wraps: spaces at the start of a line go, those at its end stay, and line breaks are no spaces. */
function wrap(text: string, wrapping: Wrapping, context: FunctionContext): string {
  const bytes = toBinary(text);
  const width = Math.max(wrapping.width, 1);
  const newline = toBinary(wrapping.newline);
  const growth = new GrowthMeter(context);
  let out = "";
  let offset = 0;
  while (bytes.length - offset > width) {
    if (bytes.charAt(offset) === " ") {
      offset++;
      continue;
    }
    const [end, next] = lineEnd(bytes, offset, width, wrapping.cutsWords);
    out += bytes.slice(offset, end) + (end === bytes.length && next === end ? "" : newline);
    growth.check(out.length);
    offset = next;
  }
  return fromBinary(out + bytes.slice(offset));
}

/** Where the line that starts at the offset ends, and where the next one starts. */
function lineEnd(bytes: string, offset: number, width: number, cutsWords: boolean): readonly [number, number] {
  const space = bytes.slice(offset, offset + width + 1).lastIndexOf(" ");
  if (space >= 0) return [offset + space, offset + space + 1];
  if (cutsWords) return [offset + width, offset + width];
  const next = bytes.indexOf(" ", offset + width);
  return next < 0 ? [bytes.length, bytes.length] : [next, next + 1];
}

/** As Masterminds/goutils abbreviates, on bytes. */
function abbreviate(bytes: string, offset: number, width: number): string {
  if (bytes.length <= width) return bytes;
  const kept = width - 3;
  let left = Math.min(offset, bytes.length);
  if (bytes.length - left < kept) left = bytes.length - kept;
  if (left <= 4) return `${bytes.slice(0, kept)}...`;
  if (left + kept < bytes.length) return `...${abbreviate(bytes.slice(left), 0, kept)}`;
  return `...${bytes.slice(bytes.length - kept)}`;
}
