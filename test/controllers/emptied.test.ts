import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { githubServer } from "../generators/scm/servers/github.ts";
import { type Loopback, loopback } from "../generators/scm/servers/loopback.ts";
import { makePull, makeRepository, makeWorld, type Repository } from "../generators/scm/servers/world.ts";
import { runCli } from "../support/cli.ts";
import { namespace } from "../support/hub.ts";
import { eventually, makeSet, World } from "./world.ts";

/** Nobody here would carry out what finalizers ask for. */
const light = { syncPolicy: { preserveResourcesOnDeletion: true } };
const speed = 20;
let world: World;
let github: Loopback;
let plugin: Loopback;
/** What the servers list at this moment. */
let repositories: readonly Repository[] = [];
let rows: { readonly [question: string]: readonly string[] } = {};
let busy: { readonly status: number; readonly headers: { readonly [name: string]: string } } | undefined;
let askedAt: number[] = [];

beforeAll(async () => {
  world = await World.start({ speed });
  github = await loopback((asked) => githubServer(makeWorld(repositories))(asked));
  plugin = await loopback(({ body }) => {
    const { q = "" } = (JSON.parse(body) as { input: { parameters?: { q?: string } } }).input.parameters ?? {};
    if (q === "busy") askedAt.push(performance.now() * speed);
    if (q === "busy" && busy !== undefined) return busy;
    return { body: { output: { parameters: (rows[q] ?? []).map((name) => ({ name })) } } };
  });
  const data = { baseUrl: plugin.url, token: "$plug:token" };
  await world.hub.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "plug" }, data });
  await world.hub.create({ apiVersion: "v1", kind: "Secret", metadata: { name: "plug" }, stringData: { token: "x" } });
});

afterAll(async () => {
  expect(world.hub.errors).toEqual([]);
  await Promise.all([world.close(), github.close(), plugin.close()]);
});

const held = async (set: string) => (await world.conditions(set)).ChangesHeld;
const plug = (parameters: object) => ({
  plugin: { configMapRef: { name: "plug" }, input: { parameters }, requeueAfterSeconds: 20 },
});
const names = (set: string, expected: readonly string[]) =>
  eventually(async () => expect(await world.namesOf(set)).toEqual(expected));

describe("a list that turns empty", () => {
  const scmProvider = () => ({ github: { organization: "acme", api: github.url }, requeueAfterSeconds: 20 });
  const app = { metadata: { name: "{{repository}}" } };

  it("of repositories deletes nothing until a person approves, and is named with how to", async () => {
    repositories = [makeRepository("web", 1), makeRepository("api", 2)];
    await world.hub.create(makeSet("scm", { generators: [{ scmProvider: scmProvider() }], app, spec: light }));
    await names("scm", ["api", "web"]);

    repositories = [];
    await eventually(async () =>
      expect(await held("scm")).toMatchObject({
        status: "True",
        reason: "EmptyInput",
        message: expect.stringMatching(
          /^2 held \(api, web\): GitHub http:\S+ acme \S+ lists nothing where it listed 2 before, which proves no absence; to release: approve it: kubectl annotate applicationset scm --overwrite fleetset\.io\/approve-plan=sha256:/,
        ),
      }),
    );
    expect(await world.namesOf("scm")).toEqual(["api", "web"]);
    expect((await world.conditions("scm")).ErrorOccurred?.status).toBe("False");

    // The access is back: nobody has to do anything.
    repositories = [makeRepository("web", 1), makeRepository("api", 2)];
    await eventually(async () => expect(await held("scm")).toBeUndefined());
    expect(await world.namesOf("scm")).toEqual(["api", "web"]);

    repositories = [];
    await eventually(async () => expect((await held("scm"))?.reason).toBe("EmptyInput"));
    const [, digest = ""] = /approve-plan=(\S+)/.exec((await held("scm"))?.message ?? "") ?? [];
    await world.hub.patch("ApplicationSet", "scm", {
      metadata: { annotations: { "fleetset.io/approve-plan": digest } },
    });
    await names("scm", []);
    await eventually(async () => expect(await held("scm")).toBeUndefined());
  });

  it("deletes at once where the set says so", async () => {
    rows = { here: ["h-a"] };
    const fleet = { deletion: { onEmptyInput: "delete" } };
    await world.hub.create(makeSet("here", { generators: [plug({ q: "here" })], spec: { ...light, fleet } }));
    await names("here", ["h-a"]);
    rows = {};
    await names("here", []);
  });

  it("of one of several questions holds deletions back, and nothing else", async () => {
    rows = { eu: ["m-eu"], us: ["m-us"] };
    const elements = [{ q: "eu" }, { q: "us" }];
    const generators = [{ matrix: { generators: [{ list: { elements } }, plug({ q: "{{q}}" })] } }];
    await world.hub.create(makeSet("many", { generators, spec: light }));
    await names("many", ["m-eu", "m-us"]);
    rows = { eu: [], us: ["m-us", "m-new"] };
    await names("many", ["m-eu", "m-new", "m-us"]);
    await eventually(async () =>
      expect((await held("many"))?.message).toMatch(/^1 held \(m-eu\): plugin plug .* 1 before/),
    );
    expect((await world.conditions("many")).ErrorOccurred?.status).toBe("False");
    rows = { eu: ["m-eu"], us: ["m-us", "m-new"] };
    await eventually(async () => expect(await held("many")).toBeUndefined());
  });

  it("of pull requests is believed when it has stood for a while", async () => {
    repositories = [makeRepository("shop", 3, { pulls: [makePull(1)] })];
    const pullRequest = { github: { owner: "acme", repo: "shop", api: github.url }, requeueAfterSeconds: 20 };
    const metadata = { name: "pull-{{number}}" };
    await world.hub.create(makeSet("pulls", { generators: [{ pullRequest }], app: { metadata }, spec: light }));
    await names("pulls", ["pull-1"]);
    repositories = [makeRepository("shop", 3)];
    await eventually(async () =>
      expect(await held("pulls")).toMatchObject({
        reason: "EmptyInput",
        message: expect.stringMatching(
          /lists nothing where it listed 1 before.*to release: wait until \d{4}-.*Z, or approve it: /,
        ),
      }),
    );
    await world.look("pulls");
    expect(await world.namesOf("pulls")).toEqual(["pull-1"]);
    world.clock.jump(600_000);
    await world.look("pulls");
    await names("pulls", []);
    expect(await held("pulls")).toBeUndefined();
  });

  it("of a commit's directories is proof, since the commit says that they are gone", async () => {
    const folder = join(world.repositories, "tree");
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
    mkdirSync(join(folder, "apps/t-a"), { recursive: true });
    writeFileSync(join(folder, "apps/t-a/x.yaml"), "");
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "One");
    const source = { repoURL: `file://${folder}`, revision: "HEAD", directories: [{ path: "apps/*" }] };
    const generators = [{ git: { ...source, requeueAfterSeconds: 20 } }];
    const app = { metadata: { name: "{{path.basename}}" } };
    await world.hub.create(makeSet("tree", { generators, app, spec: light }));
    await names("tree", ["t-a"]);
    git("rm", "-rqf", "apps");
    git("commit", "-qm", "None");
    await names("tree", []);
  });

  it("is held by the command line too, which knows of no earlier answer", async () => {
    rows = {};
    const folder = join(world.hub.folder, "offline");
    mkdirSync(folder);
    const set = makeSet("cli", { generators: [plug({ q: "cli" })] });
    const data = { baseUrl: plugin.url, token: "$plug:token" };
    const owner = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "ApplicationSet",
      name: "cli",
      uid: "u",
      controller: true,
    };
    const objects = [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "plug", namespace }, data },
      { apiVersion: "v1", kind: "Secret", metadata: { name: "plug", namespace }, stringData: { token: "x" } },
      {
        ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
        metadata: { name: "c-a", namespace, ownerReferences: [owner] },
        spec: { project: "default", destination: { name: "in-cluster" } },
      },
    ];
    for (const object of objects) writeFileSync(join(folder, `${object.kind}.json`), JSON.stringify(object));
    const file = join(world.hub.folder, "set.json");
    writeFileSync(file, JSON.stringify(set));
    const plan = (...args: string[]) =>
      runCli(["plan", "-f", file, "--inventory", folder, "--detailed-exitcode", ...args]);
    const { stdout, stderr, code } = await plan();
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout).toContain("lists nothing, which proves no absence");
    expect((await plan("--deletion-budget", "100%")).code).toBe(2);
  });
});

describe("a server that is busy", () => {
  it("for one repository is asked about it again when it wants to be, and not when the set is due", async () => {
    repositories = [makeRepository("g-a", 11), makeRepository("g-b", 12)];
    const busyFor = { status: 429, headers: { "retry-after": "90" }, body: { message: "slow down" } };
    github.fault = ({ segments }) => (segments.includes("g-b") ? busyFor : undefined);
    const scmProvider = { github: { organization: "acme", api: github.url }, requeueAfterSeconds: 86_400 };
    const app = { metadata: { name: "part-{{repository}}" } };
    // Other sets have asked the same before.
    const metadata = { annotations: { "argocd.argoproj.io/application-set-refresh": "true" } };
    await world.hub.create(makeSet("part", { generators: [{ scmProvider }], metadata, app, spec: light }));
    await eventually(async () =>
      expect((await world.conditions("part")).ErrorOccurred).toMatchObject({
        status: "True",
        message: expect.stringContaining("is partial: spec.generators[0].scmProvider: repository acme/g-b: "),
      }),
    );
    expect(await world.namesOf("part")).toEqual([]);
    github.fault = undefined;
    await names("part", ["part-g-a", "part-g-b"]);
  });

  it("is asked again when it wants to be, and the set waits no longer", async () => {
    rows = { busy: ["b-a"] };
    busy = { status: 429, headers: { "retry-after": "20" } };
    askedAt = [];
    await world.hub.create(makeSet("busy", { generators: [plug({ q: "busy" })], spec: light }));
    await eventually(async () =>
      expect((await world.conditions("busy")).ErrorOccurred?.message).toContain("answers 429"),
    );
    busy = undefined;
    await names("busy", ["b-a"]);
    const [first = 0, second = 0] = askedAt;
    expect(second - first).toBeGreaterThan(19_000);
    expect(second - first).toBeLessThan(120_000);
  });
});
