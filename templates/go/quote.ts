import { hasRawBytes } from "./bytes.ts";

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const plainAscii = /^[ !#-[\]-~]*$/;

const shortEscapes = new Map([
  [0x07, "\\a"],
  [0x08, "\\b"],
  [0x0c, "\\f"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
  [0x0b, "\\v"],
]);

/** Go's `%q` of a string: double quotes, Go's escapes, non-ASCII characters as they are unless `ascii` (`%+q`). */
export function quoteGo(text: string, ascii = false): string {
  if (plainAscii.test(text)) return `"${text}"`;
  let quoted = "";
  for (const character of text) quoted += escapeCharacter(character, '"', ascii);
  return `"${quoted}"`;
}

/** Go's `%q` of an integer: a character between single quotes; what is no character becomes U+FFFD. */
export function quoteRune(point: number, ascii = false): string {
  return `'${escapeCharacter(runeText(point), "'", ascii)}'`;
}

/** The character with this code point, U+FFFD when there is none. */
export function runeText(point: number): string {
  const valid = point >= 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return valid ? String.fromCodePoint(point) : "\ufffd";
}

function escapeCharacter(character: string, quote: string, ascii: boolean): string {
  const point = character.codePointAt(0) as number;
  if (character === quote || character === "\\") return `\\${character}`;
  if (character.length === 1 && point >= 0xdc80 && point <= 0xdcff) return `\\x${hex(point - 0xdc00, 2)}`;
  if (point < 0x7f ? point >= 0x20 : !ascii && isPrintable(character)) return character;
  const short = shortEscapes.get(point);
  if (short !== undefined) return short;
  if (point < 0x20 || point === 0x7f) return `\\x${hex(point, 2)}`;
  return point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}

/** Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(character: string): boolean {
  return printable.test(character);
}

/** Whether `%#q` may write the string between backquotes. */
export function canBackquote(text: string): boolean {
  for (const character of text) {
    if (character === "`" || character === "\ufeff" || character === "\x7f") return false;
    if (character < " " && character !== "\t") return false;
  }
  return !hasRawBytes(text);
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
