import type { Problem } from "./problems.ts";

export type TokenKind = "ident" | "int" | "uint" | "double" | "string" | "bytes" | "op" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** The offset in characters. */
  readonly at: number;
}

const escapes = String.raw`\\(?:[abfnrtv"'\\?\u0060]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const quoted = [
  `"""(?:${escapes}|[^\\\\])*?"""`,
  `'''(?:${escapes}|[^\\\\])*?'''`,
  `"(?:${escapes}|[^\\\\"\\n\\r])*"`,
  `'(?:${escapes}|[^\\\\'\\n\\r])*'`,
  `[rR]"""[^]*?"""`,
  `[rR]'''[^]*?'''`,
  `[rR]"[^"\\n\\r]*"`,
  `[rR]'[^'\\n\\r]*'`,
].join("|");

/** In the order they are tried; a string's prefix would be read as a name otherwise. */
const rules: readonly (readonly [kind: TokenKind | "space", pattern: RegExp])[] = [
  ["space", /[\t \r\n\f]+|\/\/[^\n]*/y],
  ["bytes", new RegExp(`[bB](?:${quoted})`, "y")],
  ["string", new RegExp(quoted, "y")],
  ["double", /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ["uint", /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ["int", /0x[0-9a-fA-F]+|\d+/y],
  ["ident", /[A-Za-z_][A-Za-z0-9_]*/y],
  ["op", /==|!=|<=|>=|&&|\|\||[-<>[\]{}().,!?:+*/%]/y],
];

/** Splits a source into tokens; what is none is told of and left out. */
export function tokenize(source: string, problems: Problem[]): Token[] {
  const tokens: Token[] = [];
  const offsets = new Offsets(source);
  let index = 0;
  while (index < source.length) {
    const match = matchAt(source, index);
    if (match === undefined) {
      const bad = badToken(source, index);
      problems.push({ at: offsets.at(index), message: `Syntax error: token recognition error at: '${bad}'` });
      index += bad.length;
      continue;
    }
    const [kind, text] = match;
    if (kind !== "space") tokens.push({ kind, text, at: offsets.at(index) });
    index += text.length;
  }
  tokens.push({ kind: "end", text: "<EOF>", at: offsets.at(source.length) });
  return tokens;
}

function matchAt(source: string, index: number): readonly [TokenKind | "space", string] | undefined {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = index;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return [kind, text];
  }
  return undefined;
}

/** What no token begins with reaches to the first character that fits none. */
function badToken(source: string, index: number): string {
  const [text = ""] = badString.exec(source.slice(index)) ?? /^(?:[=&|][\s\S]|[\s\S])/u.exec(source.slice(index)) ?? [];
  return text;
}

/** A string up to the end of its line or the escape that is none, that character included. */
const badString = new RegExp(`^(["'])(?:${escapes}|(?!\\1)[^\\\\\n\r])*(?:\\\\[\\s\\S]?|[\\s\\S]|$)`, "u");

/** Offsets in characters for offsets in UTF-16 units, asked for in order. */
class Offsets {
  readonly #source: string;
  #units = 0;
  #characters = 0;

  constructor(source: string) {
    this.#source = source;
  }

  at(units: number): number {
    while (this.#units < units) {
      this.#units += this.#source.codePointAt(this.#units)! > 0xffff ? 2 : 1;
      this.#characters++;
    }
    return this.#characters;
  }
}
