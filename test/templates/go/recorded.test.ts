import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { newRowRun, TemplateError } from "../../../templates/engine.ts";
import { goEngine } from "../../../templates/go/engine.ts";
import { sharedParams } from "../../support/expressions.ts";

interface Recorded {
  readonly T: string;
  readonly O: readonly string[];
  readonly out?: string;
  readonly errorLine?: number;
}

function recorded(name: string): readonly Recorded[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors/go", `${name}.json`), "utf8"));
}

beforeAll(() => {
  process.env.TZ = "UTC";
});

function render({ T, O }: Recorded): string {
  return goEngine.compile(T, "text", { options: O }).render(sharedParams("base"), newRowRun());
}

function errorLine(given: Recorded): unknown {
  try {
    return `it gave ${JSON.stringify(render(given))}`;
  } catch (error) {
    if (error instanceof TemplateError) return error.details.line;
    throw error;
  }
}

describe.each(["printf", "calls", "texts"])("texts put together by chance: %s", (name) => {
  const cases = recorded(name);

  it.each(cases.filter(({ out }) => out !== undefined))("gives what Go gives: $T", (given) => {
    expect(render(given)).toBe(given.out);
  });

  const failing = cases.filter((given) => given.errorLine !== undefined);
  if (failing.length > 0) {
    it("fails on the lines on which Go fails", () => {
      expect(failing.map(errorLine)).toEqual(failing.map((given) => given.errorLine));
    });
  }
});
