import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BatchProcess } from "../../src/git/batch.ts";
import { GitCache, type GitCacheOptions } from "../../src/git/cache.ts";
import { ownDirectory } from "../../src/git/cache-directory.ts";
import { GitCorruptError, GitUnreachableError, GitUnsupportedError } from "../../src/git/errors.ts";
import { startProcess } from "../../src/git/process.ts";
import { FakeClock, until } from "../support/clock.ts";
import { environment, FixtureRepository, hasGit, temporaryDirectory } from "./fixture-repository.ts";
import { GitServer } from "./git-server.ts";

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    // A process that has ended but was not waited for counts as ended.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    try {
      process.kill(pid, 0);
      return process.platform !== "linux";
    } catch {
      return false;
    }
  }
}

describe.skipIf(!hasGit)("processes and mirrors (skipped where git is not installed)", () => {
  const temporary = temporaryDirectory();
  let fixture: FixtureRepository;
  let server: GitServer;
  let commit = "";

  function makeCache(options: Partial<GitCacheOptions> = {}): GitCache {
    return new GitCache({ environment, ...options });
  }

  beforeAll(async () => {
    fixture = new FixtureRepository(join(temporary.path, "fleet"));
    commit = fixture.commit({ "a.txt": "a" });
    server = await GitServer.start({ root: temporary.path });
  });

  afterAll(async () => {
    await server.stop();
    temporary.remove();
  });

  test("a process that reads objects ends when nobody asks, and comes back when somebody does", async () => {
    const clock = new FakeClock();
    const started: (number | undefined)[] = [];
    const args = [`--git-dir=${fixture.path}/.git`, "cat-file", "--batch"];
    const batch = new BatchProcess({
      start: () => {
        const child = startProcess("git", args, { PATH: environment.PATH, HOME: temporary.path });
        started.push(child.pid);
        return child;
      },
      hasContent: true,
      clock,
      readTimeoutMs: 60_000,
      idleMs: 30_000,
    });
    const [first, missing] = await Promise.all([batch.ask(commit), batch.ask("3".repeat(40))]);
    expect(first).toMatchObject({ oid: commit, type: "commit" });
    expect(missing).toBeUndefined();
    await clock.advance(31_000);
    await until(() => !isRunning(started[0]), "the idle process has ended");
    expect(await batch.ask(commit)).toMatchObject({ oid: commit });
    expect(started).toHaveLength(2);
    process.kill(-(started[1] ?? 0), "SIGKILL");
    await until(() => !isRunning(started[1]), "the killed process has ended");
    const again = await batch.ask(commit).catch(() => batch.ask(commit));
    expect(again).toMatchObject({ oid: commit });
    batch.close();
    await until(() => !isRunning(started.at(-1)), "the closed process has ended");
    await expect(batch.ask(commit)).rejects.toThrow(GitUnreachableError);
    expect(clock.waiting).toBe(0);
  });

  test("a process that does not answer in time is ended, and who waits hears of it", async () => {
    const clock = new FakeClock();
    const env = { PATH: environment.PATH, HOME: temporary.path };
    let pid: number | undefined;
    const start = () => {
      const child = startProcess("sleep", ["600"], env);
      pid = child.pid;
      return child;
    };
    const batch = new BatchProcess({ start, hasContent: false, clock, readTimeoutMs: 1_000, idleMs: 1_000 });
    const waiting = batch.ask(commit).catch((error: unknown) => String(error));
    await clock.advance(1_001);
    expect(await waiting).toContain("took longer than 1000 ms");
    await until(() => !isRunning(pid), "the process has ended");
  });

  test("configuration and hooks of a repository run nothing", async () => {
    const evil = new FixtureRepository(join(temporary.path, "evil"));
    const head = evil.commit({ "a.txt": "a", ".gitattributes": "*.txt filter=evil diff=evil\n" });
    const proof = join(temporary.path, "proof");
    const run = `sh -c 'echo run >> ${proof}'`;
    for (const key of [
      "core.fsmonitor",
      "core.sshCommand",
      "core.pager",
      "core.editor",
      "filter.evil.smudge",
      "diff.evil.textconv",
      "alias.cat-file",
      "core.gitProxy",
    ]) {
      evil.git("config", key, key.startsWith("alias") ? `!${run}` : run);
    }
    evil.git("config", "core.hooksPath", temporary.path);
    for (const hook of ["post-checkout", "reference-transaction"])
      writeFileSync(join(temporary.path, hook), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
    const url = "https://git.example.com/evil";
    const hostile = {
      ...environment,
      HOME: temporary.path,
      GIT_SSH_COMMAND: run,
      GIT_EXTERNAL_DIFF: run,
      GIT_PAGER: run,
    };
    const cache = makeCache({ environment: hostile, backend: "native", mappings: [{ url, path: evil.path }] });
    const repository = await cache.open(url);
    expect(await repository.resolve("main")).toBe(head);
    const { oid } = (await repository.entry(head, "a.txt"))!;
    expect((await repository.readBlob(oid)).toString()).toBe("a");
    const mirrored = await cache.open(`${server.url}/evil/.git`);
    expect(await mirrored.resolve("main")).toBe(head);
    await cache.close();
    expect(readdirSync(temporary.path)).not.toContain("proof");
  });

  test("a mirror that broke on disk is made anew", async () => {
    const cacheDirectory = join(temporary.path, "breaking");
    const first = makeCache({ cacheDirectory, backend: "native" });
    await (await first.open(`${server.url}/fleet/.git`)).resolve("main");
    await first.close();
    const [mirror] = readdirSync(join(cacheDirectory, "0")).filter((name) => name.endsWith(".git"));
    const packs = join(cacheDirectory, "0", mirror!, "objects/pack");
    for (const name of readdirSync(packs)) writeFileSync(join(packs, name), "broken", { mode: 0o644 });
    const second = makeCache({ cacheDirectory, backend: "native" });
    const repository = await second.open(`${server.url}/fleet/.git`);
    expect(await repository.resolve("main")).toBe(commit);
    expect((await repository.list(commit)).entries).toHaveLength(1);
    for (const name of readdirSync(packs).filter((name) => name.endsWith(".pack"))) {
      chmodSync(join(packs, name), 0o644);
      truncateSync(join(packs, name), 40);
    }
    await second.close();
    const third = makeCache({ cacheDirectory, backend: "native" });
    const damaged = await third.open(`${server.url}/fleet/.git`);
    const error: unknown = await damaged.resolve("main").catch((thrown: unknown) => thrown);
    expect([commit, "GitStoreCorrupt"]).toContain(error instanceof GitCorruptError ? error.reason : error);
    expect(await damaged.resolve("main")).toBe(commit);
    expect((await damaged.list(commit)).entries).toHaveLength(1);
    await third.close();
  });

  test("many small fetches become one pack, and what was asked for last stays", async () => {
    const busy = new FixtureRepository(join(temporary.path, "busy"));
    const cacheDirectory = join(temporary.path, "packs");
    const cache = makeCache({ cacheDirectory, backend: "native", limits: { maxPacks: 3 } });
    const repository = await cache.open(`${server.url}/busy/.git`);
    let first = "";
    for (let count = 0; count < 6; count++) {
      const made = busy.commit({ "a.txt": String(count) });
      first ||= made;
      expect(await repository.resolve("main", { refresh: true })).toBe(made);
    }
    const [mirror] = readdirSync(join(cacheDirectory, "0")).filter((name) => name.endsWith(".git"));
    const packs = readdirSync(join(cacheDirectory, "0", mirror!, "objects/pack")).filter((name) =>
      name.endsWith(".pack"),
    );
    expect(packs.length).toBeLessThanOrEqual(3);
    expect((await repository.list(first)).entries).toHaveLength(1);
    await cache.close();
  });

  test("a repository with SHA-256 ids is read by git, and said to need it otherwise", async () => {
    const modern = new FixtureRepository(join(temporary.path, "sha256"), "--object-format=sha256");
    const head = modern.commit({ "a.txt": "a" });
    expect(head).toHaveLength(64);
    const native = makeCache({ backend: "native" });
    const repository = await native.open(`${server.url}/sha256/.git`);
    expect(await repository.resolve("main")).toBe(head);
    expect((await repository.list(head)).entries.map(({ path }) => path)).toEqual(["a.txt"]);
    await native.close();
    const inProcess = makeCache({ backend: "isomorphic" });
    await expect((await inProcess.open(`${server.url}/sha256/.git`)).resolve("main")).rejects.toThrow(
      GitUnsupportedError,
    );
    await inProcess.close();
  });

  test("without git on PATH it is read in process", async () => {
    const cache = makeCache({ environment: { PATH: temporary.path } });
    expect(await (await cache.open(`${server.url}/fleet/.git`)).resolve("main")).toBe(commit);
    await cache.close();
    const insisting = makeCache({ environment: { PATH: temporary.path }, backend: "native" });
    await expect(insisting.open(`${server.url}/fleet/.git`)).rejects.toThrow("git 2.31 or newer is not on PATH");
    await insisting.close();
  });

  test("twenty thousand files are listed in the order of a walk", async () => {
    const large = new FixtureRepository(join(temporary.path, "large"));
    const files = Array.from({ length: 20_000 }, (_, index) => `d${index % 200}/f${index}.yaml`);
    const stream = ["blob\nmark :1\ndata 1\nx\n", "commit refs/heads/main\ncommitter a <a@b> 0 +0000\ndata 1\nx\n"];
    large.gitWithInput(
      `${stream.join("")}${files.map((file) => `M 100644 :1 ${file}\n`).join("")}\n`,
      "fast-import",
      "--quiet",
    );
    const url = "https://git.example.com/large";
    const cache = makeCache({ mappings: [{ url, path: large.path }] });
    const repository = await cache.open(url);
    const { entries } = await repository.list(await repository.resolve("main"));
    expect(entries).toHaveLength(20_200);
    expect(entries.map(({ path }) => path)).toEqual(
      [...files, ...new Set(files.map((file) => file.split("/")[0]!))].sort((a, b) =>
        a.replaceAll("/", "\0") < b.replaceAll("/", "\0") ? -1 : 1,
      ),
    );
    await cache.close();
  });
});

describe("a cache directory", () => {
  test("has a place for each process, and takes over that of a dead one", () => {
    const temporary = temporaryDirectory();
    const first = ownDirectory(temporary.path);
    const second = ownDirectory(temporary.path);
    expect(second.path).not.toBe(first.path);
    first.release();
    expect(ownDirectory(temporary.path).path).toBe(first.path);
    // No process has this number: it is above what any system hands out.
    writeFileSync(join(second.path, "owner"), "2147483646\n");
    expect(ownDirectory(temporary.path).path).toBe(second.path);
    temporary.remove();
  });

  test("without one, the temporary one goes on release", () => {
    const own = ownDirectory(undefined);
    own.release();
    expect(() => readdirSync(own.path)).toThrow("ENOENT");
  });
});
