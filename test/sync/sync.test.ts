import { beforeEach, describe, expect, it } from "vitest";
import { configMap, repoURL, World, yaml } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await World.start("one", "two");
  return () => world.stop();
});

describe("automated sync", () => {
  it("applies what the folder holds and says so in the status", async () => {
    const revision = world.repository.commit({
      "app/a.yaml": yaml(configMap("a"), configMap("b")),
      "other/c.yaml": yaml(configMap("c")),
    });
    await world.create();
    expect(await world.sync()).toMatchObject({ kind: "requeue", afterMs: 120_000 });
    expect((await world.configMap("a"))?.metadata.annotations).toEqual({
      "argocd.argoproj.io/tracking-id": "web:/ConfigMap:default/a",
    });
    expect(await world.configMap("c")).toBeUndefined();
    const { status, operation } = await world.app();
    expect(operation).toBeUndefined();
    expect(status).toMatchObject({
      sync: { status: "Synced", revision, comparedTo: { destination: { name: "one", namespace: "default" } } },
      health: { status: "Healthy" },
      sourceType: "Directory",
      resources: [
        { version: "v1", kind: "ConfigMap", namespace: "default", name: "a", status: "Synced" },
        { version: "v1", kind: "ConfigMap", namespace: "default", name: "b", status: "Synced" },
      ],
      operationState: {
        phase: "Succeeded",
        message: "successfully synced (all tasks run)",
        operation: { initiatedBy: { automated: true }, sync: { revision }, retry: { limit: 5 } },
        syncResult: { revision, resources: [{ kind: "ConfigMap", name: "a", status: "Synced" }, { name: "b" }] },
      },
      history: [{ id: 0, revision, initiatedBy: { automated: true } }],
      reconciledAt: "2026-01-01T00:00:00Z",
      controllerNamespace: "argocd",
    });
    expect(status?.conditions ?? []).toEqual([]);
  });

  it("writes nothing when nothing changed, to hub nor member", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    const [app, object] = [await world.app(), await world.configMap("a")];
    await world.clock.advance(120_000);
    await world.sync();
    expect((await world.app()).metadata.resourceVersion).toBe(app.metadata.resourceVersion);
    expect((await world.configMap("a"))?.metadata.resourceVersion).toBe(object?.metadata.resourceVersion);
  });

  it("rolls a commit out and touches only what it changed", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")), "app/b.yaml": yaml(configMap("b")) });
    await world.create();
    await world.sync();
    const before = await world.configMap("b");
    const revision = world.repository.commit({
      "app/a.yaml": yaml(configMap("a", { a: "2" })),
      "app/b.yaml": yaml(configMap("b")),
    });
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "2" });
    expect((await world.configMap("b"))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Synced", revision },
      history: [{ id: 0 }, { id: 1, revision }],
    });
  });

  it("takes fields away that the commit no longer names, and leaves those of others", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a", { a: "1", b: "2" })) });
    await world.create();
    await world.sync();
    const ref = { group: "", version: "v1", plural: "configmaps", namespace: "default", name: "a" };
    await world.member("one").patch(ref, { kind: "merge", body: { data: { theirs: "x" } } });
    world.repository.commit({ "app/a.yaml": yaml(configMap("a", { a: "1" })) });
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "1", theirs: "x" });
  });

  it("is not shared by Applications of other namespaces under one name", async () => {
    await world.hub.create(
      { group: "", version: "v1", plural: "namespaces" },
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } },
    );
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    const refs = { group: "argoproj.io", version: "v1alpha1", plural: "applications", namespace: "team" };
    const made = await world.create();
    const { resourceVersion: _v, uid: _u, ...metadata } = made.metadata;
    await world.hub.create(refs, { ...made, metadata: { ...metadata, namespace: "team" } });
    const { syncApplication } = await import("../../src/sync/sync.ts");
    await syncApplication(await world.hub.get({ ...refs, name: "web" }), world.engine, new AbortController().signal);
    expect((await world.configMap("a"))?.metadata.annotations).toMatchObject({
      "argocd.argoproj.io/tracking-id": "team_web:/ConfigMap:default/a",
    });
  });

  it("does nothing by itself without the policy, or with it switched off", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create({ syncPolicy: { automated: { enabled: false } } });
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "OutOfSync" },
      health: { status: "Missing" },
      resources: [{ name: "a", status: "OutOfSync", health: { status: "Missing" } }],
    });
  });

  it("heals drift only when asked to, and more slowly each time", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    const ref = { group: "", version: "v1", plural: "configmaps", namespace: "default", name: "a" };
    const drift = () => world.member("one").patch(ref, { kind: "merge", body: { data: { a: "drift" } } });
    await drift();
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "drift" });
    expect((await world.app()).status?.sync?.status).toBe("OutOfSync");

    await world.patch({ spec: { syncPolicy: { automated: { selfHeal: true } } } });
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "1" });
    await drift();
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 2_000 });
    expect((await world.configMap("a"))?.data).toEqual({ a: "drift" });
    await world.clock.advance(2_000);
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "1" });
    await drift();
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 6_000 });
  });

  it("moves to another member when the destination changes", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    await world.patch({ spec: { destination: { name: "two" } } });
    await world.sync();
    expect(await world.configMap("a", "two")).toBeDefined();
    expect((await world.app()).status?.sync?.status).toBe("Synced");
  });
});

describe("pruning", () => {
  const prune = { syncPolicy: { automated: { prune: true } } };

  it("deletes what the commit took away, and only with prune", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
    await world.create();
    await world.sync();
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.sync();
    expect(await world.configMap("b")).toBeDefined();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "OutOfSync" },
      resources: [
        { name: "a", status: "Synced" },
        { name: "b", status: "OutOfSync", requiresPruning: true },
      ],
    });
    await world.patch({ spec: prune });
    await world.sync();
    expect(await world.configMap("b")).toBeUndefined();
    expect((await world.app()).status).toMatchObject({ sync: { status: "Synced" }, resources: [{ name: "a" }] });
  });

  it.each([
    ["Prune=false keeps an object", { "argocd.argoproj.io/sync-options": "Prune=false" }],
    ["Prune=confirm waits for approval", { "argocd.argoproj.io/sync-options": "Prune=confirm" }],
    ["a copied tracking annotation is not ours", { "argocd.argoproj.io/tracking-id": "web:/ConfigMap:default/other" }],
    ["another Application's object is not ours", { "argocd.argoproj.io/tracking-id": "db:/ConfigMap:default/b" }],
  ])("%s", async (_what, annotations) => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
    await world.create(prune);
    await world.sync();
    const ref = { group: "", version: "v1", plural: "configmaps", namespace: "default", name: "b" };
    await world.member("one").patch(ref, { kind: "merge", body: { metadata: { annotations } } });
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.sync();
    expect(await world.configMap("b")).toBeDefined();
  });

  it("refuses to empty an Application unless that is allowed", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create(prune);
    await world.sync();
    world.repository.commit({ "app/README.md": "nothing" });
    await world.sync();
    expect(await world.configMap("a")).toBeDefined();
    expect((await world.app()).status?.conditions).toMatchObject([
      { type: "SyncError", message: expect.stringContaining("will wipe out all resources") },
    ]);
    await world.patch({ spec: { syncPolicy: { automated: { allowEmpty: true } } } });
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status).toMatchObject({ sync: { status: "Synced" } });
  });

  it("never happens when the source can't be read whole", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
    await world.create(prune);
    await world.sync();
    world.repository.commit({
      "app/a.yaml": `${yaml(configMap("a"))}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: [}\n`,
    });
    await world.sync();
    expect(await world.configMap("b")).toBeDefined();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Unknown" },
      conditions: [{ type: "ComparisonError", message: expect.stringMatching(/app\/a\.yaml.*line 5/) }],
      resources: [{ name: "a" }, { name: "b" }],
    });
    world.repository.commit({ "elsewhere/a.yaml": "" });
    await world.sync();
    expect((await world.app()).status?.conditions?.[0]?.message).toContain('no path "app"');
    world.repository.isReachable = false;
    await expect(world.sync()).rejects.toThrow("can't be reached");
    expect([await world.configMap("a"), await world.configMap("b")]).not.toContain(undefined);
  });

  it("waits until what should replace it is applied", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create({ syncPolicy: { automated: { prune: true }, retry: { limit: 0 } } });
    await world.sync();
    world.repository.commit({ "app/a.yaml": yaml({ ...configMap("new"), data: { a: { not: "text" } } }) });
    await world.sync();
    expect(await world.configMap("a")).toBeDefined();
    expect((await world.app()).status).toMatchObject({
      operationState: { phase: "Failed" },
      conditions: [{ type: "SyncError" }],
    });
  });
});

describe("what is not ours", () => {
  it("is left alone and named, while the rest is applied", async () => {
    const theirs = configMap(
      "a",
      { a: "theirs" },
      { namespace: "default", annotations: { "argocd.argoproj.io/tracking-id": "db:/ConfigMap:default/a" } },
    );
    await world.member("one").create({ group: "", version: "v1", plural: "configmaps", namespace: "default" }, theirs);
    world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
    await world.create();
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "theirs" });
    expect(await world.configMap("b")).toBeDefined();
    expect((await world.app()).status?.conditions).toMatchObject([
      { type: "SharedResourceWarning", message: "ConfigMap default/a is tracked by Application db and left alone" },
    ]);
    await world.sync();
    expect((await world.app()).status?.history?.length).toBe(1);
  });

  it("keeps the sync from beginning with FailOnSharedResource=true", async () => {
    const theirs = configMap(
      "a",
      {},
      { namespace: "default", annotations: { "argocd.argoproj.io/tracking-id": "db:/ConfigMap:default/a" } },
    );
    await world.member("one").create({ group: "", version: "v1", plural: "configmaps", namespace: "default" }, theirs);
    world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
    await world.create({ syncPolicy: { automated: {}, syncOptions: ["FailOnSharedResource=true"] } });
    await world.sync();
    expect(await world.configMap("b")).toBeUndefined();
    expect((await world.app()).status?.operationState?.phase).toBe("Failed");
  });

  it("is not permitted by the project", async () => {
    const spec = { destinations: [{ server: "*", namespace: "default" }], sourceRepos: ["*"] };
    world.projects.set("team", { metadata: { name: "team" }, spec });
    world.repository.commit({
      "app/a.yaml": yaml(configMap("a"), { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } }),
    });
    await world.create({ project: "team" });
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status?.operationState).toMatchObject({
      phase: "Failed",
      message: expect.stringContaining("project team does not permit Namespace: Namespace x"),
    });
  });
});

describe("sources that the engine can't render", () => {
  it.each<[string, object, Record<string, string>, RegExp]>([
    ["a chart", { chart: "nginx" }, {}, /Helm chart nginx/],
    ["Helm parameters", { helm: { releaseName: "x" } }, {}, /rendered by Helm/],
    ["Kustomize", { kustomize: { namePrefix: "x" } }, {}, /rendered by Kustomize/],
    ["a plugin", { plugin: { name: "x" } }, {}, /rendered by a plugin/],
    ["a chart in the folder", {}, { "app/Chart.yaml": "name: x" }, /holds a Helm chart/],
    ["a kustomization in the folder", {}, { "app/kustomization.yaml": "resources: []" }, /holds a kustomization/],
    ["Jsonnet", {}, { "app/x.jsonnet": "{}" }, /Jsonnet/],
    [
      "a hook",
      {},
      { "app/x.yaml": yaml(configMap("h", {}, { annotations: { "argocd.argoproj.io/hook": "PreSync" } })) },
      /is a hook/,
    ],
    [
      "a wave",
      {},
      { "app/x.yaml": yaml(configMap("w", {}, { annotations: { "argocd.argoproj.io/sync-wave": "-1" } })) },
      /sync wave -1/,
    ],
    ["a path out of the repository", { path: "../app" }, {}, /leads out/],
  ])("%s is told and touches nothing", async (_what, source, files, message) => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")), ...files });
    await world.create({ source: { repoURL, path: "app", targetRevision: "main", ...source } });
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Unknown" },
      conditions: [{ type: "ComparisonError", message: expect.stringMatching(message) }],
    });
  });
});

describe("bad specs", () => {
  it.each<[string, object, RegExp]>([
    ["no source", { source: undefined }, /no source/],
    [
      "a destination that is not registered",
      { destination: { name: "nowhere", namespace: "x" } },
      /no cluster of the name "nowhere"/,
    ],
    [
      "a destination with name and server",
      { destination: { name: "one", server: "https://x.test" } },
      /both name and server/,
    ],
    ["a project that does not exist", { project: "gone" }, /no project "gone"/],
  ])("%s", async (_what, spec, message) => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create(spec);
    await world.sync();
    expect((await world.app()).status?.conditions).toMatchObject([
      { type: "InvalidSpecError", message: expect.stringMatching(message) },
    ]);
  });
});
