import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/objects.ts";
import { eventually, makeSet, named, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.hub.addMember("eu", { env: "prod", tier: "one" });
  await world.hub.addMember("us", { env: "prod", tier: "one" });
  await world.hub.addMember("lab", { env: "test", tier: "one" });
  await world.hub.create(fleet("prod", "prod"));
  await world.hub.create(fleet("lab", "test"));
  await eventually(async () => expect(await world.namesOf("prod")).toEqual(["prod-eu", "prod-us"]));
  await eventually(async () => expect(await world.namesOf("lab")).toEqual(["lab-lab"]));
  for (const name of ["prod", "lab"]) await settled(name);
});

afterAll(async () => {
  expect(world?.hub.errors).toEqual([]);
  await world?.close();
});

/** A set over the clusters of an environment, with a label of theirs in the Application. */
function fleet(name: string, env: string): object {
  return makeSet(name, {
    generators: [{ clusters: { selector: { matchLabels: { env } } } }],
    app: {
      metadata: { name: `${name}-{{name}}`, labels: { tier: "{{metadata.labels.tier}}" } },
      spec: { destination: { server: "{{server}}", namespace: "apps" } },
    },
    spec: { syncPolicy: { preserveResourcesOnDeletion: true } },
  });
}

/** Waits until the status lists the Applications, after which nothing of the past is left to do. */
function settled(name: string): Promise<void> {
  return eventually(async () => {
    const status = (await world.set(name))?.status as { readonly resources?: readonly KubeObject["metadata"][] };
    expect(status?.resources?.map((resource) => resource.name)).toEqual(await world.namesOf(name));
  });
}

async function secretOf(cluster: string): Promise<KubeObject> {
  const secrets = await world.hub.list("Secret");
  const nameOf = ({ data }: KubeObject) => Buffer.from((data as { name?: string })?.name ?? "", "base64").toString();
  const found = secrets.find((secret) => nameOf(secret) === cluster);
  if (found === undefined) throw new Error(`there is no Secret of the cluster ${cluster}`);
  return found;
}

async function label(cluster: string, labels: object): Promise<void> {
  await world.hub.patch("Secret", (await secretOf(cluster)).metadata.name, { metadata: { labels } });
}

async function rotate(cluster: string): Promise<void> {
  const config = JSON.stringify({ bearerToken: "rotated", tlsClientConfig: { insecure: true } });
  await world.hub.patch("Secret", (await secretOf(cluster)).metadata.name, { stringData: { config } });
}

/** Versions of the sets and Applications, by which every write shows. */
async function versions(): Promise<Record<string, string | undefined>> {
  const objects = [...(await world.hub.list("ApplicationSet")), ...(await world.hub.list("Application"))];
  return Object.fromEntries(objects.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
}

describe("a change of a cluster's Secret", () => {
  it("a rotated token regenerates nothing and writes nothing", async () => {
    const before = await versions();
    await rotate("eu");
    // Secrets come in order: once what follows has been seen, so has the rotation.
    await label("lab", { tier: "two" });
    await eventually(async () => expect((await world.app("lab-lab"))?.metadata.labels).toEqual({ tier: "two" }));
    await settled("lab");
    const { lab: _lab, "lab-lab": _app, ...others } = await versions();
    expect(others).toEqual({ prod: before.prod, "prod-eu": before["prod-eu"], "prod-us": before["prod-us"] });
  });

  it("a label that no template reads writes nothing", async () => {
    const before = await versions();
    await label("us", { colour: "blue" });
    await label("lab", { tier: "three" });
    await eventually(async () => expect((await world.app("lab-lab"))?.metadata.labels).toEqual({ tier: "three" }));
    await world.look("prod");
    const after = await versions();
    expect([after["prod-eu"], after["prod-us"]]).toEqual([before["prod-eu"], before["prod-us"]]);
  });

  it("a label that a template reads changes only the Applications of that cluster", async () => {
    const before = await versions();
    await label("eu", { tier: "two" });
    await eventually(async () => expect((await world.app("prod-eu"))?.metadata.labels).toEqual({ tier: "two" }));
    await world.look("prod");
    const after = await versions();
    expect(after["prod-eu"]).not.toBe(before["prod-eu"]);
    expect([after["prod-us"], after["lab-lab"], after.lab]).toEqual([before["prod-us"], before["lab-lab"], before.lab]);
  });

  it("a cluster that moves from one selector to another changes both sets", async () => {
    await label("us", { env: "test" });
    await eventually(async () => {
      expect(await world.namesOf("prod")).toEqual(["prod-eu"]);
      expect(await world.namesOf("lab")).toEqual(["lab-lab", "lab-us"]);
    });
  });

  it("a cluster that comes or goes brings or takes its Applications", async () => {
    await world.hub.addMember("ap", { env: "prod", tier: "one" });
    await eventually(async () => expect(await world.namesOf("prod")).toEqual(["prod-ap", "prod-eu"]));
    await world.hub.delete("Secret", (await secretOf("ap")).metadata.name);
    await eventually(async () => expect(await world.namesOf("prod")).toEqual(["prod-eu"]));
  });
});

describe("a cluster Secret that cannot be connected to", () => {
  const secret = (name: string, data: object) => ({
    ...{ apiVersion: "v1", kind: "Secret" },
    metadata: { name, namespace: "argocd", labels: { "argocd.argoproj.io/secret-type": "cluster", env: "broken" } },
    stringData: { name, ...data },
  });

  it("gives rows all the same, and the log says what is wrong without what it holds", async () => {
    await world.hub.create(secret("no-server", { config: "{}" }));
    await world.hub.create(secret("no-json", { server: "https://x.test", config: '{"bearerToken": "hush' }));
    const generators = [{ clusters: { selector: { matchLabels: { env: "broken" } } } }];
    const app = { spec: { destination: { name: "{{name}}", namespace: "apps" } } };
    await world.hub.create(makeSet("broken", { generators, app }));
    await eventually(async () => expect(await world.namesOf("broken")).toEqual(["no-json", "no-server"]));
    const text = world.log.join("");
    expect(text).toContain("Secret argocd/no-server has no server");
    expect(text).toMatch(/Secret argocd\/no-json has a config that is no JSON/);
    expect(text).not.toContain("hush");
  });
});

describe("a project", () => {
  it("that is missing makes Applications invalid until it is there", async () => {
    const parts = { elements: named("tenant-a"), app: { spec: { project: "tenant" } } };
    await world.hub.create(makeSet("tenant", parts));
    const message = "Application tenant-a belongs to the AppProject tenant, which does not exist";
    await eventually(async () =>
      expect(await world.conditions("tenant")).toEqual({
        ParametersGenerated: {
          ...{ status: "True", reason: "ParametersGenerated" },
          message: "All parameters have been generated successfully",
        },
        ResourcesUpToDate: { status: "False", reason: "ErrorOccurred", message },
        ErrorOccurred: { status: "True", reason: "ApplicationValidationError", message },
      }),
    );
    expect(await world.namesOf("tenant")).toEqual([]);
    await world.hub.create({
      ...{ apiVersion: "argoproj.io/v1alpha1", kind: "AppProject", metadata: { name: "tenant", namespace: "argocd" } },
      spec: { sourceRepos: ["*"], destinations: [{ server: "*", namespace: "*" }] },
    });
    await eventually(async () => expect(await world.namesOf("tenant")).toEqual(["tenant-a"]));
  });
});

describe("the refresh annotation", () => {
  it("is taken away after a look in full, and stays after one that failed", async () => {
    const annotation = "argocd.argoproj.io/application-set-refresh";
    await world.hub.create(makeSet("asked", { elements: named("asked-a") }));
    await eventually(async () => expect(await world.namesOf("asked")).toEqual(["asked-a"]));
    await world.look("asked");
    const before = (await world.set("asked"))?.metadata;
    await world.hub.patch("ApplicationSet", "asked", {
      metadata: { annotations: { [annotation]: "true" } },
      spec: { generators: [{ list: { elements: [{ name: 7 }] } }] },
    });
    await eventually(async () =>
      expect(await world.conditions("asked")).toMatchObject({ ErrorOccurred: { status: "True" } }),
    );
    expect((await world.set("asked"))?.metadata.annotations).toEqual({ [annotation]: "true" });
    expect(before?.annotations ?? {}).toEqual({});
  });
});
