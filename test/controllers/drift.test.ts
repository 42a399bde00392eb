import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoRepository, makeRepository } from "../../src/cli/demo/repository.ts";
import { ignoreNotFound } from "../../src/kube/errors.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { type Kind, types } from "../support/hub.ts";
import { eventually, makeSet, World } from "./world.ts";

let world: World;
let repository: DemoRepository;

const configMap = (name: string, data: object) =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });

// At the pace of the real clock a periodic comparison comes in two minutes: what is noticed here was watched.
beforeAll(async () => {
  world = await World.start({ delivery: "push", members: ["a", "b"], speed: 1 });
  repository = await makeRepository(`${world.repositories}/apps`);
  await repository.commit("Add apps", { "web/web.yaml": configMap("web", { answer: "42" }) });
});

afterAll(async () => {
  expect(world?.hub.errors).toEqual([]);
  await world?.close();
});

const rollout = (name: string, automated: object, cluster = "a", namespace = name) =>
  makeSet(name, {
    elements: [{ name, cluster }],
    app: {
      spec: {
        source: { repoURL: repository.url, path: "web", targetRevision: "main" },
        destination: { name: "{{cluster}}", namespace },
        syncPolicy: { automated, syncOptions: ["CreateNamespace=true"] },
      },
    },
  });

const at = (kind: Kind, namespace: string, name = "web") => ({ ...types[kind], namespace, name });
const web = (namespace: string, member = "a") =>
  ignoreNotFound(world.hub.member(member).get<KubeObject & { data?: object }>(at("ConfigMap", namespace)));

const isInSync = async (app: string) => expect((await world.app(app))?.status?.sync?.status).toBe("Synced");

describe("what somebody else does on a member", () => {
  it("is undone at once where the Application heals itself", async () => {
    await world.hub.create(rollout("heals", { selfHeal: true }));
    await eventually(() => isInSync("heals"));
    const { metadata } = (await web("heals")) as KubeObject;

    await world.hub.member("a").delete(at("ConfigMap", "heals"));
    await eventually(async () => {
      const made = await web("heals");
      expect(made?.metadata.uid).toBeDefined();
      expect(made?.metadata.uid).not.toBe(metadata.uid);
    });

    const body = { data: { answer: "43" } };
    await world.hub.member("a").patch(at("ConfigMap", "heals"), { kind: "merge", body });
    await eventually(async () => expect((await web("heals"))?.data).toEqual({ answer: "42" }));
  });

  it("is told at once where it does not", async () => {
    await world.hub.create(rollout("tells", {}));
    await eventually(() => isInSync("tells"));
    await world.hub.member("a").delete(at("ConfigMap", "tells"));
    await eventually(async () => {
      const { status } = (await world.app("tells")) ?? {};
      expect([status?.sync?.status, status?.health?.status]).toEqual(["OutOfSync", "Missing"]);
    });
    expect(await web("tells")).toBeUndefined();
  });

  it("frees an object that another Application held for the one that waits for it", async () => {
    await world.hub.create(rollout("first", { prune: true }, "b", "shared"));
    await eventually(() => isInSync("first"));
    await world.hub.create(rollout("second", {}, "b", "shared"));
    await eventually(async () =>
      expect((await world.app("second"))?.status?.conditions).toMatchObject([
        { type: "SharedResourceWarning", message: expect.stringContaining("tracked by Application first") },
      ]),
    );
    await world.hub.delete("ApplicationSet", "first");
    await eventually(() => isInSync("second"));
    expect((await web("shared", "b"))?.metadata.annotations).toMatchObject({
      "argocd.argoproj.io/tracking-id": expect.stringMatching(/^second:/),
    });
  });
});
