import { type Checked, check } from "./checker.ts";
import { constantProblem } from "./constants.ts";
import { estimateCost } from "./estimate.ts";
import { multiply } from "./estimates.ts";
import { formatProblems } from "./format-arguments.ts";
import { makeProgram, type Program } from "./interpret.ts";
import { literalProblems } from "./literal-arguments.ts";
import { mixedLiterals } from "./literal-types.ts";
import { parse } from "./parser.ts";
import { CompileError, showProblems } from "./problems.ts";
import { type Declared, mostBytes, typeOfDeclared } from "./schema-types.ts";
import { optionalOf, type Type } from "./types.ts";

/** One entry of `x-kubernetes-validations`. */
export interface ValidationRule {
  readonly rule?: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

export interface Compiled {
  readonly program: Program;
  readonly usesOldSelf: boolean;
  /** What one evaluation costs at most, by the schema. */
  readonly cost: number;
}

/** What a rule of a schema comes to: each part ready, absent, or wrong. */
export interface CompiledRule {
  readonly rule: Compiled | CompileError | undefined;
  readonly message: Compiled | CompileError | undefined;
  /** How often the rule may run for one object, where the schema does not say. */
  readonly mostRuns: number;
}

/** Stands for the type's name, which nobody can rely on. */
const selfName = "selfType1";
const variables = ["self", "oldSelf"];

export function compileRule(rule: ValidationRule, declared: Declared): CompiledRule {
  const mostRuns = Math.floor(mostBytes / (declared.least + 1));
  const source = rule.rule ?? "";
  if (source.trim() === "") return { rule: undefined, message: undefined, mostRuns };
  const self = typeOfDeclared(declared, selfName);
  const scope = new Map([
    ["self", self],
    ["oldSelf", rule.optionalOldSelf === true ? optionalOf(self) : self],
  ]);
  const own = attempt(() =>
    compile(source, { kind: "bool", title: "", program: "program", wrongType: wrongRule }, scope, declared),
  );
  const text = rule.messageExpression ?? "";
  if (own instanceof CompileError || text === "") return { rule: own, message: undefined, mostRuns };
  const message = attempt(() =>
    compile(
      text,
      { kind: "string", title: "messageExpression ", program: "messageExpression", wrongType: wrongMessage },
      scope,
      declared,
    ),
  );
  return { rule: own, message, mostRuns };
}

const wrongRule = "cel expression must evaluate to a bool";
const wrongMessage = "messageExpression must evaluate to a string";

function attempt<T>(work: () => T): T | CompileError {
  try {
    return work();
  } catch (error: unknown) {
    if (error instanceof CompileError) return error;
    throw error;
  }
}

interface Wanted {
  readonly kind: Type["kind"];
  readonly title: string;
  readonly program: string;
  readonly wrongType: string;
}

function compile(source: string, wanted: Wanted, scope: ReadonlyMap<string, Type>, declared: Declared): Compiled {
  const fail = (problems: Parameters<typeof showProblems>[1]): never => {
    throw new CompileError(`${wanted.title}compilation failed: ${showProblems(source, problems)}`);
  };
  const { expr, problems } = parse(source);
  if (expr === undefined) return fail(problems);
  const checked: Checked = check(expr, scope);
  if (checked.problems.length > 0) return fail(checked.problems);
  const wrong = [...literalProblems(checked), ...mixedLiterals(checked), ...formatProblems(checked)];
  if (wrong.length > 0) return fail(wrong);
  if (checked.type.kind !== wanted.kind) throw new CompileError(wanted.wrongType);
  const constant = constantProblem(checked);
  if (constant !== undefined) throw new CompileError(`${wanted.program} instantiation failed: ${constant}`);
  return {
    program: makeProgram(checked, variables),
    usesOldSelf: checked.variables.has("oldSelf"),
    cost: estimateCost(checked, declared),
  };
}

/** What a rule costs for a whole object that holds its value up to `runs` times. */
export function totalCost(cost: number, runs: number): number {
  return multiply(cost, runs);
}
