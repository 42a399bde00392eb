import { describe, expect, it } from "vitest";
import { InvalidError, UsageError } from "../../src/base/errors.ts";
import { matchesFields, parseFieldSelector } from "../../src/base/field-selector.ts";
import { checkLabels, formatRequirement, parseLabelSelector, parseSelectorText } from "../../src/base/selectors.ts";
import { fc } from "../support/properties.ts";

const labels = { env: "prod", tier: "web", size: "10", "k8s.io/name": "x" };

describe("parseSelectorText", () => {
  it.each([
    ["", true],
    ["env=prod", true],
    ["env==prod", true],
    ["env=dev", false],
    ["env!=dev,none!=x", true],
    ["env in (dev, prod),tier notin (db)", true],
    ["none notin (db)", true],
    ["none in ()", false],
    ["env,!none", true],
    ["!env", false],
    ["none=", false],
    ["size>9", true],
    ["size<9", false],
    ["env>1", false],
    ["k8s.io/name = x", true],
    ["toString", false],
  ])("%j matches: %s", (text, matches) => {
    expect(parseSelectorText(text).matches(labels)).toBe(matches);
  });

  it.each([
    [","],
    ["a,"],
    ["a=b,,c"],
    ["a in b"],
    ["a in (b"],
    ["a b"],
    ["=b"],
    ["a==b=c"],
    ["a>x"],
    ["-a"],
    ["a=b c"],
    ["a=-"],
    ["a/b/c"],
    ["!"],
  ])("refuses %j", (text) => {
    expect(() => parseSelectorText(text)).toThrow(InvalidError);
  });

  it("reads back what it writes", () => {
    const text = "a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1";
    expect(parseSelectorText(text).requirements.map(formatRequirement).join(",")).toBe(text);
  });

  it("fails only with InvalidError", () => {
    const piece = fc.constantFrom("a", "in", "notin", "(", ")", ",", "=", "==", "!=", "!", ">", " ", "1", "/", "-");
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
        try {
          parseSelectorText(pieces.join("")).matches(labels);
        } catch (error: unknown) {
          expect(error).toBeInstanceOf(InvalidError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("parseLabelSelector", () => {
  it.each([
    ["nothing asked", {}, true],
    ["matchLabels", { matchLabels: { env: "prod" } }, true],
    ["In", { matchExpressions: [{ key: "env", operator: "In", values: ["dev"] }] }, false],
    ["NotIn a missing key", { matchExpressions: [{ key: "none", operator: "NotIn", values: ["dev"] }] }, true],
    ["Exists", { matchExpressions: [{ key: "env", operator: "Exists" }] }, true],
    ["DoesNotExist", { matchExpressions: [{ key: "env", operator: "DoesNotExist", values: [] }] }, false],
  ])("%s", (_, spec, matches) => {
    expect(parseLabelSelector(spec).matches(labels)).toBe(matches);
  });

  it.each([
    [{ matchExpressions: [{ key: "env", operator: "Is", values: ["a"] }] }, "matchExpressions[0].operator"],
    [{ matchExpressions: [{ key: "env", operator: "In", values: [] }] }, "matchExpressions[0].values"],
    [{ matchExpressions: [{ key: "env", operator: "Exists", values: ["a"] }] }, "matchExpressions[0].values"],
    [{ matchExpressions: [{ key: "path[0]", operator: "Exists" }] }, "matchExpressions[0].key"],
    [{ matchExpressions: [{ key: "env", operator: "constructor" }] }, "matchExpressions[0].operator"],
    [{ matchLabels: { "a/b/c": "x" } }, "matchLabels[a/b/c]"],
    [{ matchLabels: { env: "https://x" } }, "matchLabels[env]"],
  ])("refuses %j", (spec, field) => {
    expect(() => parseLabelSelector(spec)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field }) }),
    );
  });

  it("takes any value where a parameter is matched, but no bad key", () => {
    const url = { matchLabels: { server: "https://x" } };
    expect(parseLabelSelector(url, { anyValue: true }).matches({ server: "https://x" })).toBe(true);
    expect(() => parseLabelSelector({ matchLabels: { "path[0]": "x" } }, { anyValue: true })).toThrow(InvalidError);
  });

  it("says which requirement was missed", () => {
    const selector = parseSelectorText("tier=web,env in (dev),none");
    expect(selector.mismatch(labels)).toBe("env in (dev) but env=prod");
    expect(parseSelectorText("none").mismatch(labels)).toBe("none but none is not set");
  });
});

describe("checkLabels", () => {
  it("names flag, label and what is wrong", () => {
    expect(() => checkLabels({ env: "prod" }, "--label")).not.toThrow();
    expect(() => checkLabels({ env: "a b" }, "--label")).toThrow(UsageError);
    expect(() => checkLabels({ "-env": "a" }, "--label")).toThrow(/--label -env=a: the key "-env" name part/);
  });
});

describe("field selectors", () => {
  const read = (field: string): string => ({ "metadata.name": "a,b", "status.phase": "Running" })[field] ?? "";

  it.each([
    ["", true],
    ["metadata.name=a\\,b", true],
    ["metadata.name==a\\,b,status.phase!=Failed", true],
    ["status.phase=Failed", false],
    ["none=", true],
  ])("%j matches: %s", (text, matches) => {
    expect(matchesFields(parseFieldSelector(text), read)).toBe(matches);
  });

  it.each([["metadata.name"], ["a=b=c"], ["a=b\\c"]])("refuses %j", (text) => {
    expect(() => parseFieldSelector(text)).toThrow(InvalidError);
  });
});
