import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cutSlug, slugOf } from "../../src/base/slug.ts";
import { toAscii } from "../../src/base/to-ascii.ts";

// Recorded from gosimple/slug 1.15.0 as Argo CD sets it up for pull requests: at most 50, "_" for "-".
const file = new URL("../vectors/slug/branches.json", import.meta.url);
const branches = JSON.parse(readFileSync(file, "utf8")) as readonly { readonly in: string; readonly out: string }[];

describe("slugOf", () => {
  it.each(branches.map((branch) => [branch.in, branch.out]))("%j is %j", (text, slug) => {
    expect(slugOf(text, 50)).toBe(slug);
  });

  it("gives what can stand in a name, whatever the text", () => {
    for (let code = 0; code < 0x3000; code += 7) {
      expect(slugOf(`${String.fromCodePoint(code)}x`.repeat(40), 50)).toMatch(/^(?:[a-z0-9][a-z0-9-]{0,49})?$/);
    }
  });
});

describe("cutSlug", () => {
  it.each([
    ["one-two-three", 7, "one-two"],
    ["one-two-three", 6, "one"],
    ["onetwothree", 6, "onetwo"],
    ["one-two", 0, "one-two"],
    ["-one_two-", 20, "one_two"],
  ])("cuts %j at %i after a word: %j", (text, length, slug) => {
    expect(cutSlug(text, length)).toBe(slug);
  });
});

it("leaves out what has no spelling", () => {
  expect(toAscii("a🎉b")).toBe("ab");
});
