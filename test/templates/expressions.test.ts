import { beforeAll, describe, expect, it } from "vitest";
import { newRowRun, TemplateError } from "../../templates/engine.ts";
import { flatEngine } from "../../templates/flat.ts";
import { goEngine } from "../../templates/go/engine.ts";
import { type ExpressionCase, expressionGroups, listedFunctions, paramsOf } from "../support/expressions.ts";

const groups = expressionGroups();

beforeAll(() => {
  // Dates without a zone are local, and the expected texts were written in UTC.
  process.env.TZ = "UTC";
});

function render(given: ExpressionCase): string {
  const engine = given.M === "go" ? goEngine : flatEngine;
  return engine
    .compile(given.T, "spec.template.metadata.name", { options: given.O })
    .render(paramsOf(given), newRowRun());
}

function failureOf(given: ExpressionCase): TemplateError {
  try {
    const text = render(given);
    throw new Error(`gave ${JSON.stringify(text)} instead of failing with ${given.err}`);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

describe.each(groups)("golden expressions: $group", ({ cases }) => {
  const working = cases.filter((given) => given.err === undefined);
  const failing = cases.filter((given) => given.err !== undefined);

  it.each(working)("$id gives Go's bytes", (given) => {
    expect(render(given)).toBe(given.out);
  });

  if (failing.length > 0) {
    it.each(failing)("$id fails, and says where and at what", (given) => {
      const { message, details } = failureOf(given);
      expect(message).toContain("spec.template.metadata.name");
      if (given.M === "flat" || given.id in unlikeGo) return;
      const { line, tokens } = readGoError(given);
      if (line !== undefined) expect(details.line).toBe(line);
      const flat = message.replaceAll(/\s/g, "");
      for (const token of tokens) expect(flat).toContain(token.replaceAll(/\s/g, ""));
    });
  }
});

/** Messages that need not hold Go's tokens, each with the reason. */
const unlikeGo: { readonly [id: string]: string } = {};

/** The line that Go's message names, and what it says was wrong there: node, key, field, function, quoted token. */
function readGoError({ T, err = "" }: ExpressionCase): { readonly line?: number; readonly tokens: readonly string[] } {
  const text = err.replace(`template ${T}: `, "");
  const line = /base:(\d+)/.exec(text)?.[1];
  const [, node, problem = text] = /^.*?executing "[^"]*" at <(.*?)>: (.*)$/s.exec(text) ?? [];
  const found = [
    /for key ("[^"]*")/,
    /error calling (\w+)/,
    /can't evaluate field (\w+)/,
    /of args for (\w+)/,
    /function ("[^"]*") not defined/,
    /undefined variable:? "?(\$[^" ]*)/,
    /unexpected (?:"((?:[^"\\]|\\.)*)"|<(\w+)>|(\{\{\w+\}\}))/,
    /bad (?:character (U\+[0-9A-F]{4})|number syntax: "([^"]*)")/,
    /unrecognized character in action: (U\+[0-9A-F]{4})/,
    /template ("[^"]*") not defined/,
    /definition of template ("[^"]*")/,
  ].flatMap((pattern) => (pattern.exec(problem) ?? []).slice(1).filter((part) => part !== undefined));
  return {
    ...(line !== undefined && { line: Number(line) }),
    tokens: [...(node === undefined ? [] : [node]), ...found],
  };
}

describe("function names", () => {
  const texts = groups.flatMap(({ cases }) => cases.map(({ T }) => T));

  it.each(listedFunctions())("%s can be called and has a case", (name) => {
    const use = new RegExp(`(^|[^\\w.$])${name}([^\\w]|$)`);
    expect(texts.some((text) => use.test(text))).toBe(true);
    expect(() => goEngine.compile(`{{ ${name} }}`, "text")).not.toThrow();
  });
});
