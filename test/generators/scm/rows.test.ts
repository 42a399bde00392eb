import { afterEach, describe, expect, it } from "vitest";
import { flattenParams } from "../../../generators/params.ts";
import { GoInt } from "../../../src/base/go-int.ts";
import { formatJson } from "../../../src/base/json.ts";
import { copyValue, type Params } from "../../../src/base/values.ts";
import { formatYaml } from "../../../src/base/yaml.ts";
import { requeueAfterSeconds } from "../../../src/render/expand.ts";
import { makeSet } from "../../support/make.ts";
import { closeScenes, five, Scene } from "./scene.ts";
import { vendors } from "./servers/vendors.ts";
import { makeRepository } from "./servers/world.ts";

afterEach(closeScenes);

describe("rows of scmProvider", () => {
  it("render values with their own parameters, nested or flat", async () => {
    const scene = await Scene.of(vendors.github, { repositories: five.slice(0, 1) });
    const nested = await scene.run({}, { values: { app: "{{ .repository }}-{{ .short_sha_7 }}" } });
    expect(nested.params[0]?.values).toEqual({ app: expect.stringMatching(/^api-[0-9a-f]{7}$/) });
    const values = { app: "{{repository}}-{{branch}}", odd: "{{nothing}}" };
    const flat = await scene.generations.run(scene.entry({}, { values }), scene.surroundings(), { goTemplate: false });
    expect(flat.params[0]).toMatchObject({ "values.app": "api-main", "values.odd": "{{nothing}}" });
  });

  it("hold the id as the integer that it is to Go, and as text in flat rows", async () => {
    const scene = await Scene.of(vendors.github, { repositories: [makeRepository("api", 123_456_789_012)] });
    const text = '{{ .repository_id }} {{ printf "%d" .repository_id }} {{ toJson . }} {{ add .repository_id 1 }}';
    const { params } = await scene.run({}, { values: { text } });
    const shown = /^123456789012 123456789012 \{.*"repository_id":123456789012,.*\} 123456789013$/;
    expect(params[0]?.values).toEqual({ text: expect.stringMatching(shown) });
    const run = (engine: object, values: object) =>
      scene.generations.run(scene.entry({}, { values }), scene.surroundings(), { goTemplate: false, ...engine });
    const flat = await run({}, { id: "{{repository_id}}" });
    expect(flat.params[0]?.["values.id"]).toBe("123456789012");
    const id = "{{repository_id}}{{#if (eq repository_id 123456789012)}} it is{{/if}} {{json repository_id}}";
    const handlebars = await run({ fleet: { engine: "handlebars" } }, { id });
    expect(handlebars.params[0]?.values).toEqual({ id: "123456789012 it is 123456789012" });
    const [row] = params;
    expect(formatYaml({ id: row?.repository_id })).toBe("id: 123456789012\n");
    expect(formatJson({ id: row?.repository_id })).toBe('{"id":123456789012}');
    expect(flattenParams(row as Params).repository_id).toBe("123456789012");
    expect(copyValue(row as Params).repository_id).toEqual(new GoInt("int", 123_456_789_012n));
  });

  it("have keys that tell them apart, and origins that say where they come from", async () => {
    const scene = await Scene.of(vendors.gitea);
    const { rows } = await scene.run({ allBranches: true });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(10);
    expect(rows[1]).toMatchObject({
      key: "repository acme/api feature/x",
      origin: { at: "spec.generators[0].scmProvider", kind: "scmProvider", item: "repository acme/api feature/x" },
    });
  });

  it("have inputs whose versions change with what they show, and with nothing else", async () => {
    const inputsOf = async (more: object, block: object = {}) => {
      const scene = await Scene.of(vendors.github, { repositories: [makeRepository("api", 1, more)] });
      const { inputs } = await scene.run(block);
      return inputs.map(({ id, version }) => ({ id: id.replace(/http:\/\/[^/ ]*/, "http://host"), version }));
    };
    const before = await inputsOf({});
    expect(before).toEqual([
      {
        id: "GitHub http://host/api/v3 acme repository acme/api main",
        version: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      { id: 'GitHub http://host/api/v3 acme {"cloneProtocol":"","filters":[]}', version: expect.any(String) },
    ]);
    expect(await inputsOf({ archived: true })).toEqual(before);
    const moved = await inputsOf({ branches: { main: { sha: "f".repeat(40), paths: [] } } });
    expect(moved[0]?.version).not.toBe(before[0]?.version);
    expect(moved[0]?.id).toBe(before[0]?.id);
  });

  it("are as many as their limit allows", async () => {
    const scene = await Scene.of(vendors.github);
    expect((await scene.failure({}, { filters: [{ branchMatch: "[" }] })).message).toMatch(
      /^spec.generators\[0\].scmProvider.filters\[0\].branchMatch is no regular expression: /,
    );
  });

  it("are picked by a selector beside the generator", async () => {
    const scene = await Scene.of(vendors.github);
    const [entry] = scene.entry() as object[];
    const selector = { matchExpressions: [{ key: "repository", operator: "In", values: ["cart", "edge"] }] };
    const { params } = await scene.generations.run([{ ...entry, selector }], scene.surroundings());
    expect(params.map(({ repository }) => repository)).toEqual(["cart", "edge"]);
  });
});

it.each([
  [undefined, 1_800],
  [60, 60],
  [0, undefined],
])("looks again after %s: %s seconds", (given, seconds) => {
  const more = given === undefined ? {} : { requeueAfterSeconds: given };
  const set = makeSet({ generators: [{ scmProvider: { github: { organization: "x" }, ...more } }] });
  expect(requeueAfterSeconds(set)).toBe(seconds);
});
