import type { Expr } from "./ast.ts";
import type { Token } from "./lexer.ts";
import type { Problem } from "./problems.ts";
import { mismatched } from "./syntax-errors.ts";

/** Ends the reading of an expression at its first syntax error. */
export class Stop extends Error {}

/** The tokens of an expression, read one after the other, and what is wrong with them. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #problems: Problem[];
  #index = 0;

  constructor(tokens: readonly Token[], problems: Problem[]) {
    this.#tokens = tokens;
    this.#problems = problems;
  }

  get next(): Token {
    return this.#tokens[this.#index]!;
  }

  isOp(text: string): boolean {
    return this.next.kind === "op" && this.next.text === text;
  }

  take(text: string): Token | undefined {
    if (!this.isOp(text)) return undefined;
    return this.advance();
  }

  need(text: string): Token {
    const token = this.take(text);
    if (token !== undefined) return token;
    const { at, text: found } = this.next;
    return this.stop(at, `Syntax error: missing '${text}' at '${found}'`);
  }

  /** As `need`, where other tokens could stand too: one that is too many is left out. */
  close(text: string, expected: string): Token {
    const token = this.take(text);
    if (token !== undefined) return token;
    const { at, text: found } = this.next;
    const after = this.peek(1);
    const what =
      after?.kind === "op" && after.text === text
        ? `extraneous input '${found}' expecting ${expected}`
        : mismatched(found, expected);
    return this.stop(at, `Syntax error: ${what}`);
  }

  problem(at: number, message: string): Expr {
    this.#problems.push({ at, message });
    return { kind: "literal", value: null, at };
  }

  stop(at: number, message: string): never {
    this.problem(at, message);
    throw new Stop();
  }

  /** The token that is so many places from the next one. */
  peek(offset: number): Token | undefined {
    return this.#tokens[this.#index + offset];
  }

  /** Takes the next token. */
  advance(): Token {
    return this.#tokens[this.#index++]!;
  }

  /** What stands between a token and the next, as messages show it. */
  gap(token: Token): string {
    return " ".repeat(Math.max(0, this.next.at - token.at - token.text.length));
  }
}
