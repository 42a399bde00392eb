import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Ports } from "../../generators/ports.ts";
import { FleetError } from "../../src/base/errors.ts";
import { parseYaml } from "../../src/base/yaml.ts";
import { GitCache } from "../../src/git/cache.ts";
import { inventoryPorts } from "../../src/inputs/directory.ts";
import { gitPort } from "../../src/inputs/git-source.ts";
import { HttpClient } from "../../src/inputs/http.ts";
import { readInventory } from "../../src/inputs/inventory.ts";
import { mappedOci } from "../../src/inputs/oci/mapped.ts";
import { generate } from "../../src/render/generate.ts";
import { validationError } from "../../src/render/validate.ts";
import { removeCopy, serveAnswers, withHost } from "../support/http-fixture.ts";
import { parseSet } from "../support/parse-set.ts";

const roots = ["applicationset", "applicationset-extra"].map((name) => join(import.meta.dirname, "../vectors", name));

interface Failure {
  readonly reason: string;
  readonly valid?: readonly string[];
  readonly invalid?: { readonly [name: string]: string };
}

interface CaseFacts {
  readonly description: string;
  readonly covers: readonly string[];
  readonly order?: "set";
  readonly args?: { readonly newGitFileGlobbing?: boolean };
}

const copies: string[] = [];
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true });
});

const cases = roots.flatMap((root) =>
  readdirSync(root).flatMap((group) =>
    readdirSync(join(root, group)).map((name) => ({ name: `${group}/${name}`, folder: join(root, group, name) })),
  ),
);

describe("ApplicationSet vectors", () => {
  for (const { name, folder } of cases) {
    const facts = parseYaml(readFileSync(join(folder, "case.yaml"), "utf8")) as unknown as CaseFacts;
    it(`${name}: ${facts.description}`, () => check(folder, facts));
  }
});

async function check(folder: string, facts: CaseFacts): Promise<void> {
  const outcome = await runServed(folder, facts);
  if (existsSync(join(folder, "error.yaml"))) {
    const wanted = parseYaml(readFileSync(join(folder, "error.yaml"), "utf8")) as unknown as Failure;
    return expectFailure(outcome, wanted);
  }
  if (outcome.error !== undefined) throw outcome.error;
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as NamedObject[];
  const sort = facts.order === "set" ? sortByName : (objects: readonly NamedObject[]) => objects;
  expect(sort(plain(outcome.applications ?? []))).toEqual(sort(expected));
}

interface NamedObject {
  readonly metadata: { readonly name?: string };
}

interface Outcome {
  readonly applications?: readonly unknown[];
  readonly valid?: readonly string[];
  readonly invalid?: readonly string[];
  readonly error?: FleetError;
}

/** A case with answers of a server runs against one on loopback. */
async function runServed(folder: string, facts: CaseFacts): Promise<Outcome> {
  const answers = join(folder, "http");
  const server = existsSync(answers) ? await serveAnswers(answers) : undefined;
  const inventory = withHost(join(folder, "inventory"), server?.host ?? "127.0.0.1:1");
  const http = new HttpClient();
  try {
    return await run(folder, facts, portsOf(folder, facts, { inventory, http }));
  } finally {
    removeCopy(inventory);
    await Promise.all([http.close(), server?.close()]);
  }
}

async function run(folder: string, facts: CaseFacts, ports: Ports): Promise<Outcome> {
  try {
    const set = parseSet(readFileSync(join(folder, "appset.yaml"), "utf8"));
    const { applications, invalid } = await generate(set, ports, facts.args);
    const error = validationError(invalid);
    const names = applications.map(({ application }) => application.metadata.name);
    const bad = new Set(invalid.map((found) => found.name));
    return {
      applications: applications.map(({ application }) => application),
      valid: names.filter((found) => found && !bad.has(found)),
      invalid: invalid.map((found) => `${found.namespace}/${found.name}`),
      ...(error === undefined ? {} : { error }),
    };
  } catch (error: unknown) {
    if (error instanceof FleetError) return { error };
    throw error;
  }
}

function portsOf(
  folder: string,
  facts: CaseFacts,
  { inventory, http }: { inventory: string; http: HttpClient },
): Ports {
  const repos = facts.covers.includes("symlink") ? withLinks(join(folder, "repos")) : join(folder, "repos");
  const names = existsSync(repos) ? readdirSync(repos) : [];
  const mappings = names.map((name) => ({ url: `https://git.example.com/${name}.git`, path: join(repos, name) }));
  const git = gitPort(new GitCache({ environment: {}, mappings, isOffline: true }));
  return inventoryPorts(readInventory([inventory]), { git, http, oci: mappedOci(mappings, git) });
}

/** Where links were lost on the way, a file of one line that names another one stands for them. */
function withLinks(repos: string): string {
  const copy = mkdtempSync(join(tmpdir(), "fleetset-vectors-"));
  copies.push(copy);
  cpSync(repos, copy, { recursive: true, verbatimSymlinks: true });
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const target = readFileSync(file, "utf8");
    if (!/^[\w./-]+$/.test(target) || !existsSync(join(entry.parentPath, target))) continue;
    rmSync(file);
    symlinkSync(target, file);
  }
  return copy;
}

function expectFailure({ error, valid, invalid, applications }: Outcome, wanted: Failure): void {
  if (error === undefined) expect.fail(`gave ${JSON.stringify(applications)} where ${wanted.reason} is expected`);
  if (wanted.reason !== "Panic") expect(error.reason).toBe(wanted.reason);
  if (wanted.valid !== undefined) expect([...(valid ?? [])].sort()).toEqual([...wanted.valid].sort());
  if (wanted.invalid !== undefined) expect(invalid).toEqual(Object.keys(wanted.invalid));
}

/** As a reader of the JSON output sees it, bigints as the numbers that JSON.parse makes of them. */
function plain(objects: readonly unknown[]): NamedObject[] {
  return JSON.parse(JSON.stringify(objects, (_key, value) => (typeof value === "bigint" ? Number(value) : value)));
}

function sortByName(objects: readonly NamedObject[]): NamedObject[] {
  return [...objects].sort((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
}
