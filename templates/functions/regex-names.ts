/** The capturing groups of a pattern: their names (empty for a group without one) and the pattern with unique names. */
export interface NamedGroups {
  readonly pattern: string;
  /** By number of the group; 0 is the whole match. */
  readonly names: readonly string[];
}

const groupName = /^\(\?P?<([A-Za-z0-9_]+)>/;

/** Go lets several groups share a name, the library does not: the names after the first are made unique. */
export function uniqueGroupNames(pattern: string): NamedGroups {
  const names = [""];
  let rewritten = "";
  let at = 0;
  while (at < pattern.length) {
    const end = tokenEnd(pattern, at);
    const token = pattern.slice(at, end);
    const name = groupName.exec(token)?.[1];
    const isTaken = name !== undefined && names.includes(name);
    rewritten += isTaken ? `(?P<${freshName(pattern, names.length)}>` : token;
    if (name !== undefined || token === "(") names.push(name ?? "");
    at = end;
  }
  return { pattern: rewritten, names };
}

/** The end of an escape, a quoted run, a class, the head of a group, or one character. */
function tokenEnd(pattern: string, at: number): number {
  const character = pattern.charAt(at);
  if (character === "\\" && pattern.charAt(at + 1) === "Q") {
    const end = pattern.indexOf("\\E", at + 2);
    return end < 0 ? pattern.length : end + 2;
  }
  if (character === "\\") return at + 2;
  if (character === "[") return classEnd(pattern, at);
  if (character !== "(" || pattern.charAt(at + 1) !== "?") return at + 1;
  const named = groupName.exec(pattern.slice(at, at + 256));
  return named === null ? at + 2 : at + named[0].length;
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
