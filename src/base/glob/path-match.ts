import { PatternError } from "./pattern-error.ts";

type Item = (code: number) => boolean;

/** A run of items that match one character each, after a `*` or not. */
interface Chunk {
  readonly isAfterStar: boolean;
  readonly items: readonly Item[];
}

const slash = 0x2f;

/**
 * Compiles a pattern of Go's `path.Match`, which the directories of a git generator use: `*` and `?` stop at `/`, `[a-z]`
 * and `[^a-z]` are classes, a backslash escapes, matching is per character, case-sensitive and of the whole path. `**` is
 * like `*`, braces are plain text, a leading or trailing slash or `./` is text too.
 * Throws PatternError for a malformed pattern. Rule: the documentation of Go's package `path`.
 */
export function compilePathMatch(pattern: string): (path: string) => boolean {
  const chunks = parse(pattern);
  return (path) => matches(chunks, Array.from(path, codeOf));
}

/** Whether the path matches the pattern, as `compilePathMatch` says. */
export function pathMatch(pattern: string, path: string): boolean {
  return compilePathMatch(pattern)(path);
}

function codeOf(character: string): number {
  return character.codePointAt(0)!;
}

function parse(pattern: string): Chunk[] {
  const text = Array.from(pattern);
  const chunks: Chunk[] = [];
  let at = 0;
  do {
    const from = at;
    while (text[at] === "*") at++;
    const isAfterStar = at > from;
    const items: Item[] = [];
    while (at < text.length && text[at] !== "*") {
      const [item, next] = parseItem(text, at);
      items.push(item);
      at = next;
    }
    chunks.push({ isAfterStar, items });
  } while (at < text.length);
  return chunks;
}

function parseItem(text: readonly string[], at: number): [Item, number] {
  if (text[at] === "[") return parseClass(text, at + 1);
  if (text[at] === "?") return [(code) => code !== slash, at + 1];
  if (text[at] !== "\\") return [literal(text[at]!), at + 1];
  const escaped = text[at + 1];
  if (escaped === undefined) throw malformed(text, "it ends with a backslash");
  return [literal(escaped), at + 2];
}

function literal(character: string): Item {
  const wanted = codeOf(character);
  return (code) => code === wanted;
}

function parseClass(text: readonly string[], start: number): [Item, number] {
  let at = start;
  const isNegated = text[at] === "^";
  if (isNegated) at++;
  const ranges: [number, number][] = [];
  while (text[at] !== "]" || ranges.length === 0) {
    const [low, afterLow] = classCharacter(text, at);
    at = afterLow;
    let high = low;
    if (text[at] === "-") [high, at] = classCharacter(text, at + 1);
    ranges.push([low, high]);
  }
  const item: Item = (code) => ranges.some(([low, high]) => low <= code && code <= high) !== isNegated;
  return [item, at + 1];
}

function classCharacter(text: readonly string[], at: number): [number, number] {
  const isEscaped = text[at] === "\\";
  const character = text[isEscaped ? at + 1 : at];
  if (character === undefined) throw malformed(text, "a character class does not end");
  if (!isEscaped && (character === "-" || character === "]")) {
    throw malformed(
      text,
      `a character class has ${character} where a character must stand; escape it with a backslash`,
    );
  }
  return [codeOf(character), isEscaped ? at + 2 : at + 1];
}

function malformed(text: readonly string[], why: string): PatternError {
  return new PatternError(`pattern ${JSON.stringify(text.join(""))} is malformed: ${why}`);
}

function matches(chunks: readonly Chunk[], path: readonly number[]): boolean {
  let at = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (chunk.items.length === 0) return chunk.isAfterStar ? !path.includes(slash, at) : at === path.length;
    const end = endOf(chunk, path, at, index === chunks.length - 1);
    if (end === -1) return false;
    at = end;
  }
  return at === path.length;
}

/** Where the chunk ends when it is placed as far left as it can be; -1 when it cannot be placed. */
function endOf(chunk: Chunk, path: readonly number[], from: number, isLast: boolean): number {
  for (let at = from; at <= path.length; at++) {
    const end = at + chunk.items.length;
    if (chunk.items.every((item, offset) => at + offset < path.length && item(path[at + offset]!))) {
      if (!isLast || end === path.length) return end;
    }
    if (!chunk.isAfterStar || path[at] === slash) return -1;
  }
  return -1;
}
