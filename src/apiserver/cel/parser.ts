import type { Call, Expr, MapEntry } from "./ast.ts";
import { type Token, type TokenKind, tokenize } from "./lexer.ts";
import { bytesOfLiteral, numberOfLiteral, textOfLiteral } from "./literals.ts";
import { expandMacro } from "./macros.ts";
import type { Problem } from "./problems.ts";
import { canStart, expectedAfter, mismatched } from "./syntax-errors.ts";
import { Stop, TokenCursor } from "./token-cursor.ts";

const mostDepth = 250;
const longest = 100_000;

const reserved = new Set(
  "as break const continue else false for function if import in let loop package namespace null return true var void while".split(
    " ",
  ),
);
const words = new Set(["true", "false", "null", "in"]);
const relations = new Set(["<", "<=", ">=", ">", "==", "!=", "in"]);

export interface Parsed {
  readonly expr: Expr | undefined;
  readonly problems: readonly Problem[];
}

/** Reads an expression and expands its macros. */
export function parse(source: string): Parsed {
  if (source.length > longest) {
    const message = `expression code point size exceeds limit: size: ${source.length}, limit ${longest}`;
    return { expr: undefined, problems: [{ at: -1, message }] };
  }
  const problems: Problem[] = [];
  const parser = new Parser(new TokenCursor(tokenize(source, problems), problems));
  try {
    const expr = parser.parse();
    return { expr: problems.length > 0 ? undefined : expr, problems };
  } catch (error: unknown) {
    if (!(error instanceof Stop)) throw error;
    return { expr: undefined, problems };
  }
}

class Parser {
  readonly #cursor: TokenCursor;
  #depth = 0;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  parse(): Expr {
    const expr = this.#expr();
    const { kind, text, at } = this.#cursor.next;
    if (kind === "end") return expr;
    const isLast = this.#cursor.peek(1)?.kind === "end";
    const what = isLast ? `extraneous input '${text}' expecting <EOF>` : mismatched(text, "<EOF>");
    return this.#cursor.stop(at, `Syntax error: ${what}`);
  }

  #expr(): Expr {
    if (++this.#depth > mostDepth) this.#cursor.stop(-1, `expression recursion limit exceeded: ${mostDepth}`);
    const condition = this.#logical("||", () => this.#logical("&&", () => this.#relation()));
    const op = this.#cursor.take("?");
    if (op === undefined) {
      this.#depth--;
      return condition;
    }
    const yes = this.#logical("||", () => this.#logical("&&", () => this.#relation()));
    this.#cursor.close(":", "':'");
    const no = this.#expr();
    this.#depth--;
    return call("_?_:_", op.at, condition, yes, no);
  }

  /** A chain becomes a balanced tree, so that long ones are not deep. */
  #logical(text: string, operand: () => Expr): Expr {
    const terms = [operand()];
    const ops: number[] = [];
    for (let op = this.#cursor.take(text); op !== undefined; op = this.#cursor.take(text)) {
      ops.push(op.at);
      terms.push(operand());
    }
    return balanced(`_${text}_`, terms, ops);
  }

  #relation(): Expr {
    let left = this.#sum();
    while (
      relations.has(this.#cursor.next.text) &&
      (this.#cursor.next.kind === "op" || this.#cursor.next.text === "in")
    ) {
      const { text, at } = this.#cursor.next;
      this.#cursor.advance();
      left = call(text === "in" ? "@in" : `_${text}_`, at, left, this.#sum());
    }
    return left;
  }

  #sum(): Expr {
    return this.#binary(["+", "-"], () => this.#binary(["*", "/", "%"], () => this.#unary()));
  }

  #binary(ops: readonly string[], operand: () => Expr): Expr {
    let left = operand();
    while (this.#cursor.next.kind === "op" && ops.includes(this.#cursor.next.text)) {
      const { text, at } = this.#cursor.next;
      this.#cursor.advance();
      left = call(`_${text}_`, at, left, operand());
    }
    return left;
  }

  #unary(): Expr {
    const { at } = this.#cursor.next;
    if (this.#cursor.isOp("!")) return this.#repeated("!", "!_");
    if (!this.#cursor.isOp("-")) return this.#member();
    const number = this.#cursor.peek(1);
    if (number?.kind !== "int" && number?.kind !== "double") return this.#repeated("-", "-_");
    this.#cursor.advance();
    this.#cursor.advance();
    return this.#members(this.#number(number, at, "-"));
  }

  #repeated(text: string, name: string): Expr {
    const { at } = this.#cursor.next;
    let count = 0;
    while (this.#cursor.take(text) !== undefined) count++;
    const operand = this.#member();
    return count % 2 === 0 ? operand : call(name, at, operand);
  }

  #member(): Expr {
    return this.#members(this.#primary());
  }

  #members(first: Expr): Expr {
    let expr = first;
    for (let depth = 0; ; depth++) {
      if (depth > mostDepth) this.#cursor.stop(-1, "max recursion depth exceeded");
      const dot = this.#cursor.take(".");
      if (dot !== undefined) {
        expr = this.#selected(expr, dot);
        continue;
      }
      const open = this.#cursor.take("[");
      if (open === undefined) return expr;
      const name = this.#cursor.take("?") === undefined ? "_[_]" : "_[?_]";
      const index = this.#expr();
      this.#cursor.need("]");
      expr = call(name, open.at, expr, index);
    }
  }

  #selected(operand: Expr, dot: Token): Expr {
    const isOptional = this.#cursor.take("?") !== undefined;
    const { kind, text, at } = this.#cursor.next;
    if (kind === "ident" && words.has(text) && text !== "in") {
      this.#cursor.stop(at, `Syntax error: ${mismatched(text, "IDENTIFIER")}`);
    }
    if (kind !== "ident" || text === "in") {
      this.#cursor.stop(at, `Syntax error: no viable alternative at input '.${this.#cursor.gap(dot)}${text}'`);
    }
    this.#cursor.advance();
    if (isOptional) return call("_?._", dot.at, operand, { kind: "literal", value: text, at });
    const open = this.#cursor.take("(");
    if (open === undefined) return { kind: "select", operand, field: text, isTest: false, at: dot.at };
    return this.#expanded({ kind: "call", name: text, target: operand, args: this.#args(), at: open.at });
  }

  #expanded(expr: Call): Expr {
    return expandMacro(expr, (at, message) => this.#cursor.problem(at, message)) ?? expr;
  }

  #args(): Expr[] {
    if (this.#cursor.take(")") !== undefined) return [];
    const args = [this.#expr()];
    while (this.#cursor.take(",") !== undefined) args.push(this.#expr());
    this.#cursor.need(")");
    return args;
  }

  #primary(): Expr {
    const token = this.#cursor.next;
    if (token.kind === "ident") return this.#named(token, false);
    const read = this.#readers[token.kind];
    if (read !== undefined) {
      this.#cursor.advance();
      return read(token);
    }
    if (this.#cursor.take("(") !== undefined) {
      const expr = this.#expr();
      this.#cursor.need(")");
      return expr;
    }
    if (this.#cursor.take("[") !== undefined) return { kind: "list", items: this.#items(), at: token.at };
    if (this.#cursor.take("{") !== undefined) return { kind: "map", entries: this.#entries(), at: token.at };
    if (this.#cursor.take(".") !== undefined && this.#cursor.next.kind === "ident")
      return this.#named(this.#cursor.next, true);
    return this.#misplaced(token);
  }

  /** A token that no expression begins with is left out where one begins after it. */
  #misplaced({ text, at }: Token): Expr {
    const expected = this.#expected;
    const after = this.#cursor.peek(1);
    if (after === undefined || !canStart(after))
      return this.#cursor.stop(at, `Syntax error: ${mismatched(text, expected)}`);
    this.#cursor.problem(at, `Syntax error: extraneous input '${text}' expecting ${expected}`);
    this.#cursor.advance();
    return this.#primary();
  }

  get #expected(): string {
    return expectedAfter(this.#cursor.peek(-1), this.#cursor.peek(-2));
  }

  readonly #readers: { readonly [kind in TokenKind]?: (token: Token) => Expr } = {
    int: (token) => this.#number(token, token.at),
    double: (token) => this.#number(token, token.at),
    uint: (token) => this.#number(token, token.at),
    string: ({ text, at }) => this.#literal(textOfLiteral(text), at),
    bytes: ({ text, at }) => this.#literal(bytesOfLiteral(text), at),
  };

  #literal(value: string | Uint8Array | undefined, at: number): Expr {
    return value === undefined ? this.#cursor.problem(at, "unable to unescape string") : { kind: "literal", value, at };
  }

  #number(token: Token, at: number, sign: "" | "-" = ""): Expr {
    const value = numberOfLiteral(token, sign);
    return value === undefined
      ? this.#cursor.problem(at, `invalid ${token.kind} literal`)
      : { kind: "literal", value, at };
  }

  #named(token: Token, isRooted: boolean): Expr {
    const { text, at } = token;
    if (text === "in") return this.#misplaced(token);
    this.#cursor.advance();
    if (!isRooted && words.has(text)) {
      return { kind: "literal", value: text === "null" ? null : text === "true", at };
    }
    if (reserved.has(text)) return this.#cursor.problem(at, `reserved identifier: ${text}`);
    const name = isRooted ? `.${text}` : text;
    const open = this.#cursor.take("(");
    if (open !== undefined) {
      return this.#expanded({ kind: "call", name, target: undefined, args: this.#args(), at: open.at });
    }
    return this.#message(name) ?? { kind: "ident", name, at };
  }

  /** `a.b.C{…}`: names up to a brace. */
  #message(first: string): Expr | undefined {
    let ahead = 0;
    let name = first;
    while (this.#cursor.peek(ahead)?.text === "." && this.#cursor.peek(ahead + 1)?.kind === "ident") {
      name += `.${this.#cursor.peek(ahead + 1)!.text}`;
      ahead += 2;
    }
    const open = this.#cursor.peek(ahead);
    if (open?.kind !== "op" || open.text !== "{") return undefined;
    for (let taken = 0; taken <= ahead; taken++) this.#cursor.advance();
    return { kind: "message", name, values: this.#fields(), at: open.at };
  }

  #fields(): Expr[] {
    const values: Expr[] = [];
    while (!this.#cursor.isOp("}")) {
      this.#cursor.take("?");
      if (this.#cursor.next.kind !== "ident") this.#cursor.need("}");
      this.#cursor.advance();
      this.#cursor.need(":");
      values.push(this.#expr());
      if (this.#cursor.take(",") === undefined) break;
    }
    this.#cursor.need("}");
    return values;
  }

  #items(): { value: Expr; isOptional: boolean }[] {
    const items: { value: Expr; isOptional: boolean }[] = [];
    while (!this.#cursor.isOp("]")) {
      const isOptional = this.#cursor.take("?") !== undefined;
      items.push({ value: this.#expr(), isOptional });
      if (this.#cursor.take(",") === undefined) break;
    }
    this.#cursor.close("]", "{']', ','}");
    return items;
  }

  #entries(): MapEntry[] {
    const entries: MapEntry[] = [];
    while (!this.#cursor.isOp("}")) {
      const isOptional = this.#cursor.take("?") !== undefined;
      const key = this.#expr();
      const { at } = this.#cursor.close(":", "':'");
      entries.push({ key, value: this.#expr(), isOptional, at });
      if (this.#cursor.take(",") === undefined) break;
    }
    this.#cursor.close("}", "{'}', ','}");
    return entries;
  }
}

function call(name: string, at: number, ...args: readonly Expr[]): Call {
  return { kind: "call", name, target: undefined, args, at };
}

function balanced(name: string, terms: readonly Expr[], ops: readonly number[]): Expr {
  if (terms.length === 1) return terms[0]!;
  const middle = Math.floor(ops.length / 2);
  const left = balanced(name, terms.slice(0, middle + 1), ops.slice(0, middle));
  const right = balanced(name, terms.slice(middle + 1), ops.slice(middle + 1));
  return call(name, ops[middle]!, left, right);
}
