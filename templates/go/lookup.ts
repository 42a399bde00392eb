import type { FunctionTable, TemplateFunction } from "../functions/function.ts";
import { functions } from "../functions/registry.ts";
import { builtins } from "./builtins.ts";

/** The function of this name; one of the function families hides a Go built-in (`slice`). */
export function findFunction(name: string): TemplateFunction | undefined {
  if (Object.hasOwn(functions, name)) return functions[name];
  return Object.hasOwn(builtins, name) ? builtins[name] : undefined;
}

/** Every name that an expression may call. */
export const functionNames = {
  has: (name: string): boolean => findFunction(name) !== undefined,
  names: (): readonly string[] => Object.keys({ ...builtins, ...functions } satisfies FunctionTable),
};
