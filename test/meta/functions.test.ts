import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { functionReference } from "../../templates/functions/reference.ts";
import { families, functions } from "../../templates/functions/registry.ts";
import { builtins } from "../../templates/go/builtins.ts";
import { expressionGroups } from "../support/expressions.ts";

interface Listed {
  readonly name: string;
  readonly origin: string;
  readonly signature: string;
  readonly isRandom: boolean;
}

// Name, origin and Go signature of every function, with a * where the result is not deterministic.
const listed: readonly Listed[] = readFileSync(
  join(import.meta.dirname, "../vectors/expressions/functions.txt"),
  "utf8",
)
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [name = "", origin = "", signature = ""] = line.split("\t");
    return { name, origin, signature: signature.replace(/ \*$/, ""), isRandom: signature.endsWith(" *") };
  });

const all = { ...builtins, ...functions };
const texts = expressionGroups().flatMap(({ cases }) => cases.map(({ T }) => T));
const reference = functionReference();

test("the tables hold the listed functions and no other", () => {
  expect(listed).toHaveLength(232);
  expect(Object.keys(all).sort()).toEqual(listed.map(({ name }) => name).sort());
});

test("no name stands in two families", () => {
  const names = families.flatMap((family) => Object.keys(family.functions));
  expect(names).toHaveLength(new Set(names).size);
});

test.each(listed)("$name is documented and has a golden case", ({ name }) => {
  expect(all[name]?.doc).toMatch(/^\S.{4,}$/);
  expect(reference).toContain(`| \`${name}\` |`);
  const use = new RegExp(`(^|[^\\w.$])${name}([^\\w]|$)`);
  expect(texts.some((text) => use.test(text))).toBe(true);
});

test.each(listed.filter(({ origin }) => origin !== "go"))("$name has the signature of the original", (given) => {
  const found = functions[given.name];
  expect(found?.signature).toBe(given.signature);
  expect(found?.nonDeterministic === true).toBe(given.isRandom);
});

test.each(["env", "expandenv", "getHostByName"])("%s, which reads the machine, is absent", (name) => {
  expect(Object.hasOwn(all, name)).toBe(false);
});
