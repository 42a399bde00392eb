import { type HelperContext, type HelperTable, helper } from "../helper.ts";
import { countArg, numberAndText, textArg } from "./arguments.ts";

type TextFunction = (text: string, context: HelperContext) => unknown;

function onText(name: string, doc: string, call: TextFunction) {
  return helper(`${name} TEXT`, doc, (context, value) => call(textArg(value, name, context), context));
}

function onTexts(
  name: string,
  usage: string,
  doc: string,
  call: (texts: readonly string[], context: HelperContext) => unknown,
) {
  return helper(usage, doc, (context, ...values) =>
    call(
      values.map((value) => textArg(value, name, context)),
      context,
    ),
  );
}

export const textHelpers: HelperTable = {
  lower: onText("lower", "the text in lower case", (text) => text.toLowerCase()),
  upper: onText("upper", "the text in upper case", (text) => text.toUpperCase()),
  trim: onText("trim", "the text without white space at both ends", (text) => text.trim()),
  quote: onText("quote", "the text in double quotes, escaped as JSON and YAML read it", (text) => JSON.stringify(text)),
  squote: onText(
    "squote",
    "the text in single quotes, escaped as YAML reads it",
    (text) => `'${text.replaceAll("'", "''")}'`,
  ),
  trimPrefix: onTexts(
    "trimPrefix",
    "trimPrefix TEXT PREFIX",
    "the text without the prefix, if it has it",
    ([text = "", prefix = ""]) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  ),
  trimSuffix: onTexts(
    "trimSuffix",
    "trimSuffix TEXT SUFFIX",
    "the text without the suffix, if it has it",
    ([text = "", suffix = ""]) => (suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text),
  ),
  startsWith: onTexts(
    "startsWith",
    "startsWith TEXT PREFIX",
    "whether the text begins so",
    ([text = "", prefix = ""]) => text.startsWith(prefix),
  ),
  endsWith: onTexts("endsWith", "endsWith TEXT SUFFIX", "whether the text ends so", ([text = "", suffix = ""]) =>
    text.endsWith(suffix),
  ),
  concat: onTexts("concat", "concat A B …", "the texts one after the other", (texts) => texts.join("")),
  replace: onTexts(
    "replace",
    "replace TEXT OLD NEW",
    "the text with every OLD, taken literally, replaced by NEW",
    replaceAll,
  ),
  truncate: helper("truncate TEXT LENGTH", "the first so many characters", (context, value, length) => {
    const [count, text] = numberAndText(value, length, "truncate", context);
    return [...text.slice(0, 2 * count)].slice(0, count).join("");
  }),
  indent: helper("indent TEXT SPACES", "every line indented by so many spaces", (context, value, spaces) =>
    indented(value, spaces, "indent", context),
  ),
  nindent: helper(
    "nindent TEXT SPACES",
    "as indent, on a new line",
    (context, value, spaces) => `\n${indented(value, spaces, "nindent", context)}`,
  ),
  repeat: helper("repeat TEXT COUNT", "the text so many times", (context, value, times) => {
    const text = textArg(value, "repeat", context);
    const count = countArg(times, "repeat", context);
    context.chargeBytes(text.length * count);
    return text.repeat(count);
  }),
};

function replaceAll([text = "", old = "", fresh = ""]: readonly string[], context: HelperContext): string {
  if (old === "") return text;
  const pieces = text.split(old);
  context.chargeBytes(text.length + (pieces.length - 1) * fresh.length);
  return pieces.join(fresh);
}

function indented(value: unknown, spaces: unknown, name: string, context: HelperContext): string {
  const [count, text] = numberAndText(value, spaces, name, context);
  const lines = text.split("\n");
  context.chargeBytes(text.length + lines.length * count);
  const pad = " ".repeat(count);
  return lines.map((line) => pad + line).join("\n");
}
