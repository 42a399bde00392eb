import type { Call, Expr } from "./ast.ts";
import type { Checked } from "./checker.ts";
import { parseDuration } from "./library/durations.ts";
import { patternProblem } from "./library/regular-expressions.ts";
import { parseTimestamp } from "./library/timestamps.ts";
import type { Problem } from "./problems.ts";
import type { Value } from "./values.ts";

/** Whether a literal argument is one that the function can work with. */
const tests: { readonly [name: string]: (value: Value) => boolean } = {
  duration: (value) => typeof value === "string" && parseDuration(value) !== undefined,
  timestamp: (value) => typeof value !== "string" || parseTimestamp(value) !== undefined,
  matches: (value) => typeof value !== "string" || patternProblem(value) === undefined,
};

/** Durations, times and patterns that stand in an expression are looked at before it runs. */
export function literalProblems(checked: Checked): Problem[] {
  return [...checked.overloads.keys()].flatMap((expr) => (expr.kind === "call" ? problemsOf(expr) : []));
}

function problemsOf({ name, args, target }: Call): Problem[] {
  if (name === "matches" && target === undefined) return [];
  const test = Object.hasOwn(tests, name) ? tests[name]! : undefined;
  const arg: Expr | undefined = args.at(-1);
  if (test === undefined || arg?.kind !== "literal" || test(arg.value)) return [];
  return [{ at: arg.at, message: `invalid ${name} argument` }];
}
