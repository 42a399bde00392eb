import type { Call } from "./ast.ts";
import type { Checked } from "./checker.ts";
import { patternProblem } from "./library/regular-expressions.ts";
import { accepts } from "./overload.ts";
import { EvaluationError, typeNameOf } from "./values.ts";

const conversions = new Set(["bool", "bytes", "double", "duration", "int", "string", "timestamp", "uint"]);
const patterns = new Set(["matches", "find", "findAll"]);

/** What is found to be wrong with constants when an expression is made ready: they are converted and compiled once. */
export function constantProblem(checked: Checked): string | undefined {
  for (const expr of checked.overloads.keys()) {
    const problem = expr.kind === "call" ? problemOf(expr, checked) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOf(call: Call, checked: Checked): string | undefined {
  if (patterns.has(call.name)) {
    const pattern = call.target === undefined ? call.args[1] : call.args[0];
    return pattern?.kind === "literal" && typeof pattern.value === "string" ? patternProblem(pattern.value) : undefined;
  }
  return conversions.has(call.name) ? conversionProblem(call, checked) : undefined;
}

function conversionProblem(call: Call, { overloads }: Checked): string | undefined {
  const [arg, ...rest] = call.args;
  if (arg?.kind !== "literal" || rest.length > 0 || call.target !== undefined) return undefined;
  const overload = overloads.get(call)?.find(({ args }) => accepts(args, [arg.value]));
  if (overload === undefined) return `no such overload: ${call.name}(${typeNameOf(arg.value)})`;
  try {
    overload.run(arg.value as never);
    return undefined;
  } catch (error: unknown) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}
