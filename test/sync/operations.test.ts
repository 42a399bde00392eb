import { beforeEach, describe, expect, it } from "vitest";
import { done } from "../../src/base/outcome.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { syncApplication } from "../../src/sync/sync.ts";
import { linkTo } from "../support/memory-git.ts";
import { configMap, repoURL, World, yaml } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await World.start("one", "two");
  return () => world.stop();
});

const manual = { syncPolicy: {} };

describe("a sync that was asked for", () => {
  it("is carried out once, at the revision that it names", async () => {
    const old = world.repository.commit({ "app/a.yaml": yaml(configMap("a", { a: "old" })) });
    world.repository.commit({ "app/a.yaml": yaml(configMap("a", { a: "new" })) });
    await world.create(manual);
    await world.patch({ operation: { sync: { revision: old }, initiatedBy: { username: "me" } } });
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "old" });
    const { operation, status } = await world.app();
    expect(operation).toBeUndefined();
    expect(status).toMatchObject({
      operationState: {
        phase: "Succeeded",
        operation: { initiatedBy: { username: "me" } },
        syncResult: { revision: old },
      },
      history: [{ id: 0, revision: old, initiatedBy: { username: "me" } }],
    });
    await world.sync();
    expect((await world.app()).status).toMatchObject({ sync: { status: "OutOfSync" }, history: [{ id: 0 }] });
  });

  it("prunes only when it says so", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
    await world.create();
    await world.sync();
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.patch({ operation: { sync: {} } });
    await world.sync();
    expect(await world.configMap("b")).toBeDefined();
    expect((await world.app()).status?.operationState?.syncResult?.resources).toMatchObject([
      { name: "a", status: "Synced" },
      { name: "b", status: "PruneSkipped", message: "ignored (requires pruning)" },
    ]);
    await world.patch({ operation: { sync: { prune: true } } });
    await world.sync();
    expect(await world.configMap("b")).toBeUndefined();
  });

  it("touches only the resources that it names, and leaves no history", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
    await world.create(manual);
    await world.patch({ operation: { sync: { resources: [{ kind: "ConfigMap", name: "b" }] } } });
    await world.sync();
    expect([await world.configMap("a"), (await world.configMap("b"))?.metadata.name]).toEqual([undefined, "b"]);
    expect((await world.app()).status?.history ?? []).toEqual([]);
  });

  it("writes nothing when it is a dry run", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create(manual);
    await world.patch({ operation: { sync: { dryRun: true } } });
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "OutOfSync" },
      operationState: {
        phase: "Succeeded",
        syncResult: { resources: [{ message: expect.stringContaining("dry run") }] },
      },
    });
  });

  it.each([
    ["local manifests", { manifests: ["{}"] }],
    ["another source", { source: { repoURL, path: "other" } }],
    ["force", { syncStrategy: { apply: { force: true } } }],
    ["Replace=true", { syncOptions: ["Replace=true"] }],
  ])("is refused with %s, and touches nothing", async (_what, sync) => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create(manual);
    await world.patch({ operation: { sync } });
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status?.operationState).toMatchObject({
      phase: "Failed",
      message: expect.stringContaining("not supported"),
    });
  });

  it("ends in an error when the source can't be told", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create({ ...manual, source: { repoURL, path: "gone", targetRevision: "main" } });
    await world.patch({ operation: { sync: {} } });
    await world.sync();
    const { operation, status } = await world.app();
    expect([operation, status?.operationState?.phase]).toEqual([undefined, "Error"]);
  });

  it("stops when it is terminated", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create(manual);
    const operationState = { phase: "Terminating", operation: { sync: {} }, startedAt: "2026-01-01T00:00:00Z" };
    await world.patch({ status: { operationState } });
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status?.operationState?.phase).toBe("Failed");
  });
});

describe("failures", () => {
  const broken = { ...configMap("bad"), data: { a: { not: "text" } } };

  it("of one object do not keep the others from being applied, and are tried again as the policy says", async () => {
    world.repository.commit({ "app/a.yaml": yaml(broken, configMap("good")) });
    const retry = { limit: 2, backoff: { duration: "10s", factor: 3 } };
    await world.create({ syncPolicy: { automated: {}, retry } });
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 10_000 });
    expect(await world.configMap("good")).toBeDefined();
    expect((await world.app()).status?.operationState).toMatchObject({
      phase: "Running",
      retryCount: 1,
      message: expect.stringMatching(/ConfigMap default\/bad.*Retrying attempt #1 at 2026-01-01T00:00:10Z/),
    });
    await world.clock.advance(9_000);
    expect(await world.sync()).toMatchObject({ afterMs: 1_000 });
    expect((await world.app()).status?.operationState?.retryCount).toBe(1);
    await world.clock.advance(1_000);
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 30_000 });
    await world.clock.advance(30_000);
    await world.sync();
    expect((await world.app()).status).toMatchObject({
      operationState: { phase: "Failed", retryCount: 2 },
      conditions: [{ type: "SyncError", message: expect.stringContaining("Failed last sync attempt") }],
    });
  });

  it("of an object that was fine before name it too, and leave it as it was", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("bad")) });
    await world.create({ syncPolicy: { automated: {}, retry: { limit: 0 } } });
    await world.sync();
    world.repository.commit({ "app/a.yaml": yaml(broken) });
    await world.sync();
    expect((await world.configMap("bad"))?.data).toEqual({ a: "1" });
    expect((await world.app()).status).toMatchObject({
      sync: { status: "OutOfSync" },
      operationState: { phase: "Failed", message: expect.stringContaining("ConfigMap default/bad") },
    });
  });

  it("are not tried again by themselves for the same revision, but for the next", async () => {
    world.repository.commit({ "app/a.yaml": yaml(broken) });
    await world.create({ syncPolicy: { automated: { selfHeal: true }, retry: { limit: 0 } } });
    await world.sync();
    const failed = await world.app();
    await world.clock.advance(600_000);
    await world.sync();
    expect((await world.app()).metadata.resourceVersion).toBe(failed.metadata.resourceVersion);
    world.repository.commit({ "app/a.yaml": yaml(configMap("bad")) });
    await world.sync();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Synced" },
      operationState: { phase: "Succeeded" },
    });
    expect((await world.app()).status?.conditions ?? []).toEqual([]);
  });
});

describe("a process that dies", () => {
  it("in the middle of a sync leaves what it applied known, and the next one ends the sync", async () => {
    const first = Array.from({ length: 6 }, (_, i) => configMap(`m${i}`));
    world.repository.commit({ "app/a.yaml": yaml(...first) });
    await world.create({ syncPolicy: { automated: { prune: true } } });
    const kill = new AbortController();
    const member = world.members.member({ name: "one" });
    const { run } = member;
    let calls = 0;
    Object.assign(member, {
      run: (call: () => Promise<unknown>) => {
        // Past the reads of the comparison, after some of the writes.
        if (++calls > 6 + 6 + 3) kill.abort();
        return run.call(member, call);
      },
    });
    const dying = syncApplication(await world.app(), world.engine, kill.signal);
    await expect(dying).rejects.toMatchObject({ reason: "Aborted" });
    Object.assign(member, { run });
    const left = await world.app();
    expect(left.status?.operationState?.phase).toBe("Running");
    expect(left.status?.resources?.map(({ name }) => name)).toEqual(first.map(({ metadata }) => metadata.name));

    // The commit that the next process sees holds only one of them: nothing that was applied may be left behind.
    world.repository.commit({ "app/a.yaml": yaml(configMap("m0")) });
    await world.sync();
    await world.sync();
    for (let i = 0; i < 6; i++) expect((await world.configMap(`m${i}`)) !== undefined).toBe(i === 0);
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Synced" },
      operationState: { phase: "Succeeded" },
    });
  });
});

describe("refresh", () => {
  it("asks the remote at once and takes the annotation away", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    await world.clock.advance(5_000);
    await world.patch({ metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } });
    await world.sync();
    const { metadata, status } = await world.app();
    expect(metadata.annotations ?? {}).toEqual({});
    expect(status?.reconciledAt).toBe("2026-01-01T00:00:05Z");
    expect(world.repository.resolves.map(({ refresh }) => refresh)).toEqual([undefined, true]);
  });

  it("reads what is known only when it is hard", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    expect(world.repository.reads).toBe(1);
    await world.patch({ metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } });
    await world.sync();
    expect(world.repository.reads).toBe(1);
    await world.patch({ metadata: { annotations: { "argocd.argoproj.io/refresh": "hard" } } });
    await world.sync();
    expect(world.repository.reads).toBe(2);
  });
});

describe("namespaces and kinds", () => {
  const widget: KubeObject = {
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name: "w" },
    spec: { size: 3 },
  };
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { kind: "Widget", listKind: "WidgetList", plural: "widgets", singular: "widget" },
      versions: [
        {
          ...{ name: "v1", served: true, storage: true },
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  };
  const there = { destination: { name: "one", namespace: "team" } };

  it("come before what needs them", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } };
    world.repository.commit({ "app/1.yaml": yaml(widget, configMap("a")), "app/2.yaml": yaml(crd, namespace) });
    await world.create(there);
    const run = world.sync();
    let ended = false;
    void run.finally(() => {
      ended = true;
    });
    while (!ended) await world.clock.advance(250);
    await run;
    const found = await world
      .member("one")
      .get({ group: "example.com", version: "v1", plural: "widgets", namespace: "team", name: "w" });
    expect(found.spec).toEqual({ size: 3 });
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Synced" },
      operationState: { phase: "Succeeded" },
    });
  });

  it("that the member does not serve are told, and the rest is applied", async () => {
    world.repository.commit({ "app/1.yaml": yaml(widget, configMap("a")) });
    await world.create({ syncPolicy: { automated: {}, retry: { limit: 0 } } });
    await world.sync();
    expect(await world.configMap("a")).toBeDefined();
    expect((await world.app()).status?.operationState).toMatchObject({
      phase: "Failed",
      message: expect.stringContaining("does not serve kind Widget"),
    });
  });

  it("are made where CreateNamespace=true asks for it, with labels, and never pruned", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    const managedNamespaceMetadata = { labels: { team: "web" }, annotations: { note: "x" } };
    const automated = { prune: true, allowEmpty: true };
    await world.create({
      ...there,
      syncPolicy: { automated, syncOptions: ["CreateNamespace=true"], managedNamespaceMetadata },
    });
    await world.sync();
    expect((await world.get("one", "v1/Namespace", "team"))?.metadata).toMatchObject({
      labels: { team: "web" },
      annotations: { note: "x" },
    });
    expect(await world.configMap("a", "one", "team")).toBeDefined();
    world.repository.commit({ "app/README.md": "" });
    await world.sync();
    expect(await world.configMap("a", "one", "team")).toBeUndefined();
    expect(await world.get("one", "v1/Namespace", "team")).toBeDefined();
  });

  it("of the cluster get no namespace, others the destination's or their own", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team", namespace: "ignored" } };
    world.repository.commit({
      "app/a.yaml": yaml(namespace, configMap("a"), configMap("b", {}, { namespace: "team" })),
    });
    await world.create();
    await world.sync();
    expect((await world.get("one", "v1/Namespace", "team"))?.metadata.annotations).toEqual({
      "argocd.argoproj.io/tracking-id": "web:/Namespace:default/team",
    });
    expect(await world.configMap("a", "one", "default")).toBeDefined();
    expect(await world.configMap("b", "one", "team")).toBeDefined();
  });
});

describe("sources", () => {
  it("may be several, lists and links, and one that only lends files", async () => {
    const list = { apiVersion: "v1", kind: "List", items: [configMap("l1"), configMap("l2")] };
    const main = world.repository.commit({
      "app/list.json": JSON.stringify(list),
      "app/linked.yaml": linkTo("shared/x.yaml"),
      "app/values.yaml": "replicas: 3\n",
      "app/deep/skipped.yaml": yaml(configMap("deep")),
      "shared/x.yaml": yaml(configMap("x")),
      "second/a/b.yaml": yaml(configMap("b")),
      "second/a/not.yaml": yaml(configMap("not")),
    });
    const second = {
      repoURL,
      path: "second",
      targetRevision: "main",
      directory: { recurse: true, exclude: "{a/not.yaml,x}" },
    };
    await world.create({ source: undefined, sources: [{ repoURL, path: "app" }, second, { repoURL, ref: "values" }] });
    await world.sync();
    const { status } = await world.app();
    expect(status?.resources?.map(({ name }) => name)).toEqual(["b", "l1", "l2", "x"]);
    expect(status).toMatchObject({
      sync: { revisions: [main, main, main] },
      sourceTypes: ["Directory", "Directory", "Directory"],
    });
  });

  it("are read once for all Applications and commits with the same folder, unless a link leads out of it", async () => {
    const app = { "app/a.yaml": yaml(configMap("a")) };
    world.repository.commit({ ...app, "other.txt": "1" });
    await world.create();
    await world.create({ destination: { name: "two", namespace: "default" } }, { name: "web2" });
    await world.sync();
    await world.sync("web2");
    world.repository.commit({ ...app, "other.txt": "2" });
    await world.sync();
    expect(world.repository.reads).toBe(1);

    const linked = { "app/a.yaml": linkTo("shared.yaml") };
    world.repository.commit({ ...linked, "shared.yaml": yaml(configMap("a", { a: "3" })) });
    await world.sync();
    world.repository.commit({ ...linked, "shared.yaml": yaml(configMap("a", { a: "4" })) });
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "4" });
  });

  it("that hold an object twice are warned of, and the last one counts", async () => {
    world.repository.commit({
      "app/1.yaml": yaml(configMap("a", { a: "first" })),
      "app/2.yaml": yaml(configMap("a", { a: "last" })),
    });
    await world.create();
    await world.sync();
    expect((await world.configMap("a"))?.data).toEqual({ a: "last" });
    expect((await world.app()).status?.conditions).toMatchObject([{ type: "RepeatedResourceWarning" }]);
  });

  it("with a Secret's stringData are in sync after one apply", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { password: "x" } };
    world.repository.commit({ "app/s.yaml": yaml(secret) });
    await world.create();
    await world.sync();
    await world.sync();
    const { status } = await world.app();
    expect([status?.sync?.status, status?.history?.length]).toEqual(["Synced", 1]);
    expect((await world.get("one", "v1/Secret", "s", "default"))?.data).toEqual({
      password: Buffer.from("x").toString("base64"),
    });
  });

  it("written in another way than the server does are in sync all the same", async () => {
    const template = {
      metadata: { labels: { app: "x" } },
      spec: {
        containers: [
          { name: "c", image: "nginx:1", resources: { limits: { cpu: "1000m" } }, ports: [{ containerPort: 80 }] },
        ],
      },
    };
    const deployment = {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d", creationTimestamp: null }, status: {} },
      spec: { replicas: 1, selector: { matchLabels: { app: "x" } }, template },
    };
    world.repository.commit({ "app/d.yaml": yaml(deployment) });
    await world.create();
    await world.sync();
    await world.sync();
    const { status } = await world.app();
    expect(status).toMatchObject({
      sync: { status: "Synced" },
      health: { status: "Progressing" },
      summary: { images: ["nginx:1"] },
      history: [{ id: 0 }],
    });
  });
});

describe("health", () => {
  it("is looked at often while it is on the move, and follows the member", async () => {
    const selector = { matchLabels: { app: "x" } };
    const template = { metadata: { labels: { app: "x" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d" },
      spec: { replicas: 1, selector, template },
    };
    world.repository.commit({ "app/d.yaml": yaml(deployment) });
    await world.create();
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 1_000 });
    await world.clock.advance(31_000);
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 15_500 });
    const ref = { group: "apps", version: "v1", plural: "deployments", namespace: "default", name: "d" };
    const counts = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    await world.member("one").patch({ ...ref, subresource: "status" }, { kind: "merge", body: { status: counts } });
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 120_000 });
    expect((await world.app()).status?.health).toEqual({
      status: "Healthy",
      lastTransitionTime: "2026-01-01T00:00:31Z",
    });
  });
});

describe("an Application that is left alone", () => {
  it.each([
    ["by its own annotation", {}, { "argocd.argoproj.io/skip-reconcile": "true" }],
    ["by its cluster's annotation", { "argocd.argoproj.io/skip-reconcile": "true" }, {}],
  ])("%s", async (_what, ofCluster, ofApp) => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    world.secrets = world.secrets.map((secret) => ({
      ...secret,
      metadata: { ...secret.metadata, annotations: ofCluster },
    }));
    await world.create({}, { annotations: ofApp });
    expect(await world.sync()).toEqual(done);
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status).toBeUndefined();
  });
});
