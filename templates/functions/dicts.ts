import { newMap, own, stringList } from "../../src/base/values.ts";
import { sortedKeys } from "../go/bytes.ts";
import { goTypeOf, isGoMap } from "../go/go-types.ts";
import { type GoValue, nilMap } from "../go/values.ts";
import { chargeItems } from "./charge.ts";
import { deepCopy } from "./deep-copy.ts";
import { define } from "./define.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";
import { DifferentTypesError, type GoMap, type MutableMap, mergeMaps, setKey } from "./merge.ts";
import { strval } from "./strval.ts";

/** Dictionaries. `set`, `unset` and the merges change the map they are given, which may be part of the parameters. */
export const dictFunctions: FunctionTable = {
  dict: define(
    "func(...any) map[string]any",
    "a map of the keys and values in turn; a key without a value has an empty text",
    (pairs, context) => dict(pairs, context),
  ),
  get: define("func(map[string]any, string) any", "the value under a key, an empty text without one", ([map, key]) =>
    Object.hasOwn(map, key) ? map[key] : "",
  ),
  set: define(
    "func(map[string]any, string, any) map[string]any",
    "puts a value under a key and gives the map",
    ([map, key, value]) => {
      if (map === nilMap) throw new Error("assignment to entry in nil map");
      setKey(map, key, value);
      return map;
    },
  ),
  unset: define("func(map[string]any, string) map[string]any", "takes a key out and gives the map", ([map, key]) => {
    if (map !== nilMap) delete map[key];
    return map;
  }),
  hasKey: define(
    "func(map[string]any, string) bool",
    "whether the map has the key, also with a nil value",
    ([map, key]) => Object.hasOwn(map, key),
  ),
  pluck: define(
    "func(string, ...map[string]any) []any",
    "the values under a key in the maps that have it",
    ([key, ...maps]) => maps.filter((map: GoMap) => Object.hasOwn(map, key)).map((map: GoMap) => map[key]),
  ),
  keys: define(
    "func(...map[string]any) []string",
    "the keys of the maps, of each in byte order (Go: in any order)",
    (maps, context) => stringList(maps.flatMap((map) => countedKeys(map, context))),
  ),
  values: define(
    "func(map[string]any) []any",
    "the values in byte order of their keys (Go: in any order)",
    ([map], context) => countedKeys(map, context).map((key) => map[key]),
  ),
  pick: define("func(map[string]any, ...string) map[string]any", "a map of just these keys", ([map, ...keys]) => {
    const picked = newMap<GoValue>();
    for (const key of keys) if (Object.hasOwn(map, key)) picked[key] = map[key];
    return picked;
  }),
  omit: define(
    "func(map[string]any, ...string) map[string]any",
    "a map without these keys",
    ([map, ...keys], context) => {
      const omitted = new Set(keys);
      const kept = newMap<GoValue>();
      for (const key of countedKeys(map, context)) if (!omitted.has(key)) kept[key] = map[key];
      return kept;
    },
  ),
  merge: define(
    "func(map[string]any, ...map[string]any) any",
    "fills the first map from the others, nested maps too; what is empty there counts as missing",
    (maps, context) => orEmptyText(() => merge(maps, false, context)),
  ),
  mergeOverwrite: define(
    "func(map[string]any, ...map[string]any) any",
    "as `merge`, but later maps win",
    (maps, context) => orEmptyText(() => merge(maps, true, context)),
  ),
  mustMerge: define("func(map[string]any, ...map[string]any) (any, error)", "as `merge`", (maps, context) =>
    merge(maps, false, context),
  ),
  mustMergeOverwrite: define(
    "func(map[string]any, ...map[string]any) (any, error)",
    "as `mergeOverwrite`",
    (maps, context) => merge(maps, true, context),
  ),
  deepCopy: define("func(any) any", "a copy that shares nothing with the value", ([value], context) =>
    deepCopy(value, context),
  ),
  mustDeepCopy: define("func(any) (any, error)", "as `deepCopy`", ([value], context) => deepCopy(value, context)),
  dig: define("func(...any) (any, error)", 'the value under a path of keys: `dig "a" "b" DEFAULT MAP`', (args) =>
    dig(args),
  ),
};

function dict(pairs: readonly GoValue[], context: FunctionContext): GoMap {
  chargeItems(context, pairs.length);
  const map = newMap<GoValue>();
  for (let index = 0; index < pairs.length; index += 2) {
    map[strval(pairs[index])] = index + 1 < pairs.length ? pairs[index + 1] : "";
  }
  return map;
}

function countedKeys(map: GoMap, context: FunctionContext): readonly string[] {
  const keys = sortedKeys(map);
  chargeItems(context, keys.length);
  return keys;
}

function merge([into, ...others]: readonly GoMap[], overwrites: boolean, context: FunctionContext): GoMap {
  let target = into as MutableMap;
  for (const other of others) {
    // A nil map can't be written to: merging makes one of its own.
    if (target === nilMap && other !== nilMap) target = newMap<GoValue>();
    mergeMaps(target, other, { overwrites, context });
  }
  return target;
}

function orEmptyText(merged: () => GoMap): GoValue {
  try {
    return merged();
  } catch (error: unknown) {
    if (error instanceof DifferentTypesError) return "";
    throw error;
  }
}

function dig(args: readonly GoValue[]): GoValue {
  if (args.length < 3) throw new Error("dig needs at least three arguments");
  const keys = args.slice(0, -2);
  let at = args.at(-1);
  assertMap(at);
  for (const key of keys) {
    if (typeof key !== "string") throw new Error(`the key is ${describe(key)}, not string`);
  }
  for (const [index, key] of (keys as string[]).entries()) {
    assertMap(at);
    if (!Object.hasOwn(at, key)) return args.at(-2);
    at = own(at, key);
    if (index === keys.length - 1) return at;
  }
  return at;
}

function assertMap(value: GoValue): asserts value is GoMap {
  if (!isGoMap(value) || goTypeOf(value) !== "map[string]interface {}") {
    throw new Error(`the value is ${describe(value)}, not map[string]interface {}`);
  }
}

function describe(value: GoValue): string {
  return value === null || value === undefined ? "nil" : goTypeOf(value);
}
