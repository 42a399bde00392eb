import type { Type } from "./types.ts";
import { Dictionary, List, typeNameOf, type Value } from "./values.ts";

/** One form of a function: what it takes, what it gives, and how. */
export interface Overload {
  readonly name: string;
  /** As cel-go calls it: costs go by it. */
  readonly id: string;
  readonly isMethod: boolean;
  /** With the target first for a method. */
  readonly args: readonly Type[];
  readonly result: Type;
  readonly run: (...args: never[]) => Value;
}

type Run = (...args: never[]) => Value;

export function fn(name: string, id: string, args: readonly Type[], result: Type, run: Run): Overload {
  return { name, id, isMethod: false, args, result, run };
}

export function method(name: string, id: string, args: readonly Type[], result: Type, run: Run): Overload {
  return { name, id, isMethod: true, args, result, run };
}

/** Whether values at run time are what an overload takes; of lists and maps only the first entry is looked at. */
export function accepts(types: readonly Type[], values: readonly Value[]): boolean {
  return types.length === values.length && types.every((type, index) => isOfType(values[index]!, type));
}

function isOfType(value: Value, type: Type): boolean {
  if (type.kind === "dyn" || type.kind === "parameter") return true;
  if (type.kind === "list") {
    return value instanceof List && (value.size === 0 || isOfType(value.at(0), type.parameters[0]!));
  }
  if (type.kind === "map") return value instanceof Dictionary;
  return typeNameOf(value) === type.name;
}
