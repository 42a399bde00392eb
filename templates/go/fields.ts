import { isStringMap } from "../../src/base/values.ts";
import type { Exec, Expression, Unit } from "./exec.ts";
import { ExecFault, problemOf } from "./fault.ts";
import { goTypeOf, isGoMap } from "./go-types.ts";
import type { Span } from "./node.ts";
import { suggestPath } from "./suggest-path.ts";
import { GoObject, type GoValue } from "./values.ts";

/** A chain of fields such as `.a.b`, with where it stands. */
export interface FieldChain {
  readonly unit: Unit;
  readonly span: Span;
  readonly path: readonly string[];
}

/** Compiles a chain of fields on a value, without arguments. */
export function compileFields(base: Expression, chain: FieldChain): Expression {
  const { path } = chain;
  const [first, second] = path;
  if (first !== undefined && path.length === 1) return (exec, dot) => getField(chain, 0, base(exec, dot), exec);
  if (first !== undefined && second !== undefined && path.length === 2) {
    return (exec, dot) => getField(chain, 1, getField(chain, 0, base(exec, dot), exec), exec);
  }
  return (exec, dot) => {
    let value = base(exec, dot);
    for (let index = 0; index < path.length; index++) value = getField(chain, index, value, exec);
    return value;
  };
}

/** The value of one field of the chain. */
export function getField(chain: FieldChain, index: number, receiver: GoValue, exec: Exec): GoValue {
  const name = chain.path[index] as string;
  if (isGoMap(receiver)) {
    const value = Object.hasOwn(receiver, name) ? receiver[name] : undefined;
    if (value === undefined) return missing(chain, index, receiver, exec);
    return typeof value === "bigint" ? Number(value) : value;
  }
  if (receiver === undefined) return fieldOfNothing(chain, name);
  if (receiver instanceof GoObject) return memberOf(chain, name, receiver);
  throw notAMap(chain, index, receiver);
}

function missing(chain: FieldChain, index: number, receiver: GoValue, exec: Exec): GoValue {
  const { unit, span, path } = chain;
  if (unit.missingKey === "invalid") return undefined;
  if (unit.missingKey === "zero") return isStringMap(receiver) ? "" : null;
  const name = path[index] as string;
  throw new ExecFault(unit.text, span, `map has no entry for key ${JSON.stringify(name)}`, {
    remedy: suggestPath({ source: unit.text.slice(span.start, span.end), path, index, receiver, root: exec.root() }),
    missing: path.slice(0, index + 1).join("."),
  });
}

function fieldOfNothing({ unit, span }: FieldChain, name: string): GoValue {
  if (unit.missingKey !== "error") return undefined;
  throw new ExecFault(unit.text, span, `nil data; no entry for key ${JSON.stringify(name)}`, { missing: name });
}

function memberOf({ unit, span }: FieldChain, name: string, receiver: GoObject): GoValue {
  const member = receiver.member(name);
  if (member === undefined) {
    throw new ExecFault(unit.text, span, `can't evaluate field ${name} in type ${receiver.goType}`);
  }
  if (member.params !== undefined && member.params.length > 0) {
    const problem = `wrong number of args for ${name}: want ${member.params.length} got 0`;
    throw new ExecFault(unit.text, span, problem);
  }
  return callMember({ unit, span }, name, () => member());
}

/** Runs a method, and names the place when it fails. */
export function callMember(place: { unit: Unit; span: Span }, name: string, call: () => GoValue): GoValue {
  try {
    return call();
  } catch (error) {
    if (error instanceof ExecFault) throw error;
    throw new ExecFault(place.unit.text, place.span, `error calling ${name}: ${problemOf(error)}`, { cause: error });
  }
}

function notAMap({ unit, span, path }: FieldChain, index: number, receiver: GoValue): ExecFault {
  const name = path[index] as string;
  const owner = index > 0 ? `.${path.slice(0, index).join(".")}` : "the value before it";
  if (receiver === null) {
    return new ExecFault(unit.text, span, `nil pointer evaluating interface {}.${name}`, {
      remedy: `${owner} is null`,
      missing: path.slice(0, index + 1).join("."),
    });
  }
  const problem = `can't evaluate field ${name} in type ${goTypeOf(receiver)}`;
  return new ExecFault(unit.text, span, problem, { remedy: `${owner} is no map` });
}
