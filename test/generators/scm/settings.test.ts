import { afterEach, describe, expect, it } from "vitest";
import { closeScenes, Scene } from "./scene.ts";
import { token, vendors } from "./servers/vendors.ts";

afterEach(closeScenes);

describe("what an installation allows", () => {
  it("can be nothing at all", async () => {
    const scene = await Scene.of(vendors.github);
    const { message } = await scene.failure({}, {}, { isEnabled: false });
    expect(message).toBe(
      "spec.generators[0].scmProvider: generators that ask providers of repositories are switched off",
    );
    expect(scene.server.asked).toEqual([]);
  });

  it("is every api without a list, and those of the list letter by letter", async () => {
    const scene = await Scene.of(vendors.github);
    expect((await scene.run({}, {}, { allowedApis: [] })).rows).toHaveLength(5);
    expect((await scene.run({}, {}, { allowedApis: ["https://x", scene.server.url] })).rows).toHaveLength(5);
    const asked = scene.server.asked.length;
    const { message, details } = await scene.failure({}, {}, { allowedApis: [`${scene.server.url}/`] });
    expect(message).toContain("spec.generators[0].scmProvider.github.api is not on the list of allowed providers");
    expect(details.field).toBe("spec.generators[0].scmProvider.github.api");
    expect(scene.server.asked).toHaveLength(asked);
  });

  it("is the public service whatever the list says", async () => {
    const scene = await Scene.of(vendors.bitbucket);
    expect((await scene.run({}, {}, { ...scene.surroundings().scm, allowedApis: ["https://x"] })).rows).toHaveLength(5);
  });
});

describe("references to Secrets", () => {
  const secret = (labels: { readonly [key: string]: string }) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "scm", namespace: "argocd", labels },
  });

  it.each([
    ["an unlabelled Secret", [secret({})]],
    ["a Secret of another type", [secret({ "argocd.argoproj.io/secret-type": "cluster" })]],
    ["a Secret that was not found by its label", []],
  ])("are refused for %s where they are strict", async (_name, objects) => {
    const scene = await Scene.of(vendors.gitlab);
    const world = { ...scene.surroundings({ isStrict: true }), objects };
    const { message } = await scene.generations.failure(scene.entry(), world);
    expect(message).toContain("tokenRef: Secret argocd/scm lacks the label argocd.argoproj.io/secret-type: scm-creds");
    expect(scene.server.asked).toEqual([]);
  });

  it("are followed to a Secret of the right type where they are strict", async () => {
    const scene = await Scene.of(vendors.gitlab);
    const objects = [secret({ "argocd.argoproj.io/secret-type": "scm-creds" })];
    const world = { ...scene.surroundings({ isStrict: true }), objects };
    expect((await scene.generations.run(scene.entry(), world)).rows).toHaveLength(5);
  });

  it.each([
    [{}, "Secret argocd/scm does not exist"],
    [{ scm: { other: "x" } }, "Secret argocd/scm has no key token"],
  ])("fail with what is missing of %j", async (secrets, message) => {
    const scene = await Scene.of(vendors.gitea);
    const error = await scene.generations.failure(scene.entry(), { ...scene.surroundings(), secrets });
    expect(error.message).toBe(`spec.generators[0].scmProvider.gitea.tokenRef: ${message}`);
    expect(error.retryable).toBe(false);
  });
});

describe("tokens of the installation", () => {
  const tokens = { github: "gh-own", gitlab: "gl-own", gitea: "gt-own" };

  it.each([
    ["github" as const, "authorization", "Bearer gh-own"],
    ["gitlab" as const, "private-token", "gl-own"],
    ["gitea" as const, "authorization", "token gt-own"],
  ])("go to %s where its api is allowed by name", async (vendor, header, value) => {
    const scene = await Scene.of(vendors[vendor], { login: undefined });
    const { api } = vendors[vendor].block(scene.server.url) as { readonly api: string };
    await scene.run({ tokenRef: undefined }, {}, { tokens, allowedApis: [api] });
    expect(new Set(scene.server.asked.map(({ headers }) => headers[header]))).toEqual(new Set([value]));
  });

  it.each(["github", "gitlab", "gitea"] as const)(
    "do not go to an api of %s that anybody may write",
    async (vendor) => {
      const scene = await Scene.of(vendors[vendor], { login: undefined });
      const { warnings } = await scene.run({ tokenRef: undefined }, {}, { tokens });
      const sent = JSON.stringify(scene.server.asked.map(({ headers }) => headers));
      expect(sent).not.toContain("-own");
      expect(warnings).toMatchObject([{ field: `spec.generators[0].scmProvider.${vendor}.api` }]);
      expect(warnings[0]?.message).toContain(`${vendor.toUpperCase()}_TOKEN is not sent`);
    },
  );

  it("stand back behind that of the set", async () => {
    const scene = await Scene.of(vendors.github);
    await scene.run({}, {}, { tokens, allowedApis: [scene.server.url] });
    expect(new Set(scene.server.asked.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Bearer ${token}`]),
    );
  });
});

describe("the proxy of the installation", () => {
  it("is asked in place of the provider", async () => {
    const scene = await Scene.of(vendors.github);
    const asked: string[] = [];
    const proxyFor = (url: string) => {
      asked.push(url);
      return undefined;
    };
    await scene.run({}, { filters: [{ repositoryMatch: "^api$" }] }, { proxyFor });
    expect(asked[0]).toBe(`${scene.server.url}/api/v3/orgs/acme/repos?per_page=100`);
    expect(asked).toHaveLength(2);
  });
});

describe("the choice of a provider", () => {
  it("needs one", async () => {
    const scene = await Scene.of(vendors.github);
    const { message } = await scene.generations.failure([{ scmProvider: {} }]);
    expect(message).toBe("spec.generators[0].scmProvider names no provider");
  });

  it("takes the first of several and says so", async () => {
    const scene = await Scene.of(vendors.github);
    const { warnings, rows } = await scene.run({}, { gitlab: { group: "x" } });
    expect(rows).toHaveLength(5);
    expect(warnings).toEqual([{ message: "gitlab beside github is ignored", field: "spec.generators[0].scmProvider" }]);
  });
});
