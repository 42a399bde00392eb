import type { FunctionTable, TemplateFunction } from "../functions/function.ts";
import { isEqual, isLess, isTrue } from "./compare.ts";
import { escapeHtml, escapeJs, escapeQuery, textOf } from "./escape.ts";
import { sprint, sprintf, sprintln } from "./format.ts";
import { goTypeOf } from "./go-types.ts";
import { indexValue, lengthOf } from "./index-value.ts";
import type { GoValue } from "./values.ts";

const signature = "built-in of text/template";

/** A built-in that takes values of any type: `least` many, and more when `most` says so. */
function define(doc: string, least: number, isVariadic: boolean, call: TemplateFunction["call"]): TemplateFunction {
  const params = Array.from({ length: least }, () => "any" as const);
  return { doc, signature, params, ...(isVariadic && { variadic: "any" }), call };
}

/** `and` and `or` give an argument and stop early: the engine calls these only with what it evaluated. */
function choose(stopAt: boolean): TemplateFunction["call"] {
  return (args: readonly GoValue[]) => args.find((arg) => isTrue(arg) === stopAt) ?? args.at(-1);
}

function isAtMost(a: GoValue, b: GoValue): boolean {
  return isLess(a, b) || isEqual(a, [b]);
}

/** The functions of Go's text/template itself. `slice` is not among them: sprig's takes its place. */
export const builtins: FunctionTable = {
  and: define("the first argument that is empty, otherwise the last; stops there", 1, true, choose(false)),
  or: define("the first argument that is not empty, otherwise the last; stops there", 1, true, choose(true)),
  not: define("true when the argument is empty", 1, false, ([arg]) => !isTrue(arg)),
  call: define("calls a function value; parameters never hold one, so it always fails", 1, true, ([arg]) => {
    if (arg === null) throw new Error("call of nil");
    throw new Error(`non-function of type ${goTypeOf(arg)}`);
  }),
  eq: define("true when the first argument equals any other; kinds must match (3.0 for a parameter)", 1, true, (args) =>
    isEqual(args[0], args.slice(1)),
  ),
  ne: define("true when the arguments differ; kinds must match", 2, false, ([a, b]) => !isEqual(a, [b])),
  lt: define("true when the first argument is less; strings by bytes, kinds must match", 2, false, ([a, b]) =>
    isLess(a, b),
  ),
  le: define("true when the first argument is less or equal", 2, false, ([a, b]) => isAtMost(a, b)),
  gt: define("true when the first argument is greater", 2, false, ([a, b]) => !isAtMost(a, b)),
  ge: define("true when the first argument is greater or equal", 2, false, ([a, b]) => !isLess(a, b)),
  len: define("bytes of a string, entries of a map or list", 1, false, ([arg]) => lengthOf(arg)),
  index: define("steps into maps, lists and strings; a missing key gives nothing, never an error", 1, true, (args) =>
    indexValue(args[0], args.slice(1)),
  ),
  html: define("escapes a text for HTML", 0, true, (args) => escapeHtml(textOf(args))),
  js: define("escapes a text for a JavaScript string", 0, true, (args) => escapeJs(textOf(args))),
  urlquery: define("escapes a text for the query of a URL", 0, true, (args) => escapeQuery(textOf(args))),
  print: define("the arguments as text, with a space between two that are both no strings", 0, true, sprint),
  println: define("the arguments as text, a space between them and a newline at the end", 0, true, sprintln),
  printf: {
    doc: "a text by a Go format; %d of a parameter is wrong, since it is a float64",
    signature,
    params: ["string"],
    variadic: "any",
    call: ([format, ...args]) => sprintf(format as string, args),
  },
};
