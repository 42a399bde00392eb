import { createServer } from "node:https";
import { afterEach, describe, expect, it } from "vitest";
import { makeAuthority, makeCertificate } from "../../support/certificates.ts";
import { serve } from "../../support/http-fixture.ts";
import { Generations } from "./run.ts";
import { closeScenes, Scene } from "./scene.ts";
import { token, vendors } from "./servers/vendors.ts";

afterEach(closeScenes);

describe("Bitbucket Server", () => {
  const login = async (auth: object) => {
    const scene = await Scene.of(vendors.bitbucketServer, { login: undefined });
    await scene.run({ basicAuth: undefined, ...auth });
    return new Set(scene.server.asked.map(({ headers }) => headers.authorization));
  };
  const tokenRef = { secretName: "scm", key: "token" };
  const basicAuth = { username: "ci", passwordRef: tokenRef };

  it.each([
    ["nobody", {}, undefined],
    ["a token", { bearerToken: { tokenRef } }, `Bearer ${token}`],
    ["a token rather than a password", { bearerToken: { tokenRef }, basicAuth }, `Bearer ${token}`],
  ])("is asked as %s", async (_name, auth, header) => {
    expect(await login(auth)).toEqual(new Set([header]));
  });

  it.each(["", "/", "/rest", "/rest/"])("is found at its address with %j behind it", async (suffix) => {
    const scene = await Scene.of(vendors.bitbucketServer);
    expect((await scene.run({ api: `${scene.server.url}${suffix}` })).rows).toHaveLength(5);
  });
});

describe("a server with a certificate of its own authority", () => {
  const authority = makeAuthority();
  const certificate = makeCertificate(authority, "localhost");

  async function tlsRows(block: object, scm: object = {}): Promise<unknown> {
    const server = await serve(
      (_request, response) => void response.end(JSON.stringify({ values: [], isLastPage: true })),
      createServer({ key: certificate.key, cert: certificate.cert }),
    );
    const generations = new Generations();
    try {
      const bitbucketServer = {
        project: "acme",
        api: server.url.replace("http://127.0.0.1", "https://localhost"),
        ...block,
      };
      const configMaps = { ca: { "ca.pem": authority.cert } };
      const settings = Object.fromEntries(Object.keys(scm).map((name) => [name, authority.cert]));
      return await generations
        .run([{ scmProvider: { bitbucketServer } }], { configMaps, scm: { ...settings, limits: { maxAttempts: 1 } } })
        .then(({ completeness }) => completeness)
        .catch((error: unknown) => (error as Error).message);
    } finally {
      await Promise.all([server.close(), generations.close()]);
    }
  }

  it.each([
    ["refused", {}, {}, /its certificate is not trusted/],
    ["trusted by a ConfigMap", { caRef: { configMapName: "ca", key: "ca.pem" } }, {}, /^complete$/],
    ["trusted by the installation", {}, { authorities: true }, /^complete$/],
    ["taken as it is", { insecure: true }, {}, /^complete$/],
    [
      "named with a key that is not there",
      { caRef: { configMapName: "ca", key: "x" } },
      {},
      /ConfigMap argocd\/ca has no key x/,
    ],
    ["named in no ConfigMap", { caRef: { configMapName: "no", key: "x" } }, {}, /ConfigMap argocd\/no does not exist/],
  ])("is %s", async (_name, block, scm, outcome) => {
    expect(await tlsRows(block, scm)).toMatch(outcome);
  });
});
