import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatYaml, parseYaml } from "../../src/base/yaml.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { type CliResult, callCli, runCli } from "../support/cli.ts";
import { TestHub } from "../support/hub.ts";

let hub: TestHub;
/** Contexts for all logical clusters, registered or not. */
let contexts: string;

beforeAll(async () => {
  hub = await TestHub.start();
  for (const name of ["spare", "other"]) hub.embedded.addMember(name);
  contexts = join(hub.folder, "contexts");
  await hub.embedded.writeKubeconfig(contexts);
});

afterAll(async () => {
  expect(hub?.errors).toEqual([]);
  await hub?.close();
});

const run = (...args: string[]): Promise<CliResult> =>
  callCli(["clusters", ...args], { env: { KUBECONFIG: hub.kubeconfig } });
const from = (context: string) => ["--from-context", context, "--from-kubeconfig", contexts];

async function secrets(): Promise<readonly KubeObject[]> {
  const all = await hub.list("Secret");
  return all.filter(({ metadata }) => metadata.labels?.["argocd.argoproj.io/secret-type"] === "cluster");
}

const texts = ({ data }: KubeObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((data ?? {}) as object).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]),
  );

describe("fleetset clusters", () => {
  it("says so where there are none", async () => {
    const { code, stdout, stderr } = await run("list");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("No clusters are registered in namespace argocd");
  });

  it("add --dry-run shows the Secret without its credentials and writes nothing", async () => {
    const { code, stdout } = await run("add", "spare", ...from("spare"), "--label", "env=prod", "--dry-run");
    expect(code).toBe(0);
    expect(parseYaml(stdout)).toMatchObject({
      ...{ kind: "Secret", stringData: { name: "spare", config: "(credentials left out)" } },
      metadata: { labels: { env: "prod", "argocd.argoproj.io/secret-type": "cluster" } },
    });
    expect(stdout).not.toContain(hub.embedded.server.token);
    expect(await secrets()).toEqual([]);
  });

  it("add writes the Secret that Argo CD would write", async () => {
    const labels = ["--label", "env=prod", "--label", "region=eu-west-1", "--annotation", "example.com/owner=web"];
    const args = ["clusters", "add", "spare", ...from("spare"), ...labels, "--project", "default"];
    const { code, stdout, stderr } = await runCli(args, { env: { KUBECONFIG: hub.kubeconfig } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("Cluster spare registered: https://127.0.0.1:");
    const [secret] = (await secrets()) as [KubeObject];
    expect(secret.metadata).toMatchObject({
      ...{ name: expect.stringMatching(/^cluster-127\.0\.0\.1-\d+$/), namespace: "argocd" },
      labels: { env: "prod", region: "eu-west-1", "argocd.argoproj.io/secret-type": "cluster" },
      annotations: { "example.com/owner": "web", "managed-by": "argocd.argoproj.io" },
    });
    const { name, server, project, config } = texts(secret);
    expect({ name, server, project }).toEqual({
      ...{ name: "spare", project: "default", server: `${hub.embedded.server.url}/clusters/spare` },
    });
    expect(JSON.parse(config ?? "")).toEqual({
      bearerToken: hub.embedded.server.token,
      tlsClientConfig: { insecure: false, caData: Buffer.from(hub.embedded.server.ca ?? "").toString("base64") },
    });
  });

  it.each([
    { args: () => ["again", ...from("spare")], says: ["is registered already, as spare", "give --upsert"] },
    { args: () => ["spare", ...from("other")], says: ["cluster spare is registered already, with server"] },
    { args: () => ["new", ...from("nowhere")], says: ['has no context "nowhere"', "use one of: hub, other, spare"] },
    { args: () => ["new", ...from("other"), "--label", "bad key=x"], says: ["--label", "bad key"] },
    { args: () => ["new", "--from-context", "other"], says: ['has no context "other"'] },
  ])("add refuses what would not do: $says", async ({ args, says }) => {
    const before = await hub.versions();
    const { code, stdout, stderr } = await run("add", ...args());
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe("");
    for (const part of says) expect(stderr).toContain(part);
    expect(await hub.versions()).toEqual(before);
  });

  it("add --upsert replaces a registration of the same server", async () => {
    expect(await run("add", "spare", ...from("spare"), "--label", "env=test", "--upsert")).toMatchObject({ code: 0 });
    const [secret, ...others] = await secrets();
    expect(others).toEqual([]);
    expect(secret?.metadata.labels).toEqual({ env: "test", "argocd.argoproj.io/secret-type": "cluster" });
  });

  it("add refuses a context that signs in by running a program, and does not run it", async () => {
    const ran = join(hub.folder, "ran");
    const kubeconfig = join(hub.folder, "exec");
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "touch", args: [ran] };
    writeFileSync(
      kubeconfig,
      formatYaml({
        ...{ apiVersion: "v1", kind: "Config", "current-context": "cloud" },
        contexts: [{ name: "cloud", context: { cluster: "cloud", user: "cloud" } }],
        clusters: [{ name: "cloud", cluster: { server: "https://cloud.test" } }],
        users: [{ name: "cloud", user: { exec } }],
      }),
    );
    const before = await hub.versions();
    const { code, stderr } = await run("add", "cloud", "--from-context", "cloud", "--from-kubeconfig", kubeconfig);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*exec/m);
    expect(stderr).toContain("  try:    ");
    expect(existsSync(ran)).toBe(false);
    expect(await hub.versions()).toEqual(before);
  });

  it("list shows the members, and no format shows a credential", async () => {
    await run("add", "other", ...from("other"), "--label", "env=prod");
    const [table, wide, json, yaml, names] = await Promise.all(
      ["table", "wide", "json", "yaml", "name"].map((format) => run("list", "-o", format)),
    );
    const rows = (table?.stdout ?? "")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ["NAME", "SERVER", "LABELS"],
      ["other", `${hub.embedded.server.url}/clusters/other`, "env=prod"],
      ["spare", `${hub.embedded.server.url}/clusters/spare`, "env=test"],
    ]);
    expect(wide?.stdout).toMatch(/PROJECT +NAMESPACES +SECRET/);
    expect(JSON.parse(json?.stdout ?? "")).toMatchObject({ items: [{ metadata: { name: "other" } }, {}] });
    expect(names?.stdout).toBe("cluster/other\ncluster/spare\n");
    for (const each of [table, wide, json, yaml]) expect(each?.stdout).not.toContain(hub.embedded.server.token);
    expect((await run("list", "-l", "env=prod", "-o", "name")).stdout).toBe("cluster/other\n");
  });

  it("check dials every member and names those that do not answer", async () => {
    expect(await run("check")).toMatchObject({ code: 0, stdout: expect.stringMatching(/other .* true +v1\./) });
    const labels = { "argocd.argoproj.io/secret-type": "cluster" };
    const secret = (name: string, server: string, config: string) =>
      hub.create({
        ...{ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "argocd", labels } },
        stringData: { name, server, config },
      });
    await secret("down", "https://127.0.0.1:1", "{}");
    await secret("broken", "https://broken.test", '{"bearerToken": "hush');
    const { code, stdout } = await run("check", "-o", "json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).items).toMatchObject([
      { metadata: { name: "broken" }, reachable: false, message: expect.stringContaining("Secret argocd/broken") },
      { metadata: { name: "down" }, reachable: false, message: expect.stringContaining("refused") },
      { metadata: { name: "other" }, reachable: true },
      { metadata: { name: "spare" }, reachable: true },
    ]);
    expect(stdout).not.toContain("hush");
    expect(await run("check", "spare")).toMatchObject({ code: 0 });
    const missing = await run("check", "spare", "nobody");
    expect(missing).toMatchObject({ code: 1, stderr: "warning: there is no cluster nobody\n" });
  });

  it("remove asks first, and takes the Secret away", async () => {
    const before = await hub.versions();
    expect(await run("remove", "spare")).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining("there is no terminal to ask on") },
    });
    expect(await run("remove", "sparse", "--yes")).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining("did you mean spare?") },
    });
    expect(await hub.versions()).toEqual(before);
    expect(await run("remove", "spare", "--yes")).toMatchObject({ code: 0 });
    expect(await run("remove", `${hub.embedded.server.url}/clusters/other`, "--yes")).toMatchObject({ code: 0 });
    expect((await secrets()).map(({ metadata }) => metadata.name)).toEqual(["broken", "down"]);
  });
});
