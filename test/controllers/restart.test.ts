import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { type ControllerSettings, openControllers } from "../../src/cli/controllers.ts";
import { type DemoRepository, makeRepository } from "../../src/cli/demo/repository.ts";
import type { LiveApplication } from "../../src/controllers/hub-view.ts";
import { ignoreNotFound } from "../../src/kube/errors.ts";
import { fastClock } from "../support/fast-clock.ts";
import { namespace, TestHub, types } from "../support/hub.ts";
import { eventually, makeSet, version } from "./world.ts";

const clock = fastClock(10);
let hub: TestHub;
let repository: DemoRepository;

beforeEach(async () => {
  const real = inject("realServer") ?? {};
  const outside = "kubeconfig" in real ? { kubeconfig: real.kubeconfig } : {};
  hub = await TestHub.start({ clock, members: ["a"], healthyAfterMs: 500, ...outside });
  const folder = join(hub.folder, "repositories");
  mkdirSync(folder);
  repository = await makeRepository(join(folder, "apps"));
  const web = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: { a: "1" } };
  await repository.commit("Add web", { "web/web.yaml": JSON.stringify(web) });
});

afterEach(async () => {
  expect(hub?.errors).toEqual([]);
  await hub?.close();
});

/** The controllers until the returned function ends them: what they know goes with them. */
function start(settings: Partial<ControllerSettings> = {}): () => Promise<void> {
  const controllers = openControllers({
    ...{ hub: hub.client, hubConnection: hub.connection, namespace, version, clock, log: silentLog },
    ...{ delivery: "hub", gitEnvironment: { PATH: process.env.PATH ?? "" }, cacheDir: join(hub.folder, "cache") },
    ...{ allowLocal: [join(hub.folder, "repositories")], newGitFileGlobbing: false },
    ...settings,
  });
  const stop = new AbortController();
  const ended = controllers.run(stop.signal);
  return async () => {
    stop.abort();
    await ended;
  };
}

const setOf = (name: string, fleet: object, labels: object = {}) =>
  makeSet(name, {
    elements: [{ name }],
    metadata: { labels },
    app: {
      spec: {
        source: { repoURL: repository.url, path: "web", targetRevision: "main" },
        destination: { name: "a", namespace: name },
        syncPolicy: { automated: { prune: true }, syncOptions: ["CreateNamespace=true"] },
      },
    },
    spec: fleet,
  });

const app = (name: string) => hub.get<LiveApplication>("Application", name);
const onMember = (set: string) =>
  ignoreNotFound(hub.member("a").get({ ...types.ConfigMap, namespace: set, name: "web" }));

it("a set that is deleted while nobody watches takes its objects along at the next start", async () => {
  const stop = start();
  await hub.create(setOf("gone", { fleet: { delivery: "push" } }));
  await eventually(async () => expect((await app("gone"))?.status?.sync?.status).toBe("Synced"));
  expect(await onMember("gone")).toBeDefined();
  await stop();

  await hub.delete("ApplicationSet", "gone");
  await eventually(async () => expect((await app("gone"))?.metadata.deletionTimestamp).toBeDefined());
  expect(await onMember("gone")).toBeDefined();

  const again = start();
  await eventually(async () => expect(await app("gone")).toBeUndefined());
  expect(await onMember("gone")).toBeUndefined();
  await again();
});

it("a controller of certain sets leaves the Applications of others alone", async () => {
  const stop = start({ delivery: "push", selector: "team=ours" });
  const others = start({ delivery: "hub", selector: "team=theirs" });
  await hub.create(setOf("theirs", {}, { team: "theirs" }));
  await hub.create(setOf("ours", {}, { team: "ours" }));
  await eventually(async () => {
    expect(await app("theirs")).toBeDefined();
    expect((await app("ours"))?.status?.sync?.status).toBe("Synced");
  });
  expect(await onMember("theirs")).toBeUndefined();
  expect((await app("theirs"))?.status).toBeUndefined();
  await Promise.all([stop(), others()]);
});
