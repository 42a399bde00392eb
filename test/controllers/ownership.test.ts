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

function makeApp(name: string, metadata: object = {}): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd", ...metadata },
    spec: {
      project: "default",
      source: { repoURL: "https://git.test/hand-made.git", path: "by-hand" },
      destination: { name: "in-cluster", namespace: "by-hand" },
    },
  };
}

describe("who owns an Application", () => {
  it("a set owns what it generates, as its controller", async () => {
    const set = await world.hub.create(makeSet("owner", { elements: named("owner-a") }));
    const app = await eventually(async () => {
      const found = await world.app("owner-a");
      expect(found).toBeDefined();
      return found;
    });
    expect(app?.metadata.ownerReferences).toEqual([
      {
        ...{ apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", name: "owner", uid: set.metadata.uid },
        ...{ controller: true, blockOwnerDeletion: true },
      },
    ]);
    expect(app?.metadata.finalizers).toEqual(["resources-finalizer.argocd.argoproj.io"]);
  });

  it("an Application of nobody is left alone until it is handed over", async () => {
    const before = await world.hub.create(makeApp("adopt-a"));
    await world.hub.create(makeSet("adopt", { elements: named("adopt-a", "adopt-b") }));
    await eventually(async () =>
      expect(await world.conditions("adopt")).toMatchObject({
        ChangesHeld: {
          status: "True",
          reason: "NotOwned",
          message: expect.stringContaining("annotate it with fleetset.io/adopt-by=adopt"),
        },
        ResourcesUpToDate: { status: "True" },
      }),
    );
    expect(await world.namesOf("adopt")).toEqual(["adopt-b"]);
    expect(await world.app("adopt-a")).toEqual(before);

    await world.hub.patch("Application", "adopt-a", { metadata: { annotations: { "fleetset.io/adopt-by": "other" } } });
    await world.look("adopt");
    expect(await world.namesOf("adopt")).toEqual(["adopt-b"]);

    await world.hub.patch("Application", "adopt-a", { metadata: { annotations: { "fleetset.io/adopt-by": "adopt" } } });
    await eventually(async () => expect(await world.namesOf("adopt")).toEqual(["adopt-a", "adopt-b"]));
    const adopted = await world.app("adopt-a");
    expect(adopted?.metadata.uid).toBe(before.metadata.uid);
    expect(adopted?.spec.source?.repoURL).toBe("https://git.test/apps.git");
    await eventually(async () => expect(await world.conditions("adopt")).not.toHaveProperty("ChangesHeld"));
  });

  it("an Application of another set stays with it, and the rest goes on", async () => {
    await world.hub.create(makeSet("first", { elements: named("shared") }));
    await eventually(async () => expect(await world.namesOf("first")).toEqual(["shared"]));
    const before = await world.app("shared");
    const elsewhere = { spec: { destination: { name: "in-cluster", namespace: "elsewhere" } } };
    await world.hub.create(makeSet("second", { elements: named("shared", "own"), app: elsewhere }));
    await eventually(async () =>
      expect(await world.conditions("second")).toMatchObject({
        ChangesHeld: {
          reason: "OwnedByAnotherSet",
          message: expect.stringContaining("belongs to ApplicationSet first"),
        },
      }),
    );
    expect(await world.namesOf("second")).toEqual(["own"]);
    expect((await world.app("shared"))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);

    // Once the first lets go of it, and whoever carries it out has cleaned up, the second makes it anew.
    const generators = [{ list: { elements: named("first-other") } }];
    await world.hub.patch("ApplicationSet", "first", { spec: { generators } });
    await eventually(async () => expect((await world.app("shared"))?.metadata.deletionTimestamp).toBeDefined());
    await world.hub.patch("Application", "shared", { metadata: { finalizers: null } });
    await eventually(async () => expect(await world.namesOf("second")).toEqual(["own", "shared"]));
    expect((await world.app("shared"))?.metadata.uid).not.toBe(before?.metadata.uid);
    await eventually(async () => expect(await world.conditions("second")).not.toHaveProperty("ChangesHeld"));
  });
});
