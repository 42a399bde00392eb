import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, makeSet, named, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start({ speed: 20 });
});

afterAll(async () => {
  expect(world?.hub.errors).toEqual([]);
  await world?.close();
});

it("an Application goes when it was absent for the set's grace, and stays when it comes back before", async () => {
  const spec = { syncPolicy: { preserveResourcesOnDeletion: true }, fleet: { deletion: { grace: "30s" } } };
  await world.hub.create(makeSet("graceful", { elements: named("graceful-0", "graceful-1", "graceful-2"), spec }));
  await eventually(async () => expect(await world.namesOf("graceful")).toHaveLength(3));
  const shrink = (...names: string[]) =>
    world.hub.patch("ApplicationSet", "graceful", { spec: { generators: [{ list: { elements: named(...names) } }] } });
  const mark = async (name: string) => (await world.app(name))?.metadata.annotations?.["fleetset.io/absent-since"];

  await shrink("graceful-0");
  await world.look("graceful");
  expect((await world.conditions("graceful")).ChangesHeld?.reason).toBe("Grace");
  expect(await mark("graceful-1")).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(await world.namesOf("graceful")).toHaveLength(3);

  await shrink("graceful-0", "graceful-2");
  await eventually(async () => expect(await mark("graceful-2")).toBeUndefined());
  await eventually(async () => expect(await world.namesOf("graceful")).toEqual(["graceful-0", "graceful-2"]));
  await eventually(async () => expect((await world.conditions("graceful")).ChangesHeld).toBeUndefined());
});
