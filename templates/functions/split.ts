import { type StringMap, stringList, stringMap } from "../../src/base/values.ts";
import { fromBinary, toBinary, toSize } from "./binary.ts";
import { chargeItems } from "./charge.ts";
import { define } from "./define.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";

/** Strings: splitting. */
export const splitFunctions: FunctionTable = {
  split: define(
    "func(string, string) map[string]string",
    "the parts of the second text between the first, as `_0`, `_1` and so on",
    ([separator, text], context) => numbered(splitText(separator, text, -1, context), context),
  ),
  splitn: define(
    "func(string, int, string) map[string]string",
    "as `split`, in at most so many parts",
    ([separator, count, text], context) => numbered(splitText(separator, text, toSize(count), context), context),
  ),
  splitList: define(
    "func(string, string) []string",
    "the parts of the second text between the first; every character where that is empty",
    ([separator, text], context) => stringList(splitText(separator, text, -1, context)),
  ),
};

/** Go's `strings.SplitN`: all parts with a negative limit, none with 0, else the rest unsplit in the last. */
function splitText(separator: string, text: string, limit: number, context: FunctionContext): string[] {
  if (limit === 0) return [];
  if (separator === "") chargeItems(context, text.length);
  const parts = separator === "" ? Array.from(text) : toBinary(text).split(toBinary(separator));
  chargeItems(context, parts.length);
  const glue = separator === "" ? "" : toBinary(separator);
  const kept =
    limit > 0 && parts.length > limit ? [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(glue)] : parts;
  return separator === "" ? kept : kept.map(fromBinary);
}

/** Each part under a key of its own takes far more room than in a list. */
const stepsPerEntry = 4;

function numbered(parts: readonly string[], context: FunctionContext): StringMap {
  context.charge(stepsPerEntry * parts.length);
  return stringMap(parts.map((part, index) => [`_${index}`, part] as const));
}
