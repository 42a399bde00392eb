import { type Call, compileCall, compileConstant } from "./calls.ts";
import { type Exec, type Expression, failing, type Unit } from "./exec.ts";
import { ExecFault } from "./fault.ts";
import { compileFields, type FieldChain } from "./fields.ts";
import { compileMethod } from "./methods.ts";
import type { Command, Operand, Pipeline, Span } from "./node.ts";
import type { GoValue } from "./values.ts";

/** Compiles expressions of one text to closures. */
export class ExpressionCompiler {
  private readonly unit: Unit;
  private readonly compileOperand = (operand: Operand): Expression => this.operand(operand);

  constructor(unit: Unit) {
    this.unit = unit;
  }

  /** The value of a pipeline; its variables are declared or set on the way. Null becomes "no value", as Go unwraps it. */
  pipeline(pipeline: Pipeline): Expression {
    let value: Expression | undefined;
    for (const command of pipeline.commands) value = unwrapped(this.command(command, value));
    const result = value ?? (() => undefined);
    const { variables, isAssignment } = pipeline;
    if (variables.length === 0) return result;
    const span = pipeline.commands[0] ?? pipeline;
    return isAssignment ? this.assignment(result, variables, span) : declaration(result, variables);
  }

  private assignment(value: Expression, variables: readonly string[], span: Span): Expression {
    return (exec, dot) => {
      const result = value(exec, dot);
      for (const name of variables) exec.setAt(this.place(exec, name, span), result);
      return result;
    };
  }

  /** The place of a variable. One that is only assigned, or declared in a part that was skipped, is not there. */
  place(exec: Exec, name: string, span: Span): number {
    const index = exec.find(name);
    if (index >= 0) return index;
    const remedy = `declare it first with ${name} :=`;
    throw new ExecFault(this.unit.text, span, `undefined variable: ${name}`, { remedy });
  }

  private command(command: Command, piped: Expression | undefined): Expression {
    const [first, ...args] = command.operands;
    if (first.kind === "function") return compileCall(this.call(command, first, first.name, args, piped));
    if (args.length === 0 && piped === undefined) {
      if (first.kind === "nil") return failing(this.unit, first, "nil is not a command");
      return this.operand(first);
    }
    return this.applied(command, piped);
  }

  /** A command that is no function but is given arguments: only a method takes them. */
  private applied(command: Command, piped: Expression | undefined): Expression {
    const [first, ...args] = command.operands;
    const source = this.unit.text.slice(first.start, first.end);
    const refuse = failing(this.unit, first, `can't give argument to non-function ${source}`);
    if (first.kind !== "field" && first.kind !== "chain" && first.kind !== "variable") return refuse;
    if (first.path.length === 0) return refuse;
    const chain: FieldChain = { unit: this.unit, span: first, path: first.path };
    return compileMethod(this.baseOf(first), chain, this.call(command, first, first.path.at(-1) ?? "", args, piped));
  }

  private call(
    command: Command,
    nameSpan: Span,
    name: string,
    args: readonly Operand[],
    ...[piped]: [Expression | undefined]
  ): Call {
    return { unit: this.unit, span: command, nameSpan, name, args, piped, compile: this.compileOperand };
  }

  /** The value of an operand that stands alone. */
  private operand(operand: Operand): Expression {
    switch (operand.kind) {
      case "dot":
        return (_exec, dot) => dot;
      case "nil":
        return () => undefined;
      case "bool":
      case "string":
      case "number":
        return compileConstant(this.unit, operand);
      case "function":
        return compileCall(
          this.call({ operands: [operand], ...spanOf(operand) }, operand, operand.name, [], undefined),
        );
      case "pipeline":
        return this.pipeline(operand.pipeline);
      case "variable":
        if (operand.path.length === 0) return this.variable(operand.name, operand);
        break;
    }
    const chain: FieldChain = { unit: this.unit, span: operand, path: operand.path };
    return compileFields(this.baseOf(operand), chain);
  }

  private baseOf(operand: Operand): Expression {
    if (operand.kind === "variable") return this.variable(operand.name, operand);
    if (operand.kind !== "chain") return (_exec, dot) => dot;
    const { base } = operand;
    if (base.kind !== "nil") return this.operand(base);
    return failing(this.unit, operand, "indirection through explicit nil");
  }

  private variable(name: string, span: Span): Expression {
    return (exec) => exec.valueAt(this.place(exec, name, span));
  }
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

function unwrapped(value: Expression): Expression {
  return (exec, dot) => {
    const result = value(exec, dot);
    return result === null ? undefined : result;
  };
}

function declaration(value: Expression, variables: readonly string[]): Expression {
  return (exec, dot) => {
    const result: GoValue = value(exec, dot);
    for (const name of variables) exec.declare(name, result);
    return result;
  };
}
