import { afterEach, describe, expect, it } from "vitest";
import { formatJson } from "../../../src/base/json.ts";
import { Generations, type Outcome, type Surroundings } from "../scm/run.ts";
import { problemsOf } from "../scm/scene.ts";
import { type Loopback, loopback } from "../scm/servers/loopback.ts";
import { token } from "../scm/servers/vendors.ts";
import { makePull, makeRepository, makeWorld, shaOf, type World } from "../scm/servers/world.ts";
import { type PullRequestFixture, pullRequestFixtures } from "./vendors.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  const problems = scenes.splice(0).flatMap(({ fixture, server }) => problemsOf(fixture, server));
  await Promise.all(open.splice(0).map((one) => one.close()));
  expect([...new Set(problems)]).toEqual([]);
});
const scenes: Scene[] = [];

const pulls = [
  makePull(11, { labels: ["preview", "team-a"] }),
  makePull(12, { labels: ["preview"], branch: "fix/Über_große-Änderung", author: "grace" }),
  makePull(13, { targetBranch: "release/1.0" }),
  makePull(14, { title: "WIP: nothing yet", labels: ["team-a"] }),
  makePull(15, { branch: `feature/${"long-".repeat(20)}name` }),
];
const repositories = [makeRepository("web", 1, { pulls }), makeRepository("api", 2, { pulls: [makePull(99)] })];

class Scene {
  readonly fixture: PullRequestFixture;
  readonly server: Loopback;
  readonly generations = new Generations();

  private constructor(fixture: PullRequestFixture, server: Loopback) {
    this.fixture = fixture;
    this.server = server;
    scenes.push(this);
    open.push(server, this.generations);
  }

  static async of(fixture: PullRequestFixture, world: Partial<World> = {}): Promise<Scene> {
    const { login } = fixture;
    return new Scene(fixture, await loopback(fixture.serve(makeWorld(repositories, { login, ...world }))));
  }

  entry(block: object = {}, more: object = {}): object[] {
    const { fixture, server } = this;
    return [{ pullRequest: { [fixture.key]: { ...fixture.block(server.url, "web"), ...block }, ...more } }];
  }

  get surroundings(): Surroundings {
    return { secrets: { scm: { token } } };
  }

  run(block: object = {}, more: object = {}, spec: object = {}): Promise<Outcome> {
    return this.generations.run(this.entry(block, more), this.surroundings, spec);
  }

  failure(block: object = {}, more: object = {}, scm: Surroundings["scm"] = {}) {
    return this.generations.failure(this.entry(block, more), { ...this.surroundings, scm });
  }
}

const all = Object.values(pullRequestFixtures);
const paged = all.filter(({ isPagedByUs }) => isPagedByUs !== true);
const numbersOf = ({ params }: Outcome) => params.map(({ number }) => number);

describe.each(all)("pullRequest from $key", (fixture) => {
  it("gives every parameter, labels in nested rows alone", async () => {
    const scene = await Scene.of(fixture);
    const { params } = await scene.run();
    const sha = shaOf("pull 12");
    const expected = {
      number: "12",
      title: "Change 12",
      branch: "fix/Über_große-Änderung",
      branch_slug: "fix-uber-grosse-anderung",
      target_branch: "main",
      target_branch_slug: "main",
      head_sha: sha,
      head_short_sha: sha.slice(0, 8),
      head_short_sha_7: sha.slice(0, 7),
      author: "grace",
    };
    expect(JSON.parse(formatJson(params[1]))).toEqual({
      ...expected,
      labels: fixture.hasLabels ? ["preview"] : [],
    });
    expect((await scene.run({}, {}, { goTemplate: false })).params[1]).toEqual(expected);
    expect(params[4]?.branch_slug).toBe("feature-long-long-long-long-long-long-long-long");
  });

  it("prints the labels of one without any as Argo CD does", async () => {
    const scene = await Scene.of(fixture);
    const { params } = await scene.run({}, { values: { labels: "{{ toJson .labels }}", plain: "{{ .labels }}" } });
    expect(params[2]?.values).toEqual({ labels: fixture.noLabels, plain: "[]" });
  });

  it("signs in and shows the credential nowhere", async () => {
    const scene = await Scene.of(fixture);
    const { rows, inputs, warnings } = await scene.run();
    expect(new Set(scene.server.asked.map((asked) => fixture.loginOf(asked)))).toEqual(new Set([fixture.login]));
    expect(formatJson([rows, inputs, warnings])).not.toContain(token);
  });

  it("takes what one filter takes, with all of its parts", async () => {
    const scene = await Scene.of(fixture);
    const picked = async (...filters: object[]) => numbersOf(await scene.run({}, { filters }));
    expect(await picked({ branchMatch: "^fix/" })).toEqual(["12"]);
    expect(await picked({ targetBranchMatch: "^release/" })).toEqual(["13"]);
    expect(await picked({ titleMatch: "^WIP" })).toEqual(["14"]);
    expect(await picked({ titleMatch: "^Change", branchMatch: "^feature/Ch" }, { branchMatch: "^fix/" })).toEqual([
      "11",
      "12",
      "13",
    ]);
    expect(await picked({})).toHaveLength(5);
    const at = "spec.generators[0].pullRequest.filters[0].titleMatch";
    expect((await scene.failure({}, { filters: [{ titleMatch: "(" }] })).message).toContain(`${at} is no regular`);
  });

  it("knows which pull requests are those of the repository", async () => {
    const scene = await Scene.of(fixture);
    expect(numbersOf(await scene.run(fixture.block(scene.server.url, "api")))).toEqual(["99"]);
  });

  it("fails for a repository that is not there, or goes on without rows where it may", async () => {
    const scene = await Scene.of(fixture);
    const gone = fixture.knowsProjectsAlone === true ? { project: "gone" } : fixture.block(scene.server.url, "gone");
    const error = await scene.failure(gone);
    expect(error).toMatchObject({ retryable: false, details: { status: 404 } });
    const outcome = await scene.run(gone, { continueOnRepoNotFoundError: true });
    expect(outcome).toMatchObject({ rows: [], completeness: "complete" });
    expect(outcome.warnings[0]?.message).toMatch(/taken for a repository without pull requests$/);
  });

  it.each([
    ["401", { status: 401, body: { message: "no" } }, { retryable: false, status: 401 }],
    ["403", { status: 403, body: { message: "no" } }, { retryable: false, status: 403 }],
    ["503", { status: 503, body: "no" }, { retryable: true, status: 503 }],
  ] as const)("fails at %s, whatever may be missing", async (_name, reply, { retryable, status }) => {
    const scene = await Scene.of(fixture);
    scene.server.fault = () => reply;
    const error = await scene.failure({}, { continueOnRepoNotFoundError: true });
    expect(error).toMatchObject({ retryable, details: { status } });
  });

  it.each([
    ["half an answer", "cut", /is no JSON/],
    ["an answer of another kind", { body: { message: "moved" } }, /answers without a list/],
    ["a redirect to another host", { status: 307, headers: { location: "https://127.0.0.2/" } }, /another host/],
  ] as const)("fails at %s", async (_name, fault, message) => {
    const scene = await Scene.of(fixture);
    scene.server.fault = () => fault;
    expect((await scene.failure()).message).toMatch(message);
  });

  it("waits as long as the provider says", async () => {
    const scene = await Scene.of(fixture);
    const busy = { status: 429, headers: { "retry-after": "3" }, body: {} };
    scene.server.fault = (_asked, count) => (count === 1 ? busy : undefined);
    expect((await scene.run()).rows).toHaveLength(5);
    expect(scene.generations.clock.waits).toEqual([3_000]);
  });

  it("has keys and inputs that tell pull requests apart", async () => {
    const scene = await Scene.of(fixture);
    const { rows, inputs } = await scene.run();
    expect(new Set(rows.map(({ key }) => key)).size).toBe(5);
    expect(rows[0]?.origin).toMatchObject({ kind: "pullRequest", item: "pull request 11", inputs: [inputs[0]?.id] });
    expect(inputs).toHaveLength(6);
  });
});

describe("pullRequest from every provider", () => {
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
    const other = await Scene.of(pullRequestFixtures.github);
    for (const fixture of all) {
      const scene = await Scene.of(fixture);
      scene.server.fault = () => ({ status: 307, headers: { location: `${other.server.url}/elsewhere` } });
      const { message } = await scene.failure({}, {}, { limits: { maxAttempts: 1 } });
      expect([fixture.key, message]).toEqual([fixture.key, expect.stringContaining("which is another host")]);
    }
    expect(other.server.asked).toEqual([]);
  });

  it("is asked once for all rows that ask the same", async () => {
    for (const fixture of all) {
      const scene = await Scene.of(fixture);
      const elements = [{ a: "1" }, { a: "2" }, { a: "3" }];
      const [provider] = scene.entry({}, { values: { a: "{{ .a }}" } }) as object[];
      const matrix = [{ matrix: { generators: [{ list: { elements } }, provider] } }];
      const { rows, inputs } = await scene.generations.run(matrix, scene.surroundings);
      expect([fixture.key, rows.length, scene.server.asked.length]).toEqual([fixture.key, 15, 1]);
      const listed = inputs.flatMap(({ listing }) => listing ?? []);
      expect(listed).toEqual([{ count: 5, settlesAfterSeconds: 600 }]);
    }
  });
});

describe.each(all.filter(({ hasLabels }) => hasLabels))("pullRequest from $key", (fixture) => {
  it.each([
    [["preview"], ["11", "12"]],
    [["preview", "team-a"], ["11"]],
    [["none"], []],
  ])("takes those with all labels of %j", async (labels, numbers) => {
    const scene = await Scene.of(fixture);
    expect(numbersOf(await scene.run({ labels }))).toEqual(numbers);
  });
});

describe.each(paged)("the pages of pullRequest from $key", (fixture) => {
  it("are all read", async () => {
    const scene = await Scene.of(fixture, { pageSize: 2 });
    expect(numbersOf(await scene.run())).toEqual(["11", "12", "13", "14", "15"]);
    expect(scene.server.asked).toHaveLength(3);
  });

  it("before one that fails give rows all the same, and it is told", async () => {
    const scene = await Scene.of(fixture, { pageSize: 2 });
    scene.server.fault = (_asked, count) => (count > 1 ? { status: 500, body: "oops" } : undefined);
    const outcome = await scene.run();
    expect(numbersOf(outcome)).toEqual(["11", "12"]);
    expect(outcome).toMatchObject({ completeness: "partial", gaps: [{ retryable: true }] });
  });

  it("end where one is the one before again", async () => {
    const scene = await Scene.of(fixture, { pageSize: 2 });
    await scene.run();
    const first = scene.server.asked[0];
    const again = await Scene.of(fixture, { pageSize: 2 });
    const route = fixture.serve(makeWorld(repositories, { login: fixture.login, pageSize: 2 }));
    again.server.fault = () => (first === undefined ? undefined : route(first));
    const outcome = await again.run();
    expect(outcome.gaps[0]?.message).toContain("is the one before again");
  });
});

describe("pullRequest from azuredevops", () => {
  it("reads all pages of a busy project, and takes those of its repository", async () => {
    const many = Array.from({ length: 230 }, (_, index) => makePull(1_000 + index));
    const world = { repositories: [makeRepository("api", 2, { pulls: many }), ...repositories.slice(0, 1)] };
    const scene = await Scene.of(pullRequestFixtures.azuredevops, world);
    expect(numbersOf(await scene.run())).toEqual(["11", "12", "13", "14", "15"]);
    expect(scene.server.asked.map(({ query }) => query.get("$skip"))).toEqual(["0", "100", "200"]);
  });

  it("takes any 404 but that of the project for a failure", async () => {
    const scene = await Scene.of(pullRequestFixtures.azuredevops);
    scene.server.fault = () => ({ status: 404, body: { message: "The resource cannot be found." } });
    const error = await scene.failure({}, { continueOnRepoNotFoundError: true });
    expect(error.details.status).toBe(404);
  });

  it("asks without a token where there is none", async () => {
    const scene = await Scene.of(pullRequestFixtures.azuredevops, { login: undefined });
    expect((await scene.run({ tokenRef: undefined })).rows).toHaveLength(5);
    expect(scene.server.asked[0]?.headers.authorization).toBeUndefined();
  });
});

describe("pullRequest from gitlab", () => {
  it("asks for every state, or for the one that is named", async () => {
    const scene = await Scene.of(pullRequestFixtures.gitlab);
    await scene.run();
    await scene.run({ pullRequestState: "opened" });
    expect(scene.server.asked.map(({ query }) => query.get("state"))).toEqual([null, "opened"]);
  });
});

describe("pullRequest from github", () => {
  it("takes a pull request whose author is gone", async () => {
    const scene = await Scene.of(pullRequestFixtures.github);
    const pull = { number: 1, title: "x", user: null, head: { ref: "a", sha: "b" }, base: { ref: "main" }, labels: [] };
    scene.server.fault = () => ({ body: [pull] });
    expect((await scene.run()).params).toMatchObject([{ author: "", head_short_sha: "b" }]);
  });
});
