import type { Token } from "./lexer.ts";
import { Uint } from "./values.ts";

const simpleEscapes: { readonly [letter: string]: string } = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The text of a string literal; undefined for escapes that give no text. */
export function textOfLiteral(literal: string): string | undefined {
  const { body, isRaw } = bodyOf(literal);
  if (isRaw) return body;
  let isRight = true;
  const text = body.replace(escaped, (whole, code: string) => {
    const digits = codeOf(code);
    if (digits === undefined) return Object.hasOwn(simpleEscapes, code) ? simpleEscapes[code]! : whole.slice(1);
    if (digits > 0x10ffff || (digits >= 0xd800 && digits <= 0xdfff)) isRight = false;
    return isRight ? String.fromCodePoint(digits) : "";
  });
  return isRight ? text : undefined;
}

const escaped = /\\([0-3][0-7]{2}|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g;

/** The bytes of a literal; undefined where an escape stands for a character, which bytes have none of. */
export function bytesOfLiteral(literal: string): Uint8Array | undefined {
  const { body, isRaw } = bodyOf(literal.slice(1));
  if (isRaw) return Buffer.from(body);
  const parts: Buffer[] = [];
  let last = 0;
  for (const match of body.matchAll(escaped)) {
    const code = match[1]!;
    if (/^[uU]/.test(code)) return undefined;
    parts.push(Buffer.from(body.slice(last, match.index)));
    const digits = codeOf(code);
    const plain = Object.hasOwn(simpleEscapes, code) ? simpleEscapes[code]! : code;
    parts.push(digits === undefined ? Buffer.from(plain) : Buffer.from([digits]));
    last = match.index + match[0].length;
  }
  parts.push(Buffer.from(body.slice(last)));
  return new Uint8Array(Buffer.concat(parts));
}

function codeOf(code: string): number | undefined {
  if (/^[xXuU]./.test(code)) return Number.parseInt(code.slice(1), 16);
  return /^[0-3][0-7]{2}$/.test(code) ? Number.parseInt(code, 8) : undefined;
}

function bodyOf(literal: string): { readonly body: string; readonly isRaw: boolean } {
  const isRaw = /^[rR]/.test(literal);
  const text = isRaw ? literal.slice(1) : literal;
  const quotes = text.startsWith('"""') || text.startsWith("'''") ? 3 : 1;
  // Line ends are read as they would be from a file.
  const body = text.slice(quotes, -quotes).replace(/\r\n?/g, "\n");
  return { body, isRaw };
}

/** The number of a literal with its sign; undefined where its type has no such number. */
export function numberOfLiteral({ kind, text }: Token, sign: "" | "-"): number | bigint | Uint | undefined {
  if (kind === "double") {
    const value = Number(sign + text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (kind === "uint") {
    const amount = BigInt(text.slice(0, -1));
    return amount < 2n ** 64n ? new Uint(amount) : undefined;
  }
  const value = sign === "" ? BigInt(text) : -BigInt(text);
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined;
}
