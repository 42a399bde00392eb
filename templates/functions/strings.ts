import { stringList } from "../../src/base/values.ts";
import { compareBytes } from "../go/bytes.ts";
import { isList } from "../go/go-types.ts";
import type { GoValue } from "../go/values.ts";
import { fromBinary, joined, onBytes, toBinary, toSize } from "./binary.ts";
import { chargeItems } from "./charge.ts";
import { define } from "./define.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";
import { isSpace } from "./runes.ts";
import { strval, toTexts } from "./strval.ts";

const hasRawByte = /[\udc80-\udcff]/;

/** Strings: cutting, searching, comparing, joining. */
export const stringFunctions: FunctionTable = {
  hello: define("func() string", "`Hello!`", () => "Hello!"),
  trim: define("func(string) string", "the text without white space at both ends", ([text]) => trimSpace(text)),
  trimAll: define(
    "func(string, string) string",
    "the second text without the characters of the first at both ends",
    ([set, text]) => trimSet(set, text),
  ),
  trimall: define("func(string, string) string", "as `trimAll`", ([set, text]) => trimSet(set, text)),
  trimPrefix: define(
    "func(string, string) string",
    "the second text without the first at its start",
    ([prefix, text]) => onBytes((p, t) => (t.startsWith(p) ? t.slice(p.length) : t), prefix, text),
  ),
  trimSuffix: define("func(string, string) string", "the second text without the first at its end", ([suffix, text]) =>
    onBytes((s, t) => (t.endsWith(s) ? t.slice(0, t.length - s.length) : t), suffix, text),
  ),
  hasPrefix: define("func(string, string) bool", "whether the second text starts with the first", ([prefix, text]) =>
    toBinary(text).startsWith(toBinary(prefix)),
  ),
  hasSuffix: define("func(string, string) bool", "whether the second text ends with the first", ([suffix, text]) =>
    toBinary(text).endsWith(toBinary(suffix)),
  ),
  contains: define("func(string, string) bool", "whether the second text holds the first", ([part, text]) =>
    toBinary(text).includes(toBinary(part)),
  ),
  trunc: define(
    "func(int, string) string",
    "the first bytes of the text, with a negative number the last ones; may cut a character in two",
    ([count, text]) => trunc(toSize(count), text),
  ),
  substr: define(
    "func(int, int, string) string",
    "the bytes from start to end; a negative start means the beginning, an end below 0 or past the text its end",
    ([start, end, text]) => substr(toSize(start), toSize(end), text),
  ),
  nospace: define("func(string) string", "the text without white space; every byte counts as a character", ([text]) => {
    const bytes = toBinary(text);
    const kept = withoutSpace(bytes);
    return kept.length === bytes.length ? text : kept;
  }),
  initials: define("func(string) string", "the first byte of each word", ([text]) => initials(toBinary(text))),
  replace: define(
    "func(string, string, string) string",
    "the third text with the second in place of every first",
    (args, context) => replace(args as [string, string, string], context),
  ),
  repeat: define("func(int, string) string", "the text so many times", ([count, text], context) =>
    repeat(toSize(count), text, context),
  ),
  plural: define(
    "func(string, string, int) string",
    "the first text when the number is 1, else the second",
    ([one, many, count]) => (count === 1n ? one : many),
  ),
  toString: define("func(any) string", "the value as text: `1e+06`, `map[a:1]`, `<nil>`", ([value]) => strval(value)),
  toStrings: define("func(any) []string", "the items as texts, without the nil ones", ([value], context) =>
    toStrings(value, context),
  ),
  join: define(
    "func(string, any) string",
    "the items as texts with the first argument between; nil ones are left out",
    ([separator, value], context) => join(separator, value, context),
  ),
  sortAlpha: define(
    "func(any) []string",
    "the items as texts in byte order; a list of texts (such as from `splitList`) is itself sorted",
    ([value], context) => sortAlpha(value, context),
  ),
};

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charAt(start))) start++;
  while (end > start && isSpace(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Go's `strings.Trim`: any character of the set goes; a byte that is no UTF-8 goes with U+FFFD or another such byte. */
function trimSet(set: string, text: string): string {
  const characters = Array.from(text);
  const members = new Set(Array.from(set, runeOf));
  let start = 0;
  let end = characters.length;
  while (start < end && members.has(runeOf(characters[start] as string))) start++;
  while (end > start && members.has(runeOf(characters[end - 1] as string))) end--;
  return characters.slice(start, end).join("");
}

function runeOf(character: string): string {
  return character.length === 1 && hasRawByte.test(character) ? "\ufffd" : character;
}

function trunc(count: number, text: string): string {
  const bytes = toBinary(text);
  if (count < 0) return bytes.length + count > 0 ? fromBinary(bytes.slice(count)) : text;
  return bytes.length > count ? fromBinary(bytes.slice(0, count)) : text;
}

function substr(start: number, end: number, text: string): string {
  const bytes = toBinary(text);
  if (start < 0) return fromBinary(cut(bytes, 0, end));
  return fromBinary(end < 0 || end > bytes.length ? cut(bytes, start, bytes.length) : cut(bytes, start, end));
}

/** Go's `s[start:end]`, which fails where JavaScript's `slice` moves the bounds. */
function cut(bytes: string, start: number, end: number): string {
  if (end < 0 || end > bytes.length) {
    throw new Error(`slice bounds out of range [:${end}] with length ${bytes.length}`);
  }
  if (start > end) throw new Error(`slice bounds out of range [${start}:${end}]`);
  return bytes.slice(start, end);
}

function withoutSpace(bytes: string): string {
  return bytes.replace(/[\t-\r \x85\xa0]/g, "");
}

function initials(bytes: string): string {
  let found = "";
  let isAfterSpace = true;
  for (const byte of bytes) {
    if (isAfterSpace && !isSpace(byte)) found += byte;
    isAfterSpace = isSpace(byte);
  }
  return found;
}

function replace([old, fresh, text]: readonly [string, string, string], context: FunctionContext): string {
  const bytes = toBinary(text);
  if (old === "") return replaceEverywhere(fresh, text, context);
  const parts = bytes.split(toBinary(old));
  context.chargeBytes(bytes.length + (parts.length - 1) * fresh.length);
  return fromBinary(parts.join(toBinary(fresh)));
}

/** An empty text stands before every character and at the end. */
function replaceEverywhere(fresh: string, text: string, context: FunctionContext): string {
  const characters = Array.from(text);
  context.chargeBytes(text.length + (characters.length + 1) * fresh.length);
  return joined(fresh + characters.map((character) => character + fresh).join(""));
}

function repeat(count: number, text: string, context: FunctionContext): string {
  if (count < 0) throw new Error("strings: negative Repeat count");
  if (text === "") return "";
  context.chargeBytes(count * Buffer.byteLength(text));
  return joined(text.repeat(count));
}

function toStrings(value: GoValue, context: FunctionContext): GoValue {
  if (isList(value)) chargeItems(context, value.length);
  const texts = toTexts(value);
  return texts === value ? texts : stringList(texts);
}

function join(separator: string, value: GoValue, context: FunctionContext): string {
  if (isList(value)) chargeItems(context, value.length);
  const texts = toTexts(value);
  const bytes = texts.reduce((sum, text) => sum + text.length, texts.length * separator.length);
  context.chargeBytes(bytes);
  return joined(texts.join(separator));
}

function sortAlpha(value: GoValue, context: FunctionContext): GoValue {
  if (!isList(value)) return stringList([strval(value)]);
  chargeItems(context, value.length);
  const texts = toTexts(value);
  const sorted = texts.sort(compareBytes);
  return texts === value ? sorted : stringList(sorted);
}
