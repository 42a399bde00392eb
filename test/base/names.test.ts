import { describe, expect, it } from "vitest";
import { parseDuration, parseDurationOrSeconds } from "../../src/base/duration.ts";
import { InvalidError } from "../../src/base/errors.ts";
import {
  labelNameProblem,
  labelValueProblem,
  normalizeName,
  qualifiedNameProblem,
  subdomainProblem,
} from "../../src/base/names.ts";
import { nearest } from "../../src/base/near-name.ts";

describe("name rules", () => {
  it.each([
    [subdomainProblem, "a.b-c.d0", true],
    [subdomainProblem, "", false],
    [subdomainProblem, "A", false],
    [subdomainProblem, "a..b", false],
    [subdomainProblem, "a".repeat(253), true],
    [subdomainProblem, "a".repeat(254), false],
    [labelNameProblem, "a-b", true],
    [labelNameProblem, "a.b", false],
    [labelNameProblem, "a".repeat(64), false],
    [qualifiedNameProblem, "example.com/My_name.x", true],
    [qualifiedNameProblem, "/a", false],
    [qualifiedNameProblem, "Example.com/a", false],
    [qualifiedNameProblem, "a/", false],
    [qualifiedNameProblem, "a".repeat(64), false],
    [labelValueProblem, "", true],
    [labelValueProblem, "A_1.b", true],
    [labelValueProblem, "a b", false],
    [labelValueProblem, "a\n", false],
    [labelValueProblem, "a".repeat(64), false],
  ])("%s of %j", (rule, text, isRight) => {
    expect(rule(text) === undefined).toBe(isRight);
  });
});

describe("normalizeName", () => {
  it.each([
    ["UPPER/lower:1", "upper-lower-1"],
    ["a__b", "a--b"],
    ["a..b", "a..b"],
    ["-x-", "x"],
    ["...", ""],
    ["é", ""],
    ["aéb", "a-b"],
    ["a😀b", "a-b"],
    [`${"a".repeat(252)}..b`, "a".repeat(252)],
    ["x\udc80y", "x-y"],
  ])("%j becomes %j", (text, name) => {
    expect(normalizeName(text)).toBe(name);
  });
});

describe("nearest", () => {
  const candidates = ["clusters", "list", "git", "matrix", "clusterDecisionResource"];

  it.each([
    ["cluster", "clusters"],
    ["Git", "git"],
    ["gti", "git"],
    ["lst", "list"],
    ["matrx", "matrix"],
    ["kustomize", undefined],
    ["x".repeat(10_000), undefined],
  ])("%s: %s", (name, found) => {
    expect(nearest(name, candidates)).toBe(found);
  });
});

describe("durations", () => {
  it.each([
    ["5s", 5_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["-2m", -120_000],
    ["+3ms", 3],
    ["0", 0],
    ["1m0.5s", 60_500],
    ["1us", 0.001],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 6);
  });

  it.each([[""], ["5"], ["s"], ["5 s"], ["1h30"], ["1d"], ["-"], ["."], ["9999999999h"]])("%j is none", (text) => {
    expect(() => parseDuration(text, "retry.backoff.duration")).toThrow(InvalidError);
  });

  it("takes a bare number for seconds where Argo CD does", () => {
    expect(parseDurationOrSeconds("5")).toBe(5_000);
    expect(parseDurationOrSeconds("5m")).toBe(300_000);
  });
});
