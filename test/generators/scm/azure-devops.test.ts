import { afterEach, expect, it } from "vitest";
import { closeScenes, five, Scene } from "./scene.ts";
import { guid } from "./servers/azure-devops.ts";
import { vendors } from "./servers/vendors.ts";

afterEach(closeScenes);

it("knows the page to sign in at for a token that is not accepted", async () => {
  const scene = await Scene.of(vendors.azureDevOps, { login: "Basic other" });
  const error = await scene.failure();
  expect(error.message).toMatch(/answers with a page to sign in: the token is not accepted$/);
  expect(error.retryable).toBe(false);
});

it("takes a repository that was deleted since the listing for one without branches", async () => {
  const scene = await Scene.of(vendors.azureDevOps);
  const body = { message: "TF401019", typeKey: "GitRepositoryNotFoundException" };
  scene.server.fault = ({ segments }) => (segments.includes(guid(103)) ? { status: 404, body } : undefined);
  const { params, completeness } = await scene.run();
  expect(params.map(({ repository }) => repository)).toEqual(["api", "billing", "docs", "edge"]);
  expect(completeness).toBe("complete");
});

it("takes any other 404 for a failure", async () => {
  const scene = await Scene.of(vendors.azureDevOps);
  scene.server.fault = ({ segments }) => (segments.includes(guid(103)) ? { status: 404, body: "<gone>" } : undefined);
  expect(await scene.run()).toMatchObject({ completeness: "partial", gaps: [{ reason: "NotFound" }] });
});

it("leaves out what has no branch, name, id or address", async () => {
  const scene = await Scene.of(vendors.azureDevOps, { repositories: five.slice(0, 1) });
  const whole = { id: guid(101), name: "api", remoteUrl: "https://x", defaultBranch: "refs/heads/main" };
  const broken = ["id", "name", "remoteUrl", "defaultBranch"].map((field) => ({ ...whole, [field]: null }));
  scene.server.fault = (asked) =>
    vendors.azureDevOps.isListing(asked) ? { body: { value: [...broken, whole] } } : undefined;
  expect((await scene.run()).rows).toHaveLength(1);
});

it("refuses an empty token", async () => {
  const scene = await Scene.of(vendors.azureDevOps);
  const surroundings = { ...scene.surroundings(), secrets: { scm: { token: "  " } } };
  const error = await scene.generations.failure(scene.entry(), surroundings);
  expect(error.message).toBe("spec.generators[0].scmProvider.azureDevOps.accessTokenRef points at an empty token");
});
