import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Generations, type Surroundings } from "../generators/scm/run.ts";
import { defaultAssets } from "./control-plane.mjs";
import { type Gitea, startGitea } from "./gitea.ts";

const assets = defaultAssets();
const isBuilt = existsSync(join(assets, "gitea"));
if (!isBuilt) {
  console.log(
    `real Gitea not run, counted neither way: no gitea in ${assets}: run test/envtest/build-gitea (needs Go and a C compiler)`,
  );
}

describe.skipIf(!isBuilt)("a real Gitea (skipped where it is not built)", () => {
  const names = ["api", "billing", "cart", "docs", "edge"];
  let gitea: Gitea;
  let generations: Generations;
  let surroundings: Surroundings;

  beforeAll(async () => {
    gitea = await startGitea(assets);
    generations = new Generations();
    surroundings = { secrets: { scm: { token: gitea.token } } };
    await gitea.api("POST", "/orgs", { username: "acme" });
    for (const name of names) {
      await gitea.api("POST", "/orgs/acme/repos", { name, auto_init: true, default_branch: "main" });
    }
    const content = Buffer.from("a: 1\n").toString("base64");
    await gitea.api("POST", "/repos/acme/api/contents/deploy/prod/app.yaml", {
      content,
      message: "Add",
      branch: "main",
    });
    await gitea.api("POST", "/repos/acme/api/labels", { name: "deploy", color: "#00ff00" });
    const [label] = (await gitea.api("GET", "/repos/acme/api/labels")) as { readonly id: number }[];
    for (const branch of ["feature/One", "feature/Two", "fix/three"]) {
      const change = { content, message: branch, branch: "main", new_branch: branch };
      await gitea.api("POST", `/repos/acme/api/contents/${branch.replace("/", "-")}.yaml`, change);
      await gitea.api("POST", "/repos/acme/api/pulls", { base: "main", head: branch, title: `Change ${branch}` });
    }
    await gitea.api("POST", "/repos/acme/api/issues/1/labels", { labels: [label?.id] });
    await gitea.api("POST", "/repos/acme/docs/branches", { new_branch_name: "next", old_branch_name: "main" });
    await gitea.api("PATCH", "/repos/acme/edge", { archived: true });
  }, 120_000);

  afterAll(async () => {
    await generations?.close();
    await gitea?.stop();
  });

  const tokenRef = { secretName: "scm", key: "token" };
  const list = async (block: object = {}, more: object = {}) => {
    const spec = { gitea: { owner: "acme", api: gitea.url, tokenRef, ...block }, ...more };
    return generations.run([{ scmProvider: spec }], surroundings);
  };
  const pulls = async (block: object = {}, more: object = {}) => {
    const spec = { gitea: { owner: "acme", repo: "api", api: gitea.url, tokenRef, ...block }, ...more };
    return generations.run([{ pullRequest: spec }], surroundings);
  };
  type Rows = Awaited<ReturnType<typeof list>>;
  const branchesOf = ({ params }: Rows) => params.map(({ repository, branch }) => `${repository} ${branch}`).sort();

  it("lists all pages of repositories, with every parameter", async () => {
    const outcome = await list();
    expect(outcome).toMatchObject({ completeness: "complete", gaps: [] });
    expect(branchesOf(outcome)).toEqual(names.map((name) => `${name} main`));
    const row = outcome.params.find(({ repository }) => repository === "api");
    expect(row).toMatchObject({
      ...{ organization: "acme", labels: "deploy", branchNormalized: "main" },
      sha: expect.stringMatching(/^[0-9a-f]{40}$/),
      url: expect.stringMatching(/acme\/api\.git$/),
    });
    const byHttps = await list({}, { cloneProtocol: "https", filters: [{ repositoryMatch: "^api$" }] });
    expect(byHttps.params[0]?.url).toBe(`${gitea.url}/acme/api`);
  });

  it("gives all branches, and takes what its filters take", async () => {
    expect(branchesOf(await list({ allBranches: true }))).toEqual([
      ...["api feature/One", "api feature/Two", "api fix/three", "api main"],
      ...["billing main", "cart main", "docs main", "docs next", "edge main"],
    ]);
    const picked = async (filter: object, block: object = {}) => branchesOf(await list(block, { filters: [filter] }));
    expect(await picked({ pathsExist: ["deploy/prod/app.yaml"] })).toEqual(["api main"]);
    expect(await picked({ pathsExist: ["deploy"] })).toEqual(["api main"]);
    expect(await picked({ pathsDoNotExist: ["deploy"] })).toHaveLength(4);
    expect(await picked({ labelMatch: "^deploy$" })).toEqual(["api main"]);
    expect(branchesOf(await list({ excludeArchivedRepos: true }))).not.toContain("edge main");
  });

  it("lists pull requests of several pages, with their labels", async () => {
    const outcome = await pulls();
    expect(outcome).toMatchObject({ completeness: "complete", gaps: [] });
    expect(outcome.params.map(({ branch }) => branch).sort()).toEqual(["feature/One", "feature/Two", "fix/three"]);
    expect(outcome.params.find(({ branch }) => branch === "feature/One")).toMatchObject({
      ...{ number: "1", title: "Change feature/One", branch_slug: "feature-one", target_branch: "main", author: "ci" },
      head_sha: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect((await pulls({ labels: ["deploy"] })).params.map(({ number }) => number)).toEqual(["1"]);
    expect((await pulls({}, { filters: [{ branchMatch: "^fix/" }] })).rows).toHaveLength(1);
  });

  it("says what is wrong with a token, an owner or a repository", async () => {
    const wrong = { secrets: { scm: { token: "0".repeat(40) } } };
    const block = { owner: "acme", api: gitea.url, tokenRef };
    const refused = await generations.failure([{ scmProvider: { gitea: block } }], wrong);
    expect(refused).toMatchObject({ retryable: false, details: { status: 401 } });
    const gone = await generations.failure([{ scmProvider: { gitea: { ...block, owner: "nobody" } } }], surroundings);
    expect(gone.details.status).toBe(404);
    const spec = { gitea: { ...block, repo: "gone" }, continueOnRepoNotFoundError: true };
    expect((await generations.run([{ pullRequest: spec }], surroundings)).rows).toEqual([]);
  });
});
