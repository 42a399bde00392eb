import { normalizeName } from "../../src/base/names.ts";
import { cutSlug } from "../../src/base/slug.ts";
import { newMap } from "../../src/base/values.ts";
import { goTypeOf, isGoMap, isList } from "../go/go-types.ts";
import { GoInt, type GoValue } from "../go/values.ts";
import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";
import { readYaml, writeYaml } from "./yaml.ts";

/** The functions that Argo CD adds: names and YAML. */
export const argoFunctions: FunctionTable = {
  normalize: define(
    "func(string) string",
    "the text as a name: small letters, digits, `-` and `.`, anything else as `-`, at most 253",
    ([text]) => normalizeName(text),
  ),
  slugify: define(
    "func(...any) string",
    "the last argument as part of a name: small letters, digits and single dashes; before it the length (50) and whether to cut at a dash (true)",
    (args) => slugify(args),
  ),
  toYaml: define(
    "func(any) (string, error)",
    "the value as YAML, keys in natural order, without a line break at the end",
    ([value], context) => writeYaml(value, context),
  ),
  fromYaml: define(
    "func(string) (map[string]any, error)",
    "the map of a YAML text by the rules of YAML 1.1 (`yes` is true)",
    ([text], context) => {
      const value = readYaml(text, context);
      if (value === null) return newMap<GoValue>();
      if (!isGoMap(value)) throw new Error(`cannot unmarshal ${describe(value)} into a map`);
      return value;
    },
  ),
  fromYamlArray: define("func(string) ([]any, error)", "the list of a YAML text", ([text], context) => {
    const value = readYaml(text, context);
    if (value === null) return [];
    if (!isList(value)) throw new Error(`cannot unmarshal ${describe(value)} into a list`);
    return value;
  }),
};

function describe(value: GoValue): string {
  if (isGoMap(value)) return "object";
  if (isList(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value === "string" ? "string" : "number";
}

/** The text is always the last argument; what stands between it and the second is ignored. */
function slugify(args: readonly GoValue[]): string {
  const last = args.length - 1;
  const text = args.length === 0 ? "" : args[last];
  const size = last > 0 ? args[0] : new GoInt("int", 50);
  const cutsAtDash = last > 1 ? args[1] : true;
  if (typeof text !== "string") throw wrongType(text, "string");
  if (!(size instanceof GoInt) || size.kind !== "int") throw wrongType(size, "int");
  if (typeof cutsAtDash !== "boolean") throw wrongType(cutsAtDash, "bool");
  return makeSlug(normalizeName(text), Number(size.value), cutsAtDash);
}

function wrongType(value: GoValue, wanted: string): Error {
  const got = value === null || value === undefined ? "nil" : goTypeOf(value);
  return new Error(`interface conversion: interface {} is ${got}, not ${wanted}`);
}

/** As gosimple/slug 1.15 treats a name that is ASCII already. */
function makeSlug(name: string, size: number, cutsAtDash: boolean): string {
  if (cutsAtDash) return cutSlug(name, size);
  if (size < 0) throw new Error(`slice bounds out of range [:${size}]`);
  return cutSlug(name.slice(0, size), 0);
}
