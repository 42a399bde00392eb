import { stringList } from "../../src/base/values.ts";
import { type GoValue, markList } from "../go/values.ts";
import { joined, toSize } from "./binary.ts";
import { chargeItems, GrowthMeter } from "./charge.ts";
import { define } from "./define.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";
import { compileRegex, type Match, PatternLimitError } from "./regex-program.ts";
import { expandReplacement } from "./regex-replacement.ts";

/** Regular expressions of RE2: no look-around, no back-references, time linear in the text. The pattern comes first. */
export const regexFunctions: FunctionTable = {
  regexMatch: define(
    "func(string, string) bool",
    "whether the text holds a match; false where the pattern is not valid",
    ([pattern, text], context) => isValid(pattern) && compileRegex(pattern).test(text, context),
  ),
  mustRegexMatch: define(
    "func(string, string) (bool, error)",
    "as `regexMatch`, but fails where the pattern is not valid",
    ([pattern, text], context) => compileRegex(pattern).test(text, context),
  ),
  regexFind: define(
    "func(string, string) string",
    "the first match, an empty text without one",
    ([pattern, text], context) => find(pattern, text, context),
  ),
  mustRegexFind: define("func(string, string) (string, error)", "as `regexFind`", ([pattern, text], context) =>
    find(pattern, text, context),
  ),
  regexFindAll: define(
    "func(string, string, int) []string",
    "so many matches, all with -1",
    ([pattern, text, count], context) => findAll(pattern, text, toSize(count), context),
  ),
  mustRegexFindAll: define(
    "func(string, string, int) ([]string, error)",
    "as `regexFindAll`",
    ([pattern, text, count], context) => findAll(pattern, text, toSize(count), context),
  ),
  regexReplaceAll: define(
    "func(string, string, string) string",
    "the second text with the third in place of every match; `$1` and `$name` there are groups, in braces where letters follow",
    (args, context) => replaceAll(args as Replacing, expandReplacement, context),
  ),
  mustRegexReplaceAll: define("func(string, string, string) (string, error)", "as `regexReplaceAll`", (args, context) =>
    replaceAll(args as Replacing, expandReplacement, context),
  ),
  regexReplaceAllLiteral: define(
    "func(string, string, string) string",
    "as `regexReplaceAll`, with `$` as itself",
    (args, context) => replaceAll(args as Replacing, (replacement) => replacement, context),
  ),
  mustRegexReplaceAllLiteral: define(
    "func(string, string, string) (string, error)",
    "as `regexReplaceAllLiteral`",
    (args, context) => replaceAll(args as Replacing, (replacement) => replacement, context),
  ),
  regexSplit: define(
    "func(string, string, int) []string",
    "at most so many parts between the matches, all with -1",
    ([pattern, text, count], context) => split(pattern, text, toSize(count), context),
  ),
  mustRegexSplit: define(
    "func(string, string, int) ([]string, error)",
    "as `regexSplit`",
    ([pattern, text, count], context) => split(pattern, text, toSize(count), context),
  ),
  regexQuoteMeta: define("func(string) string", "a pattern that matches just this text", ([text]) =>
    text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&"),
  ),
};

/** Pattern, text, replacement. */
type Replacing = readonly [string, string, string];

function isValid(pattern: string): boolean {
  try {
    compileRegex(pattern);
    return true;
  } catch (error: unknown) {
    if (error instanceof PatternLimitError) throw error;
    // Sprig drops the error here: a pattern that is not valid matches nothing.
    return false;
  }
}

function find(pattern: string, text: string, context: FunctionContext): string {
  const [match] = compileRegex(pattern).findAll(text, 1, context);
  return match === undefined ? "" : text.slice(match[0], match[1]);
}

/** No match at all gives Go's nil list, which JSON writes as null. */
function listOf(parts: readonly string[], context: FunctionContext): GoValue {
  chargeItems(context, parts.length);
  return parts.length === 0 ? markList([], "nil []string") : stringList(parts);
}

function findAll(pattern: string, text: string, limit: number, context: FunctionContext): GoValue {
  const matches = compileRegex(pattern).findAll(text, limit, context);
  return listOf(
    matches.map(([start, end]) => text.slice(start, end)),
    context,
  );
}

type Expand = (replacement: string, text: string, match: Match, names: readonly string[]) => string;

function replaceAll([pattern, text, replacement]: Replacing, expand: Expand, context: FunctionContext): string {
  const program = compileRegex(pattern);
  const growth = new GrowthMeter(context);
  let out = "";
  let end = 0;
  for (const match of program.findReplaced(text, context)) {
    out += text.slice(end, match[0]) + expand(replacement, text, match, program.names);
    growth.check(out.length);
    end = match[1] as number;
  }
  return joined(out + text.slice(end));
}

function split(pattern: string, text: string, limit: number, context: FunctionContext): GoValue {
  const program = compileRegex(pattern);
  if (limit === 0) return markList([], "nil []string");
  if (pattern !== "" && text === "") return stringList([""]);
  const parts: string[] = [];
  let start = 0;
  let end = 0;
  for (const match of program.findAll(text, limit, context)) {
    if (limit > 0 && parts.length === limit - 1) break;
    end = match[0] as number;
    if (match[1] !== 0) parts.push(text.slice(start, end));
    start = match[1] as number;
  }
  if (end !== text.length) parts.push(text.slice(start));
  chargeItems(context, parts.length);
  return stringList(parts);
}
