/** What the lexer cuts a template into. Keywords are those that begin an action; `error` ends the list with a message. */
export type TokenKind =
  | "text"
  | "open"
  | "close"
  | "space"
  | "identifier"
  | "keyword"
  | "field"
  | "variable"
  | "dot"
  | "nil"
  | "bool"
  | "number"
  | "complex"
  | "character"
  | "string"
  | "raw"
  | "pipe"
  | "leftParen"
  | "rightParen"
  | "assign"
  | "declare"
  | "symbol"
  | "error"
  | "end";

/** A piece of the template. `start` is its offset in UTF-16 units; the text of an `error` is its message. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
}

const keywords = new Set(["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"]);

/** The kind of a word that stands alone in an action. */
export function wordKind(word: string): TokenKind {
  if (keywords.has(word)) return "keyword";
  if (word === "true" || word === "false") return "bool";
  return word === "nil" ? "nil" : "identifier";
}

/** A token as error messages show it: quoted and cut short, `<if>` for keywords. */
export function describeToken(token: Token): string {
  if (token.kind === "end") return "EOF";
  if (token.kind === "error") return token.text;
  if (token.kind === "keyword" || token.kind === "dot" || token.kind === "nil") return `<${token.text}>`;
  return token.text.length > 10 ? `${JSON.stringify(token.text.slice(0, 10))}...` : JSON.stringify(token.text);
}
