import { nearest } from "../../src/base/near-name.ts";
import type { PreparedSource } from "./brackets.ts";
import { maxComplexity } from "./complexity.ts";
import { type Place, tagError } from "./faults.ts";
import { helpers } from "./helpers/registry.ts";
import { makeReference, type Reference } from "./reference.ts";

/** Names that stand in rewritten templates only: a lookup, a printed lookup, a printed call, and a block over a value. */
export const internalNames = { get: "__get", print: "__print", show: "__show", section: "__section" } as const;

const blocks: ReadonlySet<string> = new Set(["if", "unless", "each", "with", "raw"]);
const dataNames: ReadonlySet<string> = new Set(["root", "index", "key", "first", "last"]);
const maxDepth = maxComplexity.depth;

/** A program in which every path is a lookup of ours, numbered into `references`. */
export interface Rewritten {
  readonly program: hbs.AST.Program;
  readonly references: readonly Reference[];
  /** The helpers that the program calls. */
  readonly used: ReadonlySet<string>;
}

/**
 * Rewrites a parsed template so that no path is ever followed by Handlebars itself. Partials, decorators, helpers and
 * blocks that do not exist, and a wrong count of arguments are refused here, before anything is rendered.
 */
export function rewrite(program: hbs.AST.Program, source: PreparedSource, where: string): Rewritten {
  const rewriter = new Rewriter(source, where);
  rewriter.program(program);
  return { program, references: rewriter.references, used: rewriter.used };
}

class Rewriter {
  readonly references: Reference[] = [];
  readonly used = new Set<string>();
  readonly #source: PreparedSource;
  readonly #where: string;
  readonly #scopes: (readonly string[])[] = [];
  #depth = 0;

  constructor(source: PreparedSource, where: string) {
    this.#source = source;
    this.#where = where;
  }

  program(program: hbs.AST.Program): void {
    if (++this.#depth > maxDepth)
      throw tagError(this.#place(program), `blocks are nested deeper than ${maxDepth} levels`);
    this.#scopes.push(program.blockParams ?? []);
    for (const statement of program.body) this.#statement(statement);
    this.#scopes.pop();
    this.#depth--;
  }

  #statement(node: hbs.AST.Statement): void {
    switch (node.type) {
      case "ContentStatement":
      case "CommentStatement":
        return;
      case "MustacheStatement":
        this.#mustache(node as hbs.AST.MustacheStatement);
        return;
      case "BlockStatement":
        this.#block(node as hbs.AST.BlockStatement);
        return;
      case "PartialStatement":
      case "PartialBlockStatement":
        throw tagError(this.#place(node), "partials are off", { remedy: "write the text itself" });
      default:
        throw tagError(this.#place(node), "decorators are off");
    }
  }

  #mustache(node: hbs.AST.MustacheStatement): void {
    const reference = this.#place(node);
    if (node.params.length === 0 && node.hash === undefined) {
      const path = literalPath(node.path);
      const [index, base] = this.#reference(path, reference);
      node.params = [number(index, node), base];
      node.path = this.#internal("print", node);
      return;
    }
    const call = { type: "SubExpression", path: node.path, params: node.params, hash: node.hash, loc: node.loc };
    const index = this.references.push(makeReference(pathText(node.path), [], reference)) - 1;
    this.#call(call as hbs.AST.SubExpression);
    node.path = this.#internal("show", node);
    node.params = [number(index, node), call as hbs.AST.SubExpression];
    // The hash went with the call.
    Reflect.deleteProperty(node, "hash");
  }

  #block(node: hbs.AST.BlockStatement): void {
    const name = pathText(node.path);
    if (blocks.has(name) && node.path.depth === 0 && !node.path.data) this.#knownBlock(name, node);
    else if (node.params.length === 0 && node.hash === undefined) {
      const [index, base] = this.#reference(node.path, this.#place(node));
      node.params = [number(index, node), base];
      node.path = this.#internal("section", node);
    } else throw tagError(this.#place(node), `there is no block ${name}`, { remedy: `use ${[...blocks].join(", ")}` });
    this.#checkBlockParams(node);
    if (node.program) this.program(node.program);
    if (node.inverse) this.program(node.inverse);
  }

  #knownBlock(name: string, node: hbs.AST.BlockStatement): void {
    const wanted = name === "raw" ? 0 : 1;
    if (node.params.length !== wanted) {
      throw tagError(
        this.#place(node),
        `${name} takes ${wanted === 0 ? "no value" : "one value"} and got ${node.params.length}`,
      );
    }
    this.used.add(name);
    node.params = node.params.map((param) => this.#expression(param));
    for (const pair of node.hash?.pairs ?? []) {
      if (name !== "if" || pair.key !== "includeZero") throw this.#noNamed(name, pair.key, node);
    }
  }

  #checkBlockParams(node: hbs.AST.BlockStatement): void {
    const reserved = (node.program?.blockParams ?? []).find((name) => name.startsWith("__"));
    if (reserved !== undefined) throw tagError(this.#place(node), `a block parameter may not be called ${reserved}`);
  }

  #call(node: hbs.AST.SubExpression): void {
    const name = pathText(node.path);
    const found = node.path.type === "PathExpression" ? helpers.get(name) : undefined;
    if (found === undefined) {
      throw tagError(this.#place(node), `there is no helper ${name}`, { missing: name, remedy: suggest(name) });
    }
    const count = node.params.length;
    if (count < found.minArgs || count > found.maxArgs) {
      throw tagError(this.#place(node), `${name} got ${count} values; it is written {{${found.usage}}}`);
    }
    const [pair] = node.hash?.pairs ?? [];
    if (pair !== undefined) throw this.#noNamed(name, pair.key, node);
    this.used.add(name);
    const args = node.params.map((param) =>
      param.type === "PathExpression" ? pathText(param as hbs.AST.PathExpression) : "",
    );
    const place = this.references.push(makeReference(name, [], this.#place(node), args)) - 1;
    node.params = [number(place, node), ...node.params.map((param) => this.#expression(param))];
  }

  #noNamed(name: string, key: string, node: hbs.AST.Node): Error {
    return tagError(this.#place(node), `${name} has no named value ${key}`);
  }

  #expression(node: hbs.AST.Expression): hbs.AST.Expression {
    if (node.type === "SubExpression") {
      if (++this.#depth > maxDepth)
        throw tagError(this.#place(node), `calls are nested deeper than ${maxDepth} levels`);
      this.#call(node as hbs.AST.SubExpression);
      this.#depth--;
      return node;
    }
    if (node.type !== "PathExpression") return node;
    const [index, base] = this.#reference(node as hbs.AST.PathExpression, this.#place(node));
    const path = this.#internal("get", node);
    return {
      type: "SubExpression",
      path,
      params: [number(index, node), base],
      loc: node.loc,
    } as unknown as hbs.AST.Expression;
  }

  /** Numbers the path and gives what it starts from: the context, one further out, a data variable or a block parameter. */
  #reference(path: hbs.AST.PathExpression, place: Place): readonly [number, hbs.AST.PathExpression] {
    const [head = "", ...rest] = path.parts;
    const isNamed = path.data || this.#isBlockParam(path);
    if (path.data && !dataNames.has(head)) {
      throw tagError(place, `there is no @${head}`, { remedy: "use @root, @index, @key, @first or @last" });
    }
    const text = unscoped(path.original);
    const reference = isNamed
      ? makeReference(text.slice(head.length + 1), rest, place)
      : makeReference(text, path.parts, place);
    const base = { ...path, parts: isNamed ? [head] : [], original: baseText(path, isNamed ? head : "") };
    return [this.references.push(reference) - 1, base];
  }

  #isBlockParam(path: hbs.AST.PathExpression): boolean {
    const [head] = path.parts;
    if (head === undefined || path.depth > 0 || /^(?:\.|this\b)/.test(path.original)) return false;
    return this.#scopes.some((scope) => scope.includes(head));
  }

  #internal(name: keyof typeof internalNames, node: hbs.AST.Node): hbs.AST.PathExpression {
    const text = internalNames[name];
    this.used.add(text);
    return { type: "PathExpression", data: false, depth: 0, parts: [text], original: text, loc: node.loc };
  }

  #place(node: hbs.AST.Node): Place {
    const { start, end } = node.loc;
    const excerpt = this.#source.excerpt(start, end);
    const action = excerpt.length > 80 ? `${excerpt.slice(0, 80)}…` : excerpt;
    return { where: this.#where, line: start.line, column: this.#source.column(start), action };
  }
}

/** `{{"a b"}}` and `{{12}}` stand for the parameters of those names. */
function literalPath(path: hbs.AST.PathExpression | hbs.AST.Literal): hbs.AST.PathExpression {
  if (path.type === "PathExpression") return path as hbs.AST.PathExpression;
  const text = String((path as hbs.AST.StringLiteral).original ?? (path.type === "NullLiteral" ? "null" : "undefined"));
  return { type: "PathExpression", data: false, depth: 0, parts: [text], original: text, loc: path.loc };
}

function pathText(path: hbs.AST.PathExpression | hbs.AST.Literal): string {
  return String((path as hbs.AST.PathExpression).original ?? path.type);
}

function unscoped(original: string): string {
  return original.replace(/^(?:@|(?:\.\.\/)+|\.\/|this[./])/, "").replace(/^(?:\.\.|\.|this)$/, "");
}

function baseText(path: hbs.AST.PathExpression, head: string): string {
  if (path.data) return `@${head}`;
  return head === "" ? (path.depth > 0 ? ".." : "this") : head;
}

function number(value: number, node: hbs.AST.Node): hbs.AST.Expression {
  return { type: "NumberLiteral", value, original: value, loc: node.loc } as unknown as hbs.AST.Expression;
}

function suggest(name: string): string {
  const near = nearest(name, helpers.keys());
  return near === undefined ? "use one of the helpers that the reference lists" : `did you mean ${near}?`;
}
