import { afterEach, describe, expect, it } from "vitest";
import { closeScenes, Scene } from "./scene.ts";
import { vendors } from "./servers/vendors.ts";
import { makeRepository } from "./servers/world.ts";

afterEach(closeScenes);

const projects = [
  makeRepository("web", 1, { labels: ["deploy"] }),
  makeRepository("sub-api", 2, { labels: ["deploy"] }),
  makeRepository("shared-lib", 3),
  makeRepository("old", 4, { archived: true, labels: ["deploy"] }),
];

async function listed(block: object): Promise<unknown[]> {
  const scene = await Scene.of(vendors.gitlab, { repositories: projects, pageSize: 2 });
  return (await scene.run(block)).params.map(({ repository }) => repository);
}

describe("a GitLab group", () => {
  it.each([
    ["with the projects that are shared with it", {}, ["web", "shared-lib"]],
    ["without them", { includeSharedProjects: false }, ["web"]],
    ["with the groups below it", { includeSubgroups: true }, ["web", "sub-api", "shared-lib"]],
    ["by topic", { includeSubgroups: true, topic: "deploy" }, ["web", "sub-api"]],
    ["with archived projects too", { includeArchivedRepos: true }, ["web", "shared-lib", "old"]],
  ])("is listed %s", async (_name, block, names) => {
    expect(await listed(block)).toEqual(names);
  });

  it("pages by the Link header where a server leaves its own headers out", async () => {
    const scene = await Scene.of(vendors.gitlab, { repositories: projects });
    const item = (id: number) => ({
      id,
      path: `p${id}`,
      namespace: { full_path: "acme/deep" },
      default_branch: null,
      ssh_url_to_repo: "git@x",
    });
    scene.server.fault = ({ query }) => {
      const page = query.get("cursor") ?? "1";
      const link = '<https://gitlab.invalid/groups/acme/projects?per_page=100&cursor=2>; rel="next"';
      return { body: [item(Number(page))], headers: page === "1" ? { link } : {} };
    };
    expect(await scene.run()).toMatchObject({ rows: [], completeness: "complete" });
    expect(scene.server.asked.map(({ query }) => query.get("cursor"))).toEqual([null, "2"]);
  });

  it("names its topics otherwise on servers before 14.5", async () => {
    const scene = await Scene.of(vendors.gitlab, { repositories: [makeRepository("web", 1)] });
    const old = { id: 1, path: "web", namespace: { full_path: "acme" }, default_branch: "main", tag_list: ["a", "b"] };
    scene.server.fault = (asked) =>
      vendors.gitlab.isListing(asked) ? { body: [{ ...old, ssh_url_to_repo: "git@x" }] } : undefined;
    expect((await scene.run()).params).toMatchObject([{ labels: "a,b" }]);
  });

  it("takes an empty list of a directory for one that is not there, as servers before 15.0 answer", async () => {
    const scene = await Scene.of(vendors.gitlab, { repositories: projects });
    scene.server.fault = ({ segments }) => (segments.at(-1) === "tree" ? { body: [] } : undefined);
    expect((await scene.run({}, { filters: [{ pathsExist: ["deploy"] }] })).rows).toEqual([]);
  });
});
