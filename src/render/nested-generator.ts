import type { GeneratorSpec } from "../../crds/application-set.ts";
import { GenerationError } from "../base/errors.ts";
import { isMap } from "../base/values.ts";

/**
 * A matrix or merge inside another one, which the schema keeps as free JSON, read by the schema that holds for it at the
 * first level. Unknown fields are dropped. Throws a GenerationError that names the field.
 */
export function decodeCombination<K extends "matrix" | "merge">(kind: K, value: unknown, at: string): GeneratorSpec<K> {
  if (!isMap(value)) {
    throw new GenerationError(`${at} is no map`, { details: { field: at, remedy: `write the fields of a ${kind}` } });
  }
  return value as unknown as GeneratorSpec<K>;
}
