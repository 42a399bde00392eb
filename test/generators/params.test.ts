import { describe, expect, it } from "vitest";
import { flattenParams, mergeParams, StringMapConflict, toFloats, toTexts } from "../../generators/params.ts";
import { isStringMap, stringList, stringMap } from "../../src/base/values.ts";

describe("flattenParams", () => {
  it.each([
    [{ a: { b: { c: "x" } } }, { "a.b.c": "x" }],
    [{ l: ["a", { b: 1 }] }, { "l.0": "a", "l.1.b": "1" }],
    [
      { n: null, t: true, e: {}, l: [] },
      { n: "<nil>", t: "true" },
    ],
    [
      { million: 1_000_000, id: 123456789012, small: 0.00001 },
      { million: "1e+06", id: "1.23456789012e+11", small: "1e-05" },
    ],
    [{ path: { segments: stringList(["a", "b"]) } }, { "path.segments": "[a b]" }],
    [{ metadata: { labels: stringMap({ env: "dev" }) } }, { "metadata.labels.env": "dev" }],
    [{ clusters: [{ labels: stringMap({ env: "dev" }) }] }, { "clusters.0.labels.env": "dev" }],
    [{ list: [stringMap({ b: "2", a: "1" })] }, { "list.0": "map[a:1 b:2]" }],
  ])("%j", (params, flat) => {
    expect({ ...flattenParams(params) }).toEqual(flat);
  });
});

it("prints a bigint as the double that Go makes of it", () => {
  expect({ ...flattenParams({ big: 2n ** 64n }) }).toEqual({ big: "1.8446744073709552e+19" });
});

describe("toTexts", () => {
  it("gives back a row of texts and prints the rest", () => {
    const texts = { a: "1" };
    expect(toTexts(texts)).toBe(texts);
    expect({ ...toTexts({ a: "1", b: 3, c: null, d: ["x"] }) }).toEqual({ a: "1", b: "3", c: "<nil>", d: "[x]" });
  });
});

describe("toFloats", () => {
  it("rounds integers beyond a double and shares what it leaves alone", () => {
    const kept = { deep: [1, "x"] };
    expect(toFloats({ n: 9007199254740993n, kept })).toEqual({ n: 9007199254740992, kept });
    expect((toFloats({ n: 1n, kept }) as { kept: unknown }).kept).toBe(kept);
    expect(toFloats(kept)).toBe(kept);
  });
});

describe("mergeParams", () => {
  it.each([
    [
      { k: "a", v: { x: 1, y: 2 }, l: [1], o: { p: 1 } },
      { v: { y: 0 }, l: [], o: {} },
      { k: "a", v: { x: 1, y: 0 }, l: [], o: { p: 1 } },
    ],
    [{ a: 1 }, { a: null }, { a: null }],
    [{ a: { b: 1 } }, { a: "x" }, { a: "x" }],
    [{ a: "x" }, { a: { b: 1 } }, { a: { b: 1 } }],
  ])("%j with %j over it", (base, over, merged) => {
    const before = structuredClone([base, over]);
    expect(mergeParams(base, over)).toEqual(merged);
    expect([base, over]).toEqual(before);
  });

  it("keeps a map of strings one, and refuses a general map over it", () => {
    const merged = mergeParams({ v: stringMap({ a: "1" }) }, { v: stringMap({ b: "2" }) });
    expect(isStringMap(merged.v)).toBe(true);
    expect({ ...(merged.v as object) }).toEqual({ a: "1", b: "2" });
    expect(() => mergeParams({ v: stringMap({ a: "1" }) }, { v: { a: 1 } })).toThrow(StringMapConflict);
    expect(isStringMap(mergeParams({ v: { a: 1 } }, { v: stringMap({ b: "2" }) }).v)).toBe(false);
  });

  it("takes hostile keys for keys", () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"x": 1}}');
    const merged = mergeParams(hostile, JSON.parse('{"__proto__": {"more": 2}}'));
    expect(Object.hasOwn(merged, "__proto__")).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":1,"more":2},"constructor":{"x":1}}');
  });
});
