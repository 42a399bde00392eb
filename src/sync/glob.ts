import { RE2JS } from "re2js";
import { PatternError } from "../base/glob/pattern-error.ts";

const maxLength = 4_096;
const maxDepth = 20;

/**
 * Compiles a glob as `directory.include`, `directory.exclude` and the lists of AppProjects use it: `*` and `**` any run of
 * characters, slashes too, `?` one character, `[ab]`, `[a-z]`, `[!ab]` one of a class, `{a,b}` alternatives that may hold
 * globs, a backslash escapes. The whole text must match. In linear time, whatever the pattern. Throws PatternError.
 * Rule: gobwas/glob without separators, as Argo CD calls it.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  if (!/[*?[{\\]/.test(pattern)) return (text) => text === pattern;
  if (pattern.length > maxLength) throw malformed(pattern.slice(0, 40), `it is longer than ${maxLength} characters`);
  const compiled = RE2JS.compile(new GlobParser(pattern).parse(), RE2JS.DOTALL);
  return (text) => compiled.matches(text);
}

function malformed(pattern: string, why: string): PatternError {
  return new PatternError(`the pattern ${JSON.stringify(pattern)} can't be read: ${why}`, {
    details: { remedy: "put a backslash in front of a character that shall stand for itself" },
  });
}

class GlobParser {
  readonly #text: readonly string[];
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#text = Array.from(pattern);
  }

  parse(): string {
    return this.#sequence(0);
  }

  #sequence(depth: number): string {
    if (depth > maxDepth) throw malformed(this.#pattern, "its braces are nested too deep");
    let regexp = "";
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] as string;
      if (depth > 0 && (character === "," || character === "}")) return regexp;
      this.#at++;
      regexp += this.#item(character, depth);
    }
    if (depth > 0) throw malformed(this.#pattern, "a brace is not closed");
    return regexp;
  }

  #item(character: string, depth: number): string {
    if (character === "*") return ".*";
    if (character === "?") return ".";
    if (character === "[") return this.#class();
    if (character === "{") return this.#alternatives(depth);
    if (character !== "\\") return RE2JS.quote(character);
    const escaped = this.#text[this.#at++];
    if (escaped === undefined) throw malformed(this.#pattern, "it ends with a backslash");
    return RE2JS.quote(escaped);
  }

  #alternatives(depth: number): string {
    const options: string[] = [];
    do {
      options.push(this.#sequence(depth + 1));
    } while (this.#text[this.#at++] === ",");
    return `(?:${options.join("|")})`;
  }

  #class(): string {
    const negated = this.#text[this.#at] === "!";
    if (negated) this.#at++;
    let items = "";
    for (let character = this.#text[this.#at++]; character !== "]"; character = this.#text[this.#at++]) {
      if (character === undefined) throw malformed(this.#pattern, "a bracket is not closed");
      if (character === "-" && items !== "" && this.#text[this.#at] !== "]") {
        items += "-";
        continue;
      }
      const plain = character === "\\" ? this.#text[this.#at++] : character;
      if (plain === undefined) throw malformed(this.#pattern, "it ends with a backslash");
      items += /[\p{L}\p{N}]/u.test(plain) ? plain : `\\x{${(plain.codePointAt(0) as number).toString(16)}}`;
    }
    if (items === "") throw malformed(this.#pattern, "a class is empty");
    return `[${negated ? "^" : ""}${items}]`;
  }
}
