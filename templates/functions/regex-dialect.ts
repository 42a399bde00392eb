import { unicodeClass } from "./regex-classes.ts";

/** A pattern as the library reads it, and its groups. */
export interface LibraryPattern {
  readonly pattern: string;
  /** Names of the groups by number, empty for one without; 0 is the whole match. */
  readonly names: readonly string[];
}

const groupName = /^\(\?P?<([A-Za-z0-9_]+)>/;
const escapes = /\\(?:([pP])\{(\^?)([^}]*)\}|[\s\S])/g;

/**
 * Rewrites a pattern of Go's for the library where the two differ: in Go several groups may share a name, and Unicode classes
 * have long names too.
 */
export function toLibraryPattern(pattern: string): LibraryPattern {
  const names = [""];
  let rewritten = "";
  let at = 0;
  while (at < pattern.length) {
    const end = tokenEnd(pattern, at);
    const token = pattern.slice(at, end);
    const name = groupName.exec(token)?.[1];
    if (name !== undefined && names.includes(name)) rewritten += `(?P<${freshName(pattern, names.length)}>`;
    else rewritten += token.startsWith("\\Q") ? token : withClasses(token);
    if (name !== undefined || token === "(") names.push(name ?? "");
    at = end;
  }
  return { pattern: rewritten, names };
}

function withClasses(token: string): string {
  const isInBrackets = token.startsWith("[");
  return token.replace(escapes, (written, letter: string | undefined, caret: string, name: string) => {
    if (letter === undefined) return written;
    return unicodeClass(name, (letter === "P") !== (caret === "^"), isInBrackets);
  });
}

/** The end of an escape, a quoted run, a class, the head of a group, or one character. */
function tokenEnd(pattern: string, at: number): number {
  const character = pattern.charAt(at);
  if (character === "\\") return escapeEnd(pattern, at);
  if (character === "[") return classEnd(pattern, at);
  if (character !== "(" || pattern.charAt(at + 1) !== "?") return at + 1;
  const named = groupName.exec(pattern.slice(at, at + 256));
  return named === null ? at + 2 : at + named[0].length;
}

function escapeEnd(pattern: string, at: number): number {
  const letter = pattern.charAt(at + 1);
  if (letter === "Q") {
    const end = pattern.indexOf("\\E", at + 2);
    return end < 0 ? pattern.length : end + 2;
  }
  const isClass = (letter === "p" || letter === "P") && pattern.charAt(at + 2) === "{";
  const close = isClass ? pattern.indexOf("}", at) : -1;
  return close < 0 ? at + 2 : close + 1;
}

/** A `]` right at the start of a class belongs to it, and so does `[:alpha:]`. */
function classEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern.charAt(at) === "^") at++;
  if (pattern.charAt(at) === "]") at++;
  while (at < pattern.length && pattern.charAt(at) !== "]") {
    const posix = pattern.startsWith("[:", at) ? pattern.indexOf(":]", at + 2) : -1;
    if (posix >= 0) at = posix + 2;
    else at += pattern.charAt(at) === "\\" ? 2 : 1;
  }
  return at + 1;
}

function freshName(pattern: string, group: number): string {
  let name = `g${group}`;
  while (pattern.includes(`<${name}>`)) name += "_";
  return name;
}
