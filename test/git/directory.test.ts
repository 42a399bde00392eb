import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitCache } from "../../src/git/cache.ts";
import { GitLimitError, GitNotFoundError, GitObjectError, GitUrlError } from "../../src/git/errors.ts";
import { environment, FixtureRepository, hasGit, temporaryDirectory } from "./fixture-repository.ts";

const url = "https://git.example.com/fleet.git";
let temporary: ReturnType<typeof temporaryDirectory>;
let path = "";

beforeEach(() => {
  temporary = temporaryDirectory();
  path = join(temporary.path, "tree");
  fill(path);
});

afterEach(() => temporary.remove());

function fill(root: string): void {
  mkdirSync(join(root, "apps/web/empty"), { recursive: true });
  mkdirSync(join(root, "apps/.git"), { recursive: true });
  writeFileSync(join(root, "apps/web/a.yaml"), "a: 1\n");
  writeFileSync(join(root, "apps/.git/config"), "[core]\n");
  writeFileSync(join(root, ".gitignore"), "*\n");
  writeFileSync(join(root, "run.sh"), "#!/bin/sh\n");
  chmodSync(join(root, "run.sh"), 0o755);
  symlinkSync("apps/web/a.yaml", join(root, "link"));
  symlinkSync("../../..", join(root, "out"));
}

function open(options: Partial<ConstructorParameters<typeof GitCache>[0]> = {}): GitCache {
  return new GitCache({ environment, mappings: [{ url, path }], isOffline: true, ...options });
}

describe("a plain directory that stands for a URL", () => {
  test("is one commit, whatever the revision", async () => {
    const repository = await open().open("https://GIT.example.com/fleet");
    const commit = await repository.resolve("main");
    for (const revision of ["", "v1.*", "0".repeat(40), "no such thing"])
      expect(await repository.resolve(revision)).toBe(commit);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
  });

  test("tracks every file: no ignore rules, no empty directories, links as links, nothing named .git", async () => {
    const repository = await open().open(url);
    const { entries } = await repository.list(await repository.resolve(""));
    expect(entries.map(({ path: found, mode }) => `${mode} ${found}`)).toEqual([
      "file .gitignore",
      "directory apps",
      "directory apps/web",
      "file apps/web/a.yaml",
      "symlink link",
      "symlink out",
      "executable run.sh",
    ]);
  });

  test("gives contents and follows links inside", async () => {
    const repository = await open().open(url);
    const commit = await repository.resolve("");
    const entry = await repository.follow(commit, "link");
    expect((await repository.readBlob(entry!.oid)).toString()).toBe("a: 1\n");
    await expect(repository.follow(commit, "out/etc/passwd")).rejects.toThrow(GitObjectError);
  });

  test("is the same commit wherever the same content lies, and another after a change", async () => {
    const first = await (await open().open(url)).resolve("");
    const elsewhere = join(temporary.path, "elsewhere");
    fill(elsewhere);
    const second = await open({ mappings: [{ url, path: elsewhere }] }).open(url);
    expect(await second.resolve("")).toBe(first);
    writeFileSync(join(elsewhere, "apps/web/a.yaml"), "a: 2\n");
    expect(await second.resolve("")).toBe(first);
    expect(await second.resolve("", { refresh: true })).not.toBe(first);
  });

  test("a file that changes after it was listed is not read as what it was", async () => {
    const repository = await open().open(url);
    const entry = await repository.entry(await repository.resolve(""), "apps/web/a.yaml");
    writeFileSync(join(path, "apps/web/a.yaml"), "a: 3\n");
    await expect(repository.readBlob(entry!.oid)).rejects.toThrow("changed while it was being read");
  });

  test.skipIf(!hasGit)("has the tree that git would make of it (skipped where git is not installed)", async () => {
    const repository = await open().open(url);
    const { tree } = await repository.list(await repository.resolve(""));
    rmSync(join(path, "apps/.git"), { recursive: true });
    const fixture = new FixtureRepository(path);
    fixture.git("add", "-A", "-f", ".");
    expect(tree).toBe(fixture.git("write-tree"));
  });

  test("limits hold", async () => {
    const resolve = async (limits: object) => (await open({ limits }).open(url)).resolve("");
    await expect(resolve({ maxEntries: 3 })).rejects.toThrow(GitLimitError);
    await expect(resolve({ maxDirectoryBytes: 8 })).rejects.toThrow(GitLimitError);
    await expect(resolve({ maxDepth: 1 })).rejects.toThrow(GitLimitError);
  });

  test("an empty one is an empty commit", async () => {
    mkdirSync(join(temporary.path, "empty"));
    const repository = await open({ mappings: [{ url, path: join(temporary.path, "empty") }] }).open(url);
    expect((await repository.list(await repository.resolve("main"))).entries).toEqual([]);
  });
});

describe("what offline and local rules refuse", () => {
  test("a URL without a mapping, with the flag that helps", async () => {
    const error: unknown = await open()
      .open("https://git.example.com/other.git")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GitUrlError);
    expect(error).toMatchObject({ details: { remedy: "add --repo https://git.example.com/other.git=PATH" } });
  });

  test("a mapping to nothing", async () => {
    await expect(open({ mappings: [{ url, path: join(path, "nope") }] }).open(url)).rejects.toThrow(GitNotFoundError);
    await expect(open({ mappings: [{ url, path: join(path, "run.sh") }] }).open(url)).rejects.toThrow(GitNotFoundError);
  });

  test.skipIf(!hasGit)(
    "a repository outside the allowed directories (skipped where git is not installed)",
    async () => {
      const inside = new FixtureRepository(join(temporary.path, "allowed/repo"));
      const commit = inside.commit({ "a.txt": "a" });
      new FixtureRepository(join(temporary.path, "allowed-not/repo")).commit({ "a.txt": "a" });
      symlinkSync(join(temporary.path, "allowed-not/repo"), join(temporary.path, "allowed/link"));
      mkdirSync(join(temporary.path, "allowed/pointer"));
      writeFileSync(
        join(temporary.path, "allowed/pointer/.git"),
        `gitdir: ${join(temporary.path, "allowed-not/repo/.git")}\n`,
      );
      mkdirSync(join(temporary.path, "allowed/plain"));
      const cache = new GitCache({ environment, allowLocal: [join(temporary.path, "allowed")] });
      const at = (name: string) => `file://${temporary.path}/${name}`;
      expect(await (await cache.open(at("allowed/repo"))).resolve("main")).toBe(commit);
      for (const name of [
        "allowed-not/repo",
        "allowed/link",
        "allowed/pointer",
        "allowed/../allowed-not/repo",
        "allowed/nope",
      ]) {
        await expect(cache.open(at(name)), name).rejects.toThrow(GitUrlError);
      }
      await expect(cache.open(at("allowed/plain"))).rejects.toThrow(GitNotFoundError);
      await cache.close();
      const none = new GitCache({ environment });
      await expect(none.open(at("allowed/repo"))).rejects.toThrow("may not be read");
      await none.close();
    },
  );
});
