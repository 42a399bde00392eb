import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileDoublestar, compileRootedDoublestar, matchDoublestar } from "../../../src/base/glob/doublestar.ts";
import { PatternError } from "../../../src/base/glob/pattern-error.ts";

interface Vectors {
  readonly files: readonly string[];
  readonly cases: readonly { readonly pattern: string; readonly matches?: readonly string[]; readonly error?: true }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/glob/doublestar.json", import.meta.url), "utf8"),
) as Vectors;

function parentsOf(file: string): string[] {
  const parts = file.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

test("rooted patterns match files and directories as doublestar's walk of a file system does", () => {
  const directories = new Set(vectors.files.flatMap(parentsOf));
  for (const { pattern, matches, error } of vectors.cases) {
    if (error) {
      expect(() => compileRootedDoublestar(pattern), pattern).toThrow(PatternError);
      continue;
    }
    const match = compileRootedDoublestar(pattern);
    const found = [
      ...vectors.files.filter((file) => match(file)),
      ...[...directories].filter((path) => match(path, true)),
    ];
    expect(new Set(found), pattern).toEqual(new Set(matches));
  }
});

test.each([
  ["**/config.json", "config.json", true],
  ["**/config.json", "a/b/config.json", true],
  ["*.json", "a/config.json", false],
  ["/config.json", "config.json", false],
  ["a/**", "a", false],
  ["a/**", "a/b/c", true],
  ["{a,b/{c,d}}.json", "b/d.json", true],
  ["[^x]", "y", true],
  ["[!x]", "x", false],
  ["a[/]b", "a/b", "error"],
])("%s on the file %s is %s", (pattern, path, expected) => {
  if (expected === "error") expect(() => matchDoublestar(pattern, path)).toThrow(PatternError);
  else expect(matchDoublestar(pattern, path)).toBe(expected);
});

test("braces that multiply without end are refused", () => {
  expect(() => compileDoublestar("{a,b}".repeat(20))).toThrow("stand for more than 1000 patterns");
});

test("a pattern made to backtrack is matched at once", () => {
  const pattern = `${"**/*a".repeat(1)}${"*a".repeat(40)}b`;
  expect(matchDoublestar(pattern, "a".repeat(5_000))).toBe(false);
});
