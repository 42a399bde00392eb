import type { ParamType, TemplateFunction } from "../functions/function.ts";
import { type Argument, constantValue, convertLiteral, convertValue } from "./arguments.ts";
import { isTrue } from "./compare.ts";
import { type Exec, type Expression, failing, type Unit } from "./exec.ts";
import { ExecFault, LimitFault, problemOf, ValueFault } from "./fault.ts";
import { findFunction } from "./lookup.ts";
import type { Operand, Span } from "./node.ts";
import type { GoValue } from "./values.ts";

/** Compiles an operand to its value; handed in, since operands hold pipelines and pipelines hold calls. */
export type OperandCompiler = (operand: Operand) => Expression;

/** A call as it is written: its name, its arguments, and the value that a pipe brings as the last one. */
export interface Call {
  readonly unit: Unit;
  /** The name with its arguments, for messages. */
  readonly span: Span;
  /** The name alone. */
  readonly nameSpan: Span;
  readonly name: string;
  readonly args: readonly Operand[];
  readonly piped: Expression | undefined;
  readonly compile: OperandCompiler;
}

type ArgumentExpression = (exec: Exec, dot: GoValue) => Argument;

/** Compiles the call of a function. A wrong number of arguments fails when the call is reached, as in Go. */
export function compileCall(call: Call): Expression {
  const found = findFunction(call.name);
  if (found === undefined) return failing(call.unit, call.nameSpan, `function "${call.name}" not defined`);
  const problem = countProblem(call, found.params.length, found.variadic !== undefined);
  if (problem !== undefined) return afterPiped(call, failing(call.unit, call.nameSpan, problem));
  if (call.name === "and" || call.name === "or") return compileChoice(call, call.name === "or");
  return compileFunction(call, found);
}

/** What is piped in is evaluated first, also when the call then turns out to be wrong. */
function afterPiped({ piped }: Call, fail: () => never): Expression {
  return (exec, dot) => {
    piped?.(exec, dot);
    return fail();
  };
}

/** Go's complaint about the number of arguments; undefined when it fits. */
export function countProblem({ name, args, piped }: Call, wanted: number, isVariadic: boolean): string | undefined {
  const got = args.length + (piped === undefined ? 0 : 1);
  if (isVariadic) {
    return got >= wanted ? undefined : `wrong number of args for ${name}: want at least ${wanted} got ${args.length}`;
  }
  return got === wanted ? undefined : `wrong number of args for ${name}: want ${wanted} got ${got}`;
}

/** `and` and `or` give one of their arguments and leave those behind it unevaluated. */
function compileChoice(call: Call, stopAt: boolean): Expression {
  const args = call.args.map((arg) => compileArgument(call, arg, "any"));
  const { piped } = call;
  return (exec, dot) => {
    const last = piped?.(exec, dot);
    let value: GoValue;
    for (const arg of args) {
      value = arg(exec, dot);
      if (isTrue(value) === stopAt) return value;
    }
    return piped === undefined ? value : last;
  };
}

function compileFunction(call: Call, found: TemplateFunction): Expression {
  const { unit, span, name, piped } = call;
  const args = call.args.map((arg, index) => compileArgument(call, arg, typeAt(found, index)));
  const lastType = typeAt(found, args.length);
  const isNonDeterministic = found.nonDeterministic === true;
  return (exec, dot) => {
    const values: Argument[] = [];
    const last = piped?.(exec, dot);
    for (const arg of args) values.push(arg(exec, dot));
    if (piped !== undefined) values.push(convertAt(call, call.nameSpan, last, lastType));
    exec.charge(1);
    if (isNonDeterministic) exec.run.nonDeterministic = true;
    try {
      return checkSize(exec, found.call(values, exec));
    } catch (error) {
      throw callFault(unit, span, name, error);
    }
  };
}

function typeAt({ params, variadic }: TemplateFunction, index: number): ParamType {
  return params[index] ?? variadic ?? "any";
}

/** Texts and lists that double with each step must not grow without end: their size counts as work. */
function checkSize(exec: Exec, value: GoValue): GoValue {
  if (typeof value === "string") {
    if (value.length > 64) exec.chargeBytes(value.length);
  } else if (Array.isArray(value)) exec.charge(value.length);
  return value;
}

/** What a function threw, with its name and place. */
export function callFault(unit: Unit, span: Span, name: string, error: unknown): ExecFault {
  if (error instanceof ExecFault) return error;
  const message = problemOf(error);
  const remedy = error instanceof ValueFault ? error.remedy : undefined;
  const problem = error instanceof LimitFault ? message : `error calling ${name}: ${message}`;
  return new ExecFault(unit.text, span, problem, { remedy, cause: error });
}

/** Compiles one argument: literals are converted now, what is computed each time. */
export function compileArgument(call: Call, operand: Operand, type: ParamType): ArgumentExpression {
  if (operand.kind === "nil" || isLiteral(operand)) return compileLiteral(call.unit, operand, type);
  const evaluate = call.compile(operand);
  if (type === "any") {
    return (exec, dot) => {
      const value = evaluate(exec, dot);
      return value === undefined ? null : value;
    };
  }
  return (exec, dot) => {
    const value = evaluate(exec, dot);
    return type === "string" && typeof value === "string" ? value : convertAt(call, operand, value, type);
  };
}

function isLiteral(operand: Operand): boolean {
  return operand.kind === "string" || operand.kind === "number" || operand.kind === "bool";
}

/** A computed value as the parameter wants it; a failure names the operand. */
export function convertAt({ unit }: Call, span: Span, value: GoValue, type: ParamType): Argument {
  try {
    return convertValue(value, type);
  } catch (error) {
    throw placed(unit, span, error);
  }
}

function placed(unit: Unit, span: Span, error: unknown): unknown {
  return error instanceof ValueFault ? new ExecFault(unit.text, span, error.message, { remedy: error.remedy }) : error;
}

function compileLiteral(unit: Unit, operand: Operand, type: ParamType): ArgumentExpression {
  try {
    const value = convertLiteral(operand, type, unit.text.slice(operand.start, operand.end));
    return () => value;
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    return failing(unit, operand, error.message);
  }
}

/** A literal where its own type decides: as a command, or as the argument of a method without declared types. */
export function compileConstant(unit: Unit, operand: Operand): Expression {
  try {
    const value = constantValue(operand, unit.text.slice(operand.start, operand.end));
    return () => value;
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    return failing(unit, operand, error.message);
  }
}
