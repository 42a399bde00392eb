import { RE2JS, RE2JSException } from "re2js";
import { spendWork } from "../budget.ts";
import { fn, method, type Overload } from "../overload.ts";
import { boolType, intType, listOf, stringType } from "../types.ts";
import { EvaluationError, PlainList } from "../values.ts";

const kept = new Map<string, RE2JS | string>();
const mostKept = 500;

/** A compiled expression, or what is wrong with it in Go's words. Patterns mostly stand in rules: few, and used again. */
function compiled(pattern: string): RE2JS | string {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const fresh = compile(pattern);
  if (kept.size >= mostKept) kept.clear();
  kept.set(pattern, fresh);
  return fresh;
}

function compile(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error: unknown) {
    if (!(error instanceof RE2JSException)) throw error;
    return goWords(error.message);
  }
}

/** A message as Go has it, which names the rest of the pattern even where nothing is left. */
function goWords(message: string): string {
  return message.endsWith("trailing backslash at end of expression") ? `${message}: \`\`` : message;
}

/** What is wrong with a pattern, in Go's words; undefined where nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const expression = compiled(pattern);
  return typeof expression === "string" ? expression : undefined;
}

function usable(pattern: string, prefix: string): RE2JS {
  const expression = compiled(pattern);
  if (typeof expression === "string") throw new EvaluationError(prefix + expression);
  return expression;
}

function matches(text: string, pattern: string): boolean {
  return usable(pattern, "").matcher(text).find();
}

function find(text: string, pattern: string): string {
  const matcher = usable(pattern, "Illegal regex: ").matcher(text);
  return matcher.find() ? (matcher.group() ?? "") : "";
}

/** Up to `limit` matches, or all of them where it is below 0. An empty match next to another counts as none. */
function findAll(text: string, pattern: string, limit = -1n): PlainList {
  const matcher = usable(pattern, "Illegal regex: ").matcher(text);
  const found: string[] = [];
  let end = -1;
  while ((limit < 0n || BigInt(found.length) < limit) && matcher.find()) {
    const isEmpty = matcher.start() === matcher.end();
    if (!isEmpty || matcher.start() !== end) found.push(matcher.group() ?? "");
    end = matcher.end();
    spendWork(1);
  }
  return new PlainList(found);
}

/** Regular expressions, with Go's meaning and in linear time. */
export const regularExpressions: readonly Overload[] = [
  fn("matches", "matches", [stringType, stringType], boolType, matches),
  method("matches", "matches_string", [stringType, stringType], boolType, matches),
  method("find", "string_find_string", [stringType, stringType], stringType, find),
  method("findAll", "string_find_all_string", [stringType, stringType], listOf(stringType), findAll),
  method("findAll", "string_find_all_string_int", [stringType, stringType, intType], listOf(stringType), findAll),
];
