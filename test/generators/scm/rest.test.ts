import { afterEach, describe, expect, it } from "vitest";
import { segments, urlOf, urlPath } from "../../../generators/scm/url-path.ts";
import { closeScenes, Scene } from "./scene.ts";
import { githubServer } from "./servers/github.ts";
import type { Asked, Fault, Reply } from "./servers/loopback.ts";
import { vendors } from "./servers/vendors.ts";
import { makeRepository, makeWorld } from "./servers/world.ts";

afterEach(closeScenes);

describe("urlPath", () => {
  it("encodes what stands in it, and keeps the slashes of segments", () => {
    expect(urlPath`/repos/${"a/b"}/x/${segments("/src/ä ö/")}`).toBe("/repos/a%2Fb/x/src/%C3%A4%20%C3%B6");
    expect(urlOf("https://h/api", "/x", [["q", "a&b"]])).toBe("https://h/api/x?q=a%26b");
  });

  it.each(["..", "."])("refuses %j, which leads elsewhere", (name) => {
    expect(() => urlPath`/repos/${name}/x`).toThrow("cannot stand in a path");
    expect(() => urlPath`/repos/${segments(`a/${name}`)}`).toThrow("cannot stand in a path");
  });
});

describe("a provider that misbehaves", () => {
  it("with pages without end", async () => {
    const scene = await Scene.of(vendors.github);
    scene.server.fault = endless;
    const outcome = await scene.run({}, { filters: [{ repositoryMatch: "^none$" }] }, { limits: { maxPages: 4 } });
    expect(outcome).toMatchObject({ rows: [], completeness: "partial" });
    expect(outcome.gaps[0]?.message).toContain("there are more than 4 pages");
    expect(scene.server.asked).toHaveLength(4);
  });

  it("with more than anybody can use", async () => {
    const scene = await Scene.of(vendors.github);
    scene.server.fault = endless;
    const outcome = await scene.run({}, { filters: [{ repositoryMatch: "^none$" }] }, { limits: { maxItems: 3 } });
    expect(outcome.gaps[0]?.message).toContain("there are more than 3 items");
  });

  it("with a next page on another host, to which nothing goes", async () => {
    const [scene, other] = [await Scene.of(vendors.github, { pageSize: 2 }), await Scene.of(vendors.github)];
    const route = githubServer(makeWorld([makeRepository("a", 1)], { login: vendors.github.login }));
    scene.server.fault = (asked) => {
      if (!vendors.github.isListing(asked) || asked.query.has("page")) return undefined;
      return { ...route(asked), headers: { link: `<${other.server.url}/elsewhere?page=2>; rel="next"` } };
    };
    const { params } = await scene.run({}, { filters: [{ repositoryMatch: "^(a|cart|docs)$" }] });
    expect(other.server.asked).toEqual([]);
    expect(scene.server.asked.filter((asked) => vendors.github.isListing(asked)).map(({ url }) => url.search)).toEqual([
      "?per_page=100",
      "?page=2",
      expect.stringContaining("page=3"),
    ]);
    expect(params.map(({ repository }) => repository)).toEqual(["cart", "docs"]);
  });

  it("with names that lead out of the API", async () => {
    const scene = await Scene.of(vendors.github);
    scene.server.fault = (asked) =>
      vendors.github.isListing(asked) ? { body: [itemOf(asked, ".."), itemOf(asked, "__proto__")] } : undefined;
    const { rows, gaps } = await scene.run();
    expect(rows).toEqual([]);
    expect(gaps.map(({ message }) => message)).toEqual(['repository acme/..: ".." cannot stand in a path of an API']);
  });

  it("with half of what a repository needs", async () => {
    const scene = await Scene.of(vendors.github);
    scene.server.fault = (asked) => ({ body: [{ ...itemOf(asked, "a"), ssh_url: null }] });
    expect((await scene.failure()).message).toBe("GitHub answers without ssh_url");
  });

  it("in very many repositories is told of in few words", async () => {
    const repositories = Array.from({ length: 40 }, (_, index) => makeRepository(`r${index}`, index + 1));
    const scene = await Scene.of(vendors.github, { repositories });
    scene.server.fault = (asked) => (vendors.github.isListing(asked) ? undefined : { status: 403, body: {} });
    const { gaps } = await scene.run();
    expect(gaps).toHaveLength(21);
    expect(gaps.at(-1)).toMatchObject({ message: "20 more could not be read", retryable: false });
  });
});

describe("pages that were kept", () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => makeRepository(`r${index}`, index + 1));
  const entry = { requeueAfterSeconds: 100 };

  it("are not mixed with pages that are read anew, so that what moves between them is not lost", async () => {
    const scene = await Scene.of(vendors.github, { repositories: names(4), pageSize: 2 });
    const { clock } = scene.generations;
    const isSecond = ({ query }: Asked) => query.get("page") === "2";
    // The answer to the first page takes its time, so that the second page is ten seconds younger.
    scene.server.fault = (asked) => void (vendors.github.isListing(asked) && !isSecond(asked) && clock.pass(10_000));
    await scene.run({}, entry);
    // Someone makes a repository, which pushes the others one place on.
    const world = makeWorld([makeRepository("new", 99), ...names(4)], { pageSize: 2, login: vendors.github.login });
    scene.server.fault = githubServer(world);
    clock.pass(75_000);
    expect((await scene.run({}, entry)).rows).toHaveLength(4);
    // Now the first page is too old, and the second is not.
    clock.pass(10_000);
    const { params } = await scene.run({}, entry);
    expect(params.map(({ repository }) => repository)).toEqual(["new", "r0", "r1", "r2", "r3"]);
    expect(scene.server.asked.filter(isSecond)).toHaveLength(2);
  });

  it("are all read anew where a later one is older, since it was kept from another reading", async () => {
    const repositories = names(4);
    const scene = await Scene.of(vendors.github, { repositories, pageSize: 2 });
    const route = githubServer(makeWorld(repositories, { pageSize: 2, login: vendors.github.login }));
    scene.server.fault = (asked) => {
      const reply = route(asked);
      const date = new Date(asked.query.get("page") === "2" ? 1_000_000 : 2_000_000).toUTCString();
      return vendors.github.isListing(asked) ? { ...reply, headers: { ...reply?.headers, date } } : undefined;
    };
    await scene.run({}, entry);
    scene.generations.clock.pass(1_000);
    expect((await scene.run({}, entry)).rows).toHaveLength(4);
    expect(scene.listings).toBe(4);
  });

  it("are asked for on condition when they are old, and stand where nothing changed", async () => {
    const scene = await Scene.of(vendors.github, { repositories: names(4), pageSize: 2 });
    const route = githubServer(makeWorld(names(4), { pageSize: 2, login: vendors.github.login }));
    scene.server.fault = (asked) => {
      const etag = `"${asked.url.pathname}${asked.url.search}"`;
      if (asked.headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
      const reply = route(asked);
      return { ...reply, headers: { ...reply?.headers, etag } };
    };
    const { params } = await scene.run({}, entry);
    const before = scene.server.asked.length;
    scene.generations.clock.pass(95_000);
    expect((await scene.run({}, entry)).params).toEqual(params);
    const again = scene.server.asked.slice(before);
    expect(again).toHaveLength(before);
    expect(again.filter(({ headers }) => headers["if-none-match"] === undefined)).toEqual([]);
  });

  it("give rows up to the one that fails, as pages do that are read anew", async () => {
    const scene = await Scene.of(vendors.github, { repositories: names(4), pageSize: 2 });
    const down = { status: 404, body: {} };
    const isSecond = ({ query }: Asked) => query.get("page") === "2";
    scene.server.fault = (asked) => (isSecond(asked) ? down : undefined);
    for (const _run of [1, 2]) {
      scene.generations.clock.pass(1_000);
      const { rows, completeness } = await scene.run({}, entry);
      expect([rows.length, completeness]).toEqual([2, "partial"]);
    }
  });

  it("are all read anew where one of them is not there any more", async () => {
    const scene = await Scene.of(vendors.github, { repositories: names(4), pageSize: 2 });
    const isSecond = ({ query }: Asked) => query.get("page") === "2";
    // An answer that breaks off is not kept.
    scene.server.fault = (asked) => (isSecond(asked) ? { status: 404, body: {} } : undefined);
    expect((await scene.run({}, entry)).completeness).toBe("partial");
    const world = makeWorld([makeRepository("new", 99), ...names(4)], { pageSize: 2, login: vendors.github.login });
    scene.server.fault = githubServer(world);
    scene.generations.clock.pass(1_000);
    const { params } = await scene.run({}, entry);
    expect(params.map(({ repository }) => repository)).toEqual(["new", "r0", "r1", "r2", "r3"]);
  });
});

let item = 0;

/** A page with one more repository, and always a next one. */
const endless: Fault = (asked): Reply => {
  item++;
  const link = `<${asked.url.origin}/x?page=${item}>; rel="next"`;
  return { body: [itemOf(asked, `r${item}`)], headers: { link } };
};

function itemOf(_asked: Asked, name: string) {
  return { id: 1, name, owner: { login: "acme" }, ssh_url: "git@x", clone_url: "https://x", default_branch: "main" };
}
