import type { GoValue } from "../go/values.ts";
import type { FunctionContext, ParamType, TemplateFunction } from "./function.ts";

const paramTypes: { readonly [goType: string]: ParamType } = {
  string: "string",
  bool: "bool",
  float64: "float64",
  int: "int",
  int64: "int64",
  uint32: "uint32",
  uint64: "uint64",
  any: "any",
  "map[string]any": "map",
  "map[string]string": "stringMap",
  "[]any": "list",
  "[]string": "stringList",
  "time.Time": "time",
  "time.Duration": "duration",
  "sprig.certificate": "certificate",
};

// biome-ignore lint/suspicious/noExplicitAny: the engine has converted each argument to what the signature says
type Call = (args: readonly any[], context: FunctionContext) => GoValue;

/** A function from its Go signature (`func(int, ...any) string`), which its parameters are read from, so that they can't differ. */
export function define(signature: string, doc: string, call: Call): TemplateFunction {
  const inside = signature.slice("func(".length, signature.indexOf(")"));
  const types = inside === "" ? [] : inside.split(", ");
  const last = types.at(-1);
  const params = types.filter((type) => !type.startsWith("...")).map(paramType);
  if (last?.startsWith("...") !== true) return { signature, doc, params, call };
  return { signature, doc, params, variadic: paramType(last.slice(3)), call };
}

/** As `define`, for a function whose result differs from call to call. */
export function defineRandom(signature: string, doc: string, call: Call): TemplateFunction {
  return { ...define(signature, doc, call), nonDeterministic: true };
}

function paramType(goType: string): ParamType {
  const type = paramTypes[goType];
  if (type === undefined) throw new TypeError(`no parameter type for ${goType}`);
  return type;
}
