import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitCache } from "../../src/git/cache.ts";
import { GitLimitError, GitObjectError } from "../../src/git/errors.ts";
import type { GitRepository } from "../../src/git/repository.ts";
import { parseTree } from "../../src/git/tree.ts";
import { environment, FixtureRepository, hasGit, temporaryDirectory } from "./fixture-repository.ts";

const url = "https://git.example.com/hostile.git";

describe.skipIf(!hasGit)("hostile trees (skipped where git is not installed: it makes the fixtures)", () => {
  for (const backend of ["native", "isomorphic"] as const) {
    describe(backend, () => {
      const temporary = temporaryDirectory();
      let fixture: FixtureRepository;
      let cache: GitCache;
      let repository: GitRepository;
      let blob = "";

      beforeAll(async () => {
        fixture = new FixtureRepository(join(temporary.path, "hostile"));
        fixture.commit({ "a.txt": "a" });
        blob = fixture.blob("x");
        const limits = { maxEntries: 10_000, maxDepth: 40 };
        cache = new GitCache({ environment, backend, limits, mappings: [{ url, path: fixture.path }] });
        repository = await cache.open(url);
      });

      afterAll(async () => {
        await cache.close();
        temporary.remove();
      });

      test.each<[string, string | Buffer, string]>([
        ["a parent", "..", "40000"],
        ["the directory itself", ".", "100644"],
        ["git's own directory", ".git", "40000"],
        ["git's own directory in capitals", ".GIT", "40000"],
        ["git's own directory by its short name", "git~1", "40000"],
        ["a slash", "a/../../etc", "100644"],
        ["nothing", "", "100644"],
      ])("a tree that names %s is refused", async (_, name, mode) => {
        const oid = mode === "40000" ? fixture.git("rev-parse", "HEAD^{tree}") : blob;
        const commit = fixture.commitTree([[mode, name, oid]]);
        await expect(repository.list(commit)).rejects.toThrow(GitObjectError);
        await expect(repository.entry(commit, "x")).rejects.toThrow(GitObjectError);
        await expect(repository.follow(commit, "x")).rejects.toThrow(GitObjectError);
      });

      test("a name twice and an unknown mode are refused", async () => {
        const twice = fixture.commitTree([
          ["100644", "a", blob],
          ["120000", "a", blob],
        ]);
        await expect(repository.list(twice)).rejects.toThrow('the name "a" twice');
        const odd = fixture.commitTree([["777777", "a", blob]]);
        await expect(repository.list(odd)).rejects.toThrow("unknown mode");
      });

      test("names that are not UTF-8 are left out and told, the others stay", async () => {
        const commit = fixture.commitTree([
          ["100644", Buffer.from([0x62, 0xff]), blob],
          ["100644", "good", blob],
        ]);
        const { entries, skipped } = await repository.list(commit);
        expect(entries.map(({ path }) => path)).toEqual(["good"]);
        expect(skipped).toEqual(["b\\xff"]);
      });

      test("names with line ends and quotes are names", async () => {
        const name = 'a\nb "c" \\d\t';
        const commit = fixture.commitTree([["100644", name, blob]]);
        expect((await repository.list(commit)).entries.map(({ path }) => path)).toEqual([name]);
        expect(await repository.entry(commit, name)).toMatchObject({ oid: blob });
      });

      test("a few trees that stand for billions of files are not walked to the end", async () => {
        let tree = fixture.git("rev-parse", "HEAD^{tree}");
        for (let level = 0; level < 12; level++) {
          const entries = Array.from({ length: 10 }, (_, index) => ["40000", `d${index}`, tree] as const);
          tree = fixture.tree(entries);
        }
        const commit = fixture.git("commit-tree", tree, "-m", "bomb");
        await expect(repository.list(commit)).rejects.toThrow(GitLimitError);
        expect(await repository.entry(commit, `${"d0/".repeat(12)}a.txt`)).toMatchObject({ mode: "file" });
      });

      test("directories without end are not followed", async () => {
        let tree = fixture.git("rev-parse", "HEAD^{tree}");
        for (let level = 0; level < 45; level++) {
          tree = fixture.tree([["40000", "d", tree]]);
        }
        const commit = fixture.git("commit-tree", tree, "-m", "deep");
        await expect(repository.list(commit)).rejects.toThrow("deep");
      });

      test("a submodule is told and not entered", async () => {
        const commit = fixture.commitTree([["160000", "sub", "1".repeat(40)]]);
        expect((await repository.list(commit)).entries).toEqual([
          { path: "sub", mode: "submodule", oid: "1".repeat(40) },
        ]);
        expect(await repository.entry(commit, "sub/x")).toBeUndefined();
        await expect(repository.follow(commit, "sub/x")).rejects.toThrow("submodules are not read");
      });

      test("a link whose target is huge is refused", async () => {
        const commit = fixture.commitTree([["120000", "link", fixture.blob("x/".repeat(50_000))]]);
        await expect(repository.follow(commit, "link")).rejects.toThrow(GitLimitError);
      });

      test("a tree without its objects is an error that names the object", async () => {
        const commit = fixture.commitTree([["40000", "gone", "2".repeat(40)]]);
        await expect(repository.list(commit)).rejects.toThrow(`tree ${"2".repeat(40)} is not in the repository`);
      });

      test("a commit id that is none is refused before it is asked for", async () => {
        for (const id of ["main", "HEAD:a.txt", "--batch-all-objects", "x\ny", ""]) {
          await expect(repository.list(id)).rejects.toThrow(GitObjectError);
        }
      });
    });
  }
});

test.each([
  ["a name without an end", Buffer.from("100644 name")],
  ["a mode without an end", Buffer.from("100644")],
  ["an id cut short", Buffer.from("100644 name\x0a3")],
])("a tree with %s is refused", (_, content) => {
  expect(() => parseTree("0".repeat(40), content)).toThrow("it ends too early");
});
