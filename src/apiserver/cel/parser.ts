import type { Call, Expr, MapEntry } from "./ast.ts";
import { type Token, type TokenKind, tokenize } from "./lexer.ts";
import { bytesOfLiteral, textOfLiteral } from "./literals.ts";
import { expandMacro } from "./macros.ts";
import type { Problem } from "./problems.ts";
import { canStart, expectedAfter, mismatched } from "./syntax-errors.ts";
import { Uint } from "./values.ts";

const mostDepth = 250;
const longest = 100_000;

const reserved = new Set(
  "as break const continue else false for function if import in let loop package namespace null return true var void while".split(
    " ",
  ),
);
const words = new Set(["true", "false", "null", "in"]);
const relations = new Set(["<", "<=", ">=", ">", "==", "!=", "in"]);
/** Ends the reading of an expression at its first syntax error. */
class Stop extends Error {}

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
  const parser = new Parser(tokenize(source, problems), problems);
  try {
    const expr = parser.parse();
    return { expr: problems.length > 0 ? undefined : expr, problems };
  } catch (error: unknown) {
    if (!(error instanceof Stop)) throw error;
    return { expr: undefined, problems };
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #problems: Problem[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], problems: Problem[]) {
    this.#tokens = tokens;
    this.#problems = problems;
  }

  parse(): Expr {
    const expr = this.#expr();
    const { kind, text, at } = this.#next;
    if (kind === "end") return expr;
    const isLast = this.#tokens[this.#index + 1]?.kind === "end";
    const what = isLast ? `extraneous input '${text}' expecting <EOF>` : mismatched(text, "<EOF>");
    return this.#stop(at, `Syntax error: ${what}`);
  }

  get #next(): Token {
    return this.#tokens[this.#index]!;
  }

  #isOp(text: string): boolean {
    return this.#next.kind === "op" && this.#next.text === text;
  }

  #takeOp(text: string): Token | undefined {
    if (!this.#isOp(text)) return undefined;
    return this.#tokens[this.#index++];
  }

  #needOp(text: string): Token {
    const token = this.#takeOp(text);
    if (token !== undefined) return token;
    const { at, text: found } = this.#next;
    return this.#stop(at, `Syntax error: missing '${text}' at '${found}'`);
  }

  /** As `needOp`, where other tokens could stand too: one that is too many is left out. */
  #closeOp(text: string, expected: string): Token {
    const token = this.#takeOp(text);
    if (token !== undefined) return token;
    const { at, text: found } = this.#next;
    const after = this.#tokens[this.#index + 1];
    const what =
      after?.kind === "op" && after.text === text
        ? `extraneous input '${found}' expecting ${expected}`
        : mismatched(found, expected);
    return this.#stop(at, `Syntax error: ${what}`);
  }

  #problem(at: number, message: string): Expr {
    this.#problems.push({ at, message });
    return { kind: "literal", value: null, at };
  }

  #stop(at: number, message: string): never {
    this.#problem(at, message);
    throw new Stop();
  }

  #expr(): Expr {
    if (++this.#depth > mostDepth) this.#stop(-1, `expression recursion limit exceeded: ${mostDepth}`);
    const condition = this.#logical("||", () => this.#logical("&&", () => this.#relation()));
    const op = this.#takeOp("?");
    if (op === undefined) {
      this.#depth--;
      return condition;
    }
    const yes = this.#logical("||", () => this.#logical("&&", () => this.#relation()));
    this.#closeOp(":", "':'");
    const no = this.#expr();
    this.#depth--;
    return call("_?_:_", op.at, condition, yes, no);
  }

  /** A chain becomes a balanced tree, so that long ones are not deep. */
  #logical(text: string, operand: () => Expr): Expr {
    const terms = [operand()];
    const ops: number[] = [];
    for (let op = this.#takeOp(text); op !== undefined; op = this.#takeOp(text)) {
      ops.push(op.at);
      terms.push(operand());
    }
    return balanced(`_${text}_`, terms, ops);
  }

  #relation(): Expr {
    let left = this.#sum();
    while (relations.has(this.#next.text) && (this.#next.kind === "op" || this.#next.text === "in")) {
      const { text, at } = this.#next;
      this.#index++;
      left = call(text === "in" ? "@in" : `_${text}_`, at, left, this.#sum());
    }
    return left;
  }

  #sum(): Expr {
    return this.#binary(["+", "-"], () => this.#binary(["*", "/", "%"], () => this.#unary()));
  }

  #binary(ops: readonly string[], operand: () => Expr): Expr {
    let left = operand();
    while (this.#next.kind === "op" && ops.includes(this.#next.text)) {
      const { text, at } = this.#next;
      this.#index++;
      left = call(`_${text}_`, at, left, operand());
    }
    return left;
  }

  #unary(): Expr {
    const { at } = this.#next;
    if (this.#isOp("!")) return this.#repeated("!", "!_");
    if (!this.#isOp("-")) return this.#member();
    const number = this.#tokens[this.#index + 1];
    if (number?.kind !== "int" && number?.kind !== "double") return this.#repeated("-", "-_");
    this.#index++;
    return this.#members(this.#number(number, at, "-"));
  }

  #repeated(text: string, name: string): Expr {
    const { at } = this.#next;
    let count = 0;
    while (this.#takeOp(text) !== undefined) count++;
    const operand = this.#member();
    return count % 2 === 0 ? operand : call(name, at, operand);
  }

  #member(): Expr {
    return this.#members(this.#primary());
  }

  #members(first: Expr): Expr {
    let expr = first;
    for (let depth = 0; ; depth++) {
      if (depth > mostDepth) this.#stop(-1, "max recursion depth exceeded");
      const dot = this.#takeOp(".");
      if (dot !== undefined) {
        expr = this.#selected(expr, dot);
        continue;
      }
      const open = this.#takeOp("[");
      if (open === undefined) return expr;
      const name = this.#takeOp("?") === undefined ? "_[_]" : "_[?_]";
      const index = this.#expr();
      this.#needOp("]");
      expr = call(name, open.at, expr, index);
    }
  }

  #selected(operand: Expr, dot: Token): Expr {
    const isOptional = this.#takeOp("?") !== undefined;
    const { kind, text, at } = this.#next;
    if (kind === "ident" && words.has(text) && text !== "in") {
      this.#stop(at, `Syntax error: ${mismatched(text, "IDENTIFIER")}`);
    }
    if (kind !== "ident" || text === "in") {
      this.#stop(at, `Syntax error: no viable alternative at input '.${this.#gap(dot)}${text}'`);
    }
    this.#index++;
    if (isOptional) return call("_?._", dot.at, operand, { kind: "literal", value: text, at });
    const open = this.#takeOp("(");
    if (open === undefined) return { kind: "select", operand, field: text, isTest: false, at: dot.at };
    return this.#expanded({ kind: "call", name: text, target: operand, args: this.#args(), at: open.at });
  }

  /** What stands between a token and the next, as messages show it. */
  #gap(token: Token): string {
    return " ".repeat(Math.max(0, this.#next.at - token.at - token.text.length));
  }

  #expanded(expr: Call): Expr {
    return expandMacro(expr, (at, message) => this.#problem(at, message)) ?? expr;
  }

  #args(): Expr[] {
    if (this.#takeOp(")") !== undefined) return [];
    const args = [this.#expr()];
    while (this.#takeOp(",") !== undefined) args.push(this.#expr());
    this.#needOp(")");
    return args;
  }

  #primary(): Expr {
    const token = this.#next;
    const read = this.#readers[token.kind];
    if (read !== undefined) {
      this.#index++;
      return read(token);
    }
    if (this.#takeOp("(") !== undefined) {
      const expr = this.#expr();
      this.#needOp(")");
      return expr;
    }
    if (this.#takeOp("[") !== undefined) return { kind: "list", items: this.#items(), at: token.at };
    if (this.#takeOp("{") !== undefined) return { kind: "map", entries: this.#entries(), at: token.at };
    if (this.#takeOp(".") !== undefined && this.#next.kind === "ident") return this.#named(this.#next, true);
    return this.#misplaced(token);
  }

  /** A token that no expression begins with is left out where one begins after it. */
  #misplaced({ text, at }: Token): Expr {
    const expected = this.#expected;
    const after = this.#tokens[this.#index + 1];
    if (after === undefined || !canStart(after)) return this.#stop(at, `Syntax error: ${mismatched(text, expected)}`);
    this.#problem(at, `Syntax error: extraneous input '${text}' expecting ${expected}`);
    this.#index++;
    return this.#primary();
  }

  get #expected(): string {
    return expectedAfter(this.#tokens[this.#index - 1], this.#tokens[this.#index - 2]);
  }

  readonly #readers: { readonly [kind in TokenKind]?: (token: Token) => Expr } = {
    int: (token) => this.#number(token, token.at, "", true),
    double: (token) => this.#number(token, token.at, "", true),
    uint: (token) => this.#number(token, token.at, "", true),
    string: ({ text, at }) => this.#literal(textOfLiteral(text), at),
    bytes: ({ text, at }) => this.#literal(bytesOfLiteral(text), at),
    ident: (token) => {
      this.#index--;
      return this.#named(token, false);
    },
  };

  #literal(value: string | Uint8Array | undefined, at: number): Expr {
    return value === undefined ? this.#problem(at, "unable to unescape string") : { kind: "literal", value, at };
  }

  #number({ kind, text }: Token, at: number, sign: string, isTaken = false): Expr {
    if (!isTaken) this.#index++;
    if (kind === "double") {
      const value = Number(sign + text);
      return Number.isFinite(value) ? { kind: "literal", value, at } : this.#problem(at, "invalid double literal");
    }
    const amount = BigInt(kind === "uint" ? text.slice(0, -1) : text);
    const value = sign === "" ? amount : -amount;
    if (kind === "uint") {
      return value < 2n ** 64n
        ? { kind: "literal", value: new Uint(value), at }
        : this.#problem(at, "invalid uint literal");
    }
    const isRight = value >= -(2n ** 63n) && value < 2n ** 63n;
    return isRight ? { kind: "literal", value, at } : this.#problem(at, "invalid int literal");
  }

  #named(token: Token, isRooted: boolean): Expr {
    const { text, at } = token;
    if (text === "in") return this.#misplaced(token);
    this.#index++;
    if (!isRooted && words.has(text)) {
      return { kind: "literal", value: text === "null" ? null : text === "true", at };
    }
    if (reserved.has(text)) return this.#problem(at, `reserved identifier: ${text}`);
    const name = isRooted ? `.${text}` : text;
    const open = this.#takeOp("(");
    if (open !== undefined) {
      return this.#expanded({ kind: "call", name, target: undefined, args: this.#args(), at: open.at });
    }
    return this.#message(name) ?? { kind: "ident", name, at };
  }

  /** `a.b.C{…}`: names up to a brace. */
  #message(first: string): Expr | undefined {
    let ahead = this.#index;
    let name = first;
    while (this.#tokens[ahead]?.text === "." && this.#tokens[ahead + 1]?.kind === "ident") {
      name += `.${this.#tokens[ahead + 1]!.text}`;
      ahead += 2;
    }
    const open = this.#tokens[ahead];
    if (open?.kind !== "op" || open.text !== "{") return undefined;
    this.#index = ahead + 1;
    return { kind: "message", name, values: this.#fields(), at: open.at };
  }

  #fields(): Expr[] {
    const values: Expr[] = [];
    while (!this.#isOp("}")) {
      this.#takeOp("?");
      if (this.#next.kind !== "ident") this.#needOp("}");
      this.#index++;
      this.#needOp(":");
      values.push(this.#expr());
      if (this.#takeOp(",") === undefined) break;
    }
    this.#needOp("}");
    return values;
  }

  #items(): { value: Expr; isOptional: boolean }[] {
    const items: { value: Expr; isOptional: boolean }[] = [];
    while (!this.#isOp("]")) {
      const isOptional = this.#takeOp("?") !== undefined;
      items.push({ value: this.#expr(), isOptional });
      if (this.#takeOp(",") === undefined) break;
    }
    this.#closeOp("]", "{']', ','}");
    return items;
  }

  #entries(): MapEntry[] {
    const entries: MapEntry[] = [];
    while (!this.#isOp("}")) {
      const isOptional = this.#takeOp("?") !== undefined;
      const key = this.#expr();
      const { at } = this.#closeOp(":", "':'");
      entries.push({ key, value: this.#expr(), isOptional, at });
      if (this.#takeOp(",") === undefined) break;
    }
    this.#closeOp("}", "{'}', ','}");
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
