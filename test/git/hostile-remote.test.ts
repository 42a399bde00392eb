import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitCache, type GitCacheOptions } from "../../src/git/cache.ts";
import {
  GitCanceledError,
  GitLimitError,
  GitTimeoutError,
  GitUnreachableError,
  GitUrlError,
} from "../../src/git/errors.ts";
import { environment, FixtureRepository, hasGit, temporaryDirectory } from "./fixture-repository.ts";
import { GitServer } from "./git-server.ts";

const login = { username: "reader", password: "very-secret-password" };
const encoded = Buffer.from(`${login.username}:${login.password}`).toString("base64");

/** The command lines of all processes; undefined where the system does not show them. */
function commandLines(): readonly string[] | undefined {
  if (process.platform !== "linux") return undefined;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        // It has ended since it was listed.
        return "";
      }
    });
}

describe.skipIf(!hasGit)("a hostile remote (skipped where git is not installed: it makes the fixtures)", () => {
  for (const backend of ["native", "isomorphic"] as const) {
    describe(backend, () => {
      const temporary = temporaryDirectory();
      const caches: GitCache[] = [];
      let server: GitServer;
      let other: GitServer;
      let commit = "";

      function makeCache(options: Partial<GitCacheOptions> = {}): GitCache {
        const cache = new GitCache({ environment, backend, credentials: () => login, ...options });
        caches.push(cache);
        return cache;
      }

      async function failure(options: Partial<GitCacheOptions> = {}, path = "/fleet/.git"): Promise<unknown> {
        const repository = await makeCache(options).open(`${server.url}${path}`);
        return repository.resolve("main").then(
          (found) => `resolved ${found}`,
          (error: unknown) => error,
        );
      }

      beforeAll(async () => {
        const fixture = new FixtureRepository(join(temporary.path, "fleet"));
        writeFileSync(join(fixture.path, "random.bin"), randomBytes(400_000));
        commit = fixture.commit({ "a.txt": "a" });
        server = await GitServer.start({ root: temporary.path, login });
        other = await GitServer.start({ root: temporary.path });
      });

      afterAll(async () => {
        await Promise.all(caches.map((cache) => cache.close()));
        await server.stop();
        await other.stop();
        temporary.remove();
      });

      test("a redirect to another host is refused, and no login is sent there", async () => {
        const redirecting = await GitServer.start({
          root: temporary.path,
          intercept: (request, response) => {
            response.writeHead(302, { location: `${other.url}${request.url}` }).end();
            return true;
          },
        });
        const repository = await makeCache().open(`${redirecting.url}/fleet/.git`);
        const error: unknown = await repository.resolve("main").catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(GitUrlError);
        expect(String(error)).toContain("which is another host");
        expect(other.requests).toEqual([]);
        await redirecting.stop();
      });

      test.each([
        ["to a file", "file:///etc/passwd"],
        ["to nothing", undefined],
        ["to something that is no repository", "/login"],
        ["without end", "/loop/.git/info/refs?service=git-upload-pack"],
      ])("a redirect %s is refused", async (_, location) => {
        server.intercept = (_request, response) => {
          response.writeHead(301, location === undefined ? {} : { location }).end();
          return true;
        };
        expect(await failure()).toBeInstanceOf(GitUrlError);
        server.intercept = undefined;
      });

      test("a redirect on the same host is followed", async () => {
        server.intercept = (request, response) => {
          if (request.url?.startsWith("/old") !== true) return false;
          response.writeHead(301, { location: request.url.replace("/old", "/fleet/.git") }).end();
          return true;
        };
        expect(await failure({}, "/old")).toBe(`resolved ${commit}`);
        server.intercept = undefined;
      });

      test("a remote that never answers is given up", async () => {
        server.intercept = () => true;
        const error = await failure({ limits: { refsTimeoutMs: 300 } });
        expect(error).toBeInstanceOf(GitTimeoutError);
        expect(error).toMatchObject({ retryable: true });
        expect(commandLines()?.filter((line) => line.includes(server.url)) ?? []).toEqual([]);
        server.intercept = undefined;
      });

      test("who stops waiting does not end it for the others; closing does", async () => {
        let arrived: () => void = () => undefined;
        const arrival = new Promise<void>((resolve) => (arrived = resolve));
        server.intercept = () => {
          arrived();
          return true;
        };
        const cache = makeCache();
        const repository = await cache.open(`${server.url}/fleet/.git`);
        const impatient = new AbortController();
        const first = repository.resolve("main", { signal: impatient.signal }).catch((error: unknown) => error);
        const second = repository.resolve("main").catch((error: unknown) => error);
        await arrival;
        impatient.abort();
        expect(await first).toBeInstanceOf(GitCanceledError);
        const lines = commandLines();
        await cache.close();
        expect(await second).toBeInstanceOf(GitCanceledError);
        server.intercept = undefined;

        // While the command ran, no argument of any process held the login.
        const leaks = lines?.filter((line) => line.includes(login.password) || line.includes(encoded)) ?? [];
        expect(leaks).toEqual([]);
        if (backend === "native" && lines !== undefined)
          expect(lines.some((line) => line.includes(server.url))).toBe(true);
      });

      test("a remote that breaks off in the middle of a pack leaves nothing behind that is believed", async () => {
        const cache = makeCache();
        const repository = await cache.open(`${server.url}/fleet/.git`);
        server.breakOffAfter = 50_000;
        const error: unknown = await repository.resolve("main").catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(GitUnreachableError);
        server.breakOffAfter = Number.POSITIVE_INFINITY;
        expect(await repository.resolve("main")).toBe(commit);
        expect((await repository.list(commit)).entries).toHaveLength(2);
      });

      test("a repository above the size limit is not taken", async () => {
        expect(await failure({ limits: { maxRepositoryBytes: 100_000 } })).toBeInstanceOf(GitLimitError);
      });

      test("more refs than the limit are not taken", async () => {
        const many = new FixtureRepository(join(temporary.path, "many"));
        many.commit({ "a.txt": "a" });
        for (let count = 0; count < 4; count++) many.git("tag", `t${count}`);
        expect(await failure({ limits: { maxRefs: 3 } }, "/many/.git")).toBeInstanceOf(GitLimitError);
      });

      test.each([
        ["garbage", "garbage"],
        ["a page", "<html>sign in</html>"],
        ["half a packet", "00ff# service=git-upload-pack\n"],
        ["a pointless flush", "0000"],
      ])("%s instead of refs is an error that can be retried or mended, not a crash", async (_, body) => {
        server.intercept = (_request, response) => {
          response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" }).end(body);
          return true;
        };
        const error = await failure();
        expect(error).toBeInstanceOf(Error);
        expect(String(error)).not.toContain(login.password);
        server.intercept = undefined;
      });

      test("a port where nobody listens is unreachable", async () => {
        const gone = await GitServer.start({ root: temporary.path });
        const url = gone.url;
        await gone.stop();
        const repository = await makeCache().open(`${url}/x.git`);
        const error: unknown = await repository.resolve("main").catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(GitUnreachableError);
        expect(error).toMatchObject({ retryable: true });
      });

      test.each([
        "--upload-pack=touch /tmp/pwned",
        "ext::sh -c touch% /tmp/pwned",
        "file:///etc",
        "/etc",
        "git://host/x",
      ])("the URL %s is refused before anything runs", async (url) => {
        await expect(makeCache().open(url)).rejects.toThrow(GitUrlError);
      });
    });
  }
});
