import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdbJournal } from "../../../src/apiserver/store/lmdb-journal.ts";
import { StoreError } from "../../../src/apiserver/store/store-error.ts";
import { contents, jsonOf, put, useStore } from "./journals.ts";

let dataDir: string;
let store: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "fleetset-lmdb-"));
  store = join(dataDir, "store");
  file = join(store, "data.mdb");
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

let used: Buffer | undefined;

/** A store as years of use leave it; made once, since every commit waits for the disk. */
async function usedStore(): Promise<void> {
  if (used === undefined) {
    const journal = await openLmdbJournal(dataDir);
    await useStore(journal);
    await journal.close();
    used = readFileSync(file);
  }
  mkdirSync(store, { recursive: true, mode: 0o700 });
  writeFileSync(file, used, { mode: 0o600 });
}

/** The files below a folder, but for LMDB's own lock file, which readers write into. */
function snapshot(): Record<string, string> {
  const names = readdirSync(dataDir, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.endsWith("lock.mdb"),
  );
  return Object.fromEntries(
    names.sort().map((name) => {
      const path = join(dataDir, name);
      return [name, statSync(path).isDirectory() ? "folder" : readFileSync(path).toString("base64")];
    }),
  );
}

async function refusal(): Promise<StoreError> {
  const before = snapshot();
  const error: unknown = await openLmdbJournal(dataDir).then(
    (journal) => journal.close(),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect(snapshot()).toEqual(before);
  return error as StoreError;
}

describe("a store", () => {
  it("has after a restart what was written", async () => {
    const journal = await openLmdbJournal(dataDir);
    put(journal, "a", 2);
    put(journal, "b", 3, "ü".repeat(10_000));
    put(journal, "a", 4, "again");
    journal.append("member-1", { resource: "apps/deployments", key: "n/c", version: 9, json: jsonOf("c", 9) });
    journal.append("", { resource: "/configmaps", key: "n/b", version: 5, json: undefined });
    await journal.close();
    const again = await openLmdbJournal(dataDir);
    expect(again.clusters()).toEqual(["", "member-1"]);
    expect(contents(again)).toEqual([5, [`/configmaps n/a 4 ${jsonOf("a", 4, "again")}`]]);
    expect(contents(again, "member-1")).toEqual([9, [`apps/deployments n/c 9 ${jsonOf("c", 9)}`]]);
    await again.close();
  });

  it.each([
    ["longer than a key of the store", "x".repeat(3000)],
    ["in letters of all kinds", "näme 名 \ud800"],
    ["like a digest", "#abc"],
  ])("takes names that are %s", async (_, name) => {
    const journal = await openLmdbJournal(dataDir);
    put(journal, name, 2);
    put(journal, `${name}x`, 3);
    await journal.flushed();
    put(journal, name, 4);
    await journal.close();
    const again = await openLmdbJournal(dataDir);
    const keys = [...again.load("").objects].map(({ key, version }) => `${key} ${version}`);
    expect(keys.sort()).toEqual([`n/${name} 4`, `n/${name}x 3`].sort());
    await again.close();
  });

  it("that was about to be made when its maker was killed is made again", async () => {
    mkdirSync(join(store, "new"), { recursive: true });
    writeFileSync(join(store, "new", "data.mdb"), "");
    const journal = await openLmdbJournal(dataDir);
    put(journal, "a", 2);
    await journal.close();
    expect(readdirSync(store).sort()).toEqual(["data.mdb", "lock.mdb"]);
  });

  it("can be read by nobody else", async () => {
    await usedStore();
    expect(statSync(store).mode & 0o077).toBe(0);
    expect(statSync(file).mode & 0o077).toBe(0);
  });
});

const damages: readonly [string, () => void, RegExp][] = [
  ["empty", () => truncateSync(file, 0), /is damaged: it is not an LMDB store/],
  ["cut within its first pages", () => truncateSync(file, 4100), /is damaged: it is not an LMDB store/],
  ["cut to half", () => truncateSync(file, statSync(file).size / 2), /is damaged: (it is cut off|it points)/],
  ["some other file", () => writeFileSync(file, "# notes\n".repeat(4000)), /is damaged: it is not an LMDB store/],
  [
    "zeros after its first pages",
    () => writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 8192), Buffer.alloc(statSync(file).size)])),
    /is damaged: page \d+ is damaged/,
  ],
];

describe("a damaged store", () => {
  it.each(damages)("that is %s is refused", async (_, damage, why) => {
    await usedStore();
    damage();
    const error = await refusal();
    expect(error.message).toContain(file);
    expect(error.message).toMatch(why);
    expect(error.details.remedy).toMatch(/backup/);
  });

  it("that belongs to another program is refused", async () => {
    mkdirSync(store, { recursive: true });
    const other = open({ path: store });
    await other.put("hello", "world");
    await other.close();
    expect((await refusal()).message).toContain("none of fleetset's");
  });
});

describe("a store of another format", () => {
  it.each([
    ["3", /written by a newer version of fleetset: its format is 3, this one knows 2/],
    ["1", /written by another version of fleetset: its format is 1, this one knows 2/],
  ])("(%s) is refused", async (format, why) => {
    await usedStore();
    const root = open<Buffer>({ path: store, encoding: "binary", overlappingSync: false });
    await root.put("format", Buffer.from(format));
    await root.close();
    const error = await refusal();
    expect(error.message).toMatch(why);
    expect(error.message).toContain(file);
    expect(error.details.remedy).toContain("start the version of fleetset that wrote it");
  });
});

const isRoot = process.getuid?.() === 0;

describe.skipIf(isRoot)(`a store without permission${isRoot ? " (not tried: root may read everything)" : ""}`, () => {
  it.each([
    ["the file", () => chmodSync(file, 0o000)],
    ["the folder", () => chmodSync(store, 0o000)],
  ])("to read %s is refused", async (_, forbid) => {
    await usedStore();
    forbid();
    const error = await openLmdbJournal(dataDir).then(
      () => undefined,
      (error: unknown) => error,
    );
    chmodSync(store, 0o700);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).message).toContain(store);
    expect((error as StoreError).details.remedy).toContain("let the user that runs fleetset read and write it");
  });
});

it("a file where the folder should be is refused", async () => {
  writeFileSync(store, "");
  const error = await refusal();
  expect(error.message).toContain(store);
  expect(error.details.remedy).toBeDefined();
});

describe("a store in use", () => {
  it("by this process is refused", async () => {
    await usedStore();
    const journal = await openLmdbJournal(dataDir);
    const error = await refusal();
    expect(error.message).toContain(`${store} is in use by process ${process.pid}`);
    expect(error.details.remedy).toContain("end that server first");
    await journal.close();
    await (await openLmdbJournal(dataDir)).close();
  });

  it("by another process is refused as long as that lives", async () => {
    await usedStore();
    const own = await openLmdbJournal(dataDir);
    const name = readdirSync(store).find((entry) => entry.startsWith("holder-")) ?? "";
    await own.close();
    const other: ChildProcess = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const ended = new Promise((resolve) => other.once("close", resolve));
    try {
      await new Promise((resolve) => other.once("spawn", resolve));
      const started = readStart(other.pid ?? 0);
      writeFileSync(join(store, name.replace(/^holder-\d+-\d*/, `holder-${other.pid}-${started}`)), "");
      expect((await refusal()).message).toContain(`is in use by process ${other.pid}`);
    } finally {
      other.kill("SIGKILL");
      await ended;
    }
    await (await openLmdbJournal(dataDir)).close();
    expect(readdirSync(store).filter((entry) => entry.startsWith("holder-"))).toEqual([]);
  });

  it("by a process of another container is refused as long as that gives signs of life", async () => {
    await usedStore();
    const holder = join(store, "holder-1-42-0123456789abcdef");
    writeFileSync(holder, "");
    expect((await refusal()).message).toContain("is in use by process 1");
    const quiet = new Date(Date.now() - 60_000);
    utimesSync(holder, quiet, quiet);
    await (await openLmdbJournal(dataDir)).close();
    expect(readdirSync(store)).not.toContain("holder-1-42-0123456789abcdef");
  });
});

function readStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
