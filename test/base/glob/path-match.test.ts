import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compilePathMatch, pathMatch } from "../../../src/base/glob/path-match.ts";
import { PatternError } from "../../../src/base/glob/pattern-error.ts";

interface Vectors {
  readonly names: readonly string[];
  readonly cases: readonly { readonly pattern: string; readonly matches?: readonly string[]; readonly error?: true }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/glob/path-match.json", import.meta.url), "utf8"),
) as Vectors;

test("patterns match as Go's path.Match does", () => {
  for (const { pattern, matches, error } of vectors.cases) {
    if (error) expect(() => compilePathMatch(pattern), pattern).toThrow(PatternError);
    else expect(vectors.names.filter(compilePathMatch(pattern)), pattern).toEqual(matches);
  }
});

test.each([
  ["apps/*", "apps/mail", true],
  ["apps/*", "apps/mail/eu", false],
  ["**", "apps", true],
  ["**", "apps/mail", false],
  ["/apps/*", "apps/mail", false],
  ["apps/*/", "apps/mail", false],
  ["./apps/*", "apps/mail", false],
  ["apps/{mail,web}", "apps/mail", false],
  ["apps/{mail,web}", "apps/{mail,web}", true],
  ["[!a]pps", "!pps", true],
  ["Apps", "apps", false],
  ["?", "𝒳", true],
])("%s on %s is %s", (pattern, path, isMatch) => {
  expect(pathMatch(pattern, path)).toBe(isMatch);
});

test("a malformed pattern is named with its fault", () => {
  expect(() => compilePathMatch("apps/[a-")).toThrow('pattern "apps/[a-" is malformed: a character class does not end');
});
