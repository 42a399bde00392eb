/** A place in a file, both counted from 1; columns count characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A part of a text, end exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

const boundary = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;
const content = /^\ufeff?[ \t]*[^ \t\r\n\ufeff#]/m;

/**
 * The documents of a YAML stream as parts of its text, each with its `---` line and directives. A line that begins with
 * `---` or `...` ends a document wherever it stands. Text before the first `---` that holds only comments is none.
 */
export function splitDocuments(text: string, limit = Number.POSITIVE_INFINITY): TextSpan[] {
  const spans: TextSpan[] = [];
  let start = 0;
  let explicit = false;
  const close = (end: number): void => {
    if (explicit || content.test(text.slice(start, end))) spans.push({ start, end });
  };
  for (const mark of text.matchAll(boundary)) {
    if (spans.length >= limit) return spans;
    const isStart = mark[0] === "---";
    if (isStart && !explicit && isPreamble(text.slice(start, mark.index))) {
      explicit = true;
      continue;
    }
    const end = isStart ? mark.index : mark.index + mark[0].length;
    close(end);
    start = end;
    explicit = isStart;
  }
  if (spans.length < limit) close(text.length);
  return spans;
}

/** Only comments, directives and blank lines: they belong to the document that `---` then opens. */
function isPreamble(text: string): boolean {
  return text.split(/\r\n?|\n/).every((line) => /^(?:%.*|\ufeff?\s*(?:#.*)?)$/.test(line));
}

/** The line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let index = 0; index < offset && index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 10 && code !== 13) continue;
    if (code === 13 && text.charCodeAt(index + 1) === 10) index++;
    line++;
    lineStart = index + 1;
  }
  return { line, column: Math.max(0, offset - lineStart) + 1 };
}
