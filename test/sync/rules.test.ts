import { describe, expect, it } from "vitest";
import type { AppProject } from "../../crds/app-project.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { contains } from "../../src/sync/contains.ts";
import { compileGlob } from "../../src/sync/glob.ts";
import { parseOptions } from "../../src/sync/live-application.ts";
import { ManifestCache } from "../../src/sync/manifest-cache.ts";
import { parseManifest } from "../../src/sync/manifest-text.ts";
import { fileFilter } from "../../src/sync/manifests.ts";
import type { Member } from "../../src/sync/member.ts";
import { retryWaitMs } from "../../src/sync/operation.ts";
import { tiersOf } from "../../src/sync/order.ts";
import { coversOwned } from "../../src/sync/owned-fields.ts";
import { forbiddenBy } from "../../src/sync/project.ts";
import { instanceName, parseTracking, trackedBy, trackingId } from "../../src/sync/tracking.ts";
import { fc } from "../support/properties.ts";

describe("globs", () => {
  it.each<[string, string[], string[]]>([
    ["*.yaml", ["a.yaml", "deep/a.yaml", ".yaml"], ["a.yml", "a.yaml.bak"]],
    ["{*.yml,*.yaml}", ["a.yml", "x/a.yaml"], ["a.json"]],
    ["{a,b{c,d}}.yaml", ["a.yaml", "bc.yaml", "bd.yaml"], ["b.yaml"]],
    ["conf?g/**", ["config/a/b", "config/"], ["confg/a"]],
    ["[a-c]x[!0-9]", ["axa", "cx-"], ["dxa", "ax1"]],
    ["a\\*b", ["a*b"], ["axb"]],
    ["[]]", [], ["]"]],
    ["plain.yaml", ["plain.yaml"], ["plainxyaml"]],
    ["a.b+(c)", ["a.b+(c)"], ["axb+(c)"]],
    ["é?", ["éa", "é€"], ["é"]],
  ])("%s", (pattern, matching, others) => {
    if (pattern === "[]]") {
      expect(() => compileGlob(pattern)).toThrow(/class is empty/);
      return;
    }
    const match = compileGlob(pattern);
    expect(matching.filter((text) => !match(text))).toEqual([]);
    expect(others.filter((text) => match(text))).toEqual([]);
  });

  it.each(["{a", "[a", "a\\", "[!]", "{".repeat(30)])("refuses %j", (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(/can't be read/);
  });

  it("take linear time on hostile patterns", () => {
    const match = compileGlob(`${"*a".repeat(200)}b`);
    const started = performance.now();
    expect(match("a".repeat(5_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it.each<[object, string[]]>([
    [{}, ["a.yaml", "b.yml", "c.json"]],
    [{ recurse: true }, ["a.yaml", "b.yml", "c.json", "d/e.yaml"]],
    [{ recurse: true, include: "d/*" }, ["d/e.yaml"]],
    [{ exclude: "{a,b}.*" }, ["c.json"]],
    [{ include: "*.yaml", exclude: "*.yaml" }, []],
    [{ disableExtensionFilter: true }, ["a.yaml", "b.yml", "c.json", "README.md"]],
  ])("choose files by %j", (directory, want) => {
    const filter = fileFilter({ repoURL: "x", directory });
    expect(["a.yaml", "b.yml", "c.json", "d/e.yaml", "README.md"].filter(filter)).toEqual(want);
  });
});

describe("manifest files", () => {
  const object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

  it.each<[string, string, string, number]>([
    ["several documents, empty ones left out", "a.yaml", `---\n${object}---\n# nothing\n---\n${object}`, 2],
    [
      "a list and its items, nested too",
      "a.yaml",
      JSON.stringify({
        kind: "List",
        apiVersion: "v1",
        items: [
          {
            kind: "ConfigMapList",
            apiVersion: "v1",
            items: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } }],
          },
        ],
      }),
      1,
    ],
    ["JSON", "a.json", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}', 1],
    ["values of a chart", "values.yaml", "replicas: 3\nimage: {tag: x}\n", 0],
    ["a template that is no YAML", "t.yaml", "{{ if .x }}\na: b\n{{ end }}\n", 0],
    ["a file that asks to be left out", "a.yaml", `# +argocd:skip-file-rendering\n${object}`, 0],
    ["an empty file", "a.yaml", "", 0],
  ])("may hold %s", (_what, file, text, count) => {
    expect(parseManifest(file, text).length).toBe(count);
  });

  it.each<[string, string, string, RegExp]>([
    ["broken YAML that looks like an object", "a.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: [}\n", /a\.yaml/],
    ["broken JSON", "a.json", '{"kind": "Secret", "hunter22', /a\.json/],
    ["an object without a name", "a.yaml", "apiVersion: v1\nkind: X\nmetadata: {}\n", /line 1: a X has no name/],
    [
      "generateName",
      "a.yaml",
      `${object}---\napiVersion: v1\nkind: Job\nmetadata: {generateName: x}\n`,
      /line 5: a Job has generateName/,
    ],
    ["an object without apiVersion", "a.yaml", "kind: X\nmetadata: {name: a}\n", /no apiVersion/],
    [
      "a label that is no text",
      "a.yaml",
      "apiVersion: v1\nkind: X\nmetadata: {name: a, labels: {on: 1}}\n",
      /labels of X a/,
    ],
    ["a list of texts", "a.json", '["a"]', /^$|no map/],
  ])("are refused with %s", (_what, file, text, message) => {
    let said = "";
    try {
      parseManifest(file, text);
    } catch (error: unknown) {
      said = (error as Error).message;
    }
    expect(said).toMatch(message);
    expect(said).not.toContain("hunter22");
  });
});

describe("tracking", () => {
  const key = { group: "apps", kind: "Deployment", namespace: "web", name: "api" };

  it("is written and read as Argo CD does", () => {
    expect(trackingId("shop", key, "web")).toBe("shop:apps/Deployment:web/api");
    expect(trackingId("shop", { group: "", kind: "Namespace", namespace: "", name: "x" }, "web")).toBe(
      "shop:/Namespace:web/x",
    );
    expect(parseTracking("shop:apps/Deployment:web/api")).toEqual({ app: "shop", ...key });
    expect(instanceName({ name: "shop", namespace: "team" }, "argocd")).toBe("team_shop");
    expect(instanceName({ name: "shop", namespace: "argocd" }, "argocd")).toBe("shop");
  });

  it.each<[string, string, string | undefined]>([
    ["its own", "shop:apps/Deployment:web/api", "shop"],
    ["one of another name", "shop:apps/Deployment:web/other", undefined],
    ["one of another kind", "shop:apps/StatefulSet:web/api", undefined],
    ["one of another namespace", "shop:apps/Deployment:db/api", undefined],
    ["nonsense", "shop", undefined],
  ])("counts %s annotation as %s", (_what, value, app) => {
    const annotations = { "argocd.argoproj.io/tracking-id": value };
    const object = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "api", namespace: "web", annotations },
    };
    expect(trackedBy(object)).toBe(app);
  });

  it("of an object of the cluster names the destination's namespace", () => {
    const annotations = { "argocd.argoproj.io/tracking-id": "shop:/Namespace:web/x" };
    expect(trackedBy({ apiVersion: "v1", kind: "Namespace", metadata: { name: "x", annotations } })).toBe("shop");
  });
});

describe("differences", () => {
  it.each<[string, unknown, unknown, boolean]>([
    ["defaults of the server", { a: 1 }, { a: 1, b: 2 }, true],
    ["an empty map that the server left out", { a: {}, b: 1 }, { b: 1 }, true],
    ["a null", { a: null }, {}, true],
    ["another value", { a: 1 }, { a: 2 }, false],
    ["another number of items", { a: [1] }, { a: [1, 2] }, false],
    ["defaults inside items", { a: [{ n: 1 }] }, { a: [{ n: 1, m: 2 }] }, true],
    ["a key of the prototype", { constructor: { x: 1 } }, {}, false],
  ])("see %s", (_what, wanted, live, same) => {
    expect(contains(live, wanted)).toBe(same);
  });

  it("never see one between equal values", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => contains(structuredClone(value), value)));
  });

  it.each<[string, object, object, boolean]>([
    ["a field", { "f:spec": { "f:a": {} } }, { spec: { a: 1 } }, true],
    ["a field that is gone", { "f:spec": { "f:a": {}, "f:b": {} } }, { spec: { a: 1 } }, false],
    [
      "an item by its keys",
      { "f:c": { 'k:{"name":"x"}': { ".": {}, "f:image": {} } } },
      { c: [{ name: "x", image: "i" }] },
      true,
    ],
    [
      "an item by keys with a default",
      { "f:p": { 'k:{"containerPort":80,"protocol":"TCP"}': {} } },
      { p: [{ containerPort: 80 }] },
      true,
    ],
    ["an item that is gone", { "f:c": { 'k:{"name":"x"}': {} } }, { c: [{ name: "y" }] }, false],
    ["a member of a set", { "f:s": { 'v:"a"': {} } }, { s: ["a"] }, true],
    ["a member that is gone", { "f:s": { 'v:"b"': {} } }, { s: ["a"] }, false],
  ])("in what we hold see %s", (_what, fields, wanted, covers) => {
    expect(coversOwned(fields as { [key: string]: unknown }, wanted)).toBe(covers);
  });
});

describe("order", () => {
  it("puts namespaces, definitions and what others refer to first", () => {
    const kinds = [
      "Deployment",
      "Widget",
      "ConfigMap",
      "CustomResourceDefinition",
      "Namespace",
      "ServiceAccount",
      "Ingress",
      "Role",
    ];
    const objects = kinds.map((kind) => ({ key: { group: "", kind, namespace: "", name: "x" } }));
    expect(tiersOf(objects).map((tier) => tier.map(({ key }) => key.kind))).toEqual([
      ["Namespace"],
      ["CustomResourceDefinition"],
      ["ServiceAccount", "ConfigMap", "Role"],
      ["Deployment", "Ingress", "Widget"],
    ]);
  });
});

describe("retries", () => {
  it.each([
    [undefined, 1, 5_000],
    [undefined, 2, 10_000],
    [undefined, 20, 180_000],
    [{ backoff: { duration: "1m", factor: 3, maxDuration: "5m" } }, 2, 180_000],
    [{ backoff: { duration: "1m", factor: 3, maxDuration: "5m" } }, 3, 300_000],
    [{ backoff: { duration: "7" } }, 1, 7_000],
  ])("%j wait before try %i for %i ms", (retry, attempt, want) => {
    expect(retryWaitMs(retry, attempt)).toBe(want);
  });

  it("reads options", () => {
    expect([...parseOptions(["A=1", " B=x=y ", "C", "A=2"])]).toEqual([
      ["A", "2"],
      ["B", "x=y"],
      ["C", "true"],
    ]);
  });
});

describe("projects", () => {
  const member = { name: "prod-1", client: { server: "https://p1.test" }, cluster: undefined } as unknown as Member;
  const project = (spec: Partial<AppProject["spec"]>): AppProject => ({ metadata: { name: "team" }, spec });
  const everywhere = { destinations: [{ server: "*", namespace: "*" }] };
  const deployment = { group: "apps", kind: "Deployment", namespace: "team-a", name: "x" };
  const role = { group: "rbac.authorization.k8s.io", kind: "ClusterRole", namespace: "", name: "x" };

  it.each<[string, Partial<AppProject["spec"]>, boolean, boolean]>([
    ["everywhere, nothing of the cluster", everywhere, true, false],
    ["everything", { ...everywhere, clusterResourceWhitelist: [{ group: "*", kind: "*" }] }, true, true],
    [
      "everything but cluster roles",
      {
        ...everywhere,
        clusterResourceWhitelist: [{ group: "*", kind: "*" }],
        clusterResourceBlacklist: [{ group: "rbac.*", kind: "ClusterRole" }],
      },
      true,
      false,
    ],
    [
      "only ConfigMaps",
      { ...everywhere, namespaceResourceWhitelist: [{ group: "", kind: "ConfigMap" }] },
      false,
      false,
    ],
    [
      "no Deployments",
      { ...everywhere, namespaceResourceBlacklist: [{ group: "apps", kind: "Deployment" }] },
      false,
      false,
    ],
    ["its namespaces by name of the cluster", { destinations: [{ name: "prod-*", namespace: "team-*" }] }, true, false],
    ["other clusters", { destinations: [{ server: "https://other.test", namespace: "*" }] }, false, false],
    [
      "all but one namespace",
      {
        destinations: [
          { server: "*", namespace: "*" },
          { server: "*", namespace: "!team-a" },
        ],
      },
      false,
      false,
    ],
    ["a pattern that can't be read", { destinations: [{ server: "*", namespace: "{team" }] }, false, false],
  ])("may permit %s", (_what, spec, mayDeploy, mayGrant) => {
    expect(forbiddenBy(project(spec), deployment, true, member) === undefined).toBe(mayDeploy);
    expect(forbiddenBy(project(spec), role, false, member) === undefined).toBe(mayGrant);
  });

  it("permit everything when default was never made", () => {
    expect(forbiddenBy(undefined, role, false, member)).toBeUndefined();
  });
});

describe("the cache of manifests", () => {
  const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const reader = (hasLinks = false, bytes = 10) => {
    const state = { reads: 0 };
    const read = async () => {
      state.reads++;
      return { objects: [object], bytes, hasLinks };
    };
    return { state, read };
  };

  it("reads once for many at a time, and again after a failure", async () => {
    const cache = new ManifestCache();
    const { state, read } = reader();
    await Promise.all([1, 2, 3].map(() => cache.get("d", "r1", read)));
    await cache.get("d", "r2", read);
    expect(state.reads).toBe(1);
    await expect(cache.get("e", "r1", () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    await cache.get("e", "r1", read);
    expect(state.reads).toBe(2);
  });

  it("reads per revision where links lead elsewhere", async () => {
    const cache = new ManifestCache();
    const { state, read } = reader(true);
    for (const revision of ["r1", "r1", "r2"]) await cache.get("d", revision, read);
    expect(state.reads).toBe(2);
  });

  it("forgets the least recently used when it grows too large", async () => {
    const cache = new ManifestCache(25);
    const { state, read } = reader();
    for (const key of ["a", "b", "a", "c", "a", "b"]) await cache.get(key, "r", read);
    expect(state.reads).toBe(4);
  });
});
