import { runMachine } from "./machine.ts";
import { PatternError } from "./pattern-error.ts";
import { compileWildmatch } from "./wildmatch.ts";

interface Magic {
  readonly rest: string;
  readonly names: ReadonlySet<string>;
}

const shortMagic: ReadonlyMap<string, string> = new Map([
  ["/", "top"],
  ["!", "exclude"],
  ["^", "exclude"],
]);
const knownMagic: ReadonlySet<string> = new Set(["top", "literal", "glob", "icase", "exclude"]);

/** Characters that git keeps for short magic; any other ends it. */
const reservedForMagic = /^[!"#%&',\-/:;<=>@_`~]$/;
const wildcards = /[*?[\\]/;
const slash = 0x2f;

/**
 * Compiles the one pattern of `git ls-files -- <pattern>`, run at the root of a repository: which tracked files it lists.
 *
 * `*` and `?` cross slashes, a directory stands for everything below it, `./` and `..` are resolved, matching is per byte
 * and case-sensitive. Magic as in gitglossary(7): `:(glob)`, `:(literal)`, `:(icase)`, `:(exclude)`, `:!`, `:^`, `:(top)`,
 * `:/`. An excluding pattern alone lists everything else.
 * The matcher takes the path of a tracked file, symbolic link or submodule, relative to the root, without a leading slash.
 * Throws PatternError where git fails: an empty pattern, a path outside the repository, unknown magic; and for
 * `:(attr:…)`, which needs files that only a checkout has.
 */
export function compilePathspec(pattern: string): (path: string) => boolean {
  if (pattern === "") throw refused(pattern, 'it is empty; use "." for every file');
  const { names, rest } = parseMagic(pattern);
  if (names.has("literal") && names.has("glob")) throw refused(pattern, "literal and glob exclude each other");
  // git takes a path from the top as it stands: neither `./` nor `..` means anything in it.
  const wanted = Buffer.from(names.has("top") ? rest : normalize(rest, pattern), "utf8");
  const match = compileMatch(wanted, names);
  const isExcluded = names.has("exclude");
  return (path) => match(Buffer.from(path, "utf8")) !== isExcluded;
}

/** Whether `git ls-files -- <pattern>` lists the tracked file, as `compilePathspec` says. */
export function matchPathspec(pattern: string, path: string): boolean {
  return compilePathspec(pattern)(path);
}

function parseMagic(pattern: string): Magic {
  if (!pattern.startsWith(":")) return { rest: pattern, names: new Set() };
  return pattern.startsWith(":(") ? parseLongMagic(pattern) : parseShortMagic(pattern);
}

function parseLongMagic(pattern: string): Magic {
  const end = pattern.indexOf(")");
  if (end === -1) throw refused(pattern, "its magic does not end; write a closing parenthesis");
  const names = new Set(
    pattern
      .slice(2, end)
      .split(",")
      .filter((name) => name !== ""),
  );
  for (const name of names) {
    if (name.startsWith("attr:")) throw refused(pattern, "attributes are not supported; list the files by their paths");
    if (!knownMagic.has(name)) throw refused(pattern, `there is no magic ${JSON.stringify(name)}`);
  }
  return { rest: pattern.slice(end + 1), names };
}

function parseShortMagic(pattern: string): Magic {
  const names = new Set<string>();
  let at = 1;
  for (; at < pattern.length && pattern[at] !== ":"; at++) {
    const character = pattern[at]!;
    const name = shortMagic.get(character);
    if (name !== undefined) names.add(name);
    else if (reservedForMagic.test(character)) throw refused(pattern, `there is no magic ${JSON.stringify(character)}`);
    else break;
  }
  return { rest: pattern.slice(pattern[at] === ":" ? at + 1 : at), names };
}

/** The path without `.`, `..` and doubled slashes; a trailing slash stays and means a directory. */
function normalize(path: string, pattern: string): string {
  if (path.startsWith("/")) throw refused(pattern, "it is outside the repository; paths are relative to its root");
  const kept: string[] = [];
  const parts = path.split("/");
  for (const [index, part] of parts.entries()) {
    if (part === "..") {
      if (kept.pop() === undefined) throw refused(pattern, "it leads out of the repository");
    } else if (part !== "" && part !== ".") kept.push(index < parts.length - 1 ? `${part}/` : part);
  }
  return kept.join("");
}

function compileMatch(wanted: Buffer, names: ReadonlySet<string>): (path: Buffer) => boolean {
  const mayFold = names.has("icase");
  const plain = mayFold ? lowerCase(wanted) : wanted;
  const wild = wanted.toString("latin1").search(wildcards);
  const hasWildcards = wild !== -1 && !names.has("literal");
  const steps = hasWildcards
    ? compileWildmatch(wanted.subarray(wild), { mayFold, isPathname: names.has("glob") })
    : undefined;
  return (given) => {
    const path = mayFold ? lowerCase(given) : given;
    if (isAtOrBelow(path, plain)) return true;
    if (steps === undefined || plain.compare(path, 0, Math.min(wild, path.length), 0, wild) !== 0) return false;
    return runMachine(steps, path.subarray(wild));
  };
}

/** Whether the path is the wanted one or below it; git tries this before wildcards, with their characters as text. */
function isAtOrBelow(path: Buffer, wanted: Buffer): boolean {
  if (wanted.length === 0) return true;
  if (wanted.length > path.length || wanted.compare(path, 0, wanted.length) !== 0) return false;
  return path.length === wanted.length || path[wanted.length] === slash || wanted[wanted.length - 1] === slash;
}

function lowerCase(text: Buffer): Buffer {
  return Buffer.from(text.map((code) => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code)));
}

function refused(pattern: string, why: string): PatternError {
  return new PatternError(`file pattern ${JSON.stringify(pattern)} is no git pathspec: ${why}`);
}
