import Handlebars from "handlebars";
import type { Params } from "../src/base/values.ts";
import { type CompiledText, type RowRun, type TemplateEngine, TemplateError } from "./engine.ts";
import { type PreparedSource, prepareBrackets } from "./handlebars/brackets.ts";
import { complexityOf, maxComplexity } from "./handlebars/complexity.ts";
import { syntaxError } from "./handlebars/faults.ts";
import { type Reference, resolve } from "./handlebars/reference.ts";
import { internalNames, type Rewritten, rewrite } from "./handlebars/rewrite.ts";
import { functionsFor, tooLarge } from "./handlebars/runtime.ts";
import { show } from "./handlebars/show.ts";

/**
 * Handlebars 4.7 without HTML escaping. Every path is one lookup: own properties only, and a parameter of exactly that
 * name before any nested value, so that `{{metadata.labels.app.kubernetes.io/name}}` and `{{path[0]}}` work. A printed tag
 * without a value is an error; conditions and arguments of helpers see undefined, at any depth. Helpers come from
 * `handlebars/helpers/`; partials, decorators and `log` are off.
 */
export const handlebarsEngine: TemplateEngine = { name: "handlebars", compile };

const maxTextLength = 1 << 20;

function compile(text: string, where: string): CompiledText {
  // A tree handed in instead of a text would run as code.
  if (typeof text !== "string") throw new TypeError("a template is a text");
  if (!text.includes("{{")) return { constant: true, render: () => text };
  if (text.length > maxTextLength) {
    throw new TemplateError(`${where} is longer than ${maxTextLength} characters`, { field: where });
  }
  checkComplexity(text, where);
  const source = prepareBrackets(text);
  const rewritten = parse(source, where);
  const render = direct(rewritten) ?? compiled(rewritten);
  return { constant: false, render: (params, run) => bounded(render, params, run, where) };
}

function checkComplexity(text: string, where: string): void {
  const { tags, depth } = complexityOf(text);
  if (tags > maxComplexity.tags) {
    throw new TemplateError(`${where} has more than ${maxComplexity.tags} tags`, { field: where });
  }
  if (depth > maxComplexity.depth) {
    const message = `${where}: blocks are nested deeper than ${maxComplexity.depth} levels`;
    throw new TemplateError(message, { field: where, remedy: "nest fewer blocks" });
  }
}

function parse(source: PreparedSource, where: string): Rewritten {
  try {
    return rewrite(Handlebars.parse(source.text), source, where);
  } catch (error: unknown) {
    throw error instanceof TemplateError ? error : syntaxError(error, source, where);
  }
}

type Render = (params: Params, run: RowRun) => string;

/** Texts with nothing but printed parameters, nearly all of them, need no compiled function. */
function direct({ program, references }: Rewritten): Render | undefined {
  const segments: (string | Reference)[] = [];
  for (const node of program.body) {
    if (node.type === "ContentStatement") segments.push((node as hbs.AST.ContentStatement).value);
    else if (node.type === "CommentStatement") continue;
    else {
      const reference = printedParameter(node, references);
      if (reference === undefined) return undefined;
      segments.push(reference);
    }
  }
  return (params) => {
    let text = "";
    for (const part of segments) text += typeof part === "string" ? part : show(resolve(params, part), part, params);
    return text;
  };
}

function printedParameter(node: hbs.AST.Statement, references: readonly Reference[]): Reference | undefined {
  if (node.type !== "MustacheStatement") return undefined;
  const { path, params } = node as hbs.AST.MustacheStatement;
  if ((path as hbs.AST.PathExpression).original !== internalNames.print) return undefined;
  const [index, base] = params as [hbs.AST.NumberLiteral, hbs.AST.PathExpression];
  return base.data || base.depth > 0 || base.parts.length > 0 ? undefined : references[index.value];
}

/** An instance of its own for each text, with only the functions that it calls. */
function compiled({ program, references, used }: Rewritten): Render {
  const instance = Handlebars.create();
  for (const name of Object.keys(instance.helpers)) instance.unregisterHelper(name);
  for (const name of Object.keys(instance.decorators)) Reflect.deleteProperty(instance.decorators, name);
  const functions = functionsFor(used, references);
  for (const [name, call] of Object.entries(functions)) instance.registerHelper(name, call);
  const knownHelpers = Object.fromEntries(Object.keys(functions).map((name) => [name, true])) as KnownHelpers;
  const template = instance.compile<Params>(program, { noEscape: true, knownHelpers, knownHelpersOnly: true });
  return (params, run) => template(params, { data: { root: params, run } });
}

function bounded(render: Render, params: Params, run: RowRun, where: string): string {
  let text: string;
  try {
    text = render(params, run);
  } catch (error: unknown) {
    throw error instanceof RangeError ? tooDeep(error, where) : located(error, where);
  }
  run.outputBytes += text.length;
  if (run.outputBytes > run.limits.maxOutputBytes) throw located(tooLarge(run), where);
  return text;
}

function tooDeep(error: RangeError, where: string): TemplateError {
  return new TemplateError(`${where}: the template is nested too deeply`, { field: where }, { cause: error });
}

/** Errors of a whole row, such as its size, do not know the text that they met. */
function located(error: unknown, where: string): unknown {
  if (!(error instanceof TemplateError) || error.details.field !== undefined) return error;
  return new TemplateError(`${where}: ${error.message}`, { field: where, ...error.details }, { cause: error });
}
