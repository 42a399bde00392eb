import { sortedKeys } from "./bytes.ts";
import { type Action, breakLoop, type Exec, type Expression, type Signal, type Unit } from "./exec.ts";
import { ExecFault } from "./fault.ts";
import { goTypeOf, isGoMap, isList } from "./go-types.ts";
import type { Pipeline } from "./node.ts";
import { GoInt, GoObject, type GoValue } from "./values.ts";

/** A compiled range: what is walked, the body, and what is done when there is nothing to walk. */
export interface Range {
  readonly unit: Unit;
  readonly pipeline: Pipeline;
  readonly value: Expression;
  readonly body: Action;
  readonly otherwise: Action | undefined;
  /** The place of an assigned variable; fails when there is none. */
  readonly place: (exec: Exec, name: string) => number;
}

/** One turn: the index is undefined when an integer is walked. Gives whether the loop goes on. */
type Turn = (index: GoValue, element: GoValue) => boolean;

/** Compiles a range to an action. It ends every `break` and `continue` of its body. */
export function compileRange(range: Range): Action {
  return (exec, dot) => {
    const outer = exec.mark();
    const collection = range.value(exec, dot);
    const inner = exec.mark();
    const turn: Turn = (index, element) => {
      exec.current = range.pipeline;
      exec.charge(1);
      setVariables(range, exec, index, element);
      const signal = range.body(exec, element);
      exec.release(inner);
      return signal !== breakLoop;
    };
    const hasTurned = walk(range, collection, turn);
    const signal: Signal = hasTurned || range.otherwise === undefined ? 0 : range.otherwise(exec, dot);
    exec.release(outer);
    return signal;
  };
}

/** One variable takes the element, two take index and element. */
function setVariables({ pipeline, place }: Range, exec: Exec, index: GoValue, element: GoValue): void {
  const { variables, isAssignment } = pipeline;
  if (variables.length === 0) return;
  const top = exec.mark();
  const values = variables.length > 1 ? [index, element] : [element];
  variables.forEach((name, position) => {
    exec.setAt(isAssignment ? place(exec, name) : top - variables.length + position, values[position]);
  });
}

/** Walks a list, a map in byte order of its keys, or an integer from 0; gives whether there was anything. */
function walk(range: Range, collection: GoValue, turn: Turn): boolean {
  if (collection === undefined || collection === null) return false;
  if (isList(collection)) return walkList(collection, turn);
  if (isGoMap(collection)) return walkMap(collection, turn);
  const integer = collection instanceof GoObject ? collection.integer() : collection;
  if (integer instanceof GoInt) return walkInteger(range, integer, turn);
  throw notWalkable(range, collection);
}

function walkList(list: readonly GoValue[], turn: Turn): boolean {
  const { length } = list;
  for (let index = 0; index < length; index++) {
    const element = list[index];
    if (!turn(new GoInt("int", index), element === undefined ? null : plain(element))) break;
  }
  return length > 0;
}

function walkMap(map: { readonly [key: string]: GoValue }, turn: Turn): boolean {
  // The entries are taken before the first turn, as Go sorts them: what the body sets is not walked.
  const entries = sortedKeys(map).map((key) => [key, map[key]] as const);
  for (const [key, value] of entries) if (!turn(key, value === undefined ? null : plain(value))) break;
  return entries.length > 0;
}

function plain(value: GoValue): GoValue {
  return typeof value === "bigint" ? Number(value) : value;
}

function walkInteger({ unit, pipeline }: Range, { kind, value }: GoInt, turn: Turn): boolean {
  if (pipeline.variables.length > 1) {
    const span = pipeline.commands[0] ?? pipeline;
    throw new ExecFault(unit.text, span, `can't use ${value} to iterate over more than one variable`);
  }
  for (let count = 0n; count < value; count++) if (!turn(undefined, new GoInt(kind, count))) break;
  return value > 0n;
}

function notWalkable({ unit, pipeline }: Range, collection: GoValue): ExecFault {
  const remedy = typeof collection === "number" ? "convert it with int" : undefined;
  const span = pipeline.commands[0] ?? pipeline;
  return new ExecFault(unit.text, span, `range can't iterate over a ${goTypeOf(collection)}`, { remedy });
}
