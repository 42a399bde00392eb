import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseYaml, parseYamlDocuments } from "../../src/base/yaml.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { makeSet, named, type SetParts } from "../controllers/world.ts";
import { type CliResult, callCli, runCli } from "../support/cli.ts";
import { TestHub } from "../support/hub.ts";

let hub: TestHub;

beforeAll(async () => {
  hub = await TestHub.start();
  await hub.addMember("eu", { env: "prod" });
  await hub.addMember("us", { env: "prod" });
});

afterAll(async () => {
  expect(hub?.errors).toEqual([]);
  await hub?.close();
});

const run = (...args: string[]): Promise<CliResult> => callCli(args, { env: { KUBECONFIG: hub.kubeconfig } });

/** Writes a set to a file and gives its path. */
function setFile(name: string, parts: SetParts): string {
  const path = join(hub.folder, `${name}.yaml`);
  writeFileSync(path, JSON.stringify(makeSet(name, parts)));
  return path;
}

/** Removes all sets and Applications, past every finalizer. */
async function clean(): Promise<void> {
  for (const kind of ["ApplicationSet", "Application"] as const) {
    for (const { metadata } of await hub.list(kind)) {
      if (metadata.finalizers !== undefined) await hub.patch(kind, metadata.name, { metadata: { finalizers: null } });
      if (metadata.deletionTimestamp === undefined) await hub.delete(kind, metadata.name).catch(() => undefined);
    }
  }
}

const light = { spec: { syncPolicy: { preserveResourcesOnDeletion: true } } };
const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("fleetset apply", () => {
  beforeEach(clean);

  it("needs a yes where nobody can be asked", async () => {
    const before = await hub.versions();
    const { code, stdout, stderr } = await run("apply", "-f", setFile("ask", { elements: named("a") }));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("+ create a");
    expect(stderr).toContain("error: Usage: there is no terminal to ask on");
    expect(stderr).toContain("give --yes");
    expect(await hub.versions()).toEqual(before);
  });

  it("shows the plan on a terminal and asks: anything but yes writes nothing", async () => {
    const file = setFile("ask", { elements: named("a") });
    const ask = (stdin: string) =>
      callCli(["apply", "-f", file], { env: { KUBECONFIG: hub.kubeconfig }, stdin, isTerminal: true });
    const before = await hub.versions();
    const refused = await ask("n\n");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("+ create a");
    expect(refused.stderr).toContain("Apply these changes? [y/N] ");
    expect(await hub.versions()).toEqual(before);
    expect((await ask("y\n")).code).toBe(0);
    expect(await hub.names("Application")).toEqual(["a"]);
  });

  it("writes Applications that nobody owns where the set stays in its file, and then has nothing to do", async () => {
    const file = setFile("free", { elements: named("a", "b") });
    const first = await run("apply", "-f", file, "--yes");
    expect(first).toMatchObject({
      code: 0,
      stdout: "application.argoproj.io/a created\napplication.argoproj.io/b created\n",
    });
    const apps = await hub.list("Application");
    expect(apps.map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined, undefined]);
    expect(await hub.names("ApplicationSet")).toEqual([]);
  });

  it("--with-set writes the set first, which then owns them", async () => {
    const file = setFile("owner", { elements: named("a", "b") });
    expect(await run("apply", "-f", file, "--with-set", "--yes")).toMatchObject({ code: 0 });
    const set = await hub.get("ApplicationSet", "owner");
    for (const { metadata } of await hub.list("Application")) {
      expect(metadata.ownerReferences).toMatchObject([{ name: "owner", uid: set?.metadata.uid, controller: true }]);
    }
    const before = await hub.versions();
    const stdin = readFileSync(file, "utf8");
    const env = { KUBECONFIG: hub.kubeconfig };
    const again = await runCli(["apply", "-f", "-", "--with-set", "--yes"], { env, stdin });
    expect(again).toMatchObject({ code: 0, stdout: "" });
    expect(again.stderr).toContain("0 to create, 0 to update, 0 to delete, 2 unchanged");
    expect(await hub.versions()).toEqual(before);
  });

  it("--with-set carries out a plan whose contents time and chance change", async () => {
    const app = {
      metadata: { name: "{{.name}}", annotations: { note: "{{randAlphaNum 20}}" } },
      spec: {
        source: { repoURL: "https://git.test/apps.git", path: "x" },
        destination: { name: "eu", namespace: "x" },
      },
    };
    const file = setFile("chance", { elements: named("a"), app, spec: { goTemplate: true } });
    const { code, stdout } = await run("apply", "-f", file, "--with-set", "--yes");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "application.argoproj.io/a created\n" });
  });

  it("--with-set leaves what belongs to another set with it, and says so", async () => {
    await run("apply", "-f", setFile("owner", { ...light, elements: named("a") }), "--with-set", "--yes");
    const before = await hub.get("Application", "a");
    const file = setFile("rival", { ...light, elements: named("a", "b") });
    const { code, stdout, stderr } = await run("apply", "-f", file, "--with-set", "--yes");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "application.argoproj.io/b created\n" });
    expect(stderr).toMatch(/^warning: held (adopt|update) a: OwnedByAnotherSet: /m);
    expect(await hub.get("Application", "a")).toEqual(before);
    expect((await run("plan", "-f", setFile("third", { ...light, elements: named("a") }))).stdout).toContain(
      "# held   adopt a: OwnedByAnotherSet",
    );
  });

  it("--with-set writes the file's set alone: what others noted on it, and where its fleet block stands, stay as they are", async () => {
    const noted = { metadata: { annotations: { "fleetset.io/fleet": "deletion: {maxCount: 0}" } } };
    const file = setFile("noted", { ...light, ...noted, elements: named("a") });
    await run("apply", "-f", file, "--with-set", "--yes");
    await hub.patch("ApplicationSet", "noted", { metadata: { annotations: { "example.com/by": "somebody else" } } });
    expect(await run("apply", "-f", file, "--with-set", "--yes")).toMatchObject({ code: 0 });
    const set = await hub.get("ApplicationSet", "noted");
    expect(set?.metadata.annotations).toMatchObject({ "example.com/by": "somebody else" });
    expect(set?.spec).not.toHaveProperty("fleet");
    const ours = (set?.metadata.managedFields as readonly { readonly manager: string }[] | undefined)?.find(
      ({ manager }) => manager === "fleetset",
    );
    expect(JSON.stringify(ours)).toContain("f:fleetset.io/fleet");
    expect(JSON.stringify(ours)).not.toContain("example.com/by");
    expect((await run("plan", "-f", setFile("noted", { ...light, ...noted }))).stdout).toContain("# held   delete a");
  });

  it("does what can be done and exits 3 where something is held", async () => {
    await run("apply", "-f", setFile("held", { ...light, elements: named("a", "b", "c") }), "--with-set", "--yes");
    const file = setFile("held", { ...light, elements: named("d") });
    const { code, stdout, stderr } = await run("apply", "-f", file, "--with-set", "--yes");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "application.argoproj.io/d created\n" });
    for (const name of ["a", "b", "c"])
      expect(stderr).toContain(`warning: held delete ${name}: DeletionBudget: 3 of 3`);
    expect(await hub.names("Application")).toEqual(["a", "b", "c", "d"]);

    const allowed = await run("apply", "-f", file, "--yes", "--deletion-budget", "100%");
    expect(allowed.code).toBe(0);
    expect(await hub.names("Application")).toEqual(["d"]);
  });

  it("tries everything, names each failure and exits 1", async () => {
    const file = setFile("failing", { elements: named("a", "Bad_One", "c", "Bad_Two") });
    const { code, stdout, stderr } = await run("apply", "-f", file, "--yes");
    expect({ code, stdout }).toEqual({
      ...{ code: 1, stdout: "application.argoproj.io/a created\napplication.argoproj.io/c created\n" },
    });
    const errors = lines(stderr).filter((line) => line.startsWith("error: "));
    expect(errors).toEqual([
      expect.stringContaining("error: ApplyFailed: create Application argocd/Bad_One: "),
      expect.stringContaining("error: ApplyFailed: create Application argocd/Bad_Two: "),
    ]);
  });

  it("writes what is valid and exits 1 where an Application is not", async () => {
    const destination = { name: "{{cluster}}", namespace: "x" };
    const elements = [
      { name: "a", cluster: "eu" },
      { name: "b", cluster: "nowhere" },
    ];
    const file = setFile("invalid", { elements, app: { spec: { destination } } });
    const planned = await run("plan", "-f", file, "--detailed-exitcode");
    expect(planned).toMatchObject({ code: 1, stdout: expect.stringContaining("0 to delete, 1 invalid, 0 unchanged.") });
    const { code, stdout, stderr } = await run("apply", "-f", file, "--yes");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "application.argoproj.io/a created\n" });
    expect(stderr).toContain(
      "error: ApplicationValidationError: Application b: its destination nowhere is no registered cluster",
    );
  });

  it("refuses two sets that would write one Application", async () => {
    const files = [setFile("one", { elements: named("a") }), setFile("two", { elements: named("a") })] as const;
    const before = await hub.versions();
    const { code, stderr } = await run("apply", "-f", files[0], "-f", files[1], "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain("ApplicationSets one and two both generate Application argocd/a");
    expect(await hub.versions()).toEqual(before);
  });

  it("--plan does exactly that plan, its held deletions included", async () => {
    await run(
      "apply",
      "-f",
      setFile("bound", { ...light, elements: named("a", "b", "c", "d") }),
      "--with-set",
      "--yes",
    );
    const file = setFile("bound", { ...light, elements: named("a", "e") });
    const plan = join(hub.folder, "plan.json");
    const planned = await run("plan", "-f", file, "--out", plan, "--detailed-exitcode");
    expect(planned.code).toBe(3);
    expect(statSync(plan).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(plan, "utf8"))).toMatchObject({
      ...{ apiVersion: "fleetset.io/v1", kind: "Plan" },
      sets: [{ name: "bound", namespace: "argocd", digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }],
    });
    expect(await run("apply", "-f", file, "--plan", plan)).toMatchObject({ code: 0 });
    expect(await hub.names("Application")).toEqual(["a", "e"]);

    // It has been done: what is there now is not what it was made for.
    const before = await hub.versions();
    const { code, stderr } = await run("apply", "-f", file, "--plan", plan);
    expect(code).toBe(1);
    expect(stderr).toContain("error: StalePlan: the plan for argocd/bound is not what it was");
    expect(stderr).toContain("plan again and look at it");
    expect(await hub.versions()).toEqual(before);
  });

  it("--plan refuses a plan of another set, and what is no plan", async () => {
    const [file, other] = [setFile("mine", { elements: named("a") }), setFile("other", { elements: named("b") })];
    const plan = join(hub.folder, "other.json");
    await run("plan", "-f", other, "--out", plan);
    const wrong = await run("apply", "-f", file, "--plan", plan);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("the plan says nothing of argocd/mine") });
    const none = await run("apply", "-f", file, "--plan", file);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("is no plan") });
    expect(await hub.names("Application")).toEqual([]);
  });
});

describe("fleetset plan", () => {
  beforeAll(clean);

  it("tells creates, updates with their fields, deletes and nothing to do, by its exit code too", async () => {
    const plan = (elements: object[], revision = "main") =>
      run(
        "plan",
        "-f",
        setFile("tell", { ...light, elements, app: { spec: { source: source(revision) } } }),
        "--detailed-exitcode",
      );
    const source = (targetRevision: string) => ({ repoURL: "https://git.test/apps.git", path: "x", targetRevision });
    const file = setFile("tell", { ...light, elements: named("a", "b"), app: { spec: { source: source("main") } } });
    expect(await run("plan", "-f", file)).toMatchObject({ code: 0 });
    expect(await plan(named("a", "b"))).toMatchObject({ code: 2, stdout: expect.stringContaining("+ create a") });
    await run("apply", "-f", file, "--with-set", "--yes");
    expect(await plan(named("a", "b"))).toMatchObject({ code: 0, stdout: expect.stringContaining("no changes") });
    const { code, stdout } = await plan(named("a"), "v2");
    expect(code).toBe(2);
    expect(stdout).toContain('  ~ update a\n      spec.source.targetRevision: "main" → "v2"\n  - delete b\n');
    expect(stdout).not.toContain("\u001b");
  });

  it("has colour on a terminal, and never with NO_COLOR", async () => {
    const args = ["plan", "-f", setFile("tell", { ...light, elements: named("a", "z") })];
    const env = { KUBECONFIG: hub.kubeconfig };
    const coloured = await callCli(args, { env, isTerminal: true });
    expect(coloured.stdout).toContain("\u001b[32m  + create z\u001b[39m");
    const plain = await callCli(args, { env: { ...env, NO_COLOR: "1" }, isTerminal: true });
    expect(plain.stdout).toContain("  + create z\n");
    expect(plain.stdout).not.toContain("\u001b");
  });

  it("-o json is the plan as data", async () => {
    const { stdout } = await run("plan", "-f", setFile("tell", { ...light, elements: named("a", "z") }), "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ apiVersion: "fleetset.io/v1", kind: "Plan", fleetsetVersion: expect.stringMatching(/^\d/) },
      sets: [
        {
          ...{ name: "tell", completeness: "complete", unchanged: 0, held: [] },
          changes: [
            { action: "update", name: "a", fields: [{ path: "spec.source.path", before: "x", after: "a" }] },
            { action: "delete", name: "b" },
            { action: "create", name: "z", object: { kind: "Application" } },
          ],
        },
      ],
    });
  });
});

describe("fleetset list and get", () => {
  beforeAll(async () => {
    await clean();
    const app = (labels: object) => ({
      metadata: { labels },
      spec: { destination: { name: "{{cluster}}", namespace: "x" } },
    });
    const elements = (set: string) => ["eu", "us"].map((cluster) => ({ name: `${set}-${cluster}`, cluster }));
    const web = setFile("web", { elements: elements("web"), app: app({ team: "web" }) });
    const data = setFile("data", {
      elements: elements("data"),
      app: app({ team: "data" }),
      spec: { fleet: { delivery: "push" } },
    });
    expect(await run("apply", "-f", web, "-f", data, "--with-set", "--yes")).toMatchObject({ code: 0 });
    const byHand = makeSet("x", {}) as { readonly spec: { readonly template: { readonly spec: object } } };
    const { spec } = byHand.spec.template;
    await hub.create({
      ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
      ...{ metadata: { name: "by-hand", namespace: "argocd", labels: { team: "web" } }, spec },
    });
    await hub.patch("Application", "web-eu", {
      status: {
        ...{
          sync: { status: "Synced", revision: "0123456789abcdef0123456789abcdef01234567" },
          health: { status: "Healthy" },
        },
        conditions: [
          { type: "SyncError", message: "first line\nsecond line", lastTransitionTime: "2026-01-01T00:00:00Z" },
        ],
        history: [{ id: 3, revision: "abc", deployedAt: "2026-01-01T00:00:00Z" }],
        resources: [{ kind: "ConfigMap", namespace: "x", name: "web", status: "Synced" }],
      },
    });
  });

  it("lists what sets generated, with how it stands", async () => {
    const { code, stdout } = await run("list");
    expect(code).toBe(0);
    const rows = lines(stdout).map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(["NAME", "PROJECT", "CLUSTER", "SYNC", "HEALTH", "SET", "AGE"]);
    expect(rows.slice(1).map((row) => row.slice(0, 6))).toEqual([
      ["data-eu", "default", "eu", "Unknown", "Unknown", "data"],
      ["data-us", "default", "us", "Unknown", "Unknown", "data"],
      ["web-eu", "default", "eu", "Synced", "Healthy", "web"],
      ["web-us", "default", "us", "Unknown", "Unknown", "web"],
    ]);
  });

  it.each([
    { args: ["-l", "team=web"], names: ["web-eu", "web-us"] },
    { args: ["-l", "team in (web,data),team!=data", "--all"], names: ["by-hand", "web-eu", "web-us"] },
    { args: ["--set", "data"], names: ["data-eu", "data-us"] },
    { args: ["--cluster", "eu"], names: ["data-eu", "web-eu"] },
    { args: ["--cluster", "eu", "--set", "web"], names: ["web-eu"] },
    { args: ["-A", "--set", "web"], names: ["web-eu", "web-us"] },
    { args: ["-n", "elsewhere", "--all"], names: [] },
  ])("list $args", async ({ args, names }) => {
    const { code, stdout } = await run("list", "-o", "name", ...args);
    expect(code).toBe(0);
    expect(stdout).toBe(names.map((name) => `application.argoproj.io/${name}\n`).join(""));
  });

  it("-o wide adds what a table has no room for, json and yaml are the objects", async () => {
    const wide = await run("list", "-o", "wide", "--set", "web");
    expect(lines(wide.stdout)[0]).toMatch(/ DELIVERY +NAMESPACE +REPO +PATH +REVISION +MESSAGE$/);
    // Its status was written in fleetset's name, as the sync engine does.
    expect(lines(wide.stdout)[1]).toMatch(/ push +x +https:\/\/git\.test\/apps\.git +web-eu +0123456 +first line$/);
    expect(lines(wide.stdout)[2]).toMatch(/^web-us .* hub +x /);
    const json = await run("list", "-o", "json", "--set", "data");
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "List", items: [{ metadata: { name: "data-eu" } }, {}] });
    const yaml = await run("list", "-o", "yaml", "--set", "data");
    expect(parseYamlDocuments(yaml.stdout)).toHaveLength(2);
  });

  it("an empty list is said on standard error, and a bad selector is an error", async () => {
    const empty = await run("list", "-n", "elsewhere");
    expect(empty).toMatchObject({ code: 0, stdout: "", stderr: "No Applications found in namespace elsewhere.\n" });
    const bad = await run("list", "-l", "team in (");
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain("error: Usage: option '-l, --selector <selector>' argument 'team in (' is invalid.");
  });

  it("get shows one, with its parameters and where they come from", async () => {
    const { code, stdout } = await run("get", "web-eu");
    expect(code).toBe(0);
    for (const line of [
      ...["Name:           argocd/web-eu", "ApplicationSet: web", "Origin:         element 0", "Cluster:        eu"],
      ...["Sync:           Synced at 0123456789abcdef0123456789abcdef01234567", "Health:         Healthy"],
      ...["  SyncError: first line", "  ConfigMap  x/web  Synced", "  3  2026-01-01T00:00:00Z  abc"],
      ...["Parameters:", "  cluster: eu", "  name: web-eu"],
    ]) {
      expect(stdout).toContain(line);
    }
  });

  it("get prints the object itself on request, and names a near one where there is none", async () => {
    const yaml = parseYaml((await run("get", "web-eu", "-o", "yaml")).stdout) as unknown as KubeObject;
    expect(yaml).toMatchObject({ kind: "Application", metadata: { name: "web-eu" } });
    const { stdout } = await run("get", "web-eu", "-o", "json");
    expect(JSON.parse(stdout)).toEqual(await hub.get("Application", "web-eu"));
    const missing = await run("get", "web-ue", "-o", "json");
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.stdout)).toEqual({
      error: {
        ...{ reason: "NotFound", message: "there is no Application argocd/web-ue" },
        details: { remedy: "did you mean web-eu?" },
      },
    });
  });
});

describe("a kubeconfig", () => {
  it.each([
    { args: ["--context", "nowhere"], says: ['has no context "nowhere"', "hub"] },
    { args: ["--kubeconfig", "/nowhere/config"], says: ["kubeconfig /nowhere/config does not exist"] },
  ])("that does not do is told: $args", async ({ args, says }) => {
    for (const command of [["list"], ["apply", "-f", setFile("k", { elements: [] }), "--yes"], ["run"]]) {
      const { code, stdout, stderr } = await run(...command, ...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.match(/^error: .*/gm)).toHaveLength(1);
      expect(stderr).toContain("error: InvalidKubeconfig: ");
      for (const part of says) expect(stderr).toContain(part);
    }
  });

  it("of a hub that does not answer is told with its address", async () => {
    const text = readFileSync(hub.kubeconfig, "utf8").replace(/https:\/\/127\.0\.0\.1:\d+/g, "https://127.0.0.1:1");
    const kubeconfig = join(hub.folder, "down");
    writeFileSync(kubeconfig, text);
    const { code, stderr } = await runCli(["list"], { env: { KUBECONFIG: kubeconfig } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*https:\/\/127\.0\.0\.1:1.*refused/m);
  });
});
