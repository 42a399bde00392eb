import type { GoValue } from "../go/values.ts";
import { define } from "./define.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";
import { UnsupportedJsonError } from "./json-error.ts";
import { type ParsedJson, parseGoJson } from "./json-parse.ts";
import { type JsonForm, JsonWriter } from "./json-write.ts";

/** JSON as Go's `encoding/json` reads and writes it: keys in byte order, `<`, `>` and `&` escaped unless raw. */
export const jsonFunctions: FunctionTable = {
  toJson: define(
    "func(any) string",
    "the value as JSON, with `<`, `>`, `&` as `\\u003c` and so on; an empty text where it has none (NaN)",
    ([value], context) => orNothing(() => writeJson(value, {}, context)),
  ),
  mustToJson: define(
    "func(any) (string, error)",
    "as `toJson`, but fails where the value has no JSON",
    ([value], context) => writeJson(value, {}, context),
  ),
  toPrettyJson: define("func(any) string", "as `toJson`, on lines indented by two spaces", ([value], context) =>
    orNothing(() => writeJson(value, { indent: "  " }, context)),
  ),
  mustToPrettyJson: define(
    "func(any) (string, error)",
    "as `toPrettyJson`, but fails where the value has no JSON",
    ([value], context) => writeJson(value, { indent: "  " }, context),
  ),
  toRawJson: define("func(any) string", "the value as JSON, with `<`, `>` and `&` as they are", ([value], context) =>
    writeJson(value, { isRaw: true }, context),
  ),
  mustToRawJson: define("func(any) (string, error)", "as `toRawJson`", ([value], context) =>
    writeJson(value, { isRaw: true }, context),
  ),
  fromJson: define(
    "func(string) any",
    "the value of a JSON text, numbers as floats; nil where it is none",
    ([text]) => parseGoJson(text).value,
  ),
  mustFromJson: define(
    "func(string) (any, error)",
    "as `fromJson`, but fails where the text is no JSON",
    ([text], context) => {
      const { value, error } = readJson(text, context);
      if (error !== undefined) throw new Error(error);
      return value;
    },
  ),
};

function readJson(text: string, context: FunctionContext): ParsedJson {
  context.charge(text.length >> 5);
  return parseGoJson(text);
}

function writeJson(value: GoValue, form: JsonForm, context: FunctionContext): string {
  return new JsonWriter(context, form).write(value);
}

/** What cannot be written is nothing; going over a limit is a failure all the same. */
function orNothing(write: () => string): string {
  try {
    return write();
  } catch (error: unknown) {
    if (error instanceof UnsupportedJsonError) return "";
    throw error;
  }
}
