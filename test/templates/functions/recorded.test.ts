import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newRowRun, TemplateError } from "../../../templates/engine.ts";
import { goEngine } from "../../../templates/go/engine.ts";
import { type ExpressionCase, paramsOf } from "../../support/expressions.ts";

const directory = join(import.meta.dirname, "../../vectors/expressions-extra");
const groups = readdirSync(directory)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({
    group: name.slice(0, -".json".length),
    cases: JSON.parse(readFileSync(join(directory, name), "utf8")) as ExpressionCase[],
  }));

function render(given: ExpressionCase): string {
  return goEngine.compile(given.T, "text", { options: given.O }).render(paramsOf(given), newRowRun());
}

describe.each(groups)("recorded expressions: $group", ({ cases }) => {
  it.each(cases.filter(({ err }) => err === undefined))("$id gives Go's bytes: $T", (given) => {
    expect(render(given)).toBe(given.out);
  });

  const failing = cases.filter(({ err }) => err !== undefined);
  if (failing.length > 0) {
    it.each(failing)("$id fails: $T", (given) => {
      expect(() => render(given)).toThrow(TemplateError);
    });
  }
});
