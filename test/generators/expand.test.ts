import { describe, expect, it } from "vitest";
import type { Row } from "../../generators/generator.ts";
import { defaultGeneratorLimits } from "../../generators/limits.ts";
import { GenerationError } from "../../src/base/errors.ts";
import { type GenerateOptions, generate } from "../../src/render/generate.ts";
import { inputsOf, originText } from "../../src/render/origin.ts";
import { makeSet } from "../support/make.ts";
import { type FakeWorld, fakePorts, makeCluster } from "../support/ports.ts";

const apps = "https://git.example.com/apps.git";

/** The rows of generators, as the set with this engine has them. */
async function rowsOf(generators: unknown, spec: object = {}, world: FakeWorld | ReturnType<typeof fakePorts> = {}) {
  const ports = "asked" in world ? world : fakePorts(world);
  const { expansion, warnings } = await generate(makeSet({ generators, ...spec }), ports);
  return { ...expansion, warnings, asked: ports.asked };
}

function paramsOf(rows: readonly Row[]): unknown[] {
  return rows.map((row) => ({ ...row.params }));
}

async function failureOf(generators: unknown, spec: object = {}, world: FakeWorld = {}, options: GenerateOptions = {}) {
  const error: unknown = await generate(makeSet({ generators, ...spec }), fakePorts(world), options).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(GenerationError);
  return error as GenerationError;
}

describe("list", () => {
  it("keeps the order of elements, then those of the text", async () => {
    const { rows } = await rowsOf([{ list: { elements: [{ a: "2" }, { a: "1" }], elementsYaml: "- a: 0\n- a: x" } }]);
    expect(paramsOf(rows)).toEqual([{ a: "2" }, { a: "1" }, { a: 0 }, { a: "x" }]);
  });

  it("knows an element by its content, so that moving it does not make it another row", async () => {
    const before = await rowsOf([{ list: { elements: [{ a: "1" }, { a: "2" }, { a: "1" }] } }]);
    const after = await rowsOf([{ list: { elements: [{ a: "1" }, { a: "1" }, { a: "2" }] } }]);
    expect(new Set(before.rows.map((row) => row.key)).size).toBe(3);
    expect(after.rows.map((row) => row.key).sort()).toEqual(before.rows.map((row) => row.key).sort());
  });

  it.each([
    [{ a: 1 }, "spec.generators[0].list.elements[0].a is a number"],
    [{ values: { a: true } }, "spec.generators[0].list.elements[0].values.a is a boolean"],
    ["text", "spec.generators[0].list.elements[0] is a text where a map is needed"],
    [[], "spec.generators[0].list.elements[0] is a list where a map is needed"],
  ])("refuses the flat element %j", async (element, message) => {
    expect((await failureOf([{ list: { elements: [element] } }])).message).toContain(message);
  });

  it("names the line of a text that is no YAML", async () => {
    const { message, details } = await failureOf([{ list: { elementsYaml: "- a: 1\n- b: [" } }]);
    expect(message).toMatch(/spec.generators\[0\].list.elementsYaml is no YAML: line \d+/);
    expect(details.field).toBe("spec.generators[0].list.elementsYaml");
  });
});

describe("clusters", () => {
  const clusters = [makeCluster("zeta", { env: "prod" }), makeCluster("alpha", { env: "dev" })];

  it("sorts by name and puts the local cluster last", async () => {
    const { rows } = await rowsOf([{ clusters: {} }], {}, { clusters });
    expect(rows.map((row) => row.params.name)).toEqual(["alpha", "zeta", "in-cluster"]);
  });

  it("records what rows can see of a cluster, and nothing else", async () => {
    const version = async (facts: object) => {
      const { inputs } = await rowsOf([{ clusters: {} }], {}, { clusters: [makeCluster("a", { env: "dev" }, facts)] });
      return inputs.find((input) => input.id === "cluster a")?.version;
    };
    const before = await version({});
    expect(await version({ source: "Secret argocd/other" })).toBe(before);
    expect(await version({ annotations: { "argocd.argoproj.io/refresh": "hard" } })).not.toBe(before);
    expect(await version({ annotations: { owner: "x" } })).not.toBe(before);
    expect(await version({ server: "https://new.example.com" })).not.toBe(before);
  });

  it("records which clusters the selector picks", async () => {
    const membership = async (picked: readonly string[]) => {
      const world = { clusters: picked.map((name) => makeCluster(name, { env: "dev" })) };
      const { inputs } = await rowsOf([{ clusters: { selector: { matchLabels: { env: "dev" } } } }], {}, world);
      return inputs.at(-1);
    };
    const before = await membership(["a", "b"]);
    expect(before?.id).toBe('clusters {"matchLabels":{"env":"dev"}}');
    expect(await membership(["b", "a"])).toEqual(before);
    expect((await membership(["a"]))?.version).not.toBe(before?.version);
  });

  it("passes on that the list was not complete", async () => {
    const { completeness, gaps } = await rowsOf([{ clusters: {} }], {}, { clusters, completeness: "partial" });
    expect(completeness).toBe("partial");
    expect(gaps).toHaveLength(1);
  });

  it("says what is wrong with a selector", async () => {
    const selector = { matchExpressions: [{ key: "env", operator: "Near", values: [] }] };
    expect((await failureOf([{ clusters: { selector } }])).details.field).toBe("spec.generators[0].clusters.selector");
  });
});

describe("git", () => {
  const repositories = {
    [apps]: {
      "apps/web/a.yaml": "x: 1",
      "apps/api/a.yaml": "- x: 1\n- x: 2",
      ".hidden/a.yaml": "x: 3",
      "readme.md": "",
    },
  };
  const git = (spec: object) => [{ git: { repoURL: apps, revision: "main", ...spec } }];

  it("gives directories in the order of a walk, with the tree's id as input", async () => {
    const { rows, inputs } = await rowsOf(
      git({ directories: [{ path: "apps/*" }, { path: "*" }] }),
      {},
      { repositories },
    );
    expect(rows.map((row) => row.params.path)).toEqual(["apps", "apps/api", "apps/web"]);
    expect(inputs).toContainEqual({ id: `git ${apps}@main apps/web`, version: "tree-apps/web" });
    expect(rows[2]?.origin.inputs).toEqual([`git ${apps}@main apps/web`]);
  });

  it("gives a row for each map of a file, and keys that say which", async () => {
    const { rows, asked } = await rowsOf(git({ files: [{ path: "apps/*/a.yaml" }] }), {}, { repositories });
    expect(rows.map((row) => row.key)).toEqual([
      "file apps/api/a.yaml[0]",
      "file apps/api/a.yaml[1]",
      "file apps/web/a.yaml",
    ]);
    expect(asked).toEqual([`git ${apps} main`, "read apps/api/a.yaml", "read apps/web/a.yaml"]);
  });

  it("skips a malformed directory pattern with a warning", async () => {
    const { rows, warnings } = await rowsOf(
      git({ directories: [{ path: "[" }, { path: "apps" }] }),
      {},
      { repositories },
    );
    expect(rows).toHaveLength(1);
    expect(warnings[0]?.field).toBe("spec.generators[0].git.directories[0].path");
  });

  it("warns when both lists are set", async () => {
    const both = git({ directories: [{ path: "apps" }], files: [{ path: "a" }] });
    expect((await rowsOf(both, {}, { repositories })).warnings).toEqual([
      { message: "files is ignored beside directories", field: "spec.generators[0].git.files" },
    ]);
  });

  it("names file and repository of a file that cannot be read, and no credential", async () => {
    const url = "https://user:secret@git.example.com/x.git";
    const spec = [{ git: { repoURL: url, revision: "main", files: [{ path: "a.yaml" }] } }];
    const { message, details } = await failureOf(spec, {}, { repositories: { [url]: { "a.yaml": "a: [" } } });
    expect(message).toContain("a.yaml of https://git.example.com/x.git@main cannot be read");
    expect(details).toMatchObject({ file: "a.yaml", line: expect.any(Number) });
    expect(JSON.stringify([message, details])).not.toContain("secret");
  });

  it("fails as something to try again when the remote is not reached", async () => {
    expect((await failureOf(git({ directories: [{ path: "*" }] }))).retryable).toBe(true);
  });

  it("refuses files and trees beyond the limits", async () => {
    const generatorLimits = { ...defaultGeneratorLimits, maxTreeEntries: 2 };
    const error = await failureOf(git({ files: [{ path: "*" }] }), {}, { repositories }, { generatorLimits });
    expect(error.message).toContain("more than 2 directories and files");
  });
});

describe("matrix", () => {
  const list = (...elements: object[]) => ({ list: { elements } });
  const matrix = (...children: object[]) => [{ matrix: { generators: children } }];

  it("expands a second child without tags once, and one with tags once for each spec that differs", async () => {
    const repositories = { [apps]: { "web/a": "", "api/a": "" } };
    const rows = list({ dir: "web", n: "1" }, { dir: "web", n: "2" }, { dir: "api", n: "3" });
    const child = (path: string) => ({ git: { repoURL: apps, revision: "main", directories: [{ path }] } });
    const constant = await rowsOf(matrix(rows, child("*")), {}, { repositories });
    expect(constant.asked).toHaveLength(1);
    expect(constant.rows).toHaveLength(6);
    const tagged = await rowsOf(matrix(rows, child("{{dir}}")), {}, { repositories });
    expect(tagged.asked).toHaveLength(2);
    expect(paramsOf(tagged.rows).map((row) => (row as { path: string }).path)).toEqual(["web", "web", "api"]);
  });

  it("tells where a row comes from", async () => {
    const { rows } = await rowsOf(
      matrix({ clusters: {} }, list({ app: "web" })),
      {},
      { clusters: [makeCluster("eu")] },
    );
    expect(rows[0] && originText(rows[0].origin)).toBe("cluster eu × element 0");
    expect(rows[0] && inputsOf(rows[0].origin)).toEqual(["cluster eu"]);
    expect(rows[0]?.key).toMatch(/^cluster eu · element [0-9a-f]{12}$/);
  });

  it("names both values of parameters that contradict each other", async () => {
    const { message } = await failureOf(matrix(list({ env: "prod" }), list({ env: "dev" })));
    expect(message).toContain('the parameter env, with "prod" and "dev"');
  });

  it("does not expand the second child when the first has no row", async () => {
    const { rows, asked } = await rowsOf(matrix(list(), { clusters: {} }));
    expect([rows, asked]).toEqual([[], []]);
  });

  it.each([
    [[list()], "has 1 entries"],
    [[list(), list(), list()], "has 3 entries"],
    [[list({ a: "1" }), {}], "spec.generators[0].matrix.generators[1] holds no generator"],
    [[{ ...list(), clusters: {} }, list()], "holds list and clusters where one generator is allowed"],
  ])("refuses the children %j", async (children, message) => {
    expect((await failureOf(matrix(...children))).message).toContain(message);
  });

  it("checks combinations inside it, which the schema keeps as free JSON", async () => {
    const inner = (spec: unknown) => matrix({ matrix: spec }, list());
    expect((await failureOf(inner("text"))).details.field).toBe("spec.generators[0].matrix.generators[0].matrix");
    const wrong = { generators: [{ list: { elements: "text" } }, list()] };
    expect((await failureOf(inner(wrong))).message).toContain("generators[0].list.elements");
    const deep = { generators: [matrix(list(), list())[0], list()] };
    expect((await failureOf(inner(deep))).message).toMatch(/deeper than 3 levels|holds no generator/);
  });

  it("refuses more rows than the limit before it makes them", async () => {
    const generatorLimits = { ...defaultGeneratorLimits, maxRows: 3 };
    const many = matrix(list({ a: "1" }, { a: "2" }), list({ b: "1" }, { b: "2" }));
    expect((await failureOf(many, {}, {}, { generatorLimits })).message).toContain("more than the limit of 3");
  });

  it("leaves the rows of its children as they are", async () => {
    const spec = { goTemplate: true };
    const { rows } = await rowsOf(matrix(list({ a: { x: 1 } }), list({ a: { y: 2 } }, { a: { y: 3 } })), spec);
    expect(paramsOf(rows)).toEqual([{ a: { x: 1, y: 2 } }, { a: { x: 1, y: 3 } }]);
  });
});

describe("merge", () => {
  const list = (...elements: object[]) => ({ list: { elements } });

  it("keeps the order of the first child and the origins of all", async () => {
    const generators = [list({ k: "b" }, { k: "a" }), list({ k: "a", v: "1" }), list({ k: "a", v: "2" }, { k: "c" })];
    const { rows } = await rowsOf([{ merge: { mergeKeys: ["k"], generators } }]);
    expect(paramsOf(rows)).toEqual([{ k: "b" }, { k: "a", v: "2" }]);
    expect(rows.map((row) => originText(row.origin))).toEqual(["element 0", "element 1 × element 0 × element 0"]);
  });

  it("names the key that two rows share and the child", async () => {
    const generators = [list({ k: "a" }, { k: "a" }), list()];
    const { message, details } = await failureOf([{ merge: { mergeKeys: ["k"], generators } }]);
    expect(message).toContain('two rows with the merge key {"k":"a"}');
    expect(details.field).toBe("spec.generators[0].merge.generators[0]");
  });
});

describe("entries", () => {
  it("warns about one that gives nothing and about one with two generators", async () => {
    const { warnings } = await rowsOf([{}, { list: { elements: [] }, clusters: {} }]);
    expect(warnings.map((warning) => warning.field)).toEqual(["spec.generators[0]", "spec.generators[1]"]);
  });

  it.each(["scmProvider", "pullRequest"])("fails on %s without a provider, by its field", async (kind) => {
    const { message, details } = await failureOf([{ [kind]: {} }]);
    expect(message).toContain(`spec.generators[0].${kind} names no provider`);
    expect(details.field).toBe(`spec.generators[0].${kind}`);
  });

  it("keeps the rows of the others when told to proceed, and says what is missing", async () => {
    const generators = [
      { list: { elements: [{ a: "1" }] } },
      { git: { repoURL: apps, revision: "x", files: [{ path: "a" }] } },
    ];
    const { rows, completeness, gaps } = await rowsOf(generators, { fleet: { partial: "proceed" } });
    expect(rows).toHaveLength(1);
    expect(completeness).toBe("partial");
    expect(gaps[0]).toMatchObject({ reason: "ApplicationGenerationFromParamsError", retryable: true });
    const none = await rowsOf(generators.slice(1), { fleet: { partial: "proceed" } });
    expect(none.completeness).toBe("failed");
  });
});
