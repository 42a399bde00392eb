import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, makeSet, named, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  expect(world?.hub.errors).toEqual([]);
  await world?.close();
});

/** Applications without a finalizer, so that a deleted one is gone at once. */
const light = { preserveResourcesOnDeletion: true };

const source = (targetRevision: string) => ({
  spec: { source: { repoURL: "https://git.test/apps.git", path: "{{name}}", targetRevision } },
});

describe("applicationsSync", () => {
  it.each([
    { policy: "create-only", updates: false, deletes: false },
    { policy: "create-update", updates: true, deletes: false },
    { policy: "create-delete", updates: false, deletes: true },
    { policy: "sync", updates: true, deletes: true },
  ])("$policy", async ({ policy, updates, deletes }) => {
    const [old, kept, fresh] = ["old", "kept", "fresh"].map((name) => `${policy}-${name}`) as [string, string, string];
    const parts = (revision: string, ...names: string[]) => ({
      elements: named(...names),
      app: source(revision),
      spec: { syncPolicy: { ...light, applicationsSync: policy } },
    });
    const set = makeSet(policy, parts("v1", old, kept)) as { readonly spec: object };
    await world.hub.create(set);
    await eventually(async () => expect(await world.namesOf(policy)).toEqual([kept, old]));

    const { spec } = makeSet(policy, parts("v2", kept, fresh)) as { readonly spec: object };
    await world.hub.patch("ApplicationSet", policy, { spec });
    await world.look(policy);
    expect(await world.namesOf(policy)).toEqual([fresh, kept, ...(deletes ? [] : [old])]);
    expect((await world.app(kept))?.spec.source?.targetRevision).toBe(updates ? "v2" : "v1");
    // What the set itself wants is no news.
    expect(await world.conditions(policy)).toMatchObject({ ResourcesUpToDate: { status: "True" } });
    expect(await world.conditions(policy)).not.toHaveProperty("ChangesHeld");
  });
});

describe("what others change on an Application", () => {
  const metadata = { name: "{{name}}", labels: { team: "web" }, annotations: { note: "from the set" } };

  it("is put back, but for what is preserved", async () => {
    const preservedFields = { annotations: ["example.com/ticket"], labels: ["example.com/phase"] };
    await world.hub.create(
      makeSet("preserve", { elements: named("preserve-a"), app: { metadata }, spec: { preservedFields } }),
    );
    await eventually(async () => expect(await world.namesOf("preserve")).toEqual(["preserve-a"]));
    await world.hub.patch("Application", "preserve-a", {
      metadata: {
        labels: { team: "other", added: "yes", "example.com/phase": "two" },
        annotations: {
          ...{ note: "changed", added: "yes", "example.com/ticket": "T-1" },
          "argocd.argoproj.io/refresh": "normal",
          "notified.notifications.argoproj.io": "{}",
        },
        finalizers: ["post-delete-finalizer.argocd.argoproj.io/cleanup", "example.com/mine"],
      },
      spec: { source: { targetRevision: "by-hand" } },
    });
    await eventually(async () => {
      const app = await world.app("preserve-a");
      expect(app?.metadata.labels).toEqual({ team: "web", "example.com/phase": "two" });
      expect(app?.metadata.annotations).toEqual({
        ...{ note: "from the set", "example.com/ticket": "T-1" },
        "argocd.argoproj.io/refresh": "normal",
        "notified.notifications.argoproj.io": "{}",
      });
      expect(app?.metadata.finalizers).toEqual([
        "resources-finalizer.argocd.argoproj.io",
        "post-delete-finalizer.argocd.argoproj.io/cleanup",
      ]);
      expect(app?.spec.source?.targetRevision).toBe("main");
    });
  });

  it("stays where ignoreApplicationDifferences says so", async () => {
    const ignoreApplicationDifferences = [
      { jsonPointers: ["/spec/source/targetRevision"] },
      { name: "ignore-a", jsonPointers: ["/spec/syncPolicy", "/metadata/annotations/example.com~1pause"] },
    ];
    await world.hub.create(
      makeSet("ignore", { elements: named("ignore-a", "ignore-b"), spec: { ignoreApplicationDifferences } }),
    );
    await eventually(async () => expect(await world.namesOf("ignore")).toEqual(["ignore-a", "ignore-b"]));
    const byHand = {
      metadata: { annotations: { "example.com/pause": "yes", "example.com/other": "yes" } },
      spec: { source: { targetRevision: "by-hand", path: "by-hand" }, syncPolicy: { automated: { prune: true } } },
    };
    for (const name of ["ignore-a", "ignore-b"]) await world.hub.patch("Application", name, byHand);
    await eventually(async () => {
      const [a, b] = [await world.app("ignore-a"), await world.app("ignore-b")];
      expect(a?.spec).toMatchObject({
        source: { targetRevision: "by-hand", path: "ignore-a" },
        syncPolicy: { automated: { prune: true } },
      });
      expect(a?.metadata.annotations).toEqual({ "example.com/pause": "yes" });
      expect(b?.spec.source).toMatchObject({ targetRevision: "by-hand", path: "ignore-b" });
      expect(b?.spec.syncPolicy).toBeUndefined();
      expect(b?.metadata.annotations).toBeUndefined();
    });
  });

  it("is made anew when it was deleted", async () => {
    await world.hub.create(makeSet("again", { elements: named("again-a"), spec: { syncPolicy: light } }));
    await eventually(async () => expect(await world.namesOf("again")).toEqual(["again-a"]));
    const before = await world.app("again-a");
    await world.hub.delete("Application", "again-a");
    await eventually(async () => {
      const uid = (await world.app("again-a"))?.metadata.uid;
      expect(uid).toBeDefined();
      expect(uid).not.toBe(before?.metadata.uid);
    });
  });

  it("writes nothing where nothing differs", async () => {
    await world.hub.create(makeSet("same", { elements: named("same-a", "same-b") }));
    await eventually(async () => expect(await world.namesOf("same")).toEqual(["same-a", "same-b"]));
    await world.look("same");
    const before = await world.appsOf("same");
    await world.look("same");
    expect(await world.appsOf("same")).toEqual(before);
  });
});
