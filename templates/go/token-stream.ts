import { tokenize } from "./lexer.ts";
import { SyntaxFault } from "./syntax-fault.ts";
import { describeToken, type Token, type TokenKind } from "./token.ts";

/** Walks over the tokens of a text with any lookahead. Spaces are tokens, since `.a .b` and `.a.b` differ. */
export class TokenStream {
  readonly text: string;
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenize(text);
  }

  peek(): Token {
    return this.tokens[this.index] as Token;
  }

  next(): Token {
    const token = this.peek();
    // The last token is given again and again.
    if (this.index < this.tokens.length - 1) this.index++;
    return token;
  }

  peekNonSpace(): Token {
    if (this.peek().kind === "space") this.index++;
    return this.peek();
  }

  nextNonSpace(): Token {
    this.peekNonSpace();
    return this.next();
  }

  /** The place in the list, to come back to with `rewind`. */
  mark(): number {
    return this.index;
  }

  rewind(mark: number): void {
    this.index = mark;
  }

  expect(kind: TokenKind, context: string): Token {
    const token = this.nextNonSpace();
    if (token.kind !== kind) throw this.unexpected(token, context);
    return token;
  }

  unexpected(token: Token, context: string): SyntaxFault {
    if (token.kind === "error") return new SyntaxFault(token.text, token.start, characterRemedy(this.text, token));
    return new SyntaxFault(`unexpected ${describeToken(token)} in ${context}`, token.start);
  }
}

/** What to write instead of a field with a dash or a slash, or of a text between single quotes. */
function characterRemedy(text: string, token: Token): string | undefined {
  if (!token.text.startsWith("bad character")) return undefined;
  const before = /[.$][\p{L}\p{Nd}_.$]*$/u.exec(text.slice(0, token.start))?.[0];
  const after = /^[-/@:][\p{L}\p{Nd}_.\-/]*/u.exec(text.slice(token.start))?.[0];
  if (before === undefined || after === undefined || before.endsWith("$")) return undefined;
  // Keys of labels and annotations have dots themselves; elsewhere only the last name is meant to have the dash.
  const dot = /\.(?:labels|annotations)(?=\.)/.exec(before);
  return indexRemedy(before, dot === null ? before.lastIndexOf(".") : dot.index + dot[0].length, after);
}

function indexRemedy(before: string, dot: number, after: string): string | undefined {
  if (dot < 0) return undefined;
  return `use index: index ${before.slice(0, dot) || "."} "${before.slice(dot + 1)}${after}"`;
}
