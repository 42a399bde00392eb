import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeClient } from "../../src/kube/client.ts";
import { Informer, type InformerOptions } from "../../src/kube/informer.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { FakeClock, settle, until } from "../support/clock.ts";
import { FakeApi, refuse } from "../support/fake-api.ts";

const ref = { group: "", version: "v1", plural: "configmaps" } as const;

function configMap(name: string, team = "a"): KubeObject {
  const metadata = { name, namespace: "default", labels: { team }, managedFields: [{ manager: "m" }] };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { big: "x" } };
}

let api: FakeApi;
let client: KubeClient;
let clock: FakeClock;
let stop: AbortController;
let news: string[];
let running: Promise<void>;

beforeEach(async () => {
  api = new FakeApi();
  client = openKubeClient({ server: await api.start() });
  clock = new FakeClock();
  stop = new AbortController();
  news = [];
});

afterEach(async () => {
  stop.abort();
  await running;
  await client.close();
  await api.stop();
});

function follow(options: Partial<InformerOptions<KubeObject>> = {}): Informer {
  const informer = new Informer({ client, ref, clock, random: () => 1, ...options });
  informer.subscribe((before, after) => {
    news.push(`${before?.metadata.name ?? "-"} > ${after?.metadata.name ?? "-"}`);
  });
  running = informer.run(stop.signal);
  return informer;
}

const lists = () => api.requests.filter(({ query }) => query.get("watch") === null).length;
const watches = () => api.requests.filter(({ query }) => query.get("watch") !== null);

describe("informer", () => {
  it("lists, says that it is synced, and follows", async () => {
    for (let i = 0; i < 5; i++) api.put(configMap(`m${i}`));
    api.pageSize = 2;
    const informer = follow();
    await informer.synced;
    expect(informer.store.size).toBe(5);
    await until(() => api.watching === 1, "it watches");
    const made = api.put(configMap("new"));
    api.put(configMap("m1", "b"));
    api.remove(made);
    await until(() => news.length === 8, "all news are there");
    expect(news.slice(5)).toEqual(["- > new", "m1 > m1", "new > -"]);
    expect(informer.store.get("default/m1")?.metadata.labels).toEqual({ team: "b" });
    expect(watches()[0]?.query.get("allowWatchBookmarks")).toBe("true");
  });

  it("keeps neither managed fields nor what the transform takes away", async () => {
    api.put(configMap("m"));
    const informer = follow({
      transform: (object) => {
        delete object.data;
        return object;
      },
    });
    await informer.synced;
    expect(informer.store.get("default/m")).not.toHaveProperty("metadata.managedFields");
    expect(informer.store.get("default/m")).not.toHaveProperty("data");
  });

  it("keeps its indexes while objects change and go", async () => {
    const moving = api.put(configMap("m1"));
    api.put(configMap("m2"));
    const informer = follow({ indexes: { team: (object) => Object.values(object.metadata.labels ?? {}) } });
    const names = (team: string) => informer.store.find("team", team).map(({ metadata }) => metadata.name);
    await informer.synced;
    expect(names("a")).toEqual(["m1", "m2"]);
    await until(() => api.watching === 1, "it watches");
    api.put({ ...moving, metadata: { ...moving.metadata, labels: { team: "b" } } });
    await until(() => names("b").length === 1, "m1 moved");
    expect(names("a")).toEqual(["m2"]);
    api.remove(moving);
    await until(() => names("b").length === 0, "m1 is gone");
  });

  it("resumes a cut watch where it was, without listing again", async () => {
    const informer = follow();
    await informer.synced;
    await until(() => api.watching === 1, "it watches");
    api.put(configMap("before"));
    await until(() => news.length === 1, "the first change is there");
    const seen = api.version;
    api.cutWatches();
    api.put(configMap("meanwhile"));
    await until(() => clock.nextInMs === 500, "it waits before the next try");
    await clock.advance(500);
    await until(() => news.length === 2, "the missed change is there");
    expect(lists()).toBe(1);
    expect(watches().at(-1)?.query.get("resourceVersion")).toBe(seen);
  });

  it("resumes from a bookmark", async () => {
    const informer = follow();
    await informer.synced;
    await until(() => api.watching === 1, "it watches");
    api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "elsewhere" } });
    api.bookmark();
    await settle(20);
    api.cutWatches();
    await until(() => clock.nextInMs === 500, "it waits before the next try");
    await clock.advance(500);
    await until(() => watches().length === 2, "it watches again");
    expect(watches().at(-1)?.query.get("resourceVersion")).toBe(api.version);
  });

  it("lists again after 410 and tells of what went and changed meanwhile", async () => {
    const gone = api.put(configMap("gone"));
    api.put(configMap("kept"));
    api.put(configMap("changed"));
    const informer = follow();
    await informer.synced;
    await until(() => api.watching === 1, "it watches");
    news.length = 0;
    api.cutWatches();
    api.remove(gone);
    api.put(configMap("changed", "b"));
    api.compact();
    await until(() => clock.nextInMs === 500, "it waits before the next try");
    await clock.advance(500);
    await until(() => news.length === 2, "the differences are there");
    expect(news.sort()).toEqual(["changed > changed", "gone > -"]);
    expect(lists()).toBe(2);
  });

  it("backs off while the server fails, keeps what it knew, and recovers", async () => {
    api.put(configMap("m"));
    const informer = follow();
    await informer.synced;
    await until(() => api.watching === 1, "it watches");
    api.intercept = () => refuse(403, "Forbidden", "no more");
    api.cutWatches();
    await until(() => clock.nextInMs === 500, "the cut watch");
    await clock.advance(500);
    for (const waitMs of [1_000, 2_000, 4_000]) {
      await until(() => clock.nextInMs === waitMs, `it waits ${waitMs} ms`);
      await clock.advance(waitMs);
    }
    await until(() => clock.nextInMs === 8_000, "it waits longer");
    expect(informer.failure).toMatchObject({ reason: "Forbidden" });
    expect(informer.store.size).toBe(1);
    api.intercept = undefined;
    await clock.advance(8_000);
    await until(() => api.watching === 1, "it watches again");
    api.put(configMap("later"));
    await until(() => informer.store.size === 2, "the change is there");
    expect(informer.failure).toBeUndefined();
  });

  it("is not synced and empty as long as the first list fails", async () => {
    api.intercept = ({ query }) => (query.get("watch") === null ? refuse(403, "Forbidden", "no") : undefined);
    const informer = follow();
    await until(() => informer.failure !== undefined, "the list failed");
    expect(informer.hasSynced).toBe(false);
  });

  it("takes a silent watch for dead and resumes it", async () => {
    const informer = follow({ idleMs: 60_000 });
    await informer.synced;
    await until(() => api.watching === 1, "it watches");
    await clock.advance(40_000);
    api.bookmark();
    await settle(20);
    await clock.advance(40_000);
    expect(watches().length).toBe(1);
    await clock.advance(21_000);
    await until(() => watches().length === 2, "it watches anew");
    expect(lists()).toBe(1);
  });

  it("does not spin when the server ends each watch at once", async () => {
    api.intercept = ({ query }, response) => {
      if (query.get("watch") === null) return undefined;
      response.end();
      return "handled";
    };
    const informer = follow();
    await informer.synced;
    await until(() => clock.nextInMs === 500, "it waits");
    expect(watches().length).toBe(1);
  });

  it("replays what is there to a late listener and outlives one that throws", async () => {
    api.put(configMap("m"));
    const informer = follow();
    await informer.synced;
    const late: string[] = [];
    const end = informer.subscribe((_before, after) => {
      late.push(after?.metadata.name ?? "");
      throw new Error("listener");
    });
    expect(late).toEqual(["m"]);
    await until(() => api.watching === 1, "it watches");
    api.put(configMap("n"));
    await until(() => late.length === 2, "the listener heard");
    end();
    api.put(configMap("o"));
    await until(() => informer.store.size === 3, "the change is there");
    expect(late).toEqual(["m", "n"]);
  });

  it("remembers our own writes at once, but never an older state", async () => {
    const old = api.put(configMap("m"));
    const informer = follow();
    await informer.synced;
    await until(() => api.watching === 1, "it watches");
    const ours = { ...old, metadata: { ...old.metadata, resourceVersion: "1000", labels: { team: "ours" } } };
    informer.remember(ours);
    expect(informer.store.get("default/m")?.metadata.labels).toEqual({ team: "ours" });
    informer.remember(old);
    expect(informer.store.get("default/m")?.metadata.labels).toEqual({ team: "ours" });
  });

  it("ends when told to", async () => {
    const informer = follow();
    await informer.synced;
    await until(() => api.watching === 1, "it watches");
    stop.abort();
    await running;
    expect(clock.waiting).toBe(0);
  });
});
