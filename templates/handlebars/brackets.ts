/** A place in a text as Handlebars counts: lines from 1, columns from 0. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/**
 * A source whose `key[0]` was written as `key.[0]` and a last `key.0` as `key.[0]`, the only form that Handlebars reads,
 * and the way back to the original.
 */
export interface PreparedSource {
  readonly text: string;
  /** The column, from 1, that a place in the prepared text has in the original; lines are the same. */
  column(place: TextPosition): number;
  /** The original text between two places of the prepared one. */
  excerpt(start: TextPosition, end: TextPosition): string;
}

const idCharacter = /[^\s!"#%-,./;->@[-^`{-~]/;

/** Something to put into the source before an offset. */
interface Insert {
  readonly at: number;
  readonly text: string;
}

/**
 * Puts in the dots and brackets that Handlebars wants around an index: `{{path[0]}}` and `{{path.0}}` become
 * `{{path.[0]}}`. Only inside tags; texts in quotes, comments and raw blocks stay as they are.
 */
export function prepareBrackets(source: string): PreparedSource {
  const inserts = insertsOf(source);
  let text = "";
  let from = 0;
  for (const insert of inserts) {
    text += source.slice(from, insert.at) + insert.text;
    from = insert.at;
  }
  text += source.slice(from);
  const starts = lineStarts(text);
  const originalOffset = ({ line, column }: TextPosition): number => {
    const offset = (starts[line - 1] ?? 0) + column;
    return offset - insertsBefore(inserts, offset);
  };
  return {
    text,
    column: (place) => originalOffset(place) - originalOffset({ line: place.line, column: 0 }) + 1,
    excerpt: (start, end) => source.slice(originalOffset(start), originalOffset(end)),
  };
}

/** How many inserts stand before an offset of the prepared text; the n-th stands n characters further on in it. */
function insertsBefore(inserts: readonly Insert[], offset: number): number {
  let [low, high] = [0, inserts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((inserts[middle]?.at ?? 0) + middle < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Each insert is one character, so that places map by counting them. */
function insertsOf(source: string): Insert[] {
  const inserts: Insert[] = [];
  let at = source.indexOf("{{");
  while (at >= 0) {
    at = isEscaped(source, at) ? at + 2 : skipTag(source, at, inserts);
    at = source.indexOf("{{", at);
  }
  return inserts;
}

/** One backslash makes the tag text; of two the first is text and the tag is a tag. */
function isEscaped(source: string, at: number): boolean {
  return source[at - 1] === "\\" && source[at - 2] !== "\\";
}

/** The offset after the tag that opens here. */
function skipTag(source: string, open: number, inserts: Insert[]): number {
  if (source.startsWith("{{!--", open)) return after(source, "--", open + 5);
  if (source.startsWith("{{!", open)) return after(source, "}}", open + 3);
  const isRaw = source.startsWith("{{{{", open) && !source.startsWith("{{{{/", open);
  const close = scanTag(source, open + 2, inserts);
  return isRaw ? after(source, "{{{{/", close) : close;
}

function after(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at < 0 ? source.length : at + mark.length;
}

function scanTag(source: string, from: number, inserts: Insert[]): number {
  let at = from;
  while (at < source.length && !source.startsWith("}}", at)) {
    const character = source[at];
    if (character === '"' || character === "'") at = afterQuoted(source, character, at + 1);
    else if (character === "[") {
      if (idCharacter.test(source[at - 1] ?? "")) inserts.push({ at, text: "." });
      at = after(source, "]", at + 1);
    } else {
      const digits = lastIndex(source, at);
      if (digits > 0) inserts.push({ at: at + 1, text: "[" }, { at: at + 1 + digits, text: "]" });
      at += 1 + digits;
    }
  }
  return at;
}

const indexAtEnd = /\.(\d+)(?=[\s}~)|])/y;

/** How many digits follow a dot that ends a path; 0 when it is none. */
function lastIndex(source: string, at: number): number {
  if (source[at] !== "." || !idCharacter.test(source[at - 1] ?? "")) return 0;
  indexAtEnd.lastIndex = at;
  return indexAtEnd.exec(source)?.[1]?.length ?? 0;
}

function afterQuoted(source: string, quote: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === quote) return at + 1;
  }
  return source.length;
}
