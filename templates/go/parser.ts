import { ExpressionParser, type FunctionNames } from "./expression-parser.ts";
import { unquote } from "./literal.ts";
import { type Definition, mainName, type ParsedText, type Pipeline, type Statement } from "./node.ts";
import { SyntaxFault } from "./syntax-fault.ts";
import type { Token } from "./token.ts";
import { TokenStream } from "./token-stream.ts";

/**
 * Parses a text by the grammar of Go's text/template as of Go 1.26. Functions must be known; variables must be declared.
 * Throws a `SyntaxFault` at the first fault.
 */
export function parseText(text: string, functions: FunctionNames): ParsedText {
  return new Parser(text, functions).run();
}

/** How a list of statements ended: at the end of the text, at `{{ end }}` or at `{{ else }}`. */
interface Body {
  readonly statements: readonly Statement[];
  readonly endedBy: "end" | "else";
  /** Where the tag that ended it begins. */
  readonly tag: Token;
}

class Parser {
  private readonly stream: TokenStream;
  private readonly expressions: ExpressionParser;
  private readonly definitions = new Map<string, Definition>();
  private rangeDepth = 0;

  constructor(text: string, functions: FunctionNames) {
    this.stream = new TokenStream(text);
    this.expressions = new ExpressionParser(this.stream, functions);
  }

  run(): ParsedText {
    const body: Statement[] = [];
    while (this.stream.peek().kind !== "end") {
      if (this.isKeywordAhead("define")) this.definition();
      else body.push(this.statement());
    }
    this.define({ name: mainName, body }, 0);
    return { text: this.stream.text, definitions: this.definitions };
  }

  /** Whether the next token opens an action with this keyword; only `define` is looked for, which stands at the top alone. */
  private isKeywordAhead(keyword: string): boolean {
    const mark = this.stream.mark();
    const isThere = this.stream.next().kind === "open" && isKeyword(this.stream.nextNonSpace(), keyword);
    this.stream.rewind(mark);
    return isThere;
  }

  private definition(): void {
    const open = this.stream.next();
    this.stream.nextNonSpace();
    const name = this.templateName("define clause");
    this.stream.expect("close", "define clause");
    this.define({ name, body: this.separateBody(open) }, open.start);
  }

  /** The body of a definition: it sees no variables of the text around it. */
  private separateBody(open: Token): readonly Statement[] {
    const { variables } = this.expressions;
    const { rangeDepth } = this;
    this.expressions.variables = ["$"];
    this.rangeDepth = 0;
    const { statements, endedBy, tag } = this.body(open);
    if (endedBy === "else") throw new SyntaxFault("unexpected {{else}}", tag.start);
    this.expressions.variables = variables;
    this.rangeDepth = rangeDepth;
    return statements;
  }

  private define(definition: Definition, offset: number): void {
    const { name } = definition;
    const known = this.definitions.get(name);
    if (known === undefined || isEmptyBody(known.body)) this.definitions.set(name, definition);
    else if (!isEmptyBody(definition.body)) {
      throw new SyntaxFault(`multiple definition of template ${JSON.stringify(name)}`, offset);
    }
  }

  private templateName(context: string): string {
    const token = this.stream.nextNonSpace();
    if (token.kind !== "string" && token.kind !== "raw") throw this.stream.unexpected(token, context);
    return unquote(token.text);
  }

  /** Statements up to `{{ end }}` or `{{ else }}`, whose tag is consumed up to what may follow `else`. */
  private body(open: Token): Body {
    const statements: Statement[] = [];
    while (this.stream.peek().kind !== "end") {
      const mark = this.stream.mark();
      const tag = this.stream.next();
      const keyword = tag.kind === "open" ? this.stream.nextNonSpace() : undefined;
      if (keyword !== undefined && isKeyword(keyword, "end")) {
        this.stream.expect("close", "end");
        return { statements, endedBy: "end", tag };
      }
      if (keyword !== undefined && isKeyword(keyword, "else")) return { statements, endedBy: "else", tag };
      this.stream.rewind(mark);
      statements.push(this.statement());
    }
    const line = this.stream.text.slice(0, open.start).split("\n").length;
    const remedy = `close with {{ end }} what was opened on line ${line}`;
    throw new SyntaxFault("unexpected EOF", this.stream.peek().start, remedy);
  }

  private statement(): Statement {
    const token = this.stream.next();
    if (token.kind === "text") {
      return { kind: "text", text: token.text, start: token.start, end: token.start + token.text.length };
    }
    if (token.kind !== "open") throw this.stream.unexpected(token, "input");
    return this.expressions.nested(token.start, () => this.action(token));
  }

  private action(open: Token): Statement {
    const mark = this.stream.mark();
    const keyword = this.stream.nextNonSpace();
    if (keyword.kind === "keyword") return this.keywordAction(open, keyword);
    this.stream.rewind(mark);
    const pipeline = this.expressions.pipeline("command", "close");
    return { kind: "action", pipeline, ...this.spanFrom(open) };
  }

  private keywordAction(open: Token, keyword: Token): Statement {
    switch (keyword.text) {
      case "if":
      case "with":
      case "range":
        return this.control(open, keyword.text);
      case "break":
      case "continue":
        return this.jump(open, keyword.text);
      case "template":
        return this.invocation(open);
      case "block":
        return this.block(open);
      case "define":
        throw this.stream.unexpected(keyword, "command");
      default:
        throw new SyntaxFault(`unexpected {{${keyword.text}}}`, open.start);
    }
  }

  /** From `{{` to the closing delimiter that was read last. */
  private spanFrom(open: Token): { readonly start: number; readonly end: number } {
    const { text } = this.stream;
    const next = this.stream.peek().start;
    const close = text.lastIndexOf("}}", next - 2);
    return { start: open.start, end: close < open.start ? next : close + 2 };
  }

  private control(open: Token, kind: "if" | "with" | "range"): Statement {
    const { variables } = this.expressions;
    const declared = variables.length;
    const pipeline = this.expressions.pipeline(kind, "close");
    const span = this.spanFrom(open);
    if (kind === "range") this.rangeDepth++;
    const { statements, endedBy, tag } = this.body(open);
    if (kind === "range") this.rangeDepth--;
    const otherwise = endedBy === "else" ? this.otherwise(tag, kind) : [];
    variables.length = declared;
    return { kind, pipeline, body: statements, otherwise, ...span };
  }

  /** What follows `else`: a body, or with `else if` and `else with` one statement that shares the `end`. */
  private otherwise(open: Token, kind: "if" | "with" | "range"): readonly Statement[] {
    const next = this.stream.peekNonSpace();
    if (kind !== "range" && isKeyword(next, kind)) {
      this.stream.next();
      return [this.expressions.nested(next.start, () => this.control(open, kind))];
    }
    if (isKeyword(next, "if") || isKeyword(next, "with")) throw this.stream.unexpected(next, "input");
    this.stream.expect("close", "else");
    const { statements, endedBy, tag } = this.body(open);
    if (endedBy === "else") throw new SyntaxFault("expected end; found {{else}}", tag.start);
    return statements;
  }

  private jump(open: Token, kind: "break" | "continue"): Statement {
    const token = this.stream.nextNonSpace();
    if (token.kind !== "close") throw this.stream.unexpected(token, `{{${kind}}}`);
    if (this.rangeDepth === 0) throw new SyntaxFault(`{{${kind}}} outside {{range}}`, open.start);
    return { kind, ...this.spanFrom(open) };
  }

  private invocation(open: Token): Statement {
    const name = this.templateName("template clause");
    const pipeline = this.optionalPipeline("template clause");
    return { kind: "template", name, pipeline, ...this.spanFrom(open) };
  }

  private optionalPipeline(context: string): Pipeline | undefined {
    if (this.stream.peekNonSpace().kind !== "close") return this.expressions.pipeline(context, "close");
    this.stream.next();
    return undefined;
  }

  /** A definition that is used where it stands. */
  private block(open: Token): Statement {
    const name = this.templateName("block clause");
    const pipeline = this.expressions.pipeline("block clause", "close");
    const span = this.spanFrom(open);
    this.define({ name, body: this.separateBody(open) }, open.start);
    return { kind: "template", name, pipeline, ...span };
  }
}

function isKeyword(token: Token, keyword: string): boolean {
  return token.kind === "keyword" && token.text === keyword;
}

/** Only blank text: such a definition yields to another of its name. */
export function isEmptyBody(body: readonly Statement[]): boolean {
  return body.every((statement) => statement.kind === "text" && /^[\s\u0085]*$/.test(statement.text));
}
