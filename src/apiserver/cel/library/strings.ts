import { spendWork } from "../budget.ts";
import { fn, method, type Overload } from "../overload.ts";
import { boolType, intType, listOf, stringType, type Type } from "../types.ts";
import { EvaluationError, type List, PlainList, sizeOfText } from "../values.ts";

const texts = listOf(stringType);

function outOfRange(index: bigint): EvaluationError {
  return new EvaluationError(`index out of range: ${index}`);
}

function characters(text: string): string[] {
  spendWork(text.length / 10);
  return [...text];
}

function charAt(text: string, index: bigint): string {
  const all = characters(text);
  if (index < 0n || index > BigInt(all.length)) throw outOfRange(index);
  return all[Number(index)] ?? "";
}

function indexOf(text: string, part: string, from = 0n): bigint {
  if (part === "") return from;
  if (from < 0n) throw outOfRange(from);
  const all = characters(text);
  if (from >= BigInt(all.length)) return -1n;
  const start = all.slice(0, Number(from)).join("").length;
  const found = text.indexOf(part, start);
  return found < 0 ? -1n : BigInt(sizeOfText(text.slice(0, found)));
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  if (part === "") return from ?? BigInt(sizeOfText(text));
  if (from !== undefined && from < 0n) throw outOfRange(from);
  const all = characters(text);
  if (from !== undefined && from >= BigInt(all.length)) return -1n;
  const start = from === undefined ? text.length : all.slice(0, Number(from)).join("").length;
  const found = text.lastIndexOf(part, start);
  return found < 0 ? -1n : BigInt(sizeOfText(text.slice(0, found)));
}

function substring(text: string, start: bigint, end?: bigint): string {
  const all = characters(text);
  const length = BigInt(all.length);
  if (end !== undefined && start > end) {
    throw new EvaluationError(`invalid substring range. start: ${start}, end: ${end}`);
  }
  if (start < 0n || start > length) throw outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) throw outOfRange(end);
  return all.slice(Number(start), Number(end ?? length)).join("");
}

/** The first `limit` occurrences, or all of them where it is below 0. */
function replace(text: string, old: string, next: string, limit = -1n): string {
  if (limit === 0n || old === next) return text;
  const parts = old === "" ? characters(text) : text.split(old);
  const most = limit < 0n || limit > BigInt(parts.length) ? parts.length + 1 : Number(limit);
  spendWork((text.length + parts.length * next.length) / 10);
  if (old === "") return spread(parts, next, most);
  const count = Math.min(most, parts.length - 1);
  return [parts.slice(0, count + 1).join(next), ...parts.slice(count + 1)].join(old);
}

/** Nothing stands before each character and at the end. */
function spread(parts: readonly string[], next: string, most: number): string {
  const put = parts.map((part, index) => (index < most ? next + part : part)).join("");
  return most > parts.length ? put + next : put;
}

function split(text: string, separator: string, limit = -1n): PlainList {
  spendWork(text.length);
  if (limit === 0n) return new PlainList([]);
  const parts = separator === "" ? characters(text) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return new PlainList(parts);
  const count = Number(limit) - 1;
  return new PlainList([...parts.slice(0, count), parts.slice(count).join(separator)]);
}

function join(list: List, separator = ""): string {
  const parts = list.toArray().map((item) => {
    if (typeof item === "string") return item;
    throw new EvaluationError(`join: invalid input: ${String(item)}`);
  });
  const size = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  spendWork(size / 10);
  return parts.join(separator);
}

const quotes: { readonly [character: string]: string } = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

function quote(text: string): string {
  return `"${text.replace(/[\s\S]/g, (one) => quotes[one] ?? one)}"`;
}

function cased(pattern: RegExp, change: (one: string) => string): (text: string) => string {
  return (text) => text.replace(pattern, change);
}

function onText(name: string, id: string, args: readonly Type[], result: Type, run: Overload["run"]): Overload {
  return method(name, id, [stringType, ...args], result, run);
}

/** Functions of texts, CEL's own and those of its extension. */
export const strings: readonly Overload[] = [
  onText("contains", "contains_string", [stringType], boolType, (text: string, part: string) => text.includes(part)),
  onText("startsWith", "starts_with_string", [stringType], boolType, (text: string, part: string) =>
    text.startsWith(part),
  ),
  onText("endsWith", "ends_with_string", [stringType], boolType, (text: string, part: string) => text.endsWith(part)),
  onText("charAt", "string_char_at_int", [intType], stringType, charAt),
  onText("indexOf", "string_index_of_string", [stringType], intType, indexOf),
  onText("indexOf", "string_index_of_string_int", [stringType, intType], intType, indexOf),
  onText("lastIndexOf", "string_last_index_of_string", [stringType], intType, lastIndexOf),
  onText("lastIndexOf", "string_last_index_of_string_int", [stringType, intType], intType, lastIndexOf),
  onText(
    "lowerAscii",
    "string_lower_ascii",
    [],
    stringType,
    cased(/[A-Z]+/g, (one) => one.toLowerCase()),
  ),
  onText(
    "upperAscii",
    "string_upper_ascii",
    [],
    stringType,
    cased(/[a-z]+/g, (one) => one.toUpperCase()),
  ),
  onText("replace", "string_replace_string_string", [stringType, stringType], stringType, replace),
  onText("replace", "string_replace_string_string_int", [stringType, stringType, intType], stringType, replace),
  onText("split", "string_split_string", [stringType], texts, split),
  onText("split", "string_split_string_int", [stringType, intType], texts, split),
  onText("substring", "string_substring_int", [intType], stringType, substring),
  onText("substring", "string_substring_int_int", [intType, intType], stringType, substring),
  onText("trim", "string_trim", [], stringType, (text: string) =>
    text.replace(/^[\p{White_Space}\x85]+|[\p{White_Space}\x85]+$/gu, ""),
  ),
  method("join", "list_join", [texts], stringType, join),
  method("join", "list_join_string", [texts, stringType], stringType, join),
  fn("strings.quote", "strings_quote", [stringType], stringType, quote),
];
