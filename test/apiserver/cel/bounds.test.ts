import { describe, expect, it } from "vitest";
import { definitionErrors } from "../../../src/apiserver/cel/definition.ts";
import { ruleErrors } from "../../../src/apiserver/cel/validator.ts";
import type { Json } from "../../../src/apiserver/managed-fields/json.ts";
import type { Schema } from "../../../src/apiserver/resources.ts";

const ruled = (spec: Schema, rule: string): Schema => ({
  type: "object",
  properties: { spec: { ...spec, "x-kubernetes-validations": [{ rule }] } },
});

const problems = (spec: Schema, rule: string, value: Json): string[] => {
  const errors = ruleErrors({ spec: value }, ruled(spec, rule), undefined, () => undefined);
  return errors.map(({ field, body }) => `${field}: ${body}`);
};

const numbers: Schema = { type: "array", items: { type: "integer" } };
const texts: Schema = { type: "array", items: { type: "string" } };
const open: Schema = {
  type: "object",
  properties: { a: texts, b: texts },
  "x-kubernetes-preserve-unknown-fields": true,
};
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const tooMuch = /operation cancelled: actual cost limit exceeded/;

/** None of these may take long, whatever they are given. */
const hostile: readonly (readonly [name: string, spec: Schema, rule: string, value: Json])[] = [
  ["loops in loops", numbers, "self.all(x, self.all(y, self.all(z, x + y + z >= 0)))", many(2000)],
  ["a list that grows", numbers, "self.map(x, self.map(y, x + y)).size() > 0", many(3000)],
  ["an endless range", numbers, "lists.range(1000000000000).size() > 0", many(1)],
  ["texts that double", numbers, "self.map(x, 'ab'.replace('', 'ab'.replace('', 'x'))).size() < 0", many(100_000)],
  ["a pattern on a long text", texts, "self.all(x, x.matches('^(a+)+$'))", [`${"a".repeat(1_000_000)}b`]],
  [
    "equality deep below",
    open,
    "self.a.all(x, [self.a] == [self.b])",
    { a: many(50_000).map(String), b: many(50_000).map(String) },
  ],
  ["finding what is equal", texts, "self.distinct().size() > 0", many(50_000).map((one) => `${"x".repeat(20)}${one}`)],
];

describe("the bounds of rules", () => {
  it.each(hostile)("%s comes to an end", (_, spec, rule, value) => {
    const [first = ""] = problems(spec, rule, value);
    expect(first).toMatch(/cost limit exceeded|failed rule|cost budget/);
  });

  it("stops a rule at its cost", () => {
    expect(problems(numbers, "self.all(x, self.all(y, x + y >= 0))", many(2000))[0]).toMatch(tooMuch);
  });

  it("runs no further rule once one was stopped", () => {
    const rules = [{ rule: "self.all(x, self.all(y, x + y >= 0))" }, { rule: "false" }];
    const schema: Schema = { type: "object", properties: { spec: { ...numbers, "x-kubernetes-validations": rules } } };
    expect(ruleErrors({ spec: many(2000) }, schema, undefined, () => undefined)).toHaveLength(1);
  });

  it("stops at what all rules of an object may cost", () => {
    const item: Schema = { ...numbers, "x-kubernetes-validations": [{ rule: "self.all(x, self.all(y, x + y >= 0))" }] };
    const schema: Schema = { type: "object", properties: { spec: { type: "array", items: item } } };
    const errors = ruleErrors({ spec: many(60).map(() => many(250)) }, schema, undefined, () => undefined);
    expect(errors.map(({ body }) => body)).toEqual([expect.stringContaining("running out of cost budget")]);
  });

  it("refuses an expression that is too deep or too long", () => {
    const errors = (rule: string): string[] =>
      definitionErrors(ruled(numbers, rule), "schema", { isStructural: true, isUnchanged: false }).map(
        ({ body }) => body,
      );
    expect(errors(`${"(".repeat(5000)}true${")".repeat(5000)}`)[0]).toContain("recursion limit exceeded");
    expect(errors(`self${".x".repeat(5000)} == 1`)[0]).toContain("recursion");
    expect(errors(`'${"a".repeat(200_000)}' == ''`)[0]).toContain("exceeds limit");
    expect(errors(`${"true && ".repeat(3000)}true`)).toEqual([]);
  });

  it("looks at nothing beyond own properties", () => {
    const spec: Schema = { type: "object", additionalProperties: { type: "string" } };
    expect(problems(spec, "!('constructor' in self) && !has(self.toString)", {})).toEqual([]);
    expect(problems(spec, "self['__proto__'] == 'x'", JSON.parse('{"__proto__":"x"}'))).toEqual([]);
  });
});
