import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitCache, type GitCacheOptions } from "../../src/git/cache.ts";
import {
  GitAuthError,
  GitLimitError,
  GitNotFoundError,
  GitObjectError,
  GitRevisionError,
} from "../../src/git/errors.ts";
import type { GitRepository } from "../../src/git/repository.ts";
import { environment, FixtureRepository, temporaryDirectory } from "./fixture-repository.ts";
import { GitServer } from "./git-server.ts";

export type Place = "mapped" | "http";

const login = { username: "reader", password: "pa55/word with spaces" };

/** The repository that all contracts read. */
export interface Fleet {
  readonly fixture: FixtureRepository;
  /** Commits by what they are for. */
  readonly commits: Readonly<Record<string, string>>;
}

/** Makes the repository that all contracts read. */
export function makeFleet(path: string): Fleet {
  const commits: Record<string, string> = {};
  const fixture = new FixtureRepository(path);
  commits.first = fixture.commit({ "apps/a.txt": "old", "gone.txt": "gone" });
  fixture.git("tag", "light");
  fixture.git("tag", "-a", "v1.2.0", "-m", "one two");
  fixture.git("tag", "nested", "-a", "-m", "a tag of a tag", "v1.2.0");
  fixture.git("tag", "v1.10.0-rc.1");
  fixture.git("checkout", "-q", "-b", "feature/x");
  commits.feature = fixture.commit({ "feature.txt": "x" });
  fixture.git("checkout", "-q", "--orphan", "lost");
  commits.lost = fixture.commit({ "lost.txt": "off every branch" });
  fixture.git("checkout", "-q", "main");
  fixture.git("update-ref", "refs/pull/7/head", commits.lost);
  fixture.git("branch", "-q", "-D", "lost");
  fixture.git("rm", "-q", "gone.txt");
  for (const path of ["apps/a/x.yaml", "apps/a.txt", "apps/a-b/y.yaml", "apps/B/z.yaml", "apps/é/q.yaml"]) {
    fixture.write(path, path);
  }
  fixture.write(".hidden/h.yaml", "h");
  fixture.write("run.sh", "#!/bin/sh");
  chmodSync(join(fixture.path, "run.sh"), 0o755);
  symlinkSync("apps/a/x.yaml", join(fixture.path, "link"));
  symlinkSync("apps", join(fixture.path, "dir-link"));
  symlinkSync("../../etc/passwd", join(fixture.path, "out"));
  symlinkSync("/etc/passwd", join(fixture.path, "absolute"));
  symlinkSync("circle", join(fixture.path, "circle"));
  symlinkSync("nowhere", join(fixture.path, "dangling"));
  commits.main = fixture.commit({});
  fixture.git("tag", "v1.9.3");
  fixture.git("tag", "prod/v2.0.0");
  return { fixture, commits };
}

/** What every backend promises of a repository, wherever it lies. */
export function gitContract(backend: "native" | "isomorphic", place: Place, theFleet: () => Fleet): void {
  describe(`${backend} over ${place}`, () => {
    const temporary = temporaryDirectory();
    let fleet: Fleet;
    let fixture: FixtureRepository;
    let commits: Fleet["commits"];
    let server: GitServer | undefined;
    let cache: GitCache;
    let repository: GitRepository;

    function makeCache(options: Partial<GitCacheOptions> = {}): GitCache {
      return new GitCache({
        environment,
        backend,
        credentials: () => login,
        ...(place === "mapped" ? { mappings: [{ url: "https://git.example.com/fleet.git", path: fixture.path }] } : {}),
        ...options,
      });
    }

    const url = () => (place === "mapped" ? "https://git.example.com/fleet.git" : `${server!.url}/fleet/.git`);

    beforeAll(async () => {
      fleet = theFleet();
      ({ fixture, commits } = fleet);
      symlinkSync(fixture.path, join(temporary.path, "fleet"));
      if (place === "http") server = await GitServer.start({ root: temporary.path, login });
      cache = makeCache();
      repository = await cache.open(url());
    });

    afterAll(async () => {
      await cache.close();
      await server?.stop();
      temporary.remove();
    });

    test.each([
      ["", "main"],
      ["HEAD", "main"],
      ["main", "main"],
      ["refs/heads/main", "main"],
      ["heads/main", "main"],
      ["feature/x", "feature"],
      ["light", "first"],
      ["v1.2.0", "first"],
      ["nested", "first"],
      ["refs/tags/v1.9.3", "main"],
      ["pull/7/head", "lost"],
      ["1.*", "main"],
      ["^1.2", "main"],
      ["~1.2.0", "first"],
      [">=1.10.0-0", "first"],
    ])("%j is the commit of %s", async (revision, name) => {
      expect(await repository.resolve(revision)).toBe(commits[name]);
    });

    test("a full commit id off every branch is found, in either case", async () => {
      expect(await repository.resolve(commits.lost!)).toBe(commits.lost);
      expect(await repository.resolve(commits.first!.toUpperCase())).toBe(commits.first);
    });

    test("the beginning of a commit id is enough", async () => {
      expect(await repository.resolve(commits.first!.slice(0, 9))).toBe(commits.first);
    });

    test("a tag prefix narrows a range", async () => {
      expect(await repository.resolve("2.x", { tagPrefix: "prod/" })).toBe(commits.main);
      await expect(repository.resolve("3.x", { tagPrefix: "prod/" })).rejects.toThrow(GitRevisionError);
    });

    test.each(
      ["nope", "refs/heads/nope", "9.x", "0".repeat(40), "HEAD~1", "main:apps", "--all", "@{-1}", "../main", ""].slice(
        0,
        -1,
      ),
    )("the revision %j is not found", async (revision) => {
      await expect(repository.resolve(revision)).rejects.toThrow(GitRevisionError);
    });

    test("a revision that names a tree or a blob leads to no commit", async () => {
      const tree = fixture.git("rev-parse", "main^{tree}");
      await repository.resolve("main");
      await expect(repository.resolve(tree)).rejects.toThrow(GitObjectError);
    });

    test("a listing is in the order of a walk", async () => {
      const { entries, tree, skipped } = await repository.list(commits.main!);
      expect(entries.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
        "directory .hidden",
        "file .hidden/h.yaml",
        "symlink absolute",
        "directory apps",
        "directory apps/B",
        "file apps/B/z.yaml",
        "directory apps/a",
        "file apps/a/x.yaml",
        "directory apps/a-b",
        "file apps/a-b/y.yaml",
        "file apps/a.txt",
        "directory apps/é",
        "file apps/é/q.yaml",
        "symlink circle",
        "symlink dangling",
        "symlink dir-link",
        "symlink link",
        "symlink out",
        "executable run.sh",
      ]);
      expect(tree).toBe(fixture.git("rev-parse", "main^{tree}"));
      expect(skipped).toEqual([]);
    });

    test("a listing of a directory has paths from the root", async () => {
      const { entries, tree } = await repository.list(commits.main!, "apps/a");
      expect(entries.map(({ path }) => path)).toEqual(["apps/a/x.yaml"]);
      expect(tree).toBe(fixture.git("rev-parse", "main:apps/a"));
      await expect(repository.list(commits.main!, "apps/a.txt")).rejects.toThrow("is no directory");
      await expect(repository.list(commits.main!, "nope")).rejects.toThrow("is no directory");
    });

    test("an entry's id is the fingerprint of its content", async () => {
      const before = await repository.entry(commits.first!, "apps/a.txt");
      const after = await repository.entry(commits.main!, "apps/a.txt");
      expect(before?.oid).not.toBe(after?.oid);
      expect(after).toEqual({ path: "apps/a.txt", mode: "file", oid: fixture.git("rev-parse", "main:apps/a.txt") });
      expect(await repository.entry(commits.main!, "")).toMatchObject({ path: "", mode: "directory" });
      expect(await repository.entry(commits.main!, "apps/a.txt/x")).toBeUndefined();
      expect(await repository.entry(commits.main!, "../fleet")).toBeUndefined();
    });

    test("a blob is read as it was committed", async () => {
      const entry = await repository.entry(commits.main!, "apps/é/q.yaml");
      expect((await repository.readBlob(entry!.oid)).toString()).toBe("apps/é/q.yaml");
    });

    test("a blob above the limit, a missing one and a tree are refused", async () => {
      const { oid } = (await repository.entry(commits.main!, "apps/a.txt"))!;
      const { oid: tree } = (await repository.entry(commits.main!, "apps"))!;
      await expect(repository.readBlob(oid, { maxBytes: 3 })).rejects.toThrow(GitLimitError);
      await expect(repository.readBlob("1".repeat(40))).rejects.toThrow(GitObjectError);
      await expect(repository.readBlob(tree)).rejects.toThrow("is a tree, not a blob");
    });

    test("links are followed inside the repository and never out of it", async () => {
      const follow = (path: string) => repository.follow(commits.main!, path);
      expect(await follow("link")).toMatchObject({ path: "apps/a/x.yaml", mode: "file" });
      expect(await follow("dir-link/a-b/y.yaml")).toMatchObject({ path: "apps/a-b/y.yaml" });
      expect(await follow("dir-link/../link")).toMatchObject({ path: "apps/a/x.yaml" });
      expect(await follow("dangling")).toBeUndefined();
      await expect(follow("out")).rejects.toThrow("leads out of the repository");
      await expect(follow("absolute")).rejects.toThrow("leads out of the repository");
      await expect(follow("circle")).rejects.toThrow("circle of symbolic links");
      await expect(follow("..")).rejects.toThrow("leads out of the repository");
    });

    test("a push is seen after a forced look, and the commits before stay readable", async () => {
      const other = new FixtureRepository(join(temporary.path, "moving"));
      const before = other.commit({ "a.txt": "1" });
      const source = makeCache({
        mappings: place === "mapped" ? [{ url: "https://x.example.com/m", path: other.path }] : [],
      });
      const moving = await source.open(place === "mapped" ? "https://x.example.com/m" : `${server!.url}/moving/.git`);
      expect(await moving.resolve("main")).toBe(before);
      const after = other.commit({ "a.txt": "2" });
      expect(await moving.resolve("main")).toBe(before);
      expect(await moving.resolve("main", { refresh: true })).toBe(after);
      expect(await moving.resolve("main")).toBe(after);
      other.git("commit", "-q", "--amend", "-m", "rewritten");
      const rewritten = other.git("rev-parse", "HEAD");
      expect(await moving.resolve("main", { maxAgeMs: -1 })).toBe(rewritten);
      expect((await moving.list(before)).entries).toHaveLength(1);
      await source.close();
    });

    test("an empty repository has no revision", async () => {
      const empty = new FixtureRepository(join(temporary.path, "empty"));
      const source = makeCache({
        mappings: place === "mapped" ? [{ url: "https://x.example.com/e", path: empty.path }] : [],
      });
      const opened = await source.open(place === "mapped" ? "https://x.example.com/e" : `${server!.url}/empty/.git`);
      await expect(opened.resolve("")).rejects.toThrow(GitRevisionError);
      await source.close();
    });

    test("a bare repository is one too", async () => {
      const path = join(temporary.path, "bare.git");
      mkdirSync(path);
      fixture.git("clone", "-q", "--bare", fixture.path, path);
      const source = makeCache({ mappings: place === "mapped" ? [{ url: "https://x.example.com/b", path }] : [] });
      const opened = await source.open(place === "mapped" ? "https://x.example.com/b" : `${server!.url}/bare.git`);
      expect(await opened.resolve("v1.2.0")).toBe(commits.first);
      await source.close();
    });

    // A mapped directory has no remote to log in to.
    if (place === "mapped") return;

    describe("as a remote", () => {
      test("a wrong login is an authentication error without the password", async () => {
        const source = makeCache({ credentials: () => ({ username: "reader", password: "wrong-password" }) });
        const error: unknown = await (await source.open(url())).resolve("main").catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(GitAuthError);
        expect(error).toMatchObject({ retryable: false });
        expect(String(error)).toContain(url());
        expect(String(error)).not.toContain("wrong-password");
        await source.close();
      });

      test("a login in the URL works and is shown nowhere", async () => {
        const source = makeCache({ credentials: () => undefined });
        const withLogin = url().replace("://", `://reader:${encodeURIComponent(login.password)}@`);
        const opened = await source.open(withLogin);
        expect(opened.url).toBe(url());
        expect(await opened.resolve("main")).toBe(commits.main);
        await source.close();
      });

      test("who was not let in reads nothing that another fetched", async () => {
        let current: { username: string; password: string } = login;
        const source = makeCache({ credentials: () => current });
        const first = await source.open(url());
        await first.resolve("main");
        const { oid } = (await first.entry(commits.main!, "apps/a.txt"))!;
        current = { username: "stranger", password: "guess" };
        const second = await source.open(url());
        await expect(second.resolve("main")).rejects.toThrow(GitAuthError);
        await expect(second.resolve(commits.main!)).rejects.toThrow(GitAuthError);
        await expect(second.readBlob(oid)).rejects.toThrow(GitAuthError);
        await expect(second.list(commits.main!)).rejects.toThrow(GitAuthError);
        expect(await first.resolve("main")).toBe(commits.main);
        await source.close();
      });

      test("a repository that is not there is not found", async () => {
        await expect((await cache.open(`${server!.url}/nope.git`)).resolve("main")).rejects.toThrow(GitNotFoundError);
      });

      test("many at once share one look and one fetch", async () => {
        const source = makeCache();
        const [refs, objects] = [server!.count("refs"), server!.count("objects")];
        const opened = await Promise.all(Array.from({ length: 20 }, () => source.open(url())));
        const found = await Promise.all(opened.map((one) => one.resolve("main")));
        expect(new Set(found)).toEqual(new Set([commits.main]));
        // One look at the refs and one fetch, which looks at them again.
        expect(server!.count("refs") - refs).toBeLessThanOrEqual(2);
        expect(server!.count("objects") - objects).toBeLessThanOrEqual(4);
        await source.close();
      });

      test("a cache directory outlives the process: nothing is fetched again", async () => {
        const cacheDirectory = join(temporary.path, "cache");
        const first = makeCache({ cacheDirectory });
        await (await first.open(url())).resolve("main");
        await first.close();
        const second = makeCache({ cacheDirectory });
        const before = server!.requests.filter(({ url: asked }) => asked.endsWith("/git-upload-pack")).length;
        const opened = await second.open(url());
        expect(await opened.resolve(commits.main!)).toBe(commits.main);
        // Protocol version 2 lists refs by a POST too; the fetch itself would be another.
        const posts = server!.requests.filter(({ url: asked }) => asked.endsWith("/git-upload-pack")).length - before;
        expect(posts).toBeLessThanOrEqual(1);
        await second.close();
      });
    });
  });
}
