import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseYamlDocuments } from "../../src/base/yaml.ts";
import { callCli, cli, runCli } from "../support/cli.ts";

let folder: string;
const at = (path: string) => join(folder, path);

const repoURL = "https://git.example.com/apps.git";

const clusters = [
  { name: "eu", env: "prod" },
  { name: "us", env: "test" },
].map(({ name, env }) => ({
  ...{ apiVersion: "v1", kind: "Secret" },
  metadata: { name, namespace: "argocd", labels: { "argocd.argoproj.io/secret-type": "cluster", env } },
  stringData: { name, server: `https://${name}.example.com` },
}));

const setOf = (generators: object[], name = "{{name}}-{{path.basename}}") => ({
  ...{ apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", metadata: { name: "fleet" } },
  spec: {
    generators,
    template: {
      metadata: { name },
      spec: {
        ...{ project: "default", source: { repoURL, path: "{{path}}", targetRevision: "main" } },
        destination: { server: "{{server}}", namespace: "apps" },
      },
    },
  },
});

const git = { git: { repoURL, revision: "main", directories: [{ path: "apps/*" }] } };
const matrix = { matrix: { generators: [{ clusters: { selector: { matchLabels: { env: "prod" } } } }, git] } };

function file(path: string, ...objects: readonly (object | string)[]): void {
  const texts = objects.map((object) => (typeof object === "string" ? object : JSON.stringify(object)));
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), texts.join("\n---\n"));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetset-cli-"));
  file("clusters/members.yaml", ...clusters);
  file("apps/apps/api/api.yaml", "{}");
  file("apps/apps/web/web.yaml", "{}");
  file("matrix.yaml", setOf([matrix]));
  file("git.yaml", setOf([git], "{{path.basename}}"));
  file(
    "list.yaml",
    setOf([{ list: { elements: [{ name: "a", path: "a", "path.basename": "x", server: "https://s" }] } }]),
  );
  file("broken-kubeconfig", "contexts: [");
  file("params.yaml", "name: eu\nlabels: {env: prod}\nreplicas: 3\n");
});

afterAll(() => rmSync(folder, { recursive: true }));

const offline = () => ["--inventory", at("clusters"), "--repo", `${repoURL}=${at("apps")}`];
/** A kubeconfig that would fail whoever read it. */
const trap = () => ({ env: { KUBECONFIG: at("broken-kubeconfig") } });

describe("fleetset generate", () => {
  const names = ["eu-api", "eu-web"];

  it("prints a stream of YAML documents, in the order of generation", async () => {
    const { code, stdout, stderr } = await runCli(["generate", "-f", at("matrix.yaml"), ...offline()], trap());
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const documents = parseYamlDocuments(stdout).map(({ value }) => value);
    expect(documents).toMatchObject(names.map((name) => ({ kind: "Application", metadata: { name } })));
    expect(documents[0]).toEqual({
      ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
      metadata: { name: "eu-api", namespace: "argocd", finalizers: ["resources-finalizer.argocd.argoproj.io"] },
      spec: {
        ...{ project: "default", source: { repoURL, path: "apps/api", targetRevision: "main" } },
        destination: { server: "https://eu.example.com", namespace: "apps" },
      },
    });
    expect(stdout.match(/^---$/gm)).toHaveLength(1);
  });

  it("-o json prints one List", async () => {
    const { stdout } = await runCli(["generate", "-f", at("matrix.yaml"), ...offline(), "-o", "json"]);
    const list = JSON.parse(stdout);
    expect(list).toMatchObject({ apiVersion: "v1", kind: "List", items: [{ metadata: { name: "eu-api" } }, {}] });
    expect(list.items).toHaveLength(2);
  });

  it("-o name prints kubectl's names, of standard input too", async () => {
    const stdin = JSON.stringify(setOf([matrix]));
    const { stdout } = await runCli(["generate", "-f", "-", ...offline(), "-o", "name"], { stdin });
    expect(stdout).toBe(names.map((name) => `application.argoproj.io/${name}\n`).join(""));
  });

  it("-o wide prints a table", async () => {
    const { stdout } = await runCli(["generate", "-f", at("matrix.yaml"), ...offline(), "-o", "wide"]);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ["NAME", "PROJECT", "CLUSTER", "NAMESPACE", "REPO", "PATH"],
      ["eu-api", "default", "https://eu.example.com", "apps", repoURL, "apps/api"],
      ["eu-web", "default", "https://eu.example.com", "apps", repoURL, "apps/web"],
    ]);
  });

  it("-n places sets that name no namespace, and finds the clusters of that namespace alone", async () => {
    const args = ["generate", "-f", at("matrix.yaml"), ...offline(), "-o", "name", "-n", "elsewhere"];
    expect(await runCli(args)).toMatchObject({ code: 0, stdout: "" });
  });

  it("--show-params prints each row with where it comes from", async () => {
    const args = ["generate", "-f", at("matrix.yaml"), ...offline(), "--show-params", "-o", "json"];
    const rows = JSON.parse((await runCli(args)).stdout);
    expect(rows).toMatchObject([
      {
        ...{ application: "eu-api", origin: "cluster eu × directory apps/api" },
        params: { name: "eu", server: "https://eu.example.com", path: "apps/api", "path.basename": "api" },
      },
      { application: "eu-web", params: { "path.basename": "web" } },
    ]);
  });

  it("is quiet where nothing is generated", async () => {
    const stdin = JSON.stringify(setOf([{ list: { elements: [] } }]));
    const json = await runCli(["generate", "-f", "-", ...offline(), "-o", "json"], { stdin });
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "List", items: [] });
    expect(await runCli(["generate", "-f", "-", ...offline()], { stdin })).toMatchObject({ code: 0, stdout: "" });
  });

  it("stops quietly when its reader goes away", async () => {
    const elements = Array.from({ length: 20_000 }, (_, index) => ({ name: `a-${index}`, path: "p", server: "s" }));
    file("many.yaml", setOf([{ list: { elements } }], "{{name}}"));
    const command = `"${process.execPath}" "${cli}" generate -f "${at("many.yaml")}" --inventory "${at("clusters")}" | head -1; echo "codes \${PIPESTATUS[@]}"`;
    const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", command], {
      env: { PATH: process.env.PATH },
    });
    expect(stdout).toBe("apiVersion: argoproj.io/v1alpha1\ncodes 0 0\n");
    expect(stderr).toBe("");
  });
});

describe("offline", () => {
  it("a URL without a mapping fails at once, and names itself and the generator", async () => {
    const started = performance.now();
    const args = ["generate", "-f", at("git.yaml"), "--inventory", at("clusters")];
    const { code, stdout, stderr } = await runCli(args, trap());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(
      `error: ApplicationGenerationFromParamsError: no directory stands for the repository ${repoURL}`,
    );
    expect(stderr).toContain("  field:  spec.generators[0].git\n");
    expect(stderr).toContain(`  try:    add --repo ${repoURL}=PATH\n`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("plan compares with the Applications of the inventory", async () => {
    const generated = JSON.parse(
      (await runCli(["generate", "-f", at("matrix.yaml"), ...offline(), "-o", "json"])).stdout,
    );
    const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", name: "fleet", controller: true };
    const live = (app: { metadata: object }, more: object = {}) => ({
      ...{ ...app, ...more, metadata: { ...app.metadata, ownerReferences: [{ ...owner, uid: "1" }], uid: "2" } },
    });
    const [api, web] = generated.items;
    const changed = { ...api.spec, source: { ...api.spec.source, targetRevision: "v1" } };
    file("live/clusters.yaml", ...clusters);
    file("live/apps.yaml", live(api, { spec: changed }), live({ ...web, metadata: { ...web.metadata, name: "gone" } }));
    const args = ["plan", "-f", at("matrix.yaml"), "--inventory", at("live"), "--repo", `${repoURL}=${at("apps")}`];
    const { code, stdout } = await runCli([...args, "--detailed-exitcode"], trap());
    expect(code).toBe(2);
    expect(stdout).toMatch(/^ApplicationSet argocd\/fleet {2}sha256:[0-9a-f]{64}$/m);
    expect(stdout).toContain('  ~ update eu-api\n      spec.source.targetRevision: "v1" → "main"\n');
    expect(stdout).toContain("  + create eu-web\n");
    expect(stdout).toContain("  - delete gone\n");
    expect(stdout).toContain("Plan: 1 to create, 1 to update, 1 to delete, 0 unchanged.\n");

    const held = await runCli([...args, "--detailed-exitcode", "--deletion-budget", "0"], trap());
    expect(held.code).toBe(3);
    expect(held.stdout).toContain("  # held   delete gone: DeletionBudget: ");
    expect(held.stdout).toContain("1 held");

    file("done/apps.yaml", ...clusters, live(api), live(web));
    const done = ["plan", "-f", at("matrix.yaml"), "--inventory", at("done"), "--repo", `${repoURL}=${at("apps")}`];
    expect(await runCli([...done, "--detailed-exitcode"], trap())).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining("no changes") },
    });
  });

  it("with neither flags nor kubeconfig there is an empty inventory, and a note", async () => {
    const { code, stdout, stderr } = await runCli(["generate", "-f", at("list.yaml"), "-o", "name"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "application.argoproj.io/a-x\n" });
    expect(stderr).toBe("note: there is no kubeconfig and no --inventory: no cluster is known\n");
  });

  it("without the flags the kubeconfig counts, and a broken one is told with its line", async () => {
    const { code, stderr } = await runCli(["generate", "-f", at("list.yaml")], trap());
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*broken-kubeconfig/m);
    expect(stderr).toMatch(/ {2}at: +\S+broken-kubeconfig:1/);
  });
});

describe("fleetset eval", () => {
  it.each([
    { engine: "go", template: "{{ .name | upper }}-{{ .labels.env }}-{{ .replicas }}", out: "EU-prod-3" },
    { engine: "flat", template: "{{name}}-{{ missing }}", out: "eu-{{ missing }}" },
    { engine: "handlebars", template: "{{upper name}} {{#if labels.env}}{{labels.env}}{{/if}}", out: "EU prod" },
  ])("$engine", async ({ engine, template, out }) => {
    const args = ["eval", template, "--engine", engine, "--params", at("params.yaml")];
    expect(await runCli(args)).toEqual({ code: 0, signal: null, stdout: `${out}\n`, stderr: "" });
  });

  it("reads the template from standard input, and prints JSON", async () => {
    const args = ["eval", "-", "--params", at("params.yaml"), "-o", "json"];
    const { code, stdout } = await runCli(args, { stdin: "{{ .name }}" });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"out":"eu"}\n' });
  });

  it("fails where the template does, with its line", async () => {
    const args = ["eval", "a\n{{ .absent }}", "--option", "missingkey=error", "--params", at("params.yaml")];
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: RenderTemplateParamsError: .*absent/m);
  });

  it("--batch answers each entry in order and exits 0 also where some failed", async () => {
    const batch = [
      { T: "{{ .a }}", D: { a: "x" } },
      { T: "{{ .b }}", O: ["missingkey=error"], D: { a: "x" }, M: "go" },
      { T: "{{a}}{{b}}", D: { a: "x" }, M: "flat" },
      { T: "{{upper a}}", D: { a: "x" }, M: "handlebars" },
      { T: "{{ .a", D: {} },
      { T: "x", D: {}, M: "jinja" },
      { D: {} },
      7,
      { T: '{{ set . "a" "changed" | len }}{{ .a }}', D: { a: "x" } },
      { T: "{{ .a }}", D: { a: "x" } },
    ];
    const { code, stdout, stderr } = await runCli(["eval", "--batch", "-", "-o", "json"], {
      stdin: JSON.stringify(batch),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const err = { err: expect.any(String) };
    expect(JSON.parse(stdout)).toEqual([
      ...[{ out: "x" }, { err: expect.stringContaining("b") }, { out: "x{{b}}" }, { out: "X" }],
      ...[err, { err: 'there is no engine "jinja", use one of flat, go, handlebars' }, err, err],
      ...[{ out: "1changed" }, { out: "x" }],
    ]);
  });

  it.each(["{", '{"T": "x"}'])("--batch %s is refused", async (stdin) => {
    const { code, stdout, stderr } = await runCli(["eval", "--batch", "-"], { stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: \w+: /);
  });
});

describe("files that cannot be read", () => {
  it.each([
    { name: "missing.yaml", says: "cannot read missing.yaml: there is no such file or folder" },
    { name: "folder", says: "cannot read folder: it is a directory" },
    { name: "latin1.yaml", says: "latin1.yaml is not UTF-8\n  at:     latin1.yaml:3\n  try:    save it in UTF-8\n" },
  ])("$name is told without the words of the system", async ({ name, says }) => {
    mkdirSync(at("folder"), { recursive: true });
    writeFileSync(at("latin1.yaml"), Buffer.from("kind: ApplicationSet\nmetadata:\n  name: caf\xe9\n", "latin1"));
    const { code, stdout, stderr } = await runCli(["generate", "-f", name, "--inventory", "."], { cwd: at(".") });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`error: FileError: ${says}`);
  });
});

it("a plan that cannot be written is told without the words of the system", async () => {
  file("set.yaml", setOf([matrix]));
  const args = ["plan", "-f", "set.yaml", "--inventory", "set.yaml", "--out", "nowhere/plan.json"];
  const { code, stdout, stderr } = await callCli(
    args.map((arg) => (arg.includes("/") || arg.endsWith(".yaml") ? at(arg) : arg)),
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(
    `error: FileError: cannot write ${at("nowhere/plan.json")}: there is no such file or folder`,
  );
});

describe("usage", () => {
  it.each([
    { args: ["bogus"], says: "unknown command 'bogus'" },
    { args: ["generat"], says: "did you mean generate?" },
    { args: ["help", "bogus"], says: "unknown command 'bogus'" },
    { args: ["help", "clusters", "bogus"], says: "unknown command 'clusters bogus'" },
    { args: ["clusters", "add"], says: "see fleetset clusters add --help" },
    { args: ["generate", "--bogus"], says: "unknown option '--bogus'" },
    { args: ["generate", "-f", "x", "-o", "xml"], says: "Allowed choices are yaml, json, name, wide" },
    { args: ["generate", "-f", "x", "--repo", "nothing"], says: '--repo "nothing" is not URL=PATH' },
    { args: ["generate", "-f", "x", "--inventory", "nowhere"], says: "the inventory nowhere does not exist" },
    { args: ["generate", "--repo", "https://git.test/a.git=."], says: "there is no file to read ApplicationSets from" },
    { args: ["eval"], says: "there is no template to evaluate" },
    { args: ["eval", "-", "--params", "-"], says: "standard input cannot be both the template and the parameters" },
    { args: ["eval", "x", "--batch", "y"], says: "leave one of them out" },
    { args: ["get"], says: "missing required argument 'name'" },
    { args: ["clusters", "add", "eu"], says: "required option '--from-context <name>' not specified" },
    { args: ["clusters", "add", "eu", "--from-context", "x", "--label", "y"], says: '"y" is not KEY=VALUE' },
    { args: ["completion", "tcsh"], says: 'there is no completion for "tcsh"' },
    { args: ["run", "--embedded", "--listen", "nowhere"], says: '--listen "nowhere" is not HOST:PORT' },
    { args: ["run", "--members", "2"], says: "--members is for the embedded hub" },
    { args: ["run", "--data-dir", "x"], says: "give --embedded too" },
    { args: ["run", "--embedded", "--members", "many"], says: "is no whole number of at least 0" },
    { args: ["run", "--deletion-budget", "200%"], says: '--deletion-budget "200%" is neither a number' },
  ])("$args: exit 2", async ({ args, says }) => {
    const { code, stdout, stderr } = await callCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: Usage: /m);
    expect(stderr).toContain(says);
  });

  it("is data too with -o json", async () => {
    const { code, stdout, stderr } = await runCli(["list", "-o", "json", "--bogus"]);
    expect(stderr).toBe("error: Usage: unknown option '--bogus'\n  try:    see fleetset list --help\n");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { reason: "Usage", message: "unknown option '--bogus'", details: { remedy: "see fleetset list --help" } },
    });
  });

  it("--help and --version go to standard output", async () => {
    const help = await runCli(["generate", "--help"]);
    expect(help).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("Examples:\n  fleetset generate"),
    });
    expect(await callCli(["help", "clusters", "add"])).toMatchObject({
      ...{ code: 0, stderr: "", stdout: expect.stringContaining("Usage: fleetset clusters add [options] <name>") },
    });
    expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe("in the shell", () => {
  it.each([
    { shell: "bash", holds: "complete -o filenames -F _fleetset fleetset" },
    { shell: "zsh", holds: "compdef _fleetset fleetset" },
    { shell: "fish", holds: "complete -c fleetset" },
  ])("completion $shell", async ({ shell, holds }) => {
    expect(await runCli(["completion", shell])).toMatchObject({ code: 0, stdout: expect.stringContaining(holds) });
  });

  it("completion of bash gives what may follow", async () => {
    const { stdout: script } = await runCli(["completion", "bash"]);
    file("completion.bash", script);
    const fake = `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`;
    file("bin/fleetset", fake);
    chmodSync(at("bin/fleetset"), 0o755);
    const typed = (words: readonly string[]) =>
      `COMP_WORDS=(fleetset ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _fleetset; echo "\${COMPREPLY[@]}"`;
    const lines = [["gen"], ["clusters", ""], ["generate", "-o", ""], ["list", "--se"], ["completion", "z"]].map(typed);
    const { stdout } = await promisify(execFile)(
      "bash",
      ["--norc", "-c", `. "${at("completion.bash")}"\n${lines.join("\n")}`],
      {
        env: { PATH: `${at("bin")}:${process.env.PATH}` },
      },
    );
    expect(stdout.trimEnd().split("\n")).toEqual([
      ...["generate", "add check list remove", "json name wide yaml", "--selector --set", "zsh"],
    ]);
  });

  it("as kubectl's plugin it calls itself kubectl fleetset", async () => {
    symlinkSync(cli, at("bin/kubectl-fleetset"));
    const { stdout } = await promisify(execFile)(process.execPath, [at("bin/kubectl-fleetset"), "--help"]);
    expect(stdout).toContain("Usage: kubectl fleetset ");
  });
});
