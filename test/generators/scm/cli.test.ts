import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { formatYaml } from "../../../src/base/yaml.ts";
import { type CliOptions, runCli } from "../../support/cli.ts";
import { pullRequestFixtures } from "../pull-request/vendors.ts";
import { type Loopback, loopback, type Route } from "./servers/loopback.ts";
import { token, vendors } from "./servers/vendors.ts";
import { makePull, makeRepository, makeWorld, type World } from "./servers/world.ts";

const open: { close(): Promise<void> }[] = [];
const folder = mkdtempSync(join(tmpdir(), "fleetset-scm-"));
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  rmSync(folder, { recursive: true, force: true });
});

const repositories = [makeRepository("web", 7, { pulls: [makePull(3), makePull(4)] }), makeRepository("api", 8)];

async function serve(server: (world: World) => Route, login: string | undefined): Promise<Loopback> {
  const started = await loopback(server(makeWorld(repositories, { login, pageSize: 1 })));
  open.push(started);
  return started;
}

/** `fleetset generate` on a set with these generators, and an inventory that holds its Secret. */
async function generate(generators: readonly object[], name: string, options: CliOptions & { args?: string[] } = {}) {
  const template = { metadata: { name }, spec: { project: "default", destination: { name: "in-cluster" } } };
  const metadata = { name: "fleet", namespace: "argocd" };
  const set = { apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", metadata };
  const file = join(folder, "set.yaml");
  writeFileSync(file, formatYaml({ ...set, spec: { goTemplate: true, generators, template } }));
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "scm", namespace: "argocd" } };
  writeFileSync(join(folder, "secret.yaml"), formatYaml({ ...secret, stringData: { token } }));
  const inventory = ["--inventory", join(folder, "secret.yaml")];
  return runCli(["generate", "-f", file, ...inventory, "-o", "name", ...(options.args ?? [])], options);
}

const printed = (...names: string[]) => names.map((name) => `application.argoproj.io/${name}\n`).join("");

it("lists the repositories of every provider", async () => {
  const keys = Object.values(vendors);
  const servers = await Promise.all(keys.map((vendor) => serve(vendor.serve, vendor.login)));
  const urlOf = (key: string) => servers[keys.findIndex((vendor) => vendor.key === key)]?.url ?? "";
  const generators = keys.map(({ key, block }, index) => ({
    scmProvider: { [key]: block(servers[index]?.url ?? ""), values: { vendor: key.toLowerCase() } },
  }));
  const env = {
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: token,
    AWS_ENDPOINT_URL: urlOf("awsCodeCommit"),
    BITBUCKET_API_BASE_URL: `${urlOf("bitbucket")}/2.0`,
  };
  const result = await generate(generators, "{{ .values.vendor }}-{{ .repository }}", { env });
  expect(result.stderr).toBe("");
  expect(result.stdout).toBe(
    printed(...keys.flatMap(({ key }) => [`${key.toLowerCase()}-web`, `${key.toLowerCase()}-api`])),
  );
});

it("lists the pull requests of every provider", async () => {
  const keys = Object.values(pullRequestFixtures);
  const servers = await Promise.all(keys.map((vendor) => serve(vendor.serve, vendor.login)));
  const generators = keys.map(({ key, block }, index) => ({
    pullRequest: { [key]: block(servers[index]?.url ?? "", "web"), values: { vendor: key.toLowerCase() } },
  }));
  const result = await generate(generators, "{{ .values.vendor }}-{{ .branch_slug }}");
  expect(result.stderr).toBe("");
  expect(result.stdout).toBe(
    printed(...keys.flatMap(({ key }) => [3, 4].map((number) => `${key.toLowerCase()}-feature-change-${number}`))),
  );
});

it("keeps to what its flags allow, and to the tokens of its environment", async () => {
  const server = await serve(vendors.gitea.serve, "token from-the-environment");
  const gitea = { owner: "acme", api: server.url };
  const run = (args: string[]) =>
    generate([{ scmProvider: { gitea } }], "{{ .repository }}", { args, env: { GITEA_TOKEN: "from-the-environment" } });
  const allowed = await run(["--allowed-scm-providers", `https://git.example.com,${server.url}`]);
  expect(allowed).toMatchObject({ code: 0, stderr: "", stdout: printed("web", "api") });
  const forbidden = await run(["--allowed-scm-providers", "https://git.example.com"]);
  expect(forbidden.code).toBe(1);
  expect(forbidden.stderr).toContain(
    "spec.generators[0].scmProvider.gitea.api is not on the list of allowed providers",
  );
  const off = await run(["--enable-scm-providers", "false"]);
  expect(off.stderr).toContain("ApplicationGenerationFromParamsError");
  const strict = await generate([{ scmProvider: { gitea: vendors.gitea.block(server.url) } }], "x", {
    args: ["--token-ref-strict-mode"],
  });
  expect(strict.stderr).toContain("Secret argocd/scm lacks the label");
});

it("tells what it could not read, and prints the rest", async () => {
  const server = await serve(vendors.github.serve, vendors.github.login);
  const refused = { status: 403, body: { message: "Resource not accessible" } };
  server.fault = ({ segments }) => (segments[4] === "api" ? refused : undefined);
  const result = await generate([{ scmProvider: { github: vendors.github.block(server.url) } }], "{{ .repository }}");
  expect(result.stdout).toBe(printed("web"));
  expect(result.stderr).toContain("spec.generators[0].scmProvider could not be read: repository acme/api: GitHub");
  expect(result.stdout + result.stderr).not.toContain(token);
});
