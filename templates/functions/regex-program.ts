import { createRequire } from "node:module";
import type { RE2JS } from "re2js";
import { hasRawBytes } from "../go/bytes.ts";
import type { FunctionContext } from "./function.ts";
import { toLibraryPattern } from "./regex-dialect.ts";

/** Start and end of the whole match and of each group in turn, -1 where a group took no part. */
export type Match = readonly number[];

/** Bounds on patterns, far beyond honest ones: length in characters, and instructions of the compiled program. */
const maxPatternLength = 10_000;
const maxProgramSize = 50_000;
/** So much of instructions times characters counts as one step, as matching takes time by that product. */
const workPerStep = 20;
const stepsPerMilli = 1_000;
const maxCached = 200;

const cache = new Map<string, RegexProgram>();
let library: typeof RE2JS | undefined;

/** Loads the library on first use: most templates have no regular expression. */
function re2(): typeof RE2JS {
  library ??= (createRequire(import.meta.url)("re2js") as { readonly RE2JS: typeof RE2JS }).RE2JS;
  return library;
}

/** A pattern beyond the bounds: unlike one that is not valid, it always fails. */
export class PatternLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PatternLimitError";
  }
}

/** The compiled pattern, of a cache. Throws with RE2's message where it is no valid one. */
export function compileRegex(pattern: string): RegexProgram {
  const found = cache.get(pattern) ?? new RegexProgram(pattern);
  // Set anew, it is the last to be dropped.
  cache.delete(pattern);
  cache.set(pattern, found);
  if (cache.size > maxCached) cache.delete(cache.keys().next().value as string);
  return found;
}

/** A regular expression as Go's `regexp` package has it. Positions count JavaScript's characters, not bytes. */
export class RegexProgram {
  /** Names of the groups by number. */
  readonly names: readonly string[];
  private readonly compiled: RE2JS;
  private readonly size: number;

  constructor(pattern: string) {
    if (pattern.length > maxPatternLength) {
      throw new PatternLimitError(`the regular expression is longer than ${maxPatternLength} characters`);
    }
    if (hasRawBytes(pattern)) throw new Error("error parsing regexp: invalid UTF-8");
    const groups = toLibraryPattern(pattern);
    this.names = groups.names;
    this.compiled = re2().compile(groups.pattern);
    this.size = this.compiled.programSize();
    if (this.size > maxProgramSize)
      throw new PatternLimitError("the regular expression is too large once its repetitions are written out");
  }

  test(text: string, context: FunctionContext): boolean {
    return this.finder(text, context)(0) !== undefined;
  }

  /** At most `limit` matches one after the other, all with a negative one, as Go's `FindAll`. */
  findAll(text: string, limit: number, context: FunctionContext): Match[] {
    const find = this.finder(text, context);
    const found: Match[] = [];
    let previousEnd = -1;
    for (let at = 0; at <= text.length && found.length !== limit; ) {
      const match = find(at);
      if (match === undefined) break;
      const [start, end] = match as [number, number];
      // No empty match right behind another match.
      if (start !== end || start !== previousEnd) found.push(match);
      previousEnd = end;
      at = end > at ? end : at + widthAt(text, at);
    }
    return found;
  }

  /** The matches that Go's `ReplaceAll` puts something in place of. */
  findReplaced(text: string, context: FunctionContext): Match[] {
    const find = this.finder(text, context);
    const found: Match[] = [];
    let previousEnd = 0;
    for (let at = 0; at <= text.length; ) {
      const match = find(at);
      if (match === undefined) break;
      const [start, end] = match as [number, number];
      if (end > previousEnd || start === 0) found.push(match);
      previousEnd = end;
      at = Math.max(end, at + widthAt(text, at));
    }
    return found;
  }

  private finder(text: string, context: FunctionContext): (start: number) => Match | undefined {
    // A byte that is no UTF-8 matches as U+FFFD does.
    const matcher = this.compiled.matcher(hasRawBytes(text) ? text.replace(/\p{Surrogate}/gu, "\ufffd") : text);
    context.charge(Math.ceil((this.size * (text.length + 1)) / workPerStep));
    return (start) => {
      const before = performance.now();
      const isFound = matcher.find(start);
      // A match may look at the whole text to take one character of it: such work shows in its time alone.
      const elapsed = performance.now() - before;
      context.charge(elapsed < 1 ? 1 : Math.ceil(elapsed * stepsPerMilli));
      if (!isFound) return undefined;
      return Array.from({ length: 2 * this.names.length }, (_, index) =>
        index % 2 === 0 ? matcher.start(index / 2) : matcher.end((index - 1) / 2),
      );
    };
  }
}

/** The length of the character at a position; 1 at the end. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
