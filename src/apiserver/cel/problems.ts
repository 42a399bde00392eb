/** What is wrong with an expression, at a place of its source: an offset in characters. */
export interface Problem {
  readonly at: number;
  readonly message: string;
}

/** An expression that cannot be compiled; the message is the one that a kube-apiserver would give. */
export class CompileError extends Error {}

const longestSnippet = 16_384;
const mostShown = 100;

/** Shows problems as CEL does: place, message, the line, and a mark below it. */
export function showProblems(source: string, problems: readonly Problem[]): string {
  const characters = [...source];
  const placed = problems
    .slice(0, mostShown)
    .map((problem) => ({ ...place(characters, problem.at), message: problem.message }))
    .sort((left, right) => left.line - right.line || left.column - right.column);
  const shown = placed.map(({ line, column, text, message }) => {
    const head = `ERROR: <input>:${line}:${column + 1}: ${message}`;
    return text.length > longestSnippet ? head : head + snippet(text, column);
  });
  if (problems.length > mostShown) shown.push(`${problems.length - mostShown} more errors were truncated`);
  return shown.join("\n");
}

interface Placed {
  readonly line: number;
  readonly column: number;
  readonly text: readonly string[];
}

function place(characters: readonly string[], at: number): Placed {
  if (at < 0) return { line: 0, column: 0, text: [] };
  const lines = characters.slice(0, at).filter((one) => one === "\n").length;
  const start = at === 0 ? 0 : characters.lastIndexOf("\n", at - 1) + 1;
  const next = characters.indexOf("\n", start);
  return { line: lines + 1, column: at - start, text: characters.slice(start, next < 0 ? undefined : next) };
}

function isWide(character: string | undefined): boolean {
  return character !== undefined && character.codePointAt(0)! > 0x7f;
}

function snippet(text: readonly string[], column: number): string {
  const dots = text.slice(0, column).map((one) => (isWide(one) ? "\uff0e" : "."));
  const mark = isWide(text[column]) ? "\uff3e" : "^";
  return `\n | ${text.join("").replaceAll("\t", " ")}\n | ${dots.join("")}${mark}`;
}
