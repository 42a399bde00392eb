import { messageOf } from "../../src/base/errors.ts";
import { nearest } from "../../src/base/near-name.ts";
import { parseNumber, unquote } from "./literal.ts";
import type { Command, Operand, Pipeline } from "./node.ts";
import { SyntaxFault } from "./syntax-fault.ts";
import type { Token, TokenKind } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** How deep parentheses and blocks may nest, and how many stages a pipeline may have. */
const maxNesting = 500;
const maxStages = 500;

/** What the parser must know of the world: which functions there are. */
export type FunctionNames = { has(name: string): boolean; names(): Iterable<string> };

/** Functions of sprig that Argo CD leaves out, since they tell of the machine. */
const withheld: ReadonlySet<string> = new Set(["env", "expandenv", "getHostByName"]);

/** Parses pipelines. Keeps the variables that are declared where it stands, so that an undeclared one is found early. */
export class ExpressionParser {
  readonly stream: TokenStream;
  variables: string[] = ["$"];
  private readonly functions: FunctionNames;
  private depth = 0;

  constructor(stream: TokenStream, functions: FunctionNames) {
    this.stream = stream;
    this.functions = functions;
  }

  /** Counts a level of nesting while the parser is inside it. */
  nested<T>(offset: number, parse: () => T): T {
    this.depth++;
    if (this.depth > maxNesting) throw new SyntaxFault(`nested more than ${maxNesting} levels deep`, offset);
    const result = parse();
    this.depth--;
    return result;
  }

  /** A pipeline up to the token that ends it, which is consumed. */
  pipeline(context: string, end: TokenKind): Pipeline {
    const { start } = this.stream.peekNonSpace();
    const { variables, isAssignment } = this.declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.stream.peekNonSpace();
      if (token.kind === end) {
        checkStages(commands, context, token);
        this.stream.next();
        return { variables, isAssignment, commands, start, end: commands.at(-1)?.end ?? start };
      }
      if (!operandKinds.has(token.kind)) throw this.stream.unexpected(token, context);
      if (commands.length >= maxStages)
        throw new SyntaxFault(`more than ${maxStages} stages in a pipeline`, token.start);
      commands.push(this.command());
    }
  }

  private declarations(context: string): { readonly variables: readonly string[]; readonly isAssignment: boolean } {
    const variables: string[] = [];
    for (;;) {
      const mark = this.stream.mark();
      const variable = this.stream.peekNonSpace();
      if (variable.kind !== "variable") return { variables, isAssignment: false };
      this.stream.next();
      const next = this.stream.peekNonSpace();
      const isComma = next.kind === "symbol" && next.text === ",";
      if (!isComma && next.kind !== "assign" && next.kind !== "declare") {
        this.stream.rewind(mark);
        return { variables, isAssignment: false };
      }
      this.stream.next();
      variables.push(variable.text);
      this.variables.push(variable.text);
      if (!isComma) return { variables, isAssignment: next.kind === "assign" };
      this.checkSecondVariable(context, variables, variable);
    }
  }

  private checkSecondVariable(context: string, variables: readonly string[], variable: Token): void {
    if (context !== "range" || variables.length > 1) {
      throw new SyntaxFault(`too many declarations in ${context}`, variable.start);
    }
    const { kind, start } = this.stream.peekNonSpace();
    if (kind !== "variable" && kind !== "close" && kind !== "rightParen") {
      throw new SyntaxFault("range can only initialize variables", start);
    }
  }

  private command(): Command {
    const { start } = this.stream.peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      this.stream.peekNonSpace();
      const operand = this.operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.stream.peek();
      if (token.kind === "space") continue;
      if (token.kind === "pipe") this.stream.next();
      else if (token.kind !== "close" && token.kind !== "rightParen") throw this.stream.unexpected(token, "operand");
      const [first, ...rest] = operands;
      if (first === undefined) throw new SyntaxFault("empty command", start);
      return { operands: [first, ...rest], start, end: (operands.at(-1) as Operand).end };
    }
  }

  private operand(): Operand | undefined {
    const base = this.term();
    if (base === undefined || this.stream.peek().kind !== "field") return base;
    const path: string[] = [];
    let end = base.end;
    while (this.stream.peek().kind === "field") {
      const field = this.stream.next();
      path.push(field.text.slice(1));
      end = field.start + field.text.length;
    }
    return this.withFields(base, path, end);
  }

  private withFields(base: Operand, path: readonly string[], end: number): Operand {
    switch (base.kind) {
      case "field":
      case "variable":
        return { ...base, path: [...base.path, ...path], end };
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot": {
        const source = this.stream.text.slice(base.start, base.end);
        throw new SyntaxFault(`unexpected . after term ${JSON.stringify(source)}`, base.end);
      }
      default:
        return { kind: "chain", base, path, start: base.start, end };
    }
  }

  private term(): Operand | undefined {
    const token = this.stream.peekNonSpace();
    const span = { start: token.start, end: token.start + token.text.length };
    if (token.kind === "leftParen") return this.parenthesized(token);
    if (!operandKinds.has(token.kind)) return undefined;
    this.stream.next();
    return { ...this.plainTerm(token), ...span } as Operand;
  }

  private plainTerm(token: Token): object {
    switch (token.kind) {
      case "identifier":
        this.checkFunction(token);
        return { kind: "function", name: token.text };
      case "variable":
        this.checkVariable(token);
        return { kind: "variable", name: token.text, path: [] };
      case "field":
        return { kind: "field", path: [token.text.slice(1)] };
      case "bool":
        return { kind: "bool", value: token.text === "true" };
      case "string":
      case "raw":
        return { kind: "string", value: literal(token, unquote) };
      case "number":
      case "complex":
      case "character":
        return { kind: "number", value: literal(token, parseNumber) };
      default:
        return { kind: token.kind };
    }
  }

  private parenthesized(open: Token): Operand {
    this.stream.next();
    const pipeline = this.nested(open.start, () => this.pipeline("parenthesized pipeline", "rightParen"));
    const end = this.stream.text.indexOf(")", pipeline.end) + 1;
    return { kind: "pipeline", pipeline, start: open.start, end };
  }

  private checkFunction({ text, start }: Token): void {
    if (this.functions.has(text)) return;
    throw new SyntaxFault(`function ${JSON.stringify(text)} not defined`, start, this.functionRemedy(text));
  }

  private functionRemedy(name: string): string {
    if (withheld.has(name)) return `leave ${name} out: templates cannot read the machine they run on`;
    const near = nearest(name, this.functions.names());
    return near === undefined ? `write .${name} for a parameter` : `did you mean ${near}, or .${name} for a parameter?`;
  }

  private checkVariable({ text, start }: Token): void {
    if (this.variables.includes(text)) return;
    const near = nearest(text, this.variables);
    const remedy =
      near === undefined || near === "$" ? "declare it with := in the same block" : `did you mean ${near}?`;
    throw new SyntaxFault(`undefined variable ${JSON.stringify(text)}`, start, remedy);
  }
}

const operandKinds: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "bool",
  "character",
  "complex",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "raw",
  "string",
  "variable",
  "leftParen",
]);

function literal<T>(token: Token, read: (text: string) => T): T {
  try {
    return read(token.text);
  } catch (error) {
    throw new SyntaxFault(messageOf(error), token.start);
  }
}

/** A pipeline needs a command, and after a pipe only something that takes an argument. */
function checkStages(commands: readonly Command[], context: string, end: Token): void {
  if (commands.length === 0) throw new SyntaxFault(`missing value for ${context}`, end.start);
  commands.slice(1).forEach((command, index) => {
    const { kind, start } = command.operands[0];
    if (kind === "bool" || kind === "dot" || kind === "nil" || kind === "number" || kind === "string") {
      throw new SyntaxFault(`non executable command in pipeline stage ${index + 2}`, start);
    }
  });
}
