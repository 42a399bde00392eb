import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/objects.ts";
import type { Change } from "../../src/plan/plan.ts";
import { applications, applyPlan } from "../../src/sync/apply-plan.ts";
import { makeApp } from "../support/make.ts";
import { configMap, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  await world?.stop();
});

const create = (name: string, spec: object = {}, metadata: object = {}): Change => ({
  ...{ action: "create", namespace: "argocd", name, fields: [] },
  desired: makeApp(name, spec, metadata),
});

const at = { ...applications, namespace: "argocd" };

async function outcomeOf(change: Change): Promise<readonly [string, unknown]> {
  const written: KubeObject[] = [];
  const [result] = await applyPlan([change], { hub: world.hub, onWritten: (app) => written.push(app) });
  return [result?.outcome ?? "", written.map(({ metadata }) => metadata.name)];
}

describe("a creation of what is there already", () => {
  it.each([
    { name: "same", there: {}, wanted: {}, outcome: ["unchanged", ["same"]] },
    { name: "labelled", there: { labels: { by: "x" } }, wanted: {}, outcome: ["unchanged", ["labelled"]] },
    { name: "unlabelled", there: {}, wanted: { labels: { by: "x" } }, outcome: ["failed", []] },
  ])("$name: $outcome", async ({ name, there, wanted, outcome }) => {
    expect(await outcomeOf(create(name, {}, there))).toEqual(["created", [name]]);
    const before = await world.hub.get({ ...at, name });
    expect(await outcomeOf(create(name, {}, wanted))).toEqual(outcome);
    expect(await world.hub.get({ ...at, name })).toEqual(before);
  });

  it("counts who owns it", async () => {
    const owned = (uid?: string) => ({
      ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }],
    });
    const owner = await world.hub.create(
      { group: "", version: "v1", plural: "configmaps", namespace: "argocd" },
      configMap("owner"),
    );
    const ours = owned(owner.metadata.uid);
    expect(await outcomeOf(create("owned", {}, ours))).toEqual(["created", ["owned"]]);
    expect(await outcomeOf(create("owned", {}, ours))).toEqual(["unchanged", ["owned"]]);
    expect(await outcomeOf(create("owned", {}, owned("another")))).toEqual(["failed", []]);
  });

  it("fails where it differs or is about to go", async () => {
    await outcomeOf(create("other"));
    expect(await outcomeOf(create("other", { project: "another" }))).toEqual(["failed", []]);
    await outcomeOf(create("going", {}, { finalizers: ["example.com/wait"] }));
    await world.hub.delete({ ...at, name: "going" });
    expect(await outcomeOf(create("going"))).toEqual(["failed", []]);
  });
});
