import { addEntry, at, entriesOf, hasField, optionalOf } from "./access.ts";
import type { Call, Expr, Fold, Ident, ListExpr, MapExpr, Select } from "./ast.ts";
import { CostExceeded } from "./budget.ts";
import type { Checked } from "./checker.ts";
import { attempt, charge, type Frame, type Given, type Run } from "./frame.ts";
import { accumulator } from "./macros.ts";
import { accepts, type Overload } from "./overload.ts";
import { callCost, listCost, mapCost } from "./runtime-cost.ts";
import { specials } from "./specials.ts";
import { EvaluationError, noOverload, PlainList, PlainMap, TypeValue, typeNameOf, type Value } from "./values.ts";

export interface Outcome {
  readonly value: Value | EvaluationError | CostExceeded;
  readonly cost: number;
}

/** An expression that is ready to be evaluated with values for its variables. */
export type Program = (variables: readonly Given[]) => Outcome;

/** Makes a checked expression ready; `variables` are given to the program in that order. */
export function makeProgram(checked: Checked, variables: readonly string[]): Program {
  const run = new Compiler(checked, variables).compile(checked.expr);
  return (values) => {
    const frame: Frame = { slots: [...values], cost: 0 };
    return { value: outcome(run, frame), cost: frame.cost };
  };
}

function outcome(run: Run, frame: Frame): Outcome["value"] {
  try {
    return run(frame);
  } catch (error: unknown) {
    if (error instanceof EvaluationError || error instanceof CostExceeded) return error;
    // Deep values and large results stop where the engine does.
    if (error instanceof RangeError) return new CostExceeded();
    throw error;
  }
}

type Scope = ReadonlyMap<string, number>;

class Compiler {
  readonly #checked: Checked;
  #scopes: readonly Scope[];
  #slots: number;

  constructor(checked: Checked, variables: readonly string[]) {
    this.#checked = checked;
    this.#scopes = [new Map(variables.map((name, index) => [name, index]))];
    this.#slots = variables.length;
  }

  compile(expr: Expr): Run {
    switch (expr.kind) {
      case "literal":
        return () => expr.value;
      case "ident":
        return this.#ident(expr);
      case "select":
        return this.#select(expr);
      case "call":
        return this.#call(expr);
      case "list":
        return this.#list(expr);
      case "map":
        return this.#map(expr);
      case "fold":
        return this.#fold(expr);
      case "message":
        throw new EvaluationError(`unknown type: ${expr.name}`);
    }
  }

  #ident(expr: Ident): Run {
    const type = this.#checked.names.get(expr);
    if (type !== undefined) return constant(new TypeValue(type));
    const name = expr.name.replace(/^\./, "");
    const slot = this.#scopes.findLast((scope) => scope.has(name))?.get(name) ?? -1;
    return (frame) => {
      charge(frame, 1);
      const value = frame.slots[slot];
      if (value === undefined) throw new EvaluationError(`no such attribute(s): ${name}`);
      if (value instanceof EvaluationError) throw value;
      return value;
    };
  }

  #select(expr: Select): Run {
    const type = this.#checked.names.get(expr);
    if (type !== undefined) return constant(new TypeValue(type));
    const operand = this.compile(expr.operand);
    const { field } = expr;
    if (expr.isTest) return (frame) => hasField(operand(frame), field);
    return (frame) => {
      const value = operand(frame);
      charge(frame, 1);
      return at(value, field);
    };
  }

  #call(expr: Call): Run {
    const name = this.#checked.names.get(expr) ?? expr.name;
    const isQualified = this.#checked.names.has(expr);
    const target = expr.target === undefined || isQualified ? [] : [expr.target];
    const parts = [...target, ...expr.args];
    if (name === "_+_" && isAppend(expr)) return this.#append(expr);
    const runs = parts.map((part) => this.compile(part));
    const special = Object.hasOwn(specials, name) ? specials[name] : undefined;
    if (special !== undefined) return special(runs);
    return invoke(name, this.#checked.overloads.get(expr) ?? [], runs);
  }

  /** Lists that macros build grow in place: nobody else has seen them. */
  #append(expr: Call): Run {
    const accu = this.compile(expr.args[0]!);
    const item = this.compile((expr.args[1] as ListExpr).items[0]!.value);
    return (frame) => {
      const list = accu(frame);
      const value = item(frame);
      charge(frame, listCost + 1);
      if (!(list instanceof PlainList)) throw noOverload();
      list.items.push(value);
      return list;
    };
  }

  #list({ items }: ListExpr): Run {
    const runs = items.map(({ value, isOptional }) => [this.compile(value), isOptional] as const);
    return (frame) => {
      const values: Value[] = [];
      for (const [run, isOptional] of runs) {
        const value = run(frame);
        const own = isOptional ? optionalOf(value) : value;
        if (own !== undefined) values.push(own);
      }
      charge(frame, listCost);
      return new PlainList(values);
    };
  }

  #map({ entries }: MapExpr): Run {
    const runs = entries.map(
      (entry) => [this.compile(entry.key), this.compile(entry.value), entry.isOptional] as const,
    );
    return (frame) => {
      const map = new PlainMap();
      for (const [key, value, isOptional] of runs) addEntry(map, key(frame), value(frame), isOptional);
      charge(frame, mapCost);
      return map;
    };
  }

  #fold(expr: Fold): Run {
    const range = this.compile(expr.range);
    const start = this.compile(expr.start);
    const scopes = this.#scopes;
    const accu = this.#slots++;
    const first = this.#slots++;
    const second = expr.second === undefined ? undefined : this.#slots++;
    const outer = [...scopes, new Map([[expr.accumulator, accu]])];
    const own = new Map([[expr.variable, first]]);
    if (expr.second !== undefined) own.set(expr.second, second!);
    this.#scopes = [...outer, own];
    const condition = this.compile(expr.condition);
    const step = this.compile(expr.step);
    this.#scopes = outer;
    const result = this.compile(expr.result);
    this.#scopes = scopes;
    const isEndless = expr.condition.kind === "literal" && expr.condition.value === true;
    return (frame) => {
      const over = range(frame);
      frame.slots[accu] = attempt(start, frame);
      for (const [key, value] of entriesOf(over, second !== undefined)) {
        frame.slots[first] = key;
        if (second !== undefined) frame.slots[second] = value;
        if (condition(frame) === false) break;
        const next = attempt(step, frame);
        frame.slots[accu] = next;
        // Nothing but a loop that may end early can come back from an error.
        if (isEndless && next instanceof EvaluationError) break;
      }
      return result(frame);
    };
  }
}

function constant(value: Value): Run {
  return (frame) => {
    charge(frame, 1);
    return value;
  };
}

function isAppend({ args: [left, right] }: Call): boolean {
  const isAccumulator = left?.kind === "ident" && left.name === accumulator;
  return isAccumulator && right?.kind === "list" && right.items.length === 1 && !right.items[0]!.isOptional;
}

function invoke(name: string, overloads: readonly Overload[], runs: readonly Run[]): Run {
  return (frame) => {
    const values = runs.map((run) => run(frame));
    const overload = overloads.find(({ args }) => accepts(args, values));
    if (overload === undefined) throw unfit(name, values);
    charge(frame, callCost(overload, values));
    return overload.run(...(values as never[]));
  };
}

/** Functions of old, whose errors do not name them. */
const wordless = new Set(["startsWith", "endsWith", "contains", "matches"]);

function unfit(name: string, values: readonly Value[]): EvaluationError {
  if (/^[_@!-]/.test(name) || wordless.has(name)) return noOverload();
  if (name === "size") return new EvaluationError("no such overload: size");
  return new EvaluationError(`no such overload: ${name}(${values.map(typeNameOf).join(", ")})`);
}
