import { describe, expect, it } from "vitest";
import { defaultGeneratorLimits } from "../../generators/limits.ts";
import { GenerationError } from "../../src/base/errors.ts";
import { requeueAfterSeconds } from "../../src/render/expand.ts";
import { fleetAnnotation, withFleetBlock } from "../../src/render/fleet-block.ts";
import { generate } from "../../src/render/generate.ts";
import { makeSet } from "../support/make.ts";
import { type FakeWorld, fakePorts, makeCluster } from "../support/ports.ts";

const list = (...elements: object[]) => ({ list: { elements } });

/** The rows of `spec.fleet.generators`, as Go templates see them. */
async function run(generators: unknown, world: FakeWorld = {}, spec: object = {}) {
  const set = makeSet({ goTemplate: true, fleet: { generators }, ...spec });
  const ports = fakePorts(world);
  const { expansion, warnings } = await generate(set, ports);
  return { ...expansion, warnings, asked: ports.asked, params: expansion.rows.map(({ params }) => plain(params)) };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function failureOf(generators: unknown, world: FakeWorld = {}, spec: object = {}): Promise<GenerationError> {
  const error: unknown = await run(generators, world, spec).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(GenerationError);
  return error as GenerationError;
}

describe("spec.fleet.generators", () => {
  it("gives its rows after those of spec.generators", async () => {
    const { params, rows } = await run([list({ a: "2" })], {}, { generators: [list({ a: "1" })] });
    expect(params).toEqual([{ a: "1" }, { a: "2" }]);
    expect(rows[1]?.origin.at).toBe("spec.fleet.generators[0].list");
  });

  it("may stand in the annotation", async () => {
    const text = "generators:\n  - when: 'true'\n    list: { elements: [{ a: x }] }\n";
    const set = withFleetBlock(makeSet({ goTemplate: true }, { annotations: { [fleetAnnotation]: text } }));
    const { expansion } = await generate(set, fakePorts());
    expect(expansion.rows.map(({ params }) => plain(params))).toEqual([{ a: "x" }]);
  });

  it("takes every generator of Argo CD, with its selector and template", async () => {
    const template = { metadata: { name: "from-{{ .a }}" }, spec: { project: "default", destination: {} } };
    const set = makeSet({
      goTemplate: true,
      fleet: {
        generators: [{ list: { elements: [{ a: "1" }, { a: "2" }], template }, selector: { matchLabels: { a: "2" } } }],
      },
    });
    const { applications } = await generate(set, fakePorts());
    expect(applications.map(({ application }) => application.metadata.name)).toEqual(["from-2"]);
  });

  it("is looked at again as soon as the soonest of its entries asks", () => {
    const configMap = { configMap: { name: "x", requeueAfterSeconds: 40 } };
    const fleet = { generators: [{ matrix: { generators: [list(), configMap] } }] };
    expect(requeueAfterSeconds(makeSet({ fleet }))).toBe(40);
  });

  it.each<[string, unknown, string]>([
    [
      "an unknown field",
      { list: { elements: [] }, wen: "true" },
      "spec.fleet.generators[0].wen is no field of a generator",
    ],
    ["an unknown field of a generator", { list: { element: [] } }, "spec.fleet.generators[0].list.element is no field"],
    ["a wrong type", { list: { elements: [] }, when: true }, "spec.fleet.generators[0].when: Invalid value"],
    ["a missing field", { merge: { generators: [] } }, "spec.fleet.generators[0].merge.mergeKeys: Required value"],
    ["no generator", { selector: {} }, "spec.fleet.generators[0] holds no generator"],
    ["two generators", { list: {}, clusters: {} }, "spec.fleet.generators[0] holds list and clusters"],
    ["a text", "list", "spec.fleet.generators[0] in body must be of type object"],
    [
      "something wrong far inside",
      { matrix: { generators: [list(), { merge: { mergeKeys: ["a"], generators: [list(), { lst: {} }] } }] } },
      "spec.fleet.generators[0].matrix.generators[1].merge.generators[1].lst is no field",
    ],
    [
      "an optional first child",
      { matrix: { generators: [{ ...list(), optional: true }, list()] } },
      "generators[0].optional is for the second and later children",
    ],
    [
      "an optional entry at the top",
      { ...list(), optional: true },
      "spec.fleet.generators[0].optional is for the second",
    ],
    [
      "defaults without optional",
      { matrix: { generators: [list(), { ...list(), defaults: {} }] } },
      "generators[1].defaults is for optional children",
    ],
    [
      "keys outside a merge",
      { ...list(), keys: { a: "b" } },
      "spec.fleet.generators[0].keys is for children of a merge",
    ],
  ])("refuses %s by its field", async (_name, entry, message) => {
    expect((await failureOf([entry])).message).toContain(message);
  });

  it("is wrong as a whole when one entry is: nothing proceeds without a person", async () => {
    const spec = { generators: [list({ a: "1" })], fleet: { partial: "proceed", generators: [{ wrong: {} }] } };
    expect((await failureOf([], {}, spec)).message).toContain("spec.fleet.generators[0].wrong is no field");
  });
});

describe("what only spec.fleet.generators has", () => {
  const rows = list({ a: "1" });

  it.each<[string, object, string]>([
    [
      "a third child of a matrix",
      { matrix: { generators: [rows, rows, rows] } },
      "has 3 entries where a matrix takes exactly two",
    ],
    ["a condition", { ...rows, when: "true" }, "spec.generators[0].when is an extension of fleetset"],
    [
      "a condition of a child",
      { matrix: { generators: [rows, { ...rows, when: "true" }] } },
      "generators[1].when is an extension",
    ],
    [
      "a condition inside free JSON",
      { matrix: { generators: [rows, { matrix: { generators: [rows, { ...rows, when: "true" }] } }] } },
      "spec.generators[0].matrix.generators[1].matrix.generators[1].when is an extension",
    ],
    [
      "an optional child",
      { matrix: { generators: [rows, { ...rows, optional: true }] } },
      "generators[1].optional is an extension",
    ],
    [
      "names of merge keys",
      { merge: { mergeKeys: ["a"], generators: [rows, { ...rows, keys: { a: "b" } }] } },
      "generators[1].keys is an extension",
    ],
    ["a ConfigMap", { configMap: { name: "x" } }, "spec.generators[0].configMap is an extension"],
  ])("is refused in spec.generators: %s", async (_name, entry, message) => {
    const error = await failureOf(undefined, {}, { fleet: undefined, generators: [entry] });
    expect(error.message).toContain(message);
    expect(error.details.remedy).toContain("spec.fleet.generators");
  });

  it("does not change what spec.generators means: merge keys with dots stay keys of the top level", async () => {
    const generators = [list({ m: { e: "x" } }), list({ m: { e: "x" }, v: "1" })];
    const set = makeSet({ goTemplate: true, generators: [{ merge: { mergeKeys: ["m.e"], generators } }], fleet: {} });
    const { expansion } = await generate(set, fakePorts());
    expect(expansion.rows.map(({ params }) => plain(params))).toEqual([{ m: { e: "x" }, v: "1" }]);
    const [first, second] = [list({ m: { e: "x" } }), list({ m: { e: "y" }, v: "1" })];
    const other = makeSet({
      goTemplate: true,
      generators: [{ merge: { mergeKeys: ["m.e"], generators: [first, second] } }],
    });
    // Both keys are missing, hence equal, as in Argo CD.
    expect((await generate(other, fakePorts())).expansion.rows[0]?.params).toMatchObject({ v: "1" });
  });
});

describe("a matrix", () => {
  const matrix = (...generators: object[]) => [{ matrix: { generators } }];

  it("of many children gives each combination, the first outside, and later ones see the earlier", async () => {
    const third = { list: { elements: [{ name: "{{ .env }}-{{ .app }}" }] } };
    const { params, rows } = await run(
      matrix(list({ env: "a" }, { env: "b" }), list({ app: "x" }, { app: "y" }), third),
    );
    expect(params).toEqual([
      { env: "a", app: "x", name: "a-x" },
      { env: "a", app: "y", name: "a-y" },
      { env: "b", app: "x", name: "b-x" },
      { env: "b", app: "y", name: "b-y" },
    ]);
    expect(rows[0]?.origin.parts?.map(({ at }) => at)).toEqual(
      [0, 1, 2].map((index) => `spec.fleet.generators[0].matrix.generators[${index}].list`),
    );
    expect(new Set(rows.map(({ key }) => key)).size).toBe(4);
    expect(rows[0]?.key.split(" · ")).toHaveLength(3);
  });

  it("of many flat children unites them and refuses a contradiction with any of them", async () => {
    const flat = { goTemplate: false };
    const { params } = await run(matrix(list({ a: "1" }), list({ b: "2" }), list({ c: "{{a}}{{b}}" })), {}, flat);
    expect(params).toEqual([{ a: "1", b: "2", c: "12" }]);
    const error = await failureOf(matrix(list({ a: "1" }), list({ b: "2" }), list({ a: "3" })), {}, flat);
    expect(error.message).toContain('both children have the parameter a, with "1" and "3"');
  });

  it("with an optional child keeps rows without partner, with that child's defaults", async () => {
    const apps = { list: { elementsYaml: '{{ if eq .env "a" }}[{app: x, size: 2}]{{ else }}[]{{ end }}' } };
    const optional = { ...apps, optional: true, defaults: { app: "none-{{ .env }}", size: 0 } };
    const { params, rows } = await run(matrix(list({ env: "a" }, { env: "b" }), optional, list({ z: "1" })));
    expect(params).toEqual([
      { env: "a", app: "x", size: 2, z: "1" },
      { env: "b", app: "none-b", size: 0, z: "1" },
    ]);
    expect(rows[1]?.origin.parts).toHaveLength(2);
    const without = await run(matrix(list({ env: "b" }), { ...apps, optional: true }));
    expect(without.params).toEqual([{ env: "b" }]);
    const dropped = await run(matrix(list({ env: "b" }), apps));
    expect(dropped.params).toEqual([]);
  });

  it("does not take a partner that was not read for a missing one", async () => {
    const optional = { clusters: {}, selector: { matchLabels: { name: "no" } }, optional: true };
    const world = { completeness: "partial", clusters: [makeCluster("eu")] } as const;
    const { params, completeness } = await run(matrix(list({ env: "a" }), optional), world);
    expect(params).toEqual([]);
    expect(completeness).toBe("partial");
  });

  it("needs two children at least", async () => {
    expect((await failureOf(matrix(list()))).message).toContain("has 1 entries where a matrix takes two or more");
  });

  it("does not multiply without end", async () => {
    const many = list(...Array.from({ length: 10 }, (_, index) => ({ [`k${index}`]: "" })));
    const set = makeSet({ goTemplate: true, fleet: { generators: matrix(many, many, many, many) } });
    const generatorLimits = { ...defaultGeneratorLimits, maxRows: 500 };
    await expect(generate(set, fakePorts(), { generatorLimits })).rejects.toThrow("more than the limit of 500");
  });
});

describe("a merge", () => {
  const merge = (mergeKeys: string[], ...generators: object[]) => [{ merge: { mergeKeys, generators } }];

  it("looks keys up inside rows, also keys with dots", async () => {
    const clusters = [
      makeCluster("eu", { "example.com/env": "prod", tier: "gold" }),
      makeCluster("us", { "example.com/env": "dev" }),
    ];
    const overrides = list({ metadata: { labels: { "example.com/env": "prod" } }, replicas: 3 });
    const selector = { matchExpressions: [{ key: "tier", operator: "Exists" }] };
    const keys = ["metadata.labels.example.com/env"];
    const error = await failureOf(merge(keys, { clusters: { selector } }, overrides), { clusters });
    // A map of strings cannot take a general map: as everywhere, its values go under another key.
    expect(error.message).toContain("metadata.labels is a map of strings");
    const named = { ...list({ env: "prod", replicas: 3 }), keys: { "metadata.labels.example.com/env": "env" } };
    const { params } = await run(merge(keys, { clusters: { selector } }, named), { clusters });
    expect(params).toMatchObject([{ name: "eu", env: "prod", replicas: 3 }]);
  });

  it("knows what each child calls the keys", async () => {
    const base = list({ name: "eu" }, { name: "us" });
    const other = {
      ...list({ at: { cluster: "us" }, v: 1 }, { at: { cluster: "eu" }, v: 2 }),
      keys: { name: "at.cluster" },
    };
    const third = { ...list({ cluster: "eu", w: 3 }), keys: { name: "cluster" } };
    const { params } = await run(merge(["name"], base, other, third));
    expect(params).toEqual([
      { name: "eu", at: { cluster: "eu" }, v: 2, cluster: "eu", w: 3 },
      { name: "us", at: { cluster: "us" }, v: 1 },
    ]);
  });

  it("knows the names of flat keys", async () => {
    const other = { ...list({ cluster: "eu", v: "2" }), keys: { name: "cluster" } };
    const { params } = await run(merge(["name"], list({ name: "eu" }), other), {}, { goTemplate: false });
    expect(params).toEqual([{ name: "eu", cluster: "eu", v: "2" }]);
  });

  it("refuses a name for a key that it has not", async () => {
    const other = { ...list({}), keys: { nme: "cluster" } };
    expect((await failureOf(merge(["name"], list({ name: "eu" }), other))).message).toContain(
      "spec.fleet.generators[0].merge.generators[1].keys names nme, which is no merge key",
    );
  });

  it("reads keys of hostile names as plain keys", async () => {
    const hostile = list(JSON.parse('{"__proto__": {"x": "1"}, "a": "1"}') as object, { a: "2" });
    const { params } = await run(merge(["__proto__.x", "constructor"], hostile, list({ v: 1 })));
    expect(params).toHaveLength(2);
    expect(params[1]).toMatchObject({ a: "2", v: 1 });
  });
});

describe("a condition", () => {
  const clusters = [makeCluster("eu", { env: "prod" }), makeCluster("us", { env: "dev" })];

  it.each<[string, string, object]>([
    ["Go", '{{ eq .metadata.labels.env "prod" }}', { goTemplate: true }],
    ["Handlebars", '{{eq metadata.labels.env "prod"}}', { goTemplate: false, engine: "handlebars" }],
  ])(
    "in %s keeps the rows that it is true for",
    async (_name, when, { goTemplate, engine }: { goTemplate?: boolean; engine?: string }) => {
      const generators = [
        { clusters: { selector: { matchLabels: { "argocd.argoproj.io/secret-type": "cluster" } } }, when },
      ];
      const { rows } = await run(
        undefined,
        { clusters },
        { goTemplate, fleet: { generators, ...(engine === undefined ? {} : { engine }) } },
      );
      expect(rows.map(({ params }) => params.name)).toEqual(["eu"]);
    },
  );

  it("with flat tags is a parameter that says true or false", async () => {
    const elements = [
      { n: "1", on: "true" },
      { n: "2", on: "false" },
      { n: "3", on: "" },
    ];
    const { params } = await run([{ list: { elements }, when: " {{on}} " }], {}, { goTemplate: false });
    expect(params).toEqual([{ n: "1", on: "true" }]);
  });

  it("sees the rows of its own entry, after the selector, also when an outer row fills the entry in", async () => {
    const inner = {
      list: {
        elements: [
          { app: "{{ .env }}-x", n: 1 },
          { app: "{{ .env }}-y", n: 2 },
        ],
      },
      selector: { matchLabels: { n: "1" } },
      when: '{{ hasSuffix "-x" .app }}',
    };
    const matrix = { matrix: { generators: [list({ env: "a" }, { env: "b" }), inner] } };
    const { params } = await run([{ ...matrix, when: '{{ ne .env "b" }}' }]);
    expect(params).toEqual([{ env: "a", app: "a-x", n: 1 }]);
  });

  it.each(["{{ .env }}", "yes", "{{env}}"])("that gives neither true nor false fails: %s", async (when) => {
    const spec = when === "{{env}}" ? { goTemplate: false } : {};
    const error = await failureOf([{ ...list({ env: "prod" }), when: when.replace("{{env}}", "{{other}}") }], {}, spec);
    expect(error.message).toMatch(/^spec\.fleet\.generators\[0\]\.when gives ".*" for element \w+$/);
  });

  it("that cannot be rendered fails by its field", async () => {
    const error = await failureOf([{ ...list({ a: "1" }), when: "{{ nonsense .a }}" }]);
    expect(error.details.field).toBe("spec.fleet.generators[0].when");
  });
});

describe("nesting", () => {
  const nest = (depth: number): object =>
    depth === 0 ? list({ x: "1" }) : { matrix: { generators: [list({ [`k${depth}`]: "1" }), nest(depth - 1)] } };

  it("may be deeper than in Argo CD, up to a limit", async () => {
    const { params } = await run([nest(7)]);
    expect(Object.keys(params[0] as object)).toHaveLength(8);
    expect((await failureOf([nest(8)])).message).toContain("nests generators deeper than 8 levels");
  });

  it("lets everything further in use what is around it, and its own siblings", async () => {
    const inner = {
      matrix: {
        generators: [
          list({ app: "{{ .env }}-x" }, { app: "{{ .env }}-y" }),
          {
            merge: {
              mergeKeys: ["n"],
              generators: [list({ n: "{{ .app }}.{{ .env }}" }), list({ n: "a-x.a", v: "{{ .env }}" })],
            },
          },
        ],
      },
    };
    const { params, completeness } = await run([{ matrix: { generators: [list({ env: "a" }, { env: "b" }), inner] } }]);
    expect(params).toEqual([
      { env: "a", app: "a-x", n: "a-x.a", v: "a" },
      { env: "a", app: "a-y", n: "a-y.a" },
      { env: "b", app: "b-x", n: "b-x.b" },
      { env: "b", app: "b-y", n: "b-y.b" },
    ]);
    expect(completeness).toBe("complete");
    const flat = await run(
      [
        {
          matrix: {
            generators: [
              list({ env: "a" }),
              { matrix: { generators: [list({ app: "{{env}}-x" }), list({ n: "{{app}}.{{env}}" })] } },
            ],
          },
        },
      ],
      {},
      { goTemplate: false },
    );
    expect(flat.params).toEqual([{ env: "a", app: "a-x", n: "a-x.a" }]);
  });

  it("does not render twice what a row brought", async () => {
    const inner = { matrix: { generators: [list({ b: "{{ .a }}" }), list({ c: "{{ .b }}" })] } };
    const text = "{{ `{{ .x }}` }}";
    const { params } = await run([{ matrix: { generators: [list({ a: text }), inner] } }]);
    expect(params).toEqual([{ a: text, b: text, c: text }]);
  });
});

describe("ConfigMaps", () => {
  const teams = { "rows.yaml": "- {team: a, size: 1000000}\n- {team: b}\n", one: "team: c\n", text: "just text" };
  const world: FakeWorld = { configMaps: { teams, plain: { region: "eu", replicas: "3" } } };

  it("give a row for each map under a key", async () => {
    const { params, rows, inputs } = await run(
      [{ configMap: { name: "teams", key: "rows.yaml", values: { v: "{{ .team }}" } } }],
      world,
    );
    const configMap = { name: "teams", key: "rows.yaml" };
    expect(params).toEqual([
      { team: "a", size: 1000000, configMap, values: { v: "a" } },
      { team: "b", configMap, values: { v: "b" } },
    ]);
    expect(rows.map(({ key }) => key)).toEqual(["configMap teams/rows.yaml[0]", "configMap teams/rows.yaml[1]"]);
    expect(inputs.map(({ id }) => id)).toEqual(["configMap teams rows.yaml"]);
    const one = await run([{ configMap: { name: "teams", key: "one" } }], world, { goTemplate: false });
    expect(one.params).toEqual([{ team: "c", "configMap.name": "teams", "configMap.key": "one" }]);
  });

  it("give all their data as one row without a key", async () => {
    const { params } = await run([{ configMap: { name: "plain" } }], world);
    expect(params).toEqual([{ region: "eu", replicas: "3", configMap: { name: "plain" } }]);
  });

  it("may be picked by labels, in the order of their names", async () => {
    const object = (name: string, env: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "argocd", labels: { env } },
      data: { n: name, rows: "n: 1" },
      binaryData: { b: "AA==" },
    });
    const objects = [object("b", "prod"), object("a", "prod"), object("c", "dev")];
    const labelSelector = { matchLabels: { env: "prod" } };
    const { params, inputs } = await run([{ configMap: { labelSelector } }], { objects });
    expect(params).toMatchObject([{ n: "a" }, { n: "b" }]);
    expect(inputs).toHaveLength(3);
    expect((await run([{ configMap: { labelSelector: { matchLabels: { env: "x" } } } }], { objects })).params).toEqual(
      [],
    );
  });

  it("change only the input that rows see", async () => {
    const versionOf = async (configMap: object) => {
      const { inputs } = await run([{ configMap: { name: "teams", key: "one" } }], {
        configMaps: { teams: { ...teams, ...configMap } },
      });
      return inputs[0]?.version;
    };
    expect(await versionOf({ other: "x" })).toBe(await versionOf({}));
    expect(await versionOf({ one: "team: d" })).not.toBe(await versionOf({}));
  });

  it.each<[object, string]>([
    [{ name: "gone" }, "ConfigMap argocd/gone does not exist"],
    [{ name: "teams", key: "gone" }, "ConfigMap argocd/teams has no gone"],
    [{ name: "teams", key: "text" }, "text of ConfigMap argocd/teams is neither a map nor a list of maps"],
    [{}, "neither a name nor a labelSelector"],
    [{ name: "teams", labelSelector: {} }, "both a name and a labelSelector"],
    [{ labelSelector: { matchLabels: { "a b": "c" } } }, "spec.fleet.generators[0].configMap.labelSelector"],
  ])("%j fail", async (spec, message) => {
    expect((await failureOf([{ configMap: spec }], world)).message).toContain(message);
  });
});
