import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitCache } from "../../src/git/cache.ts";
import type { GitCredentials } from "../../src/git/credentials.ts";
import { startProxy, type TestProxy } from "../support/http-proxy.ts";
import { environment, FixtureRepository, hasGit, temporaryDirectory } from "./fixture-repository.ts";
import { GitServer } from "./git-server.ts";

describe.skipIf(!hasGit)("git through a proxy (skipped where git is not installed: it makes the fixtures)", () => {
  const temporary = temporaryDirectory();
  const login = { username: "u", password: "pa55word" };
  let server: GitServer;
  let proxy: TestProxy;
  let other: TestProxy;
  let commit = "";

  beforeAll(async () => {
    commit = new FixtureRepository(join(temporary.path, "fleet")).commit({ "a.txt": "a" });
    server = await GitServer.start({ root: temporary.path, login });
    [proxy, other] = await Promise.all([startProxy(), startProxy()]);
  });

  afterAll(async () => {
    await Promise.all([server.stop(), proxy.close(), other.close()]);
    temporary.remove();
  });

  for (const backend of ["native", "isomorphic"] as const) {
    const resolve = async (credentials: GitCredentials, more: { readonly [name: string]: string } = {}) => {
      proxy.passed.length = other.passed.length = 0;
      const cache = new GitCache({ environment: { ...environment, ...more }, backend, credentials: () => credentials });
      const repository = await cache.open(`${server.url}/fleet/.git`);
      expect(await repository.resolve("main")).toBe(commit);
      await cache.close();
    };
    const place = () => new URL(server.url).host;

    test(`${backend}: the one of the repository's Secret is used, and not the machine's`, async () => {
      await resolve({ ...login, proxy: proxy.url }, { http_proxy: other.url });
      expect(new Set(proxy.passed)).toEqual(new Set([place()]));
      expect(other.passed).toEqual([]);
    });

    test(`${backend}: noProxy of the Secret goes around it`, async () => {
      await resolve({ ...login, proxy: proxy.url, noProxy: "git.example.com,127.0.0.1" });
      expect(proxy.passed).toEqual([]);
    });

    test(`${backend}: the machine's own is used where the Secret names none, but for what no_proxy says`, async () => {
      await resolve(login, { http_proxy: other.url });
      expect(new Set(other.passed)).toEqual(new Set([place()]));
      await resolve(login, { http_proxy: other.url, no_proxy: "127.0.0.1" });
      expect(other.passed).toEqual([]);
    });
  }
});
