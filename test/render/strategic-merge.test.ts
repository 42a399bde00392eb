import { describe, expect, it } from "vitest";
import { applicationType } from "../../src/render/application-type.ts";
import { PatchRefused, strategicMerge } from "../../src/render/strategic-merge.ts";

const app = {
  metadata: { name: "web", labels: { a: "1", b: "2" }, finalizers: ["a", "b"] },
  spec: {
    project: "default",
    source: { repoURL: "r", helm: { valueFiles: ["x", "y"], valuesObject: { map: { a: 1 }, list: [1], text: "t" } } },
    syncPolicy: { automated: { prune: true }, retry: { limit: 2 } },
  },
};

const deletions = { spec: { source: { helm: { "$deleteFromPrimitiveList/valueFiles": [{ a: 1 }, "x"] } } } };

function merge(patch: object): unknown {
  const before = JSON.stringify([app, patch]);
  const merged = strategicMerge(app, patch as never, applicationType);
  expect(JSON.stringify([app, patch])).toBe(before);
  return JSON.parse(JSON.stringify(merged));
}

describe("strategicMerge", () => {
  it.each([
    ["maps are merged", { metadata: { labels: { b: "3", c: "4" } } }, { labels: { a: "1", b: "3", c: "4" } }],
    [
      "null deletes, and is nothing where there is nothing",
      { metadata: { labels: { a: null, z: null } } },
      { labels: { b: "2" } },
    ],
    ["finalizers are united, the patch's first", { metadata: { finalizers: ["c"] } }, { finalizers: ["c", "a", "b"] }],
    [
      "the original's order counts between items of both",
      { metadata: { finalizers: ["b", "c"] } },
      { finalizers: ["a", "b", "c"] },
    ],
    ["an empty list unites to the same", { metadata: { finalizers: [] } }, { finalizers: ["a", "b"] }],
    [
      "items can be deleted",
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["a", "z"] } },
      { finalizers: ["b"] },
    ],
    [
      "an order can be set",
      { metadata: { "$setElementOrder/finalizers": ["d", "x", "c"], finalizers: ["d", "c"] } },
      { finalizers: ["d", "c", "a", "b"] },
    ],
    ["$patch: replace", { metadata: { labels: { $patch: "replace", z: "1" } } }, { labels: { z: "1" } }],
    ["$patch: delete", { metadata: { labels: { $patch: "delete", z: "1" } } }, { labels: {} }],
    [
      "an order can be set without a list",
      { metadata: { "$setElementOrder/finalizers": ["b", "a"] } },
      { finalizers: ["b", "a"] },
    ],
    [
      "null under a list of deletions drops the list",
      { metadata: { "$deleteFromPrimitiveList/finalizers": null } },
      {},
    ],
    [
      "$patch: replace takes nulls along",
      { metadata: { labels: { $patch: "replace", z: null } } },
      { labels: { z: null } },
    ],
    ["$retainKeys", { metadata: { labels: { $retainKeys: ["b"], b: "9" } } }, { labels: { b: "9" } }],
  ])("%s", (_name, patch, metadata) => {
    const { finalizers, ...rest } = app.metadata;
    const kept =
      patch.metadata["$deleteFromPrimitiveList/finalizers" as never] === null ? rest : { ...rest, finalizers };
    expect(merge(patch)).toEqual({ ...app, metadata: { ...kept, ...metadata } });
  });

  it.each([
    [["b", "b", "n", "w"], [], ["b", "w", "n"]],
    [["b", "b", "n"], ["x"], ["b", "x", "n"]],
    [["a", "b", "a"], ["b"], ["a", "b"]],
  ])("unites %j and %j to %j", (finalizers, patch, expected) => {
    const merged = strategicMerge({ metadata: { finalizers } }, { metadata: { finalizers: patch } }, applicationType);
    expect(merged.metadata).toEqual({ finalizers: expected });
  });

  it("replaces other lists whole, and types that differ", () => {
    const helm = (patch: object) => (merge({ spec: { source: { helm: patch } } }) as typeof app).spec.source.helm;
    expect(helm({ valueFiles: ["z"] }).valueFiles).toEqual(["z"]);
    expect(helm({ valuesObject: { map: 1, list: { a: 1 }, text: { b: [null], c: null } } }).valuesObject).toEqual({
      map: 1,
      list: { a: 1 },
      text: { b: [null] },
    });
  });

  it("drops maps with $patch from what is new, and nulls in maps", () => {
    const info = [
      { $patch: "replace", name: "a" },
      { name: "b", value: null },
    ];
    expect(merge({ spec: { info, ignored: { $patch: "replace", a: 1 } } })).toEqual({
      ...app,
      spec: { ...app.spec, info: [{ name: "b" }] },
    });
  });

  it.each([
    [
      "maps inside arbitrary JSON",
      { spec: { source: { helm: { valuesObject: { map: { b: 2 } } } } } },
      "map holds a map or list",
    ],
    [
      "lists inside arbitrary JSON",
      { spec: { source: { helm: { valuesObject: { list: [2] } } } } },
      "list holds a map or list",
    ],
    ["unknown directives", { spec: { $patch: "explode" } }, "$patch: explode is no directive"],
    ["a $retainKeys that is no list", { spec: { $retainKeys: "a" } }, "must be a list"],
    ["$patch: merge", { spec: { $patch: "merge" } }, "$patch: merge is no directive"],
    [
      "a $retainKeys that lacks what the patch gives",
      { spec: { $retainKeys: ["source"], info: [] } },
      "does not list info",
    ],
    ["directives that name no list", { metadata: { $deleteFromPrimitiveList: ["a"] } }, "names no list"],
    ["deletions of maps", deletions, "items of a list are of several types"],
    ["an order that is none", { metadata: { "$setElementOrder/finalizers": "a" } }, "must be a list"],
    [
      "an order that the patch's list does not have",
      { metadata: { "$setElementOrder/finalizers": ["d", "c"], finalizers: ["c", "d"] } },
      "d is missing or out of order",
    ],
    ["an order of what is no list", { metadata: { "$setElementOrder/labels": ["a"] } }, "labels, which is no list"],
  ])("refuses %s", (_name, patch, message) => {
    expect(() => merge(patch)).toThrow(PatchRefused);
    expect(() => merge(patch)).toThrow(message);
  });

  it("takes hostile keys for keys", () => {
    const patch = JSON.parse('{"metadata": {"labels": {"__proto__": {"polluted": "1"}}}, "__proto__": {"x": 1}}');
    expect(JSON.stringify(strategicMerge(app, patch, applicationType))).toContain('"__proto__":{"x":1}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
