import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { githubBase } from "../../../generators/scm/github-api.ts";
import { Generations } from "./run.ts";
import { closeScenes, Scene } from "./scene.ts";
import { githubServer } from "./servers/github.ts";
import { type Asked, loopback, type Reply, routes } from "./servers/loopback.ts";
import { vendors } from "./servers/vendors.ts";
import { makeRepository, makeWorld } from "./servers/world.ts";

afterEach(closeScenes);

describe("the address of the API", () => {
  it.each([
    ["", "https://api.github.com"],
    ["https://git.example.com", "https://git.example.com/api/v3"],
    ["https://git.example.com/", "https://git.example.com/api/v3"],
    ["https://git.example.com/api/v3/", "https://git.example.com/api/v3"],
    ["https://git.example.com/sub", "https://git.example.com/sub/api/v3"],
    ["https://api.acme.ghe.com", "https://api.acme.ghe.com"],
  ])("of %j is %s", (api, base) => {
    expect(githubBase(api, "api")).toBe(base);
  });

  it.each(["git.example.com", "ftp://git.example.com", "https://me:pw@git.example.com", "https://h/?token=x"])(
    "cannot be %s",
    (api) => {
      expect(() => githubBase(api, "spec.api")).toThrow("spec.api is no plain http or https URL");
    },
  );
});

describe("rate limits", () => {
  const reset = (seconds: number) => String(Date.UTC(2026, 0, 1) / 1_000 + seconds);

  it("are waited for when the quota is used up", async () => {
    const scene = await Scene.of(vendors.github);
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(30) };
    const message = "API rate limit exceeded";
    scene.server.fault = (_asked, count) => (count === 1 ? { status: 403, headers, body: { message } } : undefined);
    expect((await scene.run()).rows).toHaveLength(5);
    expect(scene.generations.clock.waits).toEqual([31_000]);
  });

  it("hold the next question back where the last answer used the quota up", async () => {
    const scene = await Scene.of(vendors.github, { pageSize: 2 });
    const route = githubServer(makeWorld([makeRepository("api", 1)], { login: vendors.github.login }));
    scene.server.fault = (asked, count) => {
      const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(4_000) };
      return count === 1 ? { ...route(asked), headers } : undefined;
    };
    const { rows, gaps } = await scene.run();
    expect(rows).toEqual([]);
    expect(gaps).toMatchObject([{ reason: "RateLimited", retryable: true }]);
    expect(gaps[0]?.message).toContain("repository acme/api: GitHub http://127.0.0.1");
    expect(scene.server.asked).toHaveLength(1);
  });

  it("of the second kind are known by their words, and waited for with patience that grows", async () => {
    const scene = await Scene.of(vendors.github);
    const body = { message: "You have exceeded a secondary rate limit." };
    scene.server.fault = (_asked, count) => (count <= 2 ? { status: 403, body } : undefined);
    expect((await scene.run()).rows).toHaveLength(5);
    expect(scene.generations.clock.waits).toEqual([375, 1_125]);
  });
});

describe("a GitHub App", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const repositories = [makeRepository("api", 1), makeRepository("web", 2)];

  /** A server with the App installed at other and at acme, whose tokens are ghs_1, ghs_2 and so on. */
  async function appServer() {
    let issued = 0;
    const repositoriesRoute = githubServer(makeWorld(repositories));
    const appRoute = routes({
      "api/v3/app/installations": (_path, { query }) => installations(Number(query.get("page") ?? 1)),
      "api/v3/app/installations/8/access_tokens": (_path, { method }) => {
        if (method !== "POST") return undefined;
        issued++;
        return { status: 201, body: { token: `ghs_${issued}`, expires_at: "2026-01-01T01:00:00Z", permissions: {} } };
      },
    });
    return loopback((asked) => {
      const login = asked.headers.authorization ?? "";
      const isApp = asked.segments[2] === "app";
      const isKnown = isApp ? isSigned(login, publicKey) : login === `Bearer ghs_${issued}`;
      if (!isKnown) return { status: 401, body: { message: "Bad credentials" } };
      return (isApp ? appRoute : repositoriesRoute)(asked);
    });
  }

  const secret = { githubAppID: "12", githubAppPrivateKey: privateKey };
  const entry = (url: string) => [
    { scmProvider: { github: { organization: "acme", api: url, appSecretName: "app" }, requeueAfterSeconds: 60 } },
  ];
  const tokensAsked = (asked: readonly Asked[]) => asked.filter(({ method }) => method === "POST").length;

  it.each([
    ["its Secret names", { githubAppInstallationID: "8" }, 0],
    ["it finds by the organization", {}, 2],
  ])("signs in as the installation that %s", async (_name, more, listings) => {
    const [server, generations] = [await appServer(), new Generations()];
    try {
      const { params } = await generations.run(entry(server.url), { secrets: { app: { ...secret, ...more } } });
      expect(params.map(({ repository }) => repository)).toEqual(["api", "web"]);
      expect(server.asked.filter(({ segments }) => segments.at(-1) === "installations")).toHaveLength(listings);
    } finally {
      await Promise.all([server.close(), generations.close()]);
    }
  });

  it("keeps its token until shortly before it ends", async () => {
    const [server, generations] = [await appServer(), new Generations()];
    try {
      const world = { secrets: { app: { ...secret, githubAppInstallationID: "8" } }, scm: {} };
      const [a, b] = [await generations.run(entry(server.url), world), await generations.run(entry(server.url), world)];
      expect([a.rows.length, b.rows.length, tokensAsked(server.asked)]).toEqual([2, 2, 1]);
      generations.clock.pass(54 * 60_000);
      await generations.run(entry(server.url), world);
      expect(tokensAsked(server.asked)).toBe(1);
      generations.clock.pass(60_000);
      await generations.run(entry(server.url), world);
      expect(tokensAsked(server.asked)).toBe(2);
    } finally {
      await Promise.all([server.close(), generations.close()]);
    }
  });

  it.each([
    ["no Secret", undefined, "Secret argocd/app does not exist"],
    ["no id", { githubAppPrivateKey: privateKey }, "Secret argocd/app: githubAppID is missing"],
    ["no key", { githubAppID: "12" }, "Secret argocd/app: githubAppPrivateKey is missing"],
    [
      "a broken key",
      { githubAppID: "12", githubAppPrivateKey: "hush" },
      "githubAppPrivateKey holds no private key in PEM",
    ],
    ["no installation", { ...secret }, "the GitHub App of Secret app is not installed at nobody"],
  ])("fails with %s", async (_name, app, message) => {
    const [server, generations] = [await appServer(), new Generations()];
    try {
      const github = { organization: "nobody", api: server.url, appSecretName: "app" };
      const world = { secrets: app === undefined ? {} : { app } };
      const error = await generations.failure([{ scmProvider: { github } }], world);
      expect(error.message).toContain(message);
      expect(error.message).not.toContain("hush");
    } finally {
      await Promise.all([server.close(), generations.close()]);
    }
  });
});

/** One installation on each of two pages; the Link header names another host, which is not to be asked. */
function installations(page: number): Reply {
  const list = [
    { id: 7, account: { login: "other" } },
    { id: 8, account: { login: "ACME" } },
  ];
  const link = `<http://elsewhere.invalid/app/installations?per_page=100&page=2>; rel="next"`;
  return { body: list.slice(page - 1, page), headers: page === 1 ? { link } : {} };
}

/** Whether a header carries a JWT of App 12 that this key signed, in its time. */
function isSigned(header: string, publicKey: string): boolean {
  const [head = "", claims = "", signature = ""] = header.replace("Bearer ", "").split(".");
  if (signature === "") return false;
  const isIts = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${claims}`),
    createPublicKey(publicKey),
    Buffer.from(signature, "base64url"),
  );
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as {
    [name: string]: number | string;
  };
  return isIts && iss === "12" && Number(exp) - Number(iat) <= 600;
}
