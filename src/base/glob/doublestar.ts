import { runMachine, type Step } from "./machine.ts";
import { PatternError } from "./pattern-error.ts";

/** Hostile patterns can multiply alternatives without end; nobody writes more than a handful. */
const maxAlternatives = 1_000;

/** Whether a path matches; a directory's path matches `a/**` as `a`, a file's does not. */
export type DoublestarMatcher = (path: string, isDirectory?: boolean) => boolean;

/**
 * Compiles a pattern as files of OCI artifacts use it: `*` and `?` stop at slashes, `**` as a whole component spans any
 * number of components including none, `{a,b}` are alternatives, `[a-z]`, `[^a-z]` and `[!a-z]` are classes, a backslash
 * escapes; case-sensitive, per character, dot files included. The matcher takes a path relative to the root.
 * Throws PatternError for a malformed pattern. Rule: the documentation of bmatcuk/doublestar version 4, as its walk of a
 * file system matches: no class matches a slash.
 */
export function compileDoublestar(pattern: string): DoublestarMatcher {
  validate(pattern);
  const programs = expandBraces(pattern).map((plain) => compilePlain(plain, pattern));
  return (path, isDirectory = false) => {
    const codes = Array.from(path, codeOf);
    return programs.some((steps) => runMachine(steps, codes, isDirectory));
  };
}

/** Whether the path matches the pattern, as `compileDoublestar` says. */
export function matchDoublestar(pattern: string, path: string, isDirectory = false): boolean {
  return compileDoublestar(pattern)(path, isDirectory);
}

/**
 * Compiles a pattern of the files of a git generator under `--enable-new-git-file-globbing`. As `compileDoublestar`, but
 * the pattern is first joined to the repository's root as Argo CD does it: leading, doubled and trailing slashes and `.`
 * drop out, `..` takes its parent away; a pattern that leads out of the repository matches nothing.
 */
export function compileRootedDoublestar(pattern: string): DoublestarMatcher {
  const joined = joinPattern(pattern);
  const match = compileDoublestar(joined ?? pattern);
  return joined === undefined ? () => false : match;
}

/** The pattern relative to the root of the repository; undefined when it leads out of it. */
export function joinPattern(pattern: string): string | undefined {
  const kept: string[] = [];
  for (const part of pattern.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.pop() === undefined) return undefined;
  }
  return kept.join("/");
}

function codeOf(character: string): number {
  return character.codePointAt(0)!;
}

function validate(pattern: string): void {
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") {
      if (++at >= pattern.length) throw malformed(pattern, "it ends with a backslash");
    } else if (character === "[") at = endOfClass(pattern, at);
    else if (character === "{") depth++;
    else if (character === "}" && --depth < 0) throw malformed(pattern, "a closing brace has no opening one");
  }
  if (depth > 0) throw malformed(pattern, "an opening brace has no closing one");
}

/** The index of the `]` that ends the class which starts at the index. */
function endOfClass(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^" || pattern[at] === "!") at++;
  if (pattern[at] === "]") throw malformed(pattern, "a character class is empty");
  for (; at < pattern.length; at++) {
    if (pattern[at] === "\\") at++;
    else if (pattern[at] === "]") return at;
  }
  throw malformed(pattern, "a character class does not end");
}

function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const todo: { readonly text: string; readonly from: number }[] = [{ text: pattern, from: 0 }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { text, from } = next;
    const open = firstBrace(text, from);
    if (open === -1) done.push(text);
    else {
      const { alternatives, end } = splitAlternatives(text, open);
      for (const alternative of alternatives.reverse()) {
        todo.push({ text: text.slice(0, open) + alternative + text.slice(end), from: open });
      }
    }
    if (done.length + todo.length > maxAlternatives) {
      throw malformed(pattern, `its braces stand for more than ${maxAlternatives} patterns`);
    }
  }
  return done;
}

function firstBrace(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") at = endOfClass(text, at);
    else if (text[at] === "{") return at;
  }
  return -1;
}

function splitAlternatives(text: string, open: number): { alternatives: string[]; end: number } {
  const alternatives: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if ((character === "," && depth === 1) || (character === "}" && --depth === 0)) {
      alternatives.push(text.slice(from, at));
      from = at + 1;
      if (depth === 0) return { alternatives, end: from };
    }
  }
  throw malformed(text, "an opening brace has no closing one");
}

function compilePlain(plain: string, pattern: string): Step[] {
  const components = splitComponents(plain).filter(
    (component, index, all) => component !== "**" || all[index + 1] !== "**",
  );
  const steps: Step[] = [];
  for (const [index, component] of components.entries()) {
    const isLast = index === components.length - 1;
    if (component !== "**") {
      steps.push(...compileComponent(component, pattern));
      if (!isLast) steps.push((code) => code === 0x2f);
    } else if (!isLast) steps.push("directories");
    else if (index === 0) steps.push("deep");
    else steps.splice(-1, 1, "below");
  }
  return steps;
}

function splitComponents(plain: string): string[] {
  const components: string[] = [];
  let from = 0;
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === "\\") at++;
    else if (plain[at] === "/") {
      components.push(plain.slice(from, at));
      from = at + 1;
    }
  }
  components.push(plain.slice(from));
  return components;
}

function compileComponent(component: string, pattern: string): Step[] {
  const steps: Step[] = [];
  const text = Array.from(component);
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "*") {
      if (steps.at(-1) !== "star") steps.push("star");
    } else if (character === "?") steps.push((code) => code !== 0x2f);
    else if (character === "[") {
      const [step, end] = compileClass(text, at + 1, pattern);
      steps.push(step);
      at = end;
    } else steps.push(literal(character === "\\" ? text[++at]! : character));
  }
  return steps;
}

function literal(character: string): Step {
  const wanted = codeOf(character);
  return (code) => code === wanted;
}

/** Reads a class from after its `[`; the index is that of the `]`. */
function compileClass(text: readonly string[], start: number, pattern: string): [Step, number] {
  let at = start;
  const isNegated = text[at] === "^" || text[at] === "!";
  if (isNegated) at++;
  const ranges: [number, number][] = [];
  let mayStartRange = false;
  for (; at < text.length && text[at] !== "]"; at++) {
    const isRange: boolean = mayStartRange && text[at] === "-" && at + 1 < text.length && text[at + 1] !== "]";
    if (isRange) at++;
    if (text[at] === "\\") at++;
    const code = codeOf(text[at] ?? "\\");
    if (isRange) ranges[ranges.length - 1]![1] = code;
    else ranges.push([code, code]);
    mayStartRange = !isRange;
  }
  if (at >= text.length) throw malformed(pattern, "a character class spans a slash");
  const step: Step = (code) => code !== 0x2f && ranges.some(([low, high]) => low <= code && code <= high) !== isNegated;
  return [step, at];
}

function malformed(pattern: string, why: string): PatternError {
  return new PatternError(`file pattern ${JSON.stringify(pattern)} is malformed: ${why}`);
}
