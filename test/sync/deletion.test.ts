import { beforeEach, describe, expect, it } from "vitest";
import { ignoreNotFound } from "../../src/kube/errors.ts";
import { configMap, World, yaml } from "./world.ts";

const cascade = "resources-finalizer.argocd.argoproj.io";
const configMaps = { group: "", version: "v1", plural: "configmaps", namespace: "default" } as const;
let world: World;

beforeEach(async () => {
  world = await World.start("one", "two");
  return () => world.stop();
});

const isGone = async () => (await ignoreNotFound(world.app())) === undefined;

describe("the deletion of an Application", () => {
  it.each([cascade, `${cascade}/background`, `${cascade}/foreground`])(
    "with %s takes its objects along",
    async (finalizer) => {
      world.repository.commit({ "app/a.yaml": yaml(configMap("a"), configMap("b")) });
      await world.create({}, { finalizers: [finalizer] });
      await world.sync();
      await world.member("one").create(configMaps, configMap("theirs", {}, { namespace: "default" }));
      await world.delete();
      for (let looks = 0; looks < 5 && !(await isGone()); looks++) await world.sync();
      expect([await world.configMap("a"), await world.configMap("b"), await isGone()]).toEqual([
        undefined,
        undefined,
        true,
      ]);
      expect(await world.configMap("theirs")).toBeDefined();
    },
  );

  it("without a finalizer leaves the objects", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    await world.delete();
    expect([await isGone(), (await world.configMap("a"))?.metadata.name]).toEqual([true, "a"]);
  });

  it("waits until the last object is gone", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create({}, { finalizers: [cascade] });
    await world.sync();
    const ref = { ...configMaps, name: "a" };
    await world.member("one").patch(ref, { kind: "merge", body: { metadata: { finalizers: ["example.com/hold"] } } });
    await world.delete();
    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 1_000 });
    expect(await isGone()).toBe(false);
    await world.member("one").patch(ref, { kind: "merge", body: { metadata: { finalizers: null } } });
    await world.sync();
    expect(await isGone()).toBe(true);
  });

  it("keeps what says Delete=false, and waits for approval with Delete=confirm", async () => {
    const options = (value: string) => ({ annotations: { "argocd.argoproj.io/sync-options": value } });
    world.repository.commit({
      "app/a.yaml": yaml(
        configMap("kept", {}, options("Delete=false")),
        configMap("asked", {}, options("Delete=confirm")),
      ),
    });
    await world.create({}, { finalizers: [cascade] });
    await world.sync();
    await world.delete();
    await world.sync();
    expect([await isGone(), (await world.configMap("asked"))?.metadata.name]).toEqual([false, "asked"]);
    await world.patch({
      metadata: { annotations: { "argocd.argoproj.io/deletion-approved": "2026-01-01T00:00:00Z" } },
    });
    for (let looks = 0; looks < 5 && !(await isGone()); looks++) await world.sync();
    expect([await world.configMap("asked"), (await world.configMap("kept"))?.metadata.name, await isGone()]).toEqual([
      undefined,
      "kept",
      true,
    ]);
  });

  it("lets go of one whose cluster is not registered any more", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create({}, { finalizers: [cascade] });
    await world.sync();
    world.secrets = [];
    await world.delete();
    await world.sync();
    expect(await isGone()).toBe(true);
    expect(await world.configMap("a")).toBeDefined();
    expect(world.events.join("\n")).toContain("ResourcesOrphaned");
  });

  it("keeps the finalizers of others", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create({}, { finalizers: [cascade, "example.com/other"] });
    await world.sync();
    await world.delete();
    for (let looks = 0; looks < 3; looks++) await world.sync();
    expect((await world.app()).metadata.finalizers).toEqual(["example.com/other"]);
    expect(await world.configMap("a")).toBeUndefined();
  });
});
