import type { RowRun } from "../engine.ts";
import type { FunctionContext } from "../functions/function.ts";
import { byteLength } from "./bytes.ts";
import { ExecFault, LimitFault } from "./fault.ts";
import type { Span } from "./node.ts";
import type { GoValue } from "./values.ts";

/** What a statement leaves the statements around it to do. */
export type Signal = 0 | 1 | 2;
/** The body goes on. */
export const proceed = 0;
/** The nearest loop ends. */
export const breakLoop = 1;
/** The nearest loop takes its next turn. */
export const continueLoop = 2;

/** A compiled expression: its value for the dot. */
export type Expression = (exec: Exec, dot: GoValue) => GoValue;
/** A compiled statement: writes to the output. */
export type Action = (exec: Exec, dot: GoValue) => Signal;

/** The bodies that `template` can reach, by name. */
export type Bodies = ReadonlyMap<string, Action>;

/** Renders the text that tpl was given: in the engine, since only that compiles. */
export type TextRenderer = (text: string, data: GoValue, outer: Exec) => string;

/** Work that goes by before the clock is looked at again. */
const clockShift = 8;
/** Bytes of a new value that count as a step: bounds the memory that a row can gather in lists and maps. */
const bytesPerStepShift = 6;
/** How many calls of tpl may be inside one another. */
const maxTplDepth = 3;

/** The state of one rendering: output, variables and what it has cost so far. */
export class Exec implements FunctionContext {
  readonly run: RowRun;
  readonly bodies: Bodies;
  out = "";
  /** What runs or ran last, roughly: where a limit is said to have been passed. */
  current: Span | undefined;
  depth: number;
  readonly tplDepth: number;
  private readonly renderText: TextRenderer;
  private readonly room: number;
  /** Variables as a stack: the newest of a name counts, and those below `base` belong to the calling template. */
  private readonly names: string[] = ["$"];
  private readonly values: GoValue[];
  private base = 0;

  constructor(run: RowRun, bodies: Bodies, data: GoValue, renderText: TextRenderer, outer?: Exec) {
    this.run = run;
    this.bodies = bodies;
    this.values = [data];
    this.renderText = renderText;
    this.depth = outer?.depth ?? 0;
    this.tplDepth = outer === undefined ? 0 : outer.tplDepth + 1;
    this.room = run.limits.maxOutputBytes - run.outputBytes;
  }

  write(text: string): void {
    this.out += text;
    if (this.out.length > this.room) this.failOutput();
  }

  private failOutput(): never {
    throw new LimitFault(`the row renders to more than ${this.run.limits.maxOutputBytes} bytes`);
  }

  charge(steps: number): void {
    const { run } = this;
    const before = run.steps;
    const after = before + steps;
    run.steps = after;
    if (after > run.limits.maxSteps) throw new LimitFault(`the row takes more than ${run.limits.maxSteps} steps`);
    if (before >> clockShift !== after >> clockShift) this.checkClock();
  }

  /** Fails once the time of the row is over. */
  checkClock(): void {
    const { deadline, limits } = this.run;
    if (performance.now() > deadline) throw new LimitFault(`the row takes longer than ${limits.maxMillis} ms`);
  }

  chargeBytes(bytes: number): void {
    const { maxOutputBytes } = this.run.limits;
    if (bytes > maxOutputBytes) throw new LimitFault(`a value would be larger than ${maxOutputBytes} bytes`);
    this.charge(bytes >> bytesPerStepShift);
  }

  tpl(text: string, data: GoValue): string {
    if (this.tplDepth >= maxTplDepth) {
      throw new Error(`maximum recursion depth ${maxTplDepth} exceeded in tpl function`);
    }
    this.charge(1 + (text.length >> 5));
    return this.renderText(text, data, this);
  }

  /** The number of variables: what `release` goes back to. */
  mark(): number {
    return this.names.length;
  }

  release(mark: number): void {
    if (this.names.length === mark) return;
    this.names.length = mark;
    this.values.length = mark;
  }

  declare(name: string, value: GoValue): void {
    this.names.push(name);
    this.values.push(value);
  }

  /** The place of a variable on the stack; -1 when it was never declared on the way here. */
  find(name: string): number {
    for (let index = this.names.length - 1; index >= this.base; index--) if (this.names[index] === name) return index;
    return -1;
  }

  valueAt(index: number): GoValue {
    return this.values[index];
  }

  setAt(index: number, value: GoValue): void {
    this.values[index] = value;
  }

  /** The data of the template that runs, for suggestions. */
  root(): GoValue {
    return this.values[0];
  }

  /** Runs the body of another template, which sees its own data and none of the caller's variables. */
  invoke(body: Action, data: GoValue): void {
    if (this.depth >= this.run.limits.maxDepth) {
      throw new LimitFault(`exceeded maximum template depth (${this.run.limits.maxDepth})`);
    }
    const { base } = this;
    const mark = this.mark();
    this.depth++;
    this.base = mark;
    this.declare("$", data);
    body(this, data);
    this.release(mark);
    this.base = base;
    this.depth--;
  }

  /** Counts the finished output against the row and gives it. */
  finish(): string {
    if (this.out.length > 0) {
      this.run.outputBytes += byteLength(this.out);
      if (this.run.outputBytes > this.run.limits.maxOutputBytes) this.failOutput();
    }
    return this.out;
  }
}

/** What compiled code needs of the text that it comes from: to name the place of a failure, and the options. */
export interface Unit {
  readonly text: string;
  readonly missingKey: "invalid" | "zero" | "error";
}

/** An expression that always fails: for what Go reports only when it is reached. */
export function failing(unit: Unit, span: Span, problem: string, remedy?: string): () => never {
  return () => {
    throw new ExecFault(unit.text, span, problem, { remedy });
  };
}
