import { GenerationError } from "../../src/base/errors.ts";
import type { GenerateContext } from "../generator.ts";

/** The first field of a list that a spec has. Throws a GenerationError when it has none; warns of any further one. */
export function chooseVendor<K extends string>(
  spec: { readonly [F in K]?: unknown },
  keys: readonly K[],
  { at, warn }: GenerateContext,
): K {
  const present = keys.filter((key) => spec[key] !== undefined && spec[key] !== null);
  const [first, ...others] = present;
  if (first === undefined) {
    throw new GenerationError(`${at} names no provider`, {
      details: { field: at, remedy: `use one of ${keys.join(", ")}` },
    });
  }
  if (others.length > 0) warn(`${others.join(" and ")} beside ${first} is ignored`, at);
  return first;
}
