import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { formatYaml } from "../../../src/base/yaml.ts";
import { type CliOptions, runCli } from "../../support/cli.ts";
import { startProxy } from "../../support/http-proxy.ts";
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

/** The environment for the services whose address no set can write. */
const addresses = (url: string) => ({
  AWS_ACCESS_KEY_ID: "AKID",
  AWS_SECRET_ACCESS_KEY: token,
  AWS_ENDPOINT_URL: url,
  BITBUCKET_API_BASE_URL: `${url}/2.0`,
});

it.each(Object.values(vendors))("lists the repositories of $key, with the token of a Secret", async (vendor) => {
  const { url } = await serve(vendor.serve, vendor.login);
  const block = vendor.block(url);
  const generators = [{ scmProvider: { [vendor.key]: block } }];
  const args = "api" in block ? ["--allowed-scm-providers", String(block.api)] : [];
  const result = await generate(generators, "{{ .repository }}", { env: addresses(url), args });
  expect(result).toMatchObject({ code: 0, stderr: "", stdout: printed("web", "api") });
  if (!("api" in block)) return;
  const refused = await generate(generators, "x", { args: ["--allowed-scm-providers", "https://git.example.com"] });
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(`scmProvider.${vendor.key}.api is not on the list of allowed providers`);
});

it.each(Object.values(pullRequestFixtures))(
  "lists the pull requests of $key, with the token of a Secret",
  async (vendor) => {
    const { url } = await serve(vendor.serve, vendor.login);
    const generators = [{ pullRequest: { [vendor.key]: vendor.block(url, "web") } }];
    const result = await generate(generators, "{{ .branch_slug }}");
    expect(result).toMatchObject({ code: 0, stderr: "", stdout: printed("feature-change-3", "feature-change-4") });
    const refused = await generate(generators, "x", { args: ["--allowed-scm-providers", "https://git.example.com"] });
    expect(refused.stderr).toContain(`pullRequest.${vendor.key}.api is not on the list of allowed providers`);
  },
);

it("asks through the proxy of its flag, or of the machine", async () => {
  const server = await serve(vendors.gitea.serve, vendors.gitea.login);
  const proxy = await startProxy({ "gitea.test": Number(new URL(server.url).port) });
  open.push(proxy);
  const generators = [{ scmProvider: { gitea: vendors.gitea.block("http://gitea.test") } }];
  const byFlag = await generate(generators, "{{ .repository }}", { args: ["--scm-proxy-url", proxy.url] });
  expect(byFlag).toMatchObject({ code: 0, stderr: "" });
  expect(proxy.passed.splice(0)).toContain("gitea.test:80");
  const byMachine = await generate(generators, "{{ .repository }}", { env: { http_proxy: proxy.url } });
  expect(byMachine).toMatchObject({ code: 0, stderr: "" });
  expect(proxy.passed).toContain("gitea.test:80");
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
