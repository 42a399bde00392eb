import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../generators/ports.ts";
import { inventoryPorts } from "../../src/inputs/directory.ts";
import { generate } from "../../src/render/generate.ts";
import { makeSet } from "../support/make.ts";
import { type FakeWorld, fakePorts, makeCluster } from "../support/ports.ts";

const ocm = {
  apiVersion: "cluster.open-cluster-management.io/v1beta1",
  kind: "placementdecisions",
  statusListKey: "decisions",
  matchKey: "clusterName",
};

/** As Open Cluster Management writes them: each holds at most 100 decisions of a placement. */
function decision(name: string, clusters: readonly string[], more: object = {}): KubeObject {
  const labels = { "cluster.open-cluster-management.io/placement": "web" };
  return {
    apiVersion: ocm.apiVersion,
    kind: "PlacementDecision",
    metadata: { name, namespace: "argocd", labels },
    status: { decisions: clusters.map((clusterName) => ({ clusterName, reason: "" })) },
    ...more,
  };
}

const names = Array.from({ length: 250 }, (_, index) => `c${String(index).padStart(3, "0")}`);
const pages = [names.slice(0, 100), names.slice(100, 200), names.slice(200)];
const selector = { labelSelector: { matchLabels: { "cluster.open-cluster-management.io/placement": "web" } } };

async function run(spec: object, world: FakeWorld = {}, set: object = {}) {
  const ports = fakePorts({
    configMaps: { ocm, ...world.configMaps },
    clusters: names.map((name) => makeCluster(name)),
    ...world,
  });
  const generators = [{ clusterDecisionResource: { configMapRef: "ocm", ...spec } }];
  const { expansion, warnings } = await generate(makeSet({ goTemplate: true, generators, ...set }), ports);
  return { ...expansion, warnings };
}

describe("a placement of Open Cluster Management", () => {
  const objects = pages.map((clusters, index) => decision(`web-decision-${index + 1}`, clusters));

  it("gives a row for each cluster of all its pages, in their order", async () => {
    const { rows, inputs, completeness } = await run(selector, { objects });
    expect(rows.map(({ params }) => params.name)).toEqual(names);
    expect(rows[0]?.params).toMatchObject({ clusterName: "c000", server: "https://c000.example.com", reason: "" });
    expect(rows[0]?.origin.inputs).toContain("placementdecisions web-decision-1");
    expect(inputs.map(({ id }) => id)).toEqual([
      ...["1", "2", "3"].map((page) => `placementdecisions web-decision-${page}`),
      "clusters decided on by placementdecisions",
    ]);
    expect(completeness).toBe("complete");
  });

  it("changes only the input of the page that changed", async () => {
    const before = await run(selector, { objects });
    const [first, ...rest] = objects;
    const after = await run(selector, {
      objects: [first!, decision("web-decision-2", names.slice(150, 200)), ...rest.slice(1)],
    });
    const changed = after.inputs.filter(
      ({ id, version }) => !before.inputs.some((one) => one.id === id && one.version === version),
    );
    expect(changed.map(({ id }) => id)).toEqual([
      "placementdecisions web-decision-2",
      "clusters decided on by placementdecisions",
    ]);
  });

  it("skips clusters that are not registered and says so", async () => {
    const { rows, warnings } = await run(selector, { objects: [decision("web", ["c001", "elsewhere", "in-cluster"])] });
    expect(rows.map(({ params }) => [params.name, params.server])).toEqual([
      ["c001", "https://c001.example.com"],
      ["in-cluster", "https://kubernetes.default.svc"],
    ]);
    expect(warnings[0]?.message).toBe("placementdecisions web decides on elsewhere, which is no registered cluster");
  });

  it("that has not been decided on yet gives none and says so", async () => {
    const { rows, warnings } = await run(selector, { objects: [decision("web", [], { status: {} })] });
    expect(rows).toEqual([]);
    expect(warnings[0]?.message).toBe("placementdecisions web has no status yet, which counts as no decision");
  });

  it("that could be read in part proves nothing absent", async () => {
    const { completeness, gaps } = await run(selector, { objects: [], completeness: "partial" });
    expect(completeness).toBe("partial");
    expect(gaps.length).toBeGreaterThan(0);
  });
});

describe("parameters", () => {
  const facts = (entry: object) => decision("web", [], { status: { decisions: [{ clusterName: "c001", ...entry }] } });

  it("are texts as Go prints what a Kubernetes client reads", async () => {
    const entry = {
      score: 1000000,
      big: 9007199254740993n,
      part: 0.5,
      on: true,
      none: null,
      list: [1, "a"],
      map: { b: 2000000, a: [] },
    };
    const { rows } = await run({ name: "web" }, { objects: [facts(entry)] });
    expect(rows[0]?.params).toMatchObject({
      score: "1000000",
      big: "9007199254740993",
      part: "0.5",
      on: "true",
      none: "<nil>",
      list: "[1 a]",
      map: "map[a:[] b:2000000]",
    });
  });

  it("of a decision go over name and server, and values are taken verbatim", async () => {
    const { rows } = await run(
      { name: "web", values: { raw: "{{ .name }}" } },
      { objects: [facts({ server: "https://other" })] },
    );
    expect(rows[0]?.params).toMatchObject({ name: "c001", server: "https://other", values: { raw: "{{ .name }}" } });
    const flat = await run(
      { name: "web", values: { raw: "{{name}}" } },
      { objects: [facts({})] },
      { goTemplate: false },
    );
    expect(flat.rows[0]?.params).toMatchObject({ "values.raw": "{{name}}" });
  });

  it("of hostile names stay what they are", async () => {
    const entry = JSON.parse('{"__proto__":"x","constructor":"y"}') as object;
    const hostile = decision("web", [], { status: { decisions: [Object.assign(entry, { clusterName: "c001" })] } });
    const { rows } = await run({ name: "web" }, { objects: [hostile] });
    expect(Object.keys(rows[0]?.params ?? {}).sort()).toEqual([
      "__proto__",
      "clusterName",
      "constructor",
      "name",
      "server",
    ]);
    expect({}).not.toHaveProperty("x");
  });

  it("of one cluster that is decided on twice are two rows with keys of their own", async () => {
    const { rows } = await run({ name: "web" }, { objects: [decision("web", ["c001", "c001"])] });
    expect(rows.map(({ key }) => key)).toEqual(["cluster c001", "cluster c001 #2"]);
  });
});

describe("what cannot be read", () => {
  const objects = [decision("web", ["c001"])];

  it.each<[string, object, FakeWorld, RegExp]>([
    ["no ConfigMap", { configMapRef: "gone", name: "web" }, { objects }, /ConfigMap argocd\/gone does not exist/],
    [
      "no group",
      { name: "web" },
      { objects, configMaps: { ocm: { ...ocm, apiVersion: "v1" } } },
      /no apiVersion of the form group\/version/,
    ],
    ["no kind", { name: "web" }, { objects, configMaps: { ocm: { ...ocm, kind: "" } } }, /has no kind/],
    [
      "a path for a kind",
      { name: "web" },
      { objects, configMaps: { ocm: { ...ocm, kind: "../secrets" } } },
      /has no kind/,
    ],
    ["neither name nor selector", {}, { objects }, /neither a name nor a labelSelector/],
    ["both", { name: "web", ...selector }, { objects }, /both a name and a labelSelector/],
    ["nothing found", { name: "mail" }, { objects }, /there is no placementdecisions mail in argocd/],
    [
      "no list",
      { name: "web" },
      { objects: [decision("web", [], { status: { phase: "x" } })] },
      /has no list status\.decisions/,
    ],
    [
      "a text for a list",
      { name: "web" },
      { objects: [decision("web", [], { status: { decisions: "x" } })] },
      /has no list status\.decisions/,
    ],
    [
      "a text for a decision",
      { name: "web" },
      { objects: [decision("web", [], { status: { decisions: ["x"] } })] },
      /decisions\[0\] that is not a map/,
    ],
  ])("%s fails", async (_name, spec, world, message) => {
    await expect(run(spec, world)).rejects.toThrow(message);
  });

  it("gives nothing without a matchKey, as in Argo CD", async () => {
    const { rows, warnings } = await run({ name: "web" }, { objects, configMaps: { ocm: { ...ocm, matchKey: "" } } });
    expect(rows).toEqual([]);
    expect(warnings[0]?.message).toContain("has no matchKey");
  });
});

describe("selectors", () => {
  it("pick by expressions in an inventory", async () => {
    const object = (name: string, env: string) => ({
      ...decision(name, ["c001"]),
      metadata: { name, labels: { env } },
    });
    const entries = [
      object("a", "prod"),
      object("b", "dev"),
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "ocm" }, data: ocm },
    ].map((one) => ({ object: one, file: "f", line: 1 }));
    const ports = inventoryPorts({ entries, warnings: [] }, fakePorts());
    const labelSelector = { matchExpressions: [{ key: "env", operator: "NotIn", values: ["dev"] }] };
    const generators = [{ clusterDecisionResource: { configMapRef: "ocm", labelSelector } }];
    const { expansion } = await generate(makeSet({ goTemplate: true, generators }), ports);
    expect(expansion.inputs.map(({ id }) => id)).toEqual([
      "placementdecisions a",
      "clusters decided on by placementdecisions",
    ]);
  });
});
