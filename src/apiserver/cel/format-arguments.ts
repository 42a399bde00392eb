import type { Call, Expr } from "./ast.ts";
import type { Checked } from "./checker.ts";
import { clausesOf, wrongTypes } from "./library/format.ts";
import type { Problem } from "./problems.ts";
import { dynType, type Type } from "./types.ts";
import { EvaluationError } from "./values.ts";

const integers = ["int", "uint"];
const accepted: { readonly [verb: string]: readonly string[] } = {
  s: "list map int uint double bool string timestamp bytes duration type null".split(" "),
  d: integers,
  f: ["double", "string"],
  e: ["double", "string"],
  b: [...integers, "bool"],
  o: integers,
  x: [...integers, "string", "bytes"],
  X: [...integers, "string", "bytes"],
};

/** A format that stands in an expression is held against the list that it is filled from. */
export function formatProblems(checked: Checked): Problem[] {
  return [...checked.overloads.keys()].flatMap((expr) => {
    return expr.kind === "call" && expr.name === "format" ? problemsOf(expr, checked) : [];
  });
}

function problemsOf({ target, args: [list], at }: Call, { types }: Checked): Problem[] {
  if (target?.kind !== "literal" || typeof target.value !== "string" || list?.kind !== "list") return [];
  const typeOf = (expr: Expr): Type => types.get(expr) ?? dynType;
  try {
    const verbs = clausesOf(target.value);
    for (const [index, verb] of verbs.entries()) {
      const item = list.items[index];
      if (item === undefined) return [{ at, message: `index ${index} out of range` }];
      const wrong = unfit(item.value, verb, typeOf);
      if (wrong !== undefined) return [wrong];
    }
    if (list.items.length <= verbs.length) return [];
    const counts = `(expected ${verbs.length}, got ${list.items.length})`;
    return [{ at, message: `too many arguments supplied to string.format ${counts}` }];
  } catch (error: unknown) {
    if (!(error instanceof EvaluationError)) throw error;
    return [{ at, message: error.message }];
  }
}

function unfit(expr: Expr, verb: string, typeOf: (expr: Expr) => Type): Problem | undefined {
  const type = typeOf(expr);
  if (type.kind === "dyn") return undefined;
  if (!accepted[verb]!.includes(type.kind)) {
    return { at: expr.at, message: `error during formatting: ${wrongTypes[verb]}, was given ${type.name}` };
  }
  if (verb !== "s") return undefined;
  const inner = expr.kind === "list" ? expr.items.map(({ value }) => value) : [];
  return inner.map((one) => unfit(one, verb, typeOf)).find((problem) => problem !== undefined);
}
