import { nearest } from "../../src/base/near-name.ts";
import { isTrue } from "./compare.ts";
import { type Action, breakLoop, continueLoop, type Exec, proceed, type Unit } from "./exec.ts";
import { ExpressionCompiler } from "./expressions.ts";
import { ExecFault, problemOf } from "./fault.ts";
import { formatValue } from "./format.ts";
import type { Statement } from "./node.ts";
import { compileRange } from "./ranges.ts";
import type { GoValue } from "./values.ts";

/** Compiles the body of a definition to one action. */
export function compileBody(unit: Unit, body: readonly Statement[]): Action {
  return new StatementCompiler(unit).body(body);
}

type Of<K extends Statement["kind"]> = Extract<Statement, { readonly kind: K }>;

class StatementCompiler {
  private readonly unit: Unit;
  private readonly expressions: ExpressionCompiler;

  constructor(unit: Unit) {
    this.unit = unit;
    this.expressions = new ExpressionCompiler(unit);
  }

  body(statements: readonly Statement[]): Action {
    const actions = statements.map((statement) => this.statement(statement));
    const [only] = actions;
    if (only !== undefined && actions.length === 1) return only;
    return (exec, dot) => {
      for (let index = 0; index < actions.length; index++) {
        const signal = (actions[index] as Action)(exec, dot);
        if (signal !== proceed) return signal;
      }
      return proceed;
    };
  }

  private statement(statement: Statement): Action {
    switch (statement.kind) {
      case "text":
        return writeText(statement.text);
      case "action":
        return this.action(statement);
      case "if":
      case "with":
      case "range":
        return statement.kind === "range" ? this.range(statement) : this.condition(statement);
      case "break":
        return () => breakLoop;
      case "continue":
        return () => continueLoop;
      case "template":
        return this.invocation(statement);
    }
  }

  /** Prints the value of a pipeline, unless the pipeline declares or sets variables. */
  private action({ pipeline }: Of<"action">): Action {
    const value = this.expressions.pipeline(pipeline);
    if (pipeline.variables.length > 0) {
      return (exec, dot) => {
        value(exec, dot);
        return proceed;
      };
    }
    const { text } = this.unit;
    return (exec, dot) => {
      const result = value(exec, dot);
      exec.current = pipeline;
      exec.write(typeof result === "string" ? result : printed(result, text, pipeline));
      return proceed;
    };
  }

  private condition(statement: Of<"if" | "with" | "range">): Action {
    const value = this.expressions.pipeline(statement.pipeline);
    const body = this.body(statement.body);
    const otherwise = statement.otherwise.length === 0 ? undefined : this.body(statement.otherwise);
    const isWith = statement.kind === "with";
    return (exec, dot) => {
      const mark = exec.mark();
      const result = value(exec, dot);
      const signal = isTrue(result) ? body(exec, isWith ? result : dot) : (otherwise?.(exec, dot) ?? proceed);
      exec.release(mark);
      return signal;
    };
  }

  private range(statement: Of<"if" | "with" | "range">): Action {
    const { pipeline } = statement;
    return compileRange({
      unit: this.unit,
      pipeline,
      value: this.expressions.pipeline(pipeline),
      body: this.body(statement.body),
      otherwise: statement.otherwise.length === 0 ? undefined : this.body(statement.otherwise),
      place: (exec, name) => this.expressions.place(exec, name, pipeline),
    });
  }

  private invocation(statement: Of<"template">): Action {
    const { name, pipeline } = statement;
    const value = pipeline === undefined ? () => undefined : this.expressions.pipeline(pipeline);
    const { text } = this.unit;
    return (exec, dot) => {
      const body = exec.bodies.get(name);
      if (body === undefined) throw undefinedTemplate(exec, text, statement);
      const data = value(exec, dot);
      exec.current = statement;
      exec.charge(1);
      exec.invoke(body, data);
      return proceed;
    };
  }
}

function writeText(text: string): Action {
  return (exec) => {
    exec.write(text);
    return proceed;
  };
}

function printed(value: GoValue, text: string, span: { readonly start: number; readonly end: number }): string {
  if (value === undefined) return "<no value>";
  try {
    return formatValue(value);
  } catch (error) {
    throw new ExecFault(text, span, problemOf(error), { cause: error });
  }
}

function undefinedTemplate(exec: Exec, text: string, statement: Of<"template">): ExecFault {
  const near = nearest(statement.name, exec.bodies.keys());
  const remedy = near === undefined ? "define it in the same text" : `did you mean ${JSON.stringify(near)}?`;
  return new ExecFault(text, statement, `template ${JSON.stringify(statement.name)} not defined`, { remedy });
}
