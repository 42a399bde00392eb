import type { RowRun } from "../engine.ts";
import type { GoValue } from "../go/values.ts";

/**
 * The Go type of a parameter, which decides what an argument is converted to and what is refused. The engine converts
 * (`templates/go/`), so a function receives:
 *
 * | type | argument |
 * | --- | --- |
 * | string, bool, float64 | string, boolean, number |
 * | int, int64, uint32, uint64 | bigint |
 * | map (`map[string]any`), list (`[]any`) | object (a missing value: `nilMap`), array (a missing value: a nil list) |
 * | stringMap (`map[string]string`), stringList (`[]string`) | the marked objects |
 * | time, duration | the `GoObject` of that type |
 * | any | the value as it is; a missing one arrives as null |
 */
export type ParamType =
  | "string"
  | "bool"
  | "float64"
  | "int"
  | "int64"
  | "uint32"
  | "uint64"
  | "map"
  | "list"
  | "stringMap"
  | "stringList"
  | "time"
  | "duration"
  | "certificate"
  | "any";

/** What a function may use of the rendering that calls it. */
export interface FunctionContext {
  readonly run: RowRun;
  /** Counts work of a size that the arguments decide (`repeat`, `until`): throws when a limit would be passed. */
  charge(steps: number): void;
  /** Refuses a result of this many bytes before it is made, when that would pass the output limit. */
  chargeBytes(bytes: number): void;
  /** Renders a text as `tpl` does: same options and definitions, at most three levels deep. */
  tpl(text: string, data: GoValue): string;
}

/** One function of the Go engine, under the name that stands in its family's table. */
export interface TemplateFunction {
  /** One line for the reference page: what it gives, with anything that surprises. */
  readonly doc: string;
  /** Go's signature as functions.txt of the vectors writes it: `func(int, string) string`. */
  readonly signature: string;
  readonly params: readonly ParamType[];
  /** The type of any further arguments. */
  readonly variadic?: ParamType;
  /** Set on functions whose result differs from call to call: the row is marked. */
  readonly nonDeterministic?: true;
  /** Throws an `Error` whose message is what Go's error says; the engine adds the place. */
  // biome-ignore lint/suspicious/noExplicitAny: the engine has converted each argument to what `params` says
  call(args: readonly any[], context: FunctionContext): GoValue;
}

/** A family of functions, by name. */
export type FunctionTable = { readonly [name: string]: TemplateFunction };
