import { nearest } from "../../src/base/near-name.ts";
import { isMap } from "../../src/base/values.ts";
import type { TemplateError } from "../engine.ts";
import { tagError } from "./faults.ts";
import { isGitPath, type Reference } from "./reference.ts";

/**
 * The text that a tag prints. Nothing at all is an error; null is empty; numbers and booleans are as JSON writes them, a
 * list is its items with commas as in Handlebars, a git path its path. A map has no text. `base` is where it was looked up.
 */
export function show(value: unknown, reference: Reference, base?: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined) throw missing(reference, base);
  const text = textOf(value);
  if (text !== undefined) return text;
  throw tagError(reference.place, `${reference.text} is a map`, {
    remedy: `print one of its keys, or {{json ${reference.text}}}`,
  });
}

/** The text of a value that has one. */
export function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value === null) return "";
  if (Array.isArray(value)) {
    const texts = value.map(textOf);
    return texts.includes(undefined) ? undefined : texts.join(",");
  }
  return isGitPath(value) ? value.path : undefined;
}

function missing({ text, place }: Reference, base: unknown): TemplateError {
  const near = isMap(base) ? nearest(text, Object.keys(base)) : undefined;
  const remedy = `${near === undefined ? "supply the parameter" : `did you mean ${near}?`}, or write {{default ${text} "…"}}`;
  return tagError(place, `there is no parameter ${text}`, { missing: text, remedy });
}
