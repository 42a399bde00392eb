import type { RowRun } from "../engine.ts";
import { type Bodies, Exec, type TextRenderer, type Unit } from "./exec.ts";
import { describeInner, ExecFault, LimitFault } from "./fault.ts";
import { functionNames } from "./lookup.ts";
import type { MissingKey } from "./missing-key.ts";
import { mainName } from "./node.ts";
import { isEmptyBody, parseText } from "./parser.ts";
import { compileBody } from "./statements.ts";
import type { GoValue } from "./values.ts";

/** A compiled text. */
export interface Program {
  readonly text: string;
  readonly bodies: Bodies;
  /** True when the text holds no action. */
  readonly isConstant: boolean;
}

/** Parses and compiles a text; with `outer`, the definitions of the text around it can be used and replaced. */
export function compileProgram(text: string, missingKey: MissingKey, outer?: Bodies): Program {
  const unit: Unit = { text, missingKey };
  const bodies = new Map(outer);
  for (const { name, body } of parseText(text, functionNames).definitions.values()) {
    // An empty definition does not replace one that the outer text made.
    if (name !== mainName && bodies.has(name) && isEmptyBody(body)) continue;
    bodies.set(name, compileBody(unit, body));
  }
  return { text, bodies, isConstant: !text.includes("{{") };
}

/** Runs the main body of a program. Throws an `ExecFault` or whatever went wrong otherwise. */
export function runProgram(program: Program, missingKey: MissingKey, data: GoValue, run: RowRun): string {
  const exec = new Exec(run, program.bodies, data, rendererOf(missingKey));
  try {
    program.bodies.get(mainName)?.(exec, data);
    return exec.finish();
  } catch (error) {
    if (!(error instanceof LimitFault) || exec.current === undefined) throw error;
    throw new ExecFault(program.text, exec.current, error.message, { cause: error });
  }
}

const renderers = new Map<MissingKey, TextRenderer>();

function rendererOf(missingKey: MissingKey): TextRenderer {
  const known = renderers.get(missingKey);
  if (known !== undefined) return known;
  const renderer: TextRenderer = (text, data, outer) => renderInner(text, missingKey, data, outer);
  renderers.set(missingKey, renderer);
  return renderer;
}

/** What tpl does: the text is compiled with the definitions of the text around it, and `<no value>` is taken out of the result. */
function renderInner(text: string, missingKey: MissingKey, data: GoValue, outer: Exec): string {
  const quoted = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  const program = guard(text, `cannot parse template ${quoted}`, () => compileProgram(text, missingKey, outer.bodies));
  const exec = new Exec(outer.run, program.bodies, data, rendererOf(missingKey), outer);
  guard(text, `error during tpl function execution for ${quoted}`, () => program.bodies.get(mainName)?.(exec, data));
  outer.chargeBytes(exec.out.length);
  return exec.out.replaceAll("<no value>", "");
}

function guard<T>(text: string, context: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LimitFault || (error instanceof ExecFault && error.cause instanceof LimitFault)) throw error;
    throw new Error(`${context}: ${describeInner(error, text)}`, { cause: error });
  }
}
