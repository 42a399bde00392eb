import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilePathspec, matchPathspec } from "../../../src/base/glob/pathspec.ts";
import { PatternError } from "../../../src/base/glob/pattern-error.ts";

const documented = [
  "config.json",
  ".hid/config.json",
  "envs/config.json",
  "envs/eu/config.json",
  "envs/eu/other.yaml",
  "envs/eu/deep/config.json",
  "envs/us/config.json",
];

const nested = documented.filter((path) => path !== "config.json" && path.endsWith("config.json"));
const below = ["envs/eu/config.json", "envs/eu/deep/config.json", "envs/us/config.json"];

test.each<[string, readonly string[]]>([
  ["config.json", ["config.json"]],
  ["./config.json", ["config.json"]],
  ["*/config.json", nested],
  ["**/config.json", nested],
  ["*.json", ["config.json", ...nested]],
  ["envs/*/config.json", below],
  ["envs/**/config.json", below],
  ["envs/e?/config.json", ["envs/eu/config.json"]],
  ["envs/[eu]*/config.json", below],
  ["envs/{eu,us}/config.json", []],
  ["envs/eu", ["envs/eu/config.json", "envs/eu/other.yaml", "envs/eu/deep/config.json"]],
  ["envs/eu/", ["envs/eu/config.json", "envs/eu/other.yaml", "envs/eu/deep/config.json"]],
  [":(glob)envs/*/config.json", ["envs/eu/config.json", "envs/us/config.json"]],
  [":(exclude)envs/us/*", documented.filter((path) => !path.startsWith("envs/us/"))],
  ["ENVS/eu", []],
])("%s lists what git lists", (pattern, expected) => {
  expect(new Set(documented.filter(compilePathspec(pattern)))).toEqual(new Set(expected));
});

test.each([
  ["", 'it is empty; use "." for every file'],
  ["/config.json", "it is outside the repository"],
  ["envs/../../x", "it leads out of the repository"],
  [":(nonsense)x", 'there is no magic "nonsense"'],
  [":(glob", "its magic does not end"],
  [":(glob,literal)x", "literal and glob exclude each other"],
  [":(attr:binary)x", "attributes are not supported"],
  [":&x", 'there is no magic "&"'],
])("%j is refused: %s", (pattern, why) => {
  expect(() => compilePathspec(pattern)).toThrow(PatternError);
  expect(() => compilePathspec(pattern)).toThrow(why);
});

test("a pattern made to backtrack is matched at once", () => {
  expect(matchPathspec(`${"*a".repeat(60)}b`, "a".repeat(10_000))).toBe(false);
  expect(matchPathspec(`:(glob)${"**/a*".repeat(30)}b`, "a/".repeat(2_000))).toBe(false);
});

const hasGit = spawnSync("git", ["--version"]).status === 0;

// Every pattern that the generator below makes is asked of git itself.
describe.skipIf(!hasGit)("beside git ls-files (skipped where git is not installed: it is the judge)", () => {
  const files = [
    ...documented,
    "a",
    "b/a",
    "b/b/c",
    "b/A/c",
    "B/a",
    "é",
    "b/é.txt",
    "a*",
    "b[c]/d",
    "b/*/x",
    "c d/e",
    "x-y/z_1",
    "q/a/b/a/b",
    "q/]",
    "q/\\a",
    "q/^x",
    "q/!x",
    "q/Zz",
  ];
  const pieces = [
    ...["a", "b", "B", "c", "q", "x", "z", "/", "/", "*", "*", "**", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "[]a]"],
    ...["[[:alpha:]]", "[[:upper:]]", "[[:nope:]]", "[a", "[\\]]", "[A-Z]", "[!-a]", "\\", "\\*", "**/", "/**", "/**/"],
    ...["./", "../", ".json", "envs", "eu", "é", "]", "^", "!", "[b]", "config"],
  ];
  const magics = [
    "",
    "",
    "",
    "",
    ":(glob)",
    ":(glob)",
    ":(icase)",
    ":(glob,icase)",
    ":(literal)",
    ":!",
    ":^",
    ":/",
    ":(top)",
    ":",
  ];
  let root = "";

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "pathspec-"));
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), "");
    }
    execFileSync("git", ["init", "-q", "."], { cwd: root });
    execFileSync("git", ["add", "-A", "."], { cwd: root });
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function listed(pattern: string): readonly string[] | "error" {
    const { status, stdout } = spawnSync("git", ["ls-files", "-z", "--", pattern], { cwd: root, encoding: "utf8" });
    return status === 0 ? stdout.split("\0").slice(0, -1) : "error";
  }

  function ours(pattern: string): readonly string[] | "error" {
    try {
      return files.filter(compilePathspec(pattern));
    } catch (error: unknown) {
      if (error instanceof PatternError) return "error";
      throw error;
    }
  }

  test("600 drawn patterns list the same files", () => {
    const seed = Number(process.env.PATHSPEC_SEED ?? 4);
    const draw = generator(seed);
    for (let count = 0; count < 600; count++) {
      const length = 1 + draw(6);
      const body = Array.from({ length }, () => pieces[draw(pieces.length)]).join("");
      const pattern = `${magics[draw(magics.length)]}${body}`;
      const expected = listed(pattern);
      const found = ours(pattern);
      const sorted = expected === "error" ? expected : new Set(expected);
      expect(found === "error" ? found : new Set(found), `${JSON.stringify(pattern)} with seed ${seed}`).toEqual(
        sorted,
      );
    }
  });
});

/** A small generator of numbers below a bound, the same for the same seed. */
function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
