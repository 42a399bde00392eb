import { GoInt } from "../../src/base/go-int.ts";
import { isMap, isStringList, type Value, type ValueMap } from "../../src/base/values.ts";
import type { Place } from "./faults.ts";

/** A path in a tag, ready to be looked up. */
export interface Reference {
  /** As it is written, without the part that names its scope; `this` for the scope itself. */
  readonly text: string;
  readonly parts: readonly string[];
  /** Texts under which a flat parameter may stand, the likeliest first. */
  readonly keys: readonly string[];
  /** The text from each part on, with the separators as written. */
  readonly tails: readonly string[];
  readonly place: Place;
  /** Of a call: the paths that it is called with, empty for other arguments. */
  readonly args: readonly string[];
}

/** `text` is the path's source without its scope, its parts joined by the separators that stand in it. */
export function makeReference(
  text: string,
  parts: readonly string[],
  place: Place,
  args: readonly string[] = [],
): Reference {
  const tails: string[] = [];
  let at = 0;
  for (const part of parts) {
    tails.push(text.slice(at));
    at += part.length + 1;
  }
  const indexed = parts.map((part, index) =>
    index > 0 && /^\d+$/.test(part) ? `[${part}]` : `${index > 0 ? "." : ""}${part}`,
  );
  const keys = new Set([indexed.join(""), text, parts.join(".")]);
  const [first] = keys;
  return { text: parts.length > 0 && first ? first : text || "this", parts, keys: [...keys], tails, place, args };
}

/**
 * What a reference finds from a value on: the flat parameter of that name; else the value reached part by part; else,
 * since keys may hold dots and slashes themselves, the rest of the path as one key of the map that part of it reaches.
 * Own properties only; undefined when there is nothing.
 */
export function resolve(base: unknown, { parts, keys, tails }: Reference): Value | undefined {
  if (isMap(base)) {
    for (const key of keys) if (Object.hasOwn(base, key)) return plain((base as ValueMap)[key]);
  }
  const reached: unknown[] = [base];
  for (const part of parts) {
    const next = memberOf(reached.at(-1), part);
    if (next === undefined) break;
    reached.push(next);
  }
  if (reached.length > parts.length) return plain(reached[parts.length] as Value);
  for (let index = Math.min(reached.length, parts.length) - 1; index > 0; index--) {
    const map = reached[index];
    const tail = tails[index] as string;
    if (isMap(map) && Object.hasOwn(map, tail)) return plain(map[tail]);
  }
  return undefined;
}

/** Handlebars has one kind of number. */
function plain(value: Value | undefined): Value | undefined {
  return value instanceof GoInt ? value.toJSON() : value;
}

/** An own entry of a map, an item or the length of a list, the length of a text; a git path's segments stand for its items. */
export function memberOf(value: unknown, part: string): unknown {
  if (typeof value === "string") return part === "length" ? value.length : undefined;
  if (typeof value !== "object" || value === null || value instanceof GoInt) return undefined;
  if (Object.hasOwn(value, part)) return (value as { readonly [key: string]: unknown })[part];
  return /^\d+$/.test(part) && isGitPath(value) ? value.segments[Number(part)] : undefined;
}

/** The map that the git generator puts under `path`. */
export function isGitPath(value: unknown): value is { readonly path: string; readonly segments: readonly string[] } {
  if (!isMap(value) || !Object.hasOwn(value, "segments") || !Object.hasOwn(value, "path")) return false;
  return isStringList(value.segments) && typeof value.path === "string";
}
