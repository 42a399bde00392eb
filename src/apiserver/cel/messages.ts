import { CostExceeded } from "./budget.ts";
import type { Given } from "./frame.ts";
import { CompileError } from "./problems.ts";
import type { Compiled, ValidationRule } from "./rule.ts";

const longest = 5 * 1024;

/** What names a rule in messages: its own message, or itself. */
export function ruleText({ message = "", rule = "" }: ValidationRule): string {
  return (message === "" ? rule : message).trim();
}

/** What is said of a rule that could not be evaluated. */
export function ruleFailure(problem: string, rule: ValidationRule): string {
  if (!problem.startsWith("no such overload")) return `${problem} evaluating rule: ${ruleText(rule)}`;
  return `'${problem}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`;
}

export interface Message {
  readonly text: string;
  readonly cost: number;
  /** Why no rule may run any more. */
  readonly stops?: string;
}

/** The message of a rule that was not kept: its expression's where that gives one, its own, or the rule itself. */
export function messageOf(
  rule: ValidationRule,
  expression: Compiled | CompileError | undefined,
  values: readonly Given[],
  budget: number,
): Message {
  const fixed = (rule.message ?? "") === "" ? `failed rule: ${ruleText(rule)}` : rule.message!.trim();
  if (expression === undefined || expression instanceof CompileError) return { text: fixed, cost: 0 };
  const { value, cost } = expression.program(values);
  const quoted = JSON.stringify(rule.messageExpression);
  if (cost > budget) {
    const stops =
      "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run";
    return { text: fixed, cost, stops };
  }
  if (value instanceof CostExceeded) {
    const stops = `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${quoted}`;
    return { text: fixed, cost, stops };
  }
  const text = typeof value === "string" ? value.trim() : "";
  const isFine = text !== "" && Buffer.byteLength(text) <= longest && !text.includes("\n");
  return { text: isFine ? text : fixed, cost };
}
