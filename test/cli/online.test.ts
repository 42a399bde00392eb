import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRepository } from "../../src/cli/demo/repository.ts";
import { makeSet } from "../controllers/world.ts";
import { GitServer } from "../git/git-server.ts";
import { type CliResult, callCli, runCli } from "../support/cli.ts";
import { TestHub } from "../support/hub.ts";

let hub: TestHub;
let git: GitServer;
let repoURL: string;

beforeAll(async () => {
  hub = await TestHub.start();
  await hub.addMember("eu", { env: "prod" });
  const repository = await makeRepository(join(hub.folder, "apps"));
  await repository.commit("Add apps", { "apps/web/x.yaml": "{}", "apps/api/x.yaml": "{}" });
  git = await GitServer.start({ root: hub.folder, login: { username: "reader", password: "hush-hush" } });
  repoURL = `${git.url}/apps/.git`;
});

afterAll(async () => {
  expect(hub?.errors).toEqual([]);
  await git?.stop();
  await hub?.close();
});

const run = (...args: string[]): Promise<CliResult> => callCli(args, { env: { KUBECONFIG: hub.kubeconfig } });

/** The file of a set that gives every prod cluster every app of a repository. */
function setFile(name: string, url = repoURL): string {
  const source = { git: { repoURL: url, revision: "main", directories: [{ path: "apps/*" }] } };
  const clusters = { clusters: { selector: { matchLabels: { env: "prod" } } } };
  const app = {
    metadata: { name: `${name}-{{path.basename}}-{{name}}` },
    spec: { source: { repoURL: url, path: "{{path}}" }, destination: { name: "{{name}}", namespace: "x" } },
  };
  const file = join(hub.folder, `${name}.yaml`);
  const spec = { syncPolicy: { preserveResourcesOnDeletion: true } };
  writeFileSync(
    file,
    JSON.stringify(makeSet(name, { generators: [{ matrix: { generators: [clusters, source] } }], app, spec })),
  );
  return file;
}

const repositorySecret = {
  ...{ apiVersion: "v1", kind: "Secret" },
  metadata: { name: "apps", namespace: "argocd", labels: { "argocd.argoproj.io/secret-type": "repo-creds" } },
};

describe("against a hub and its remotes", () => {
  it("a repository that asks for a login is an error that names the generator, and no login", async () => {
    const file = setFile("fleet");
    const { code, stdout, stderr } = await run("generate", "-f", file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: ApplicationGenerationFromParamsError: .*apps\/\.git/m);
    expect(stderr).toContain("  field:  spec.generators[0].matrix.generators[1].git\n");
  });

  it("clusters and logins come from the hub, directories from the remote", async () => {
    await hub.create({ ...repositorySecret, stringData: { url: git.url, username: "reader", password: "hush-hush" } });
    const file = setFile("fleet");
    const names = "application.argoproj.io/fleet-api-eu\napplication.argoproj.io/fleet-web-eu\n";
    expect(await run("generate", "-f", file, "-o", "name")).toMatchObject({ code: 0, stdout: names });
    const applied = await runCli(["apply", "-f", file, "--with-set", "--yes"], { env: { KUBECONFIG: hub.kubeconfig } });
    expect(applied).toMatchObject({ code: 0 });
    expect(await hub.names("Application")).toEqual(["fleet-api-eu", "fleet-web-eu"]);
  });

  it("get tells which row an Application comes from", async () => {
    const { stdout } = await run("get", "fleet-web-eu");
    expect(stdout).toContain("Origin:         cluster eu × directory apps/web\n");
    expect(stdout).toContain("  path.basename: web\n");
  });

  it("a remote that cannot be reached deletes nothing", async () => {
    const before = await hub.versions();
    const file = setFile("fleet", "https://127.0.0.1:1/apps.git");
    for (const args of [["plan"], ["apply", "--with-set", "--yes"]]) {
      const { code, stdout, stderr } = await run(...args, "-f", file);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^error: ApplicationGenerationFromParamsError: .*127\.0\.0\.1:1\/apps\.git/m);
      expect(stderr).toContain("  field:  spec.generators[0].matrix.generators[1].git\n");
      expect(stderr).toContain(`  object: ApplicationSet argocd/fleet\n`);
    }
    expect(await hub.versions()).toEqual(before);
  });

  it("cluster Secrets that cannot be connected to give rows all the same, with a warning each", async () => {
    const labels = { "argocd.argoproj.io/secret-type": "cluster", env: "prod" };
    const secret = (name: string, stringData: object) => ({
      ...{ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "argocd", labels } },
      stringData: { name, ...stringData },
    });
    const broken = [
      secret("no-server", { config: "{}" }),
      secret("no-json", { server: "https://x.test", config: '{"bearerToken": "hush-hush' }),
    ];
    for (const each of broken) await hub.create(each);
    const file = setFile("fleet");
    const online = await run("generate", "-f", file, "-o", "name");
    expect(online.stdout.trimEnd().split("\n")).toHaveLength(6);
    expect(online.stderr.trimEnd().split("\n").sort()).toEqual([
      expect.stringMatching(/^warning: Secret argocd\/no-json has a config that is no JSON/),
      "warning: Secret argocd/no-server has no server",
    ]);

    const inventory = join(hub.folder, "inventory.yaml");
    writeFileSync(inventory, broken.map((each) => JSON.stringify(each)).join("\n---\n"));
    const repo = `${repoURL}=${join(hub.folder, "apps")}`;
    const offline = await callCli(["generate", "-f", file, "--inventory", inventory, "--repo", repo, "-o", "name"]);
    expect(offline.stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(offline.stderr).toContain(`warning: ${inventory}, line 1: Secret argocd/no-server has no server\n`);
    expect(`${online.stderr}${offline.stderr}`).not.toContain("hush");
  });
});
