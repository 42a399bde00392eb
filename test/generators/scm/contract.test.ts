import { afterEach, describe, expect, it } from "vitest";
import { formatGoValue } from "../../../src/base/go-format.ts";
import type { Value } from "../../../src/base/values.ts";
import type { Outcome } from "./run.ts";
import { closeScenes, five, names, Scene } from "./scene.ts";
import type { Fault } from "./servers/loopback.ts";
import { token, type VendorFixture, vendors } from "./servers/vendors.ts";
import { makeRepository, makeWorld, type Repository, shaOf } from "./servers/world.ts";

afterEach(closeScenes);

const all = Object.values(vendors);
const paged = all.filter(({ isUnpaged }) => isUnpaged !== true);
const archiving = all.filter(({ archivedField }) => archivedField !== undefined);

const repositoriesOf = ({ params }: Outcome) => params.map(({ repository }) => repository);
const branchesOf = ({ params }: Outcome) => params.map(({ repository, branch }) => `${repository} ${branch}`);

describe.each(all)("scmProvider from $key", (fixture) => {
  it("lists all pages, in their order, with every parameter", async () => {
    const scene = await Scene.of(fixture, { pageSize: 2 });
    const outcome = await scene.run();
    expect(repositoriesOf(outcome)).toEqual(names);
    expect(scene.listings).toBe(fixture.isUnpaged === true ? 1 : 3);
    expect(outcome).toMatchObject({ completeness: "complete", gaps: [] });
    const sha = fixture.hasShas ? shaOf("api main") : "";
    const labels = fixture.hasLabels ? "deploy,team=a" : "";
    expect(outcome.params[0]).toEqual({
      organization: "acme",
      repository: "api",
      repository_id: expect.anything(),
      url: fixture.urls.ssh("api"),
      branch: "main",
      branchNormalized: "main",
      sha,
      short_sha: sha.slice(0, 8),
      short_sha_7: sha.slice(0, 7),
      labels,
    });
    expect(formatGoValue(outcome.params[0]?.repository_id as Value)).toBe(fixture.idOf(five[0] as Repository));
  });

  it("signs in on every question and shows the credential nowhere", async () => {
    const scene = await Scene.of(fixture);
    const outcome = await scene.run();
    expect(new Set(scene.server.asked.map((asked) => fixture.loginOf(asked)))).toEqual(new Set([fixture.login]));
    expect(JSON.stringify([outcome.rows, outcome.inputs, outcome.warnings])).not.toContain(token);
  });

  it("gives the default branch alone, and all branches where it is asked to", async () => {
    const scene = await Scene.of(fixture, { pageSize: 1 });
    expect(branchesOf(await scene.run())).toEqual(names.map((name) => `${name} main`));
    const both = names.flatMap((name) => [`${name} main`, `${name} feature/x`]);
    const outcome = await scene.run({ allBranches: true });
    expect(branchesOf(outcome)).toEqual(both);
    expect(outcome.params[1]).toMatchObject({ branch: "feature/x", branchNormalized: "feature-x" });
  });

  it("gives the address by the protocol", async () => {
    const scene = await Scene.of(fixture);
    const urlBy = async (protocol: string) => (await scene.run({}, { cloneProtocol: protocol })).params[0]?.url;
    expect(await urlBy("")).toBe(fixture.urls.ssh("api"));
    expect(await urlBy("ssh")).toBe(fixture.urls.ssh("api"));
    expect(await urlBy("https")).toBe(fixture.urls.https("api"));
    if (fixture.key === "azureDevOps") return;
    const { message } = await scene.failure({}, { cloneProtocol: "gopher" });
    expect(message).toContain('spec.generators[0].scmProvider.cloneProtocol is "gopher"');
  });

  it("looks for paths in the branch, files and directories alike", async () => {
    const scene = await Scene.of(fixture);
    const picked = async (filter: object) => repositoriesOf(await scene.run({}, { filters: [filter] }));
    expect(await picked({ pathsExist: ["deploy/prod/app.yaml"] })).toEqual(["api", "billing"]);
    expect(await picked({ pathsExist: ["/deploy/prod/", "README.md"] })).toEqual(["api", "billing"]);
    expect(await picked({ pathsExist: ["deploy", "no.md"] })).toEqual([]);
    expect(await picked({ pathsDoNotExist: ["deploy"] })).toEqual(["cart", "docs", "edge"]);
    expect(await picked({ pathsDoNotExist: ["no/such"], pathsExist: ["deploy"] })).toEqual(["api", "billing"]);
  });

  it("takes what one filter takes, those of branches and those of repositories apart", async () => {
    const scene = await Scene.of(fixture);
    const picked = async (...filters: object[]) =>
      branchesOf(await scene.run({ allBranches: true }, { filters: filters as never }));
    expect(await picked({ repositoryMatch: "^(api|docs)$", branchMatch: "^feature/" })).toEqual([
      "api feature/x",
      "docs feature/x",
    ]);
    expect(await picked({ repositoryMatch: "^api$" }, { repositoryMatch: "^docs$" })).toHaveLength(4);
    // A repository filter and a branch filter: one of each must hold, although filters are alternatives.
    expect(await picked({ repositoryMatch: "^api$" }, { branchMatch: "^feature/" })).toEqual(["api feature/x"]);
    expect(await picked({})).toHaveLength(10);
    if (!fixture.hasLabels) return;
    expect(await picked({ labelMatch: "^deploy$", branchMatch: "main" })).toEqual([
      "api main",
      "cart main",
      "edge main",
    ]);
    expect(await picked({ labelMatch: "^team=b$" })).toHaveLength(4);
  });

  it("asks only about repositories that its filters can take", async () => {
    const scene = await Scene.of(fixture);
    await scene.run({}, { filters: [{ repositoryMatch: "^docs$" }] });
    const [docs, edge] = [five[3] as Repository, five[4] as Repository];
    const about = (one: Repository) =>
      scene.server.asked.filter((asked) => fixture.isAbout(asked, one) && !asked.body.includes("GetRepository"));
    if (fixture.key !== "awsCodeCommit") expect(about(edge)).toEqual([]);
    expect(scene.server.asked.some((asked) => fixture.isAbout(asked, docs))).toBe(true);
  });

  it("gives no row for a repository without a branch", async () => {
    const empty = makeRepository("empty", 9, { defaultBranch: undefined, branches: {} });
    const scene = await Scene.of(fixture, { repositories: [empty, ...five] });
    const outcome = await scene.run();
    expect(repositoriesOf(outcome)).toEqual(names);
    // Gitea names a default branch that is not there; that is a failure, as in Argo CD.
    expect(outcome.completeness).toBe(fixture.key === "gitea" ? "partial" : "complete");
  });

  it("keeps the rows of all repositories but the one that it may not read, and names it", async () => {
    const scene = await Scene.of(fixture);
    const cart = five[2] as Repository;
    scene.server.fault = (asked) => {
      const refused = { status: 403, body: { message: "Forbidden for you", __type: "AccessDeniedException" } };
      return fixture.isAbout(asked, cart) ? refused : undefined;
    };
    const outcome = await scene.run();
    expect(repositoriesOf(outcome)).toEqual(["api", "billing", "docs", "edge"]);
    expect(outcome).toMatchObject({ completeness: "partial", gaps: [{ reason: "Forbidden", retryable: false }] });
    expect(outcome.gaps[0]?.message).toMatch(/repository (acme\/)?cart: .*403: Forbidden for you/);
  });

  it("waits as long as the provider says, and no longer", async () => {
    const scene = await Scene.of(fixture);
    const busy = { status: 429, headers: { "retry-after": "7" }, body: { message: "slow down" } };
    scene.server.fault = (_asked, count) => (count === 1 ? busy : undefined);
    expect(repositoriesOf(await scene.run())).toEqual(names);
    expect(scene.generations.clock.waits).toEqual([7_000]);
  });

  it("fails where the provider wants a longer wait than it may take", async () => {
    const scene = await Scene.of(fixture);
    scene.server.fault = () => ({ status: 429, headers: { "retry-after": "3600" }, body: {} });
    const { message, retryable, details } = await scene.failure();
    expect(message).toContain("is to be asked again after 2026-01-01T01:00:00Z");
    expect({ retryable, after: details.retryAfterSeconds }).toEqual({ retryable: true, after: 3600 });
    expect(scene.server.asked).toHaveLength(1);
  });

  it("asks again after a failure that passes", async () => {
    const scene = await Scene.of(fixture);
    const answers = [{ status: 500, body: "oops" }, { status: 503, body: {} }, undefined];
    scene.server.fault = (_asked, count) => answers[count - 1];
    expect(repositoriesOf(await scene.run())).toEqual(names);
    expect(scene.generations.clock.waits).toEqual([375, 1_125]);
  });

  it.each([
    ["401", { status: 401, body: { message: "no" } }, { retryable: false, status: 401 }],
    ["403", { status: 403, body: { message: "no" } }, { retryable: false, status: 403 }],
    ["404", { status: 404, body: { message: "no" } }, { retryable: false, status: 404 }],
    ["500", { status: 500, body: "no" }, { retryable: true, status: 500 }],
  ] as const)("fails at %s for the first page", async (_name, reply, { retryable, status }) => {
    const scene = await Scene.of(fixture);
    scene.server.fault = () => reply;
    const error = await scene.failure();
    expect(error.message).toContain(`answers ${status}: no`);
    expect(error).toMatchObject({ retryable, details: { status } });
  });

  it.each([
    ["half an answer", "cut", /is no JSON/],
    ["a list of another kind", { body: { unexpected: true } }, /answers without a list/],
    ["a page in place of JSON", { body: "<p>down</p>" }, /is no JSON/],
    ["a redirect to another host", { status: 302, headers: { location: "http://127.0.0.2:9/" } }, /another host/],
  ] as const)("fails at %s", async (_name, fault, message) => {
    const scene = await Scene.of(fixture);
    scene.server.fault = () => fault;
    expect((await scene.failure({}, {}, { limits: { maxAttempts: 1 } })).message).toMatch(message);
  });

  it("says no credential back that a server sends to it", async () => {
    const scene = await Scene.of(fixture);
    scene.server.fault = () => ({ status: 401, body: { message: `not accepted: ${token}` } });
    const error = await scene.failure();
    expect(error.message).toContain("not accepted: …");
    expect(error.message + JSON.stringify(error.details)).not.toContain(token);
  });

  it("asks the same thing once in a generation, and again when its answer is old", async () => {
    const scene = await Scene.of(fixture, { pageSize: 2 });
    const elements = [{ a: "1" }, { a: "2" }, { a: "3" }];
    const [provider] = scene.entry({}, { values: { a: "{{ .a }}" }, requeueAfterSeconds: 600 }) as object[];
    const matrix = [{ matrix: { generators: [{ list: { elements } }, provider] } }];
    const { params } = await scene.generations.run(matrix, scene.surroundings());
    expect(params).toHaveLength(15);
    const asked = scene.server.asked.length;
    const listings = scene.listings;
    expect(listings).toBe(fixture.isUnpaged === true ? 1 : 3);
    await scene.generations.run(matrix, scene.surroundings());
    // CodeCommit's questions are signed anew each minute, all others stand for as long as the interval says.
    expect(scene.server.asked).toHaveLength(asked);
    scene.generations.clock.pass(590_000);
    await scene.generations.run(matrix, scene.surroundings());
    expect(scene.listings).toBe(2 * listings);
  });
});

describe("scmProvider from every provider", () => {
  it.each([
    ["200 MB", "huge", /more than the \d+ bytes/, false],
    ["silence", "silent", /the server was silent for 0.2 s/, true],
  ] as const)("fails at %s, and says whether another try may help", async (_name, fault, message, retryable) => {
    const failed = await Promise.all(
      all.map(async (fixture) => {
        const scene = await Scene.of(fixture);
        scene.server.fault = () => fault;
        const limits = { maxAttempts: 1, maxBytes: 1 << 20, silenceMs: 200 };
        const error = await scene.failure({}, {}, { limits });
        return [fixture.key, message.test(error.message) || error.message, error.retryable];
      }),
    );
    expect(failed).toEqual(all.map(({ key }) => [key, true, retryable]));
  });

  it("sends nothing to the host that it is redirected to", async () => {
    const other = await Scene.of(vendors.github);
    for (const fixture of all) {
      const scene = await Scene.of(fixture);
      scene.server.fault = () => ({ status: 307, headers: { location: `${other.server.url}/api/v3/orgs/acme/repos` } });
      const { message, retryable } = await scene.failure({}, {}, { limits: { maxAttempts: 1 } });
      expect([fixture.key, message]).toEqual([fixture.key, expect.stringContaining("which is another host")]);
      expect(retryable).toBe(false);
    }
    expect(other.server.asked).toEqual([]);
  });

  it("says how much it listed, so that a list that turns empty can be doubted", async () => {
    for (const fixture of all) {
      const listed = async (repositories: readonly Repository[]) => {
        const { inputs } = await (await Scene.of(fixture, { repositories })).run();
        return inputs.flatMap(({ listing }) => listing ?? []);
      };
      expect([fixture.key, await listed(five), await listed([])]).toEqual([
        fixture.key,
        [{ count: 5 }],
        [{ count: 0 }],
      ]);
    }
  });
});

describe.each(archiving)("scmProvider from $key", (fixture) => {
  it("leaves archived repositories out where it is asked to", async () => {
    const archived = makeRepository("old", 9, { archived: true });
    const scene = await Scene.of(fixture, { repositories: [...five, archived] });
    expect(repositoriesOf(await scene.run())).toEqual([...names, "old"]);
    expect(repositoriesOf(await scene.run({ [fixture.archivedField ?? ""]: true }))).toEqual(names);
  });
});

describe.each(paged)("the pages of scmProvider from $key", (fixture) => {
  it("keeps the rows of the pages before one that fails, and says so", async () => {
    const scene = await Scene.of(fixture, { pageSize: 2 });
    scene.server.fault = failPage(fixture, 2, { status: 502, body: "Bad Gateway" });
    const outcome = await scene.run();
    expect(repositoriesOf(outcome)).toEqual(["api", "billing"]);
    expect(outcome.completeness).toBe("partial");
    expect(outcome.gaps).toMatchObject([{ at: "spec.generators[0].scmProvider", retryable: true }]);
    expect(outcome.gaps[0]?.message).toContain("answers 502");
  });

  it("stops at a page that is the one before again", async () => {
    const scene = await Scene.of(fixture, { pageSize: 2 });
    const first = await scene.run().then(() => scene.server.asked.find((one) => fixture.isListing(one)));
    const again = await Scene.of(fixture, { pageSize: 2 });
    const page = fixture.serve(makeWorld(five, { login: fixture.login, pageSize: 2 }))(first as never);
    again.server.fault = (asked) => (fixture.isListing(asked) ? page : undefined);
    const outcome = await again.run();
    expect(repositoriesOf(outcome)).toEqual(["api", "billing"]);
    expect(outcome.completeness).toBe("partial");
    expect(outcome.gaps[0]?.message).toContain("page 2 is the one before again");
  });
});

/** Fails every attempt at one page of the listing. */
function failPage(
  fixture: VendorFixture,
  page: number,
  reply: { readonly status: number; readonly body: unknown },
): Fault {
  const seen = new Map<string, number>();
  return (asked) => {
    if (!fixture.isListing(asked)) return undefined;
    const key = `${asked.url.search} ${asked.body}`;
    if (!seen.has(key)) seen.set(key, seen.size + 1);
    return seen.get(key) === page ? reply : undefined;
  };
}
