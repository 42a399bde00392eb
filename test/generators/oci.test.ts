import { describe, expect, it } from "vitest";
import type { GitTree, OciPort } from "../../generators/ports.ts";
import { GenerationError } from "../../src/base/errors.ts";
import { defaultOciLimits } from "../../src/inputs/oci/limits.ts";
import { treeOfTar } from "../../src/inputs/oci/tree.ts";
import { generate } from "../../src/render/generate.ts";
import { makeSet } from "../support/make.ts";
import { fakePorts } from "../support/ports.ts";
import { makeTar, type TestMember, tarOf } from "../support/tar.ts";

const repoURL = "oci://registry.example.com/team/config";
const files = {
  ".hid/config.json": '{"at":"hid"}',
  "config.json": '{"at":"root"}',
  "envs/config.json": '{"at":"envs"}',
  "envs/eu/config.json": '{"at":"eu","n":1000000}',
  "envs/eu/deep/config.json": '{"at":"deep"}',
  "envs/us/config.json": '[{"at":"us"},{"at":"us2"}]',
};

/** Generates from an archive that every reference stands for. */
async function run(spec: object, options: { readonly archive?: Uint8Array; readonly set?: object } = {}) {
  const archive = options.archive ?? tarOf(files);
  const opened: unknown[] = [];
  const oci: OciPort = {
    async open(source): Promise<GitTree> {
      opened.push(source);
      return treeOfTar(archive, { digest: "sha256:d", isChart: false, limits: defaultOciLimits });
    },
  };
  const generators = [{ oci: { repoURL, revision: "1.x", ...spec } }];
  const set = makeSet({ goTemplate: true, generators, ...options.set });
  const { expansion, warnings } = await generate(set, { ...fakePorts(), oci });
  return { ...expansion, warnings, opened };
}

describe("directories", () => {
  it("give a row each, with the parameters of a git directory", async () => {
    const { rows, inputs } = await run({ directories: [{ path: "envs/*" }], values: { id: "{{ .path.basename }}" } });
    expect(rows.map(({ params }) => params.path)).toMatchObject([
      { path: "envs/eu", basename: "eu", basenameNormalized: "eu", segments: ["envs", "eu"] },
      { path: "envs/us", basename: "us", basenameNormalized: "us", segments: ["envs", "us"] },
    ]);
    expect(rows.map(({ params }) => ({ ...(params.values as object) }))).toEqual([{ id: "eu" }, { id: "us" }]);
    expect(rows[0]?.origin).toMatchObject({
      kind: "oci",
      item: "directory envs/eu",
      inputs: [`oci ${repoURL}@1.x envs/eu`],
    });
    expect(inputs.map(({ id }) => id)).toContain(`oci ${repoURL}@1.x envs/us`);
  });

  it("give flat parameters below a prefix", async () => {
    const { rows } = await run(
      { directories: [{ path: "envs/*" }, { path: "envs/us", exclude: true }], pathParamPrefix: "app" },
      { set: { goTemplate: false } },
    );
    expect(rows.map(({ params }) => ({ ...params }))).toEqual([
      {
        "app.path": "envs/eu",
        "app.path.basename": "eu",
        "app.path.basenameNormalized": "eu",
        "app.path[0]": "envs",
        "app.path[1]": "eu",
      },
    ]);
  });
});

describe("files", () => {
  it("give a row for each map, with content and path", async () => {
    const { rows } = await run({ files: [{ path: "envs/{eu,us}/config.json" }] });
    expect(rows.map(({ key, params }) => [key, params.at, params.n])).toEqual([
      ["file envs/eu/config.json", "eu", 1_000_000],
      ["file envs/us/config.json[0]", "us", undefined],
      ["file envs/us/config.json[1]", "us2", undefined],
    ]);
  });

  const all = ["hid", "root", "envs", "eu", "deep", "us", "us2"];
  it.each<[string, readonly string[]]>([
    ["config.json", ["root"]],
    ["./config.json", []],
    ["/config.json", []],
    ["../config.json", []],
    ["envs/eu/../us/config.json", []],
    ["*/config.json", ["hid", "envs"]],
    ["**/config.json", all],
    ["", all],
    [".", all],
    ["*.json", ["root"]],
    ["**.json", ["root"]],
    ["envs/*/config.json", ["eu", "us", "us2"]],
    ["envs/**/config.json", ["envs", "eu", "deep", "us", "us2"]],
    ["envs/{eu,us}/config.json", ["eu", "us", "us2"]],
    ["envs/[!e]*/config.json", ["us", "us2"]],
    ["envs/[^e]*/config.json", ["us", "us2"]],
    ["envs/eu", []],
    ["envs/eu/", []],
    ["envs/eu/**", ["eu", "deep"]],
    [":(glob)envs/*/config.json", []],
  ])("matched by %j are those of Argo CD", async (path, wanted) => {
    const { rows } = await run({ files: [{ path }] });
    expect(rows.map(({ params }) => params.at)).toEqual(wanted);
  });

  it.each(["[", "{a"])("cannot be picked by the pattern %s", async (path) => {
    await expect(run({ files: [{ path }] })).rejects.toThrow(
      /spec\.generators\[0\]\.oci\.files\[0\]\.path cannot be used/,
    );
  });

  it("behind links are read inside the artifact; other links are left out with a warning", async () => {
    const link = (name: string, target: string): TestMember => ({ name, flag: "2", target });
    const archive = makeTar(
      { name: "real.yaml", content: "at: real" },
      { name: "dir/x", content: "" },
      link("link.yaml", "real.yaml"),
      link("out.yaml", "../../etc/passwd"),
      link("absolute.yaml", "/real.yaml"),
      link("gone.yaml", "nothing"),
      link("dir.yaml", "dir"),
    );
    const { rows, warnings } = await run({ files: [{ path: "*.yaml" }] }, { archive });
    expect(rows.map(({ params }) => params.at)).toEqual(["real", "real"]);
    expect(warnings.map(({ message }) => /the link (\S+) is left out/.exec(message)?.[1])).toEqual([
      "absolute.yaml",
      "dir.yaml",
      "gone.yaml",
      "out.yaml",
    ]);
  });

  it("that hold no map fail and are named with their artifact", async () => {
    await expect(run({ files: [{ path: "a" }] }, { archive: tarOf({ a: "text" }) })).rejects.toThrow(
      `a of ${repoURL}@1.x is neither a map nor a list of maps`,
    );
  });
});

describe("the artifact", () => {
  it("is opened with the set's project, which need not exist, and with none where only a row would tell", async () => {
    const template = (project: string) => ({
      template: { metadata: { name: "x" }, spec: { project, destination: {} } },
    });
    const spec = { directories: [{ path: "*" }] };
    const known = await run(spec, { set: template("not-there") });
    expect(known.opened).toEqual([{ repoURL, revision: "1.x", project: "not-there" }]);
    const templated = await run(spec, { set: template("{{ .path.basename }}") });
    expect(templated.opened).toMatchObject([{ project: undefined }]);
  });

  it("that nothing is read from is refused", async () => {
    await expect(run({})).rejects.toThrow("spec.generators[0].oci has neither directories nor files");
    await expect(run({})).rejects.toThrow(GenerationError);
  });

  it("may be named by the rows of the first child of a matrix", async () => {
    const elements = [{ env: "eu" }, { env: "us" }];
    const oci = { repoURL: `${repoURL}/{{ .env }}`, revision: "1", files: [{ path: "config.json" }] };
    const matrix = { generators: [{ list: { elements } }, { oci }] };
    const { opened } = await run({}, { set: { generators: [{ matrix }] } });
    expect(opened).toMatchObject([{ repoURL: `${repoURL}/eu` }, { repoURL: `${repoURL}/us` }]);
  });
});
