import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { serve, type TestServer } from "../support/http-fixture.ts";
import { namespace } from "../support/hub.ts";
import { repository, startRegistry, type TestRegistry } from "../support/oci-registry.ts";
import { tarOf } from "../support/tar.ts";
import { eventually, makeSet, World } from "./world.ts";

const login = { username: "robot", password: "s3cret-word" };
/** Nobody here would carry out what finalizers ask for. */
const light = { syncPolicy: { preserveResourcesOnDeletion: true } };
let world: World;
let plugin: TestServer;
let registry: TestRegistry;
/** What the plugin answers with: rows, or a status. */
let answer: readonly string[] | number = [];
let asked = 0;

beforeAll(async () => {
  world = await World.start({ members: ["eu", "us"] });
  plugin = await serve((_request, response) => {
    asked++;
    if (typeof answer === "number") return void response.writeHead(answer).end(`no, ${answer}`);
    response.end(JSON.stringify({ output: { parameters: answer.map((name) => ({ name })) } }));
  });
  registry = await startRegistry({ login: { kind: "bearer", ...login } });
  const configMap = (name: string, data: object) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
  const secret = (name: string, stringData: object, labels: object = {}) => ({
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name, labels }, stringData },
  });
  await world.hub.create(configMap("plug", { baseUrl: plugin.url, token: "$plug:token" }));
  await world.hub.create(secret("plug", { token: "x" }));
  const url = `oci://${registry.host}/${repository}`;
  const type = { "argocd.argoproj.io/secret-type": "repository" };
  await world.hub.create(secret("registry", { url, type: "oci", insecureOCIForceHttp: "true", ...login }, type));
});

afterAll(async () => {
  expect(world.hub.errors).toEqual([]);
  await Promise.all([world.close(), plugin.close(), registry.close()]);
});

describe("a plugin", () => {
  const generators = [{ plugin: { configMapRef: { name: "plug" }, requeueAfterSeconds: 2 } }];

  it("gives Applications, which follow its answers and outlive its failures", async () => {
    answer = ["p-a", "p-b", "p-c", "p-d", "p-e"];
    await world.hub.create(makeSet("plug", { generators, spec: light }));
    await eventually(async () => expect(await world.namesOf("plug")).toEqual(answer));

    answer = ["p-a", "p-b", "p-c", "p-d"];
    await eventually(async () => expect(await world.namesOf("plug")).toEqual(answer));

    answer = 503;
    await eventually(async () =>
      expect((await world.conditions("plug")).ErrorOccurred).toMatchObject({
        status: "True",
        reason: "ApplicationGenerationFromParamsError",
        message: expect.stringContaining("plugin plug answers 503: no, 503"),
      }),
    );
    expect(await world.namesOf("plug")).toEqual(["p-a", "p-b", "p-c", "p-d"]);

    // Nothing where there was much a moment ago: the guard keeps the deletions back.
    answer = [];
    await world.look("plug");
    await eventually(async () => expect((await world.conditions("plug")).ErrorOccurred?.status).toBe("False"));
    expect(await world.namesOf("plug")).toEqual(["p-a", "p-b", "p-c", "p-d"]);
    await world.hub.patch("ApplicationSet", "plug", { spec: { generators: [] } });
  });

  it("is asked once for all sets that ask the same", async () => {
    answer = ["q-a"];
    const long = [
      { plugin: { configMapRef: { name: "plug" }, input: { parameters: { q: 1 } }, requeueAfterSeconds: 86_400 } },
    ];
    const before = asked;
    await world.hub.create(makeSet("quiet", { generators: long }));
    await eventually(async () => expect(await world.namesOf("quiet")).toEqual(["q-a"]));
    expect(asked - before).toBe(1);
    await world.hub.patch("ApplicationSet", "quiet", { spec: { template: { metadata: { labels: { a: "b" } } } } });
    await eventually(async () => expect((await world.app("q-a"))?.metadata.labels).toMatchObject({ a: "b" }));
    expect(asked - before).toBe(1);
    await world.look("quiet");
    expect(asked - before).toBe(2);
  });
});

describe("an OCI artifact", () => {
  const oci = () => ({ repoURL: `oci://${registry.host}/${repository}`, revision: "1.x", files: [{ path: "*.yaml" }] });

  it("is read with the login of the repository's Secret, and again when its tag was pushed over", async () => {
    registry.push("1.0.0", tarOf({ "a.yaml": "name: o-a", "b.yaml": "name: o-b" }));
    await world.hub.create(makeSet("oci", { generators: [{ oci: oci() }], spec: light }));
    await eventually(async () => expect(await world.namesOf("oci")).toEqual(["o-a", "o-b"]));
    registry.push("1.1.0", tarOf({ "a.yaml": "name: o-a", "c.yaml": "name: o-c" }));
    await world.look("oci");
    await eventually(async () => expect(await world.namesOf("oci")).toEqual(["o-a", "o-c"]));
    expect(world.log.join("\n")).not.toContain(login.password);
  });

  it("is read by the command line with the hub's login", async () => {
    registry.push("1.2.0", tarOf({ "z.yaml": "name: z" }));
    const file = join(world.hub.folder, "oci.yaml");
    writeFileSync(file, JSON.stringify(makeSet("cli", { generators: [{ oci: oci() }] })));
    const env = { KUBECONFIG: world.hub.kubeconfig };
    const { code, stdout, stderr } = await runCli(["generate", "-f", file, "-o", "name"], { env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "application.argoproj.io/z\n", stderr: "" });
    const local = await runCli(["generate", "-f", file, "--inventory", world.hub.folder, "-o", "name"]);
    expect(local.code).toBe(1);
    expect(local.stderr).toContain("is not mapped, and registries are not asked offline");
  });
});

describe("decisions of another controller", () => {
  const group = "cluster.open-cluster-management.io";
  const decisions = { group, version: "v1beta1", plural: "placementdecisions" };

  it("place Applications on the clusters that all its pages name", async () => {
    await world.hub.client.create(
      { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" },
      definitionOf(group),
    );
    const put = (name: string, cluster: string) =>
      world.hub.client.create({ ...decisions, namespace }, {
        apiVersion: `${group}/v1beta1`,
        kind: "PlacementDecision",
        metadata: { name, labels: { placement: "web" } },
        status: { decisions: [{ clusterName: cluster, reason: "" }] },
      } as never);
    await eventually(() => put("web-1", "eu"));
    await put("web-2", "us");
    await put("web-3", "gone");
    const data = {
      apiVersion: `${group}/v1beta1`,
      kind: decisions.plural,
      statusListKey: "decisions",
      matchKey: "clusterName",
    };
    await world.hub.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "ocm" }, data });
    const labelSelector = { matchExpressions: [{ key: "placement", operator: "In", values: ["web", "mail"] }] };
    const generators = [{ clusterDecisionResource: { configMapRef: "ocm", labelSelector } }];
    await world.hub.create(makeSet("placed", { generators }));
    await eventually(async () => expect(await world.namesOf("placed")).toEqual(["eu", "us"]));
  });
});

describe("spec.fleet.generators", () => {
  it("survives the API server and brings the rows of ConfigMaps", async () => {
    const rows = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "rows" },
      data: { rows: "- name: c-a\n- name: c-b\n" },
    };
    await world.hub.create(rows);
    const fleet = { generators: [{ configMap: { name: "rows", key: "rows" } }, { clusters: {}, when: "{{name}}" }] };
    await world.hub.create(makeSet("maps", { spec: { fleet: { generators: fleet.generators.slice(0, 1) } } }));
    await eventually(async () => expect(await world.namesOf("maps")).toEqual(["c-a", "c-b"]));
    await world.hub.patch("ApplicationSet", "maps", { spec: { fleet } });
    await eventually(async () =>
      expect((await world.conditions("maps")).ErrorOccurred?.message).toContain("spec.fleet.generators[1].when gives"),
    );
    expect(await world.namesOf("maps")).toEqual(["c-a", "c-b"]);
  });

  it("makes a new cluster a row at once", async () => {
    const generators = [{ clusters: { selector: { matchLabels: { tier: "new" } } } }];
    await world.hub.create(makeSet("new", { spec: { fleet: { generators } } }));
    await world.hub.addMember("fresh", { tier: "new" });
    await eventually(async () => expect(await world.namesOf("new")).toEqual(["fresh"]));
  });
});

function definitionOf(group: string): never {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `placementdecisions.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "PlacementDecision", plural: "placementdecisions", singular: "placementdecision" },
      versions: [{ name: "v1beta1", served: true, storage: true, schema }],
    },
  } as never;
}
