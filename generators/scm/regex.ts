import { createRequire } from "node:module";
import type { RE2JS } from "re2js";
import { GenerationError, messageOf } from "../../src/base/errors.ts";

const maxLength = 10_000;
let library: typeof RE2JS | undefined;

/** Loaded on first use: most sets have no filter. */
function re2(): typeof RE2JS {
  library ??= (createRequire(import.meta.url)("re2js") as { readonly RE2JS: typeof RE2JS }).RE2JS;
  return library;
}

/**
 * Whether a text has a match of a regular expression anywhere, in Go's syntax and in linear time. Undefined for no
 * pattern. Throws a GenerationError that names the field for one that cannot be read.
 */
export function matcherOf(pattern: string | undefined, field: string): ((text: string) => boolean) | undefined {
  if (pattern === undefined || pattern === null) return undefined;
  if (pattern.length > maxLength) throw unreadable(field, `it is longer than ${maxLength} characters`);
  try {
    const compiled = re2().compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch (error: unknown) {
    throw unreadable(field, messageOf(error), error);
  }
}

function unreadable(field: string, why: string, cause?: unknown): GenerationError {
  return new GenerationError(`${field} is no regular expression: ${why}`, {
    details: { field, remedy: "write it in RE2's syntax" },
    ...(cause === undefined ? {} : { cause }),
  });
}
