import { canonicalJson } from "../src/base/canonical.ts";
import type { Params } from "../src/base/values.ts";
import { fingerprint } from "./fingerprint.ts";

/**
 * Gives rows keys by what they hold, so that a row that moves in its list is still the same one: `element 3f2a…`. Of
 * several equal ones the later are numbered: `element 3f2a… #2`.
 */
export function contentKeys(prefix: string): (params: Params) => string {
  const numbered = uniqueKeys();
  return (params) => numbered(`${prefix} ${fingerprint(canonicalJson(params)).slice(0, 12)}`);
}

/** Numbers keys that come again: `cluster eu`, `cluster eu #2`. */
export function uniqueKeys(): (key: string) => string {
  const counts = new Map<string, number>();
  return (key) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1 ? key : `${key} #${count}`;
  };
}
