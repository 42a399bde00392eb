import { GenerationError } from "../../src/base/errors.ts";
import { isMap, own, type Value } from "../../src/base/values.ts";

/** What stands at a path of keys in an answer; undefined where something on the way is missing or no map. */
export function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let found: Value | undefined = value;
  for (const key of path) found = isMap(found) ? own(found, key) : undefined;
  return found;
}

/** The text at a path; empty when it is absent, null or something else. */
export function textAt(value: Value | undefined, ...path: readonly string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The text at a path. Throws a retryable GenerationError when there is none: an answer without it proves nothing. */
export function needText(what: string, value: Value | undefined, ...path: readonly string[]): string {
  const text = textAt(value, ...path);
  if (text === "") throw new GenerationError(`${what} answers without ${path.join(".")}`, { retryable: true });
  return text;
}

/** The integer at a path, as text and as number. Throws like `needText`. */
export function needInteger(what: string, value: Value | undefined, ...path: readonly string[]): bigint {
  const found = valueAt(value, ...path);
  if (typeof found === "bigint") return found;
  if (typeof found === "number" && Number.isInteger(found)) return BigInt(found);
  throw new GenerationError(`${what} answers without the number ${path.join(".")}`, { retryable: true });
}

/** The list at a path. Throws like `needText`. */
export function needList(what: string, value: Value | undefined, ...path: readonly string[]): readonly Value[] {
  const found = valueAt(value, ...path);
  if (Array.isArray(found)) return found;
  const where = path.length === 0 ? "" : ` at ${path.join(".")}`;
  throw new GenerationError(`${what} answers without a list${where}`, { retryable: true });
}

/** The texts of a list at a path; empty when there is none. */
export function textsAt(value: Value | undefined, ...path: readonly string[]): readonly string[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === "string") : [];
}

/** The `name` texts of the maps of a list at a path; empty when there is none. */
export function namesAt(value: Value | undefined, ...path: readonly string[]): readonly string[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found.map((item) => textAt(item, "name")).filter((name) => name !== "") : [];
}
