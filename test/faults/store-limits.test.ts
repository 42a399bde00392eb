import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLmdbJournal } from "../../src/apiserver/store/lmdb-journal.ts";
import { jsonOf } from "../apiserver/store/journals.ts";
import { cli, runCli } from "../support/cli.ts";
import { ask, isWhole, type KubeObject } from "./store/load.ts";
import { buildServer, startServer } from "./store/processes.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetset-limits-"));
const maps = "/api/v1/namespaces/default/configmaps";
let server: { readonly folder: string; readonly file: string };

beforeAll(async () => {
  server = await buildServer();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(server.folder, { recursive: true, force: true });
});

const mapOf = (name: string) => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name } },
  data: { first: name, filler: `${name} `.repeat(3000), last: name },
});

/** A limit of the system on the size of a file, in KiB, stands for a disk that is full: both refuse a part of a write. */
const limit = 1500;

describe("a store that can't grow", () => {
  it("acknowledges nothing that it can't keep, says why, and has everything else when there is room again", async () => {
    const dataDir = join(folder, "full");
    const small = startServer(server.file, dataDir, limit);
    const address = await small.listening;
    if (address === undefined) throw new Error(small.errors());
    const acknowledged = new Set<string>();
    let refused = "";
    for (let group = 0; refused === ""; group += 1) {
      const names = Array.from({ length: 5 }, (_, index) => `map-${group}-${index}`);
      const asked = names.map(async (name) => {
        const answer = await ask(address, "POST", maps, { content: mapOf(name) });
        if (answer?.status === 201) acknowledged.add(name);
        else refused ||= answer?.text ?? "nothing";
      });
      await Promise.all(asked);
    }
    expect(acknowledged.size).toBeGreaterThan(10);
    expect(JSON.parse(refused)).toMatchObject({ code: 500, reason: "InternalError" });
    expect(refused).toContain(join(dataDir, "store", "data.mdb"));
    expect(refused).toContain("all that was acknowledged is in it");
    for (const [method, content] of [["GET"], ["POST", mapOf("late")]] as const) {
      const answer = await ask(address, method, maps, content && { content });
      expect(answer?.status).toBe(500);
    }
    small.child.kill("SIGTERM");
    expect(await small.ended).toBe(0);

    const roomy = startServer(server.file, dataDir);
    const again = await roomy.listening;
    if (again === undefined) throw new Error(roomy.errors());
    const { items } = JSON.parse((await ask(again, "GET", maps))?.text ?? "") as { items: readonly KubeObject[] };
    const names = new Set(items.map(({ metadata }) => metadata.name));
    expect([...acknowledged].filter((name) => !names.has(name))).toEqual([]);
    expect(names.has("late")).toBe(false);
    expect(items.every(isWhole)).toBe(true);
    expect((await ask(again, "POST", maps, { content: mapOf("late") }))?.status).toBe(201);
    roomy.child.kill("SIGTERM");
    await roomy.ended;
  });

  it("ends the hub that it belongs to, with the reason", async () => {
    const dataDir = join(folder, "hub");
    const args = [cli, "run", "--embedded", "--data-dir", dataDir, "--members", "3"];
    // Less than the hub's own objects need.
    const child = spawn("bash", ["-c", 'ulimit -f 60; exec "$@"', "bash", process.execPath, ...args], {
      ...{ stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env.PATH, HOME: folder } },
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    expect(await new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)))).toBe(1);
    expect(errors).toMatch(/^error: Store: the store .*data\.mdb can't be written: /m);
    expect(errors).toMatch(/make room or mend the disk/);
  });
});

const unusable: readonly [string, (file: string) => void | Promise<void>, RegExp][] = [
  ["cut off", (file) => truncateSync(file, statSync(file).size / 2), /is damaged: /],
  ["garbage", (file) => writeFileSync(file, "garbage".repeat(5000)), /is damaged: it is not an LMDB store/],
  [
    "of a newer version",
    async (file) => {
      const root = open<Buffer>({ path: join(file, ".."), encoding: "binary", overlappingSync: false });
      await root.put("format", Buffer.from("99"));
      await root.close();
    },
    /written by a newer version of fleetset: its format is 99/,
  ],
  ["in use", (file) => writeFileSync(join(file, "..", "holder-1-0-00"), ""), /is in use by process 1/],
];

describe("fleetset run --embedded with a store that is", () => {
  it.each(unusable)("%s: one clear refusal, and nothing is changed", async (name, spoil, why) => {
    const dataDir = join(folder, `run-${name.replaceAll(" ", "-")}`);
    const file = join(dataDir, "store", "data.mdb");
    const journal = await openLmdbJournal(dataDir);
    journal.append("", { resource: "/configmaps", key: "n/a", version: 2, json: jsonOf("a", 2, "x".repeat(9000)) });
    await journal.close();
    await spoil(file);
    const before = readFileSync(file);
    const { code, stdout, stderr } = await runCli(["run", "--embedded", "--data-dir", dataDir]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(why);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr).toContain(dataDir);
    expect(readFileSync(file)).toEqual(before);
  });
});

it("of servers that are started on one store at once at most one stays, and the others say who has it", async () => {
  const dataDir = join(folder, "crowd");
  const first = startServer(server.file, dataDir);
  expect(await first.listening).toBeDefined();
  first.child.kill("SIGKILL");
  await first.ended;
  const crowd = Array.from({ length: 4 }, () => startServer(server.file, dataDir));
  const served = await Promise.all(crowd.map(async (one) => ((await one.listening) === undefined ? undefined : one)));
  const staying = served.filter((one) => one !== undefined);
  expect(staying.length).toBeLessThanOrEqual(1);
  for (const one of crowd) {
    if (staying.includes(one)) continue;
    expect(await one.ended).toBe(1);
    expect(one.errors()).toMatch(/^error: the store .* is in use by process \d+$/m);
  }
  for (const one of staying) {
    one.child.kill("SIGTERM");
    expect(await one.ended).toBe(0);
  }
});

it("100,000 updates of one object do not make the store grow", async () => {
  const dataDir = join(folder, "growth");
  const file = join(dataDir, "store", "data.mdb");
  mkdirSync(dataDir);
  const journal = await openLmdbJournal(dataDir);
  const sizes: number[] = [];
  for (let version = 1; version <= 100_000; version += 1) {
    // Of changing length, so that no page fits the next one by chance.
    const json = jsonOf("one", version, "x".repeat((version * 7919) % 6000));
    journal.append("", { resource: "/configmaps", key: "n/one", version, json });
    if (version % 500 === 0) await journal.flushed();
    if (version % 10_000 === 0) sizes.push(statSync(file).size);
  }
  await journal.close();
  console.log(`size of the store after each 10,000 updates: ${sizes.join(" ")}`);
  expect(Math.max(...sizes)).toBeLessThan(1024 * 1024);
  expect(sizes.at(-1)).toBeLessThanOrEqual((sizes[0] ?? 0) * 2);
});
