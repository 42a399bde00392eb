import { toBytes } from "./bytes.ts";
import { sprint } from "./format.ts";
import { isPrintable } from "./quote.ts";
import type { GoValue } from "./values.ts";

/** What the escaping built-ins work on: one string as it is, otherwise as `print` writes it with `<no value>` for nothing. */
export function textOf(args: readonly GoValue[]): string {
  const [first] = args;
  if (args.length === 1 && typeof first === "string") return first;
  return sprint(args.map((arg) => (arg === null || arg === undefined ? "<no value>" : arg)));
}

const htmlEntities: { readonly [character: string]: string } = {
  "\0": "\ufffd",
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

/** Go's `html`. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEntities[character] ?? character);
}

const jsEscapes: { readonly [character: string]: string } = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};

/** Go's `js`: a text inside a JavaScript string. */
export function escapeJs(text: string): string {
  let escaped = "";
  for (const character of text) escaped += jsEscapes[character] ?? escapeJsCharacter(character);
  return escaped;
}

function escapeJsCharacter(character: string): string {
  const point = character.codePointAt(0) as number;
  if (point >= 0x80 ? isPrintable(character) : point >= 0x20) return character;
  if (point >= 0xdc80 && point <= 0xdcff && character.length === 1) return "\ufffd";
  return `\\u${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Go's `urlquery`: everything but letters, digits and `-_.~` as `%XX`, a space as `+`. */
export function escapeQuery(text: string): string {
  let escaped = "";
  for (const byte of toBytes(text)) {
    const character = String.fromCharCode(byte);
    if (/[\w.~-]/.test(character)) escaped += character;
    else escaped += byte === 0x20 ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}
