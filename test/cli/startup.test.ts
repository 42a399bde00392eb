import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSet, named } from "../controllers/world.ts";
import { type CliResult, runCli } from "../support/cli.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetset-startup-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Loaded {
  readonly result: CliResult;
  /** Names of packages. */
  readonly packages: ReadonlySet<string>;
  /** Sources that the loaded parts of the bundle were made of. */
  readonly sources: ReadonlySet<string>;
}

/** Runs a command and tells every script that it has loaded, as the JavaScript engine saw it. */
async function load(args: readonly string[], stdin = ""): Promise<Loaded> {
  const coverage = mkdtempSync(join(folder, "loaded-"));
  const result = await runCli(args, { stdin, env: { NODE_V8_COVERAGE: coverage } });
  const [report = ""] = readdirSync(coverage);
  const { result: scripts } = JSON.parse(readFileSync(join(coverage, report), "utf8")) as { result: { url: string }[] };
  const files = scripts.map(({ url }) => url).filter((url) => url.startsWith("file:"));
  const ours = files
    .filter((url) => !url.includes("/node_modules/"))
    .map((url) => readFileSync(fileURLToPath(url), "utf8"));
  return {
    result,
    packages: new Set(files.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])),
    // The bundler notes the source before what it has taken from it.
    sources: new Set(
      ours.flatMap((text) => text.match(/(?<=^\/\/ )(src|generators|templates|crds)\/\S+\.ts$/gm) ?? []),
    ),
  };
}

const list = (spec: object = {}) => JSON.stringify(makeSet("fleet", { elements: named("a", "b"), spec }));
const offline = ["generate", "-f", "-", "-o", "name", "--inventory"];

const never = {
  packages: [
    "undici",
    "@kubernetes/client-node",
    "isomorphic-git",
    "lmdb",
    "node-forge",
    "pino",
    "prom-client",
    "cron",
  ],
  sources: /^src\/(apiserver|controllers|runtime|sync|kube|git\/(native|isomorphic|cache|mirror|batch|process))/,
};

const engines = { go: "templates/go/", handlebars: "templates/handlebars/", flat: "templates/flat" } as const;

describe("what fleetset generate loads", () => {
  it.each([
    { engine: "flat", spec: {} },
    {
      engine: "go",
      spec: {
        goTemplate: true,
        template: { metadata: { name: "{{.name}}" }, spec: { project: "default", destination: {} } },
      },
    },
    { engine: "handlebars", spec: { fleet: { engine: "handlebars" } } },
  ] as const)("with the $engine engine: no other engine, no client, no git, no server", async ({ engine, spec }) => {
    const { result, packages, sources } = await load([...offline, folder], list(spec));
    expect(result).toMatchObject({ code: 0, stdout: "application.argoproj.io/a\napplication.argoproj.io/b\n" });
    expect(sources).toContain("src/cli/main.ts");
    expect(sources).toContain("src/render/generate.ts");
    expect(never.packages.filter((name) => packages.has(name))).toEqual([]);
    expect([...sources].filter((file) => never.sources.test(file))).toEqual([]);
    for (const [name, room] of Object.entries(engines)) {
      expect({ name, isLoaded: [...sources].some((file) => file.startsWith(room)) }).toEqual({
        name,
        isLoaded: name === engine,
      });
    }
    expect(packages.has("handlebars")).toBe(engine === "handlebars");
  });

  it("with a git generator and a plain directory: neither git's adapters nor a client", async () => {
    const git = { git: { repoURL: "https://git.test/apps.git", revision: "main", directories: [{ path: "*" }] } };
    const set = JSON.stringify(
      makeSet("fleet", { generators: [git], app: { metadata: { name: "x-{{path.basename}}" } } }),
    );
    mkdirSync(join(folder, "repository", "web"), { recursive: true });
    const repo = ["--repo", `https://git.test/apps.git=${join(folder, "repository")}`];
    writeFileSync(join(folder, "repository", "web", "web.yaml"), "{}");
    const { result, packages, sources } = await load(["generate", "-f", "-", "-o", "name", ...repo], set);
    expect(result).toMatchObject({ code: 0, stdout: "application.argoproj.io/x-web\n" });
    expect(["undici", "@kubernetes/client-node", "isomorphic-git"].filter((name) => packages.has(name))).toEqual([]);
    expect([...sources].filter((file) => /^src\/(apiserver|kube|controllers)\//.test(file))).toEqual([]);
  });

  it("--version and --help load no more than the command line", async () => {
    for (const flag of ["--version", "--help"]) {
      const { packages, sources } = await load([flag]);
      expect([...packages]).toEqual(["commander"]);
      expect([...sources].filter((file) => !/^src\/(cli|base|plan|config)/.test(file))).toEqual([]);
    }
  });

  it("and it is done at once", async () => {
    const started = performance.now();
    await runCli([...offline, folder], { stdin: list() });
    // On a quiet machine it takes less than 400 ms; this bound is for those that are not.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
