import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FleetError } from "../../src/base/errors.ts";
import { parseYaml } from "../../src/base/yaml.ts";
import { GitCache } from "../../src/git/cache.ts";
import { inventoryPorts } from "../../src/inputs/directory.ts";
import { gitPort } from "../../src/inputs/git-source.ts";
import { HttpClient } from "../../src/inputs/http.ts";
import { readInventory } from "../../src/inputs/inventory.ts";
import { generate } from "../../src/render/generate.ts";
import { validationError } from "../../src/render/validate.ts";
import { parseSet } from "../support/parse-set.ts";

const root = join(import.meta.dirname, "../vectors/applicationset");

const noPlugin = "the plugin generator is not available yet";
const noDecisions = "the clusterDecisionResource generator is not available yet";

/** Cases that cannot pass yet, with the reason: each must really fail, so that the list cannot go stale. */
const notYet: { readonly [name: string]: string } = {
  "plugin/basic-go": noPlugin,
  "plugin/default-secret-and-slash": noPlugin,
  "plugin/empty-body": noPlugin,
  "plugin/second-child-of-matrix": noPlugin,
  "plugin/values": noPlugin,
  "cluster-decision-resource/by-labels-go": noDecisions,
  "cluster-decision-resource/by-name": noDecisions,
  "cluster-decision-resource/in-cluster": noDecisions,
  "cluster-decision-resource/no-decisions": noDecisions,
};

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

const cases = readdirSync(root).flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`));

describe("ApplicationSet vectors", () => {
  for (const name of cases) {
    const facts = parseYaml(readFileSync(join(root, name, "case.yaml"), "utf8")) as unknown as CaseFacts;
    const reason = notYet[name];
    if (reason === undefined) it(`${name}: ${facts.description}`, () => check(name, facts));
    else it(`${name} still fails: ${reason}`, () => expect(check(name, facts)).rejects.toThrow());
  }
});

async function check(name: string, facts: CaseFacts): Promise<void> {
  const folder = join(root, name);
  const outcome = await run(folder, facts);
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

async function run(folder: string, facts: CaseFacts): Promise<Outcome> {
  try {
    const set = parseSet(readFileSync(join(folder, "appset.yaml"), "utf8"));
    const { applications, invalid } = await generate(set, portsOf(folder, facts), facts.args);
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

function portsOf(folder: string, facts: CaseFacts) {
  const inventory = join(folder, "inventory");
  const repos = facts.covers.includes("symlink") ? withLinks(join(folder, "repos")) : join(folder, "repos");
  const names = existsSync(repos) ? readdirSync(repos) : [];
  const mappings = names.map((name) => ({ url: `https://git.example.com/${name}.git`, path: join(repos, name) }));
  const http = new HttpClient();
  const git = gitPort(new GitCache({ environment: {}, mappings, isOffline: true }));
  return inventoryPorts(readInventory(existsSync(inventory) ? [inventory] : []), { git, http });
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
