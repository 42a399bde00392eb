import { createHash } from "node:crypto";
import { sortedKeys } from "../../../src/base/go-bytes.ts";
import { formatJson } from "../../../src/base/json.ts";
import { normalizeName } from "../../../src/base/names.ts";
import { isMap, newMap } from "../../../src/base/values.ts";
import { formatYaml } from "../../../src/base/yaml.ts";
import { type HelperContext, type HelperTable, helper } from "../helper.ts";
import { countArg, textArg } from "./arguments.ts";

export const encodingHelpers: HelperTable = {
  json: helper(
    "json VALUE [INDENT]",
    "the value as JSON with sorted keys, on one line or indented",
    (context, value, indent) =>
      formatJson(
        sorted(present(value, "json", context)),
        indent === undefined ? undefined : countArg(indent, "json", context, 10),
      ),
  ),
  yaml: helper("yaml VALUE", "the value as YAML with sorted keys, without a new line at its end", (context, value) =>
    formatYaml(present(value, "yaml", context)).replace(/\n$/, ""),
  ),
  b64enc: helper("b64enc TEXT", "the text in base64", (context, value) =>
    Buffer.from(textArg(value, "b64enc", context), "utf8").toString("base64"),
  ),
  b64dec: helper("b64dec TEXT", "the text that the base64 holds", (context, value) =>
    decode(textArg(value, "b64dec", context), context),
  ),
  sha256: helper("sha256 TEXT", "the SHA-256 digest in hexadecimal", (context, value) =>
    createHash("sha256")
      .update(textArg(value, "sha256", context), "utf8")
      .digest("hex"),
  ),
  normalize: helper(
    "normalize TEXT",
    "the text as a DNS name: lower case, other characters as dashes, at most 253",
    (context, value) => normalizeName(textArg(value, "normalize", context)),
  ),
  slugify: helper(
    "slugify TEXT [MAX]",
    "the text as a label: letters, digits and single dashes, cut at a word to 50 characters or MAX",
    (context, value, max) =>
      slugify(textArg(value, "slugify", context), max === undefined ? 50 : countArg(max, "slugify", context)),
  ),
};

function present(value: unknown, name: string, context: HelperContext): unknown {
  if (value === undefined) throw context.fail(`${name} needs a value and got nothing`);
  return value;
}

/** The value with the keys of its maps in order, whatever order they came in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const map: { [key: string]: unknown } = newMap<unknown>();
  for (const key of sortedKeys(value)) map[key] = sorted(value[key]);
  return map;
}

/** As Argo CD's function of that name: a name made normal, then cut at the last dash that fits, or hard when there is none. */
function slugify(text: string, max: number): string {
  const slug = normalizeName(text)
    .replace(/[^a-z0-9_-]/g, "-")
    .replace(/-+/g, "-")
    .replace(/^[-_]+|[-_]+$/g, "");
  if (max === 0 || slug.length <= max) return slug;
  const cut = slug.lastIndexOf("-", max);
  return slug.slice(0, cut < 0 ? max : cut);
}

function decode(text: string, context: HelperContext): string {
  const clean = text.trim();
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) throw context.fail("b64dec needs base64 and got something else");
  return Buffer.from(clean, "base64").toString("utf8");
}
