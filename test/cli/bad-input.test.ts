import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callCli, runCli } from "../support/cli.ts";
import { TestHub } from "../support/hub.ts";

interface Parts {
  readonly generators?: string;
  readonly metadata?: string;
  readonly project?: string;
}

const list = "[{list: {elements: [{name: a}]}}]";

/** An ApplicationSet, with one part of it on each line. */
function setText({ generators = list, metadata = "{name: '{{name}}'}", project = "default" }: Parts): string {
  return [
    "apiVersion: argoproj.io/v1alpha1",
    "kind: ApplicationSet",
    "metadata: {name: fleet, namespace: argocd}",
    "spec:",
    `  generators: ${generators}`,
    "  template:",
    `    metadata: ${metadata}`,
    "    spec:",
    `      project: ${project}`,
    "      source: {repoURL: https://git.example.com/apps.git, path: apps}",
    "      destination: {name: in-cluster, namespace: apps}",
    "",
  ].join("\n");
}

interface BadInput {
  readonly name: string;
  readonly text: string;
  readonly reason: string;
  /** What stderr must say, each in words of its own. */
  readonly says: readonly string[];
  readonly line: number;
  /** The field path, where the text is an ApplicationSet at all. */
  readonly field?: string;
}

/** An inventory without anything in it. */
const empty = mkdtempSync(join(tmpdir(), "fleetset-empty-"));

afterAll(() => rmSync(empty, { recursive: true }));

const children = (first: string) => `[${first}, {list: {elements: [{name: a}]}}]`;
const two = "{list: {elements: [{name: a}]}, clusters: {}}";

const badInputs: readonly BadInput[] = [
  {
    name: "text that YAML reads as a boolean",
    text: setText({ project: "yes" }),
    reason: "Invalid",
    says: ["spec.template.spec.project in body must be of type string", "write the value in quotes to make it text"],
    line: 9,
    field: "spec.template.spec.project",
  },
  {
    name: "text that is not YAML",
    text: "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n  metadata: {name: fleet}\n",
    reason: "Invalid",
    says: ["not valid YAML", "check the indentation"],
    line: 3,
  },
  {
    name: "another kind",
    text: setText({}).replace("kind: ApplicationSet", "kind: Application"),
    reason: "Invalid",
    says: ["is Application of argoproj.io/v1alpha1", "give files of ApplicationSets only"],
    line: 1,
    field: "kind",
  },
  {
    name: "another version",
    text: setText({}).replace("v1alpha1", "v1"),
    reason: "Invalid",
    says: ["ApplicationSet of argoproj.io/v1,", "not an ApplicationSet of argoproj.io/v1alpha1"],
    line: 1,
    field: "apiVersion",
  },
  {
    name: "a set without a name",
    text: setText({}).replace("name: fleet, ", ""),
    reason: "Invalid",
    says: ["has no metadata.name", "give it a name"],
    line: 3,
    field: "metadata.name",
  },
  {
    name: "a template without a name",
    text: setText({ metadata: "{}" }),
    reason: "ApplicationValidationError",
    says: ["without a name", "set metadata.name in the template"],
    line: 7,
    field: "spec.template.metadata.name",
  },
  {
    name: "a template without metadata",
    text: setText({}).replace(/ {4}metadata: .*\n/, ""),
    reason: "Invalid",
    says: ["spec.template.metadata: Required value"],
    line: 6,
    field: "spec.template.metadata",
  },
  {
    name: "one name for two Applications",
    text: setText({ generators: "[{list: {elements: [{name: a}, {name: b}, {name: a}]}}]" }),
    reason: "ApplicationValidationError",
    says: ["2 Applications named a", "tell them apart"],
    line: 7,
    field: "spec.template.metadata.name",
  },
  {
    name: "a selector of clusters with an unknown operator",
    text: setText({ generators: "[{clusters: {selector: {matchExpressions: [{key: env, operator: Matches}]}}}]" }),
    reason: "ApplicationGenerationFromParamsError",
    says: ['"Matches" is no selector operator', "use In, NotIn, Exists or DoesNotExist"],
    line: 5,
    field: "spec.generators[0].clusters.selector",
  },
  {
    name: "a selector of parameters with a key that is none",
    text: setText({
      generators:
        "[{list: {elements: [{name: a}]}, selector: {matchExpressions: [{key: 'path[0]', operator: Exists}]}}]",
    }),
    reason: "ApplicationGenerationFromParamsError",
    says: ['key "path[0]"', "use a label key"],
    line: 5,
    field: "spec.generators[0].selector",
  },
  {
    name: "two generators in one entry of a matrix",
    text: setText({ generators: `[{matrix: {generators: ${children(two)}}}]` }),
    reason: "ApplicationGenerationFromParamsError",
    says: ["holds list and clusters where one generator is allowed", "an entry of its own"],
    line: 5,
    field: "spec.generators[0].matrix.generators[0]",
  },
  {
    name: "two generators in one entry of a merge",
    text: setText({ generators: `[{merge: {mergeKeys: [name], generators: ${children(two)}}}]` }),
    reason: "ApplicationGenerationFromParamsError",
    says: ["holds list and clusters where one generator is allowed", "an entry of its own"],
    line: 5,
    field: "spec.generators[0].merge.generators[0]",
  },
  {
    name: "an entry of a matrix that the schema leaves empty",
    text: setText({ generators: `[{matrix: {generators: ${children("{lst: {elements: [{name: a}]}}")}}}]` }),
    reason: "ApplicationGenerationFromParamsError",
    says: [
      "unknown field spec.generators[0].matrix.generators[0].lst is ignored: did you mean list?",
      "holds no generator that is known",
      "use one of list, clusters, git",
    ],
    line: 5,
    field: "spec.generators[0].matrix.generators[0]",
  },
  {
    name: "a parameter that is no text",
    text: setText({ generators: "[{list: {elements: [{name: a, replicas: 3}]}}]" }),
    reason: "ApplicationGenerationFromParamsError",
    says: ["replicas is a number", "write the value in quotes or set goTemplate: true"],
    line: 5,
    field: "spec.generators[0].list.elements[0].replicas",
  },
];

describe("a file with a mistake is told once, and nothing is written", () => {
  let hub: TestHub;
  let before: unknown;

  beforeAll(async () => {
    hub = await TestHub.start();
    const file = join(hub.folder, "good.yaml");
    writeFileSync(file, setText({ generators: "[{list: {elements: [{name: a}, {name: kept}]}}]" }));
    const applied = await runCli(["apply", "-f", file, "--with-set", "--yes", "--kubeconfig", hub.kubeconfig]);
    expect(applied).toMatchObject({ code: 0 });
    before = await hub.versions();
  });

  afterAll(async () => {
    expect(hub?.errors).toEqual([]);
    await hub?.close();
  });

  it.each(badInputs)("$name", async ({ text, reason, says, line, field, name }) => {
    const file = join(hub.folder, `${name.replaceAll(" ", "-")}.yaml`);
    writeFileSync(file, text);
    const runs = await Promise.all([
      runCli(["generate", "-f", file, "--inventory", empty]),
      callCli(["apply", "-f", file, "--kubeconfig", hub.kubeconfig, "--with-set", "--yes"]),
    ]);
    for (const { code, stdout, stderr } of runs) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.match(/^error: .*/gm)).toEqual([expect.stringContaining(`error: ${reason}: `)]);
      for (const part of says) expect(stderr).toContain(part);
      expect(stderr).toMatch(new RegExp(`^ {2}at: +${file}:${line}(:\\d+)?$`, "m"));
      if (field !== undefined) expect(stderr).toContain(`  field:  ${field}\n`);
      if (field?.startsWith("spec") === true) expect(stderr).toContain("ApplicationSet argocd/fleet");
    }
    expect(await hub.versions()).toEqual(before);
  });

  it("names standard input and the line of the second document", async () => {
    const stdin = `${setText({})}---\n${setText({ metadata: "{}" })}`;
    const { code, stdout, stderr } = await runCli(["generate", "-f", "-", "--inventory", empty], { stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/ {2}at: +standard input:19:/);
  });

  it("tells plan the same, as data with -o json", async () => {
    const file = join(hub.folder, "json.yaml");
    writeFileSync(file, setText({ generators: `[{matrix: {generators: ${children(two)}}}]` }));
    const args = ["plan", "-f", file, "-o", "json", "--detailed-exitcode", "--kubeconfig", hub.kubeconfig];
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        reason: "ApplicationGenerationFromParamsError",
        message: "spec.generators[0].matrix.generators[0] holds list and clusters where one generator is allowed",
        details: {
          object: "ApplicationSet argocd/fleet",
          field: "spec.generators[0].matrix.generators[0]",
          remedy: "put each generator into an entry of its own",
          ...{ file, line: 5, column: expect.any(Number) },
        },
      },
    });
    expect(stderr).toContain("error: ApplicationGenerationFromParamsError: ");
  });
});

function warningsOf(stderr: string): readonly string[] {
  return stderr.split("\n").filter((line) => line.startsWith("warning: "));
}

describe("what Argo CD accepts is warned of and goes on", () => {
  const run = (text: string) => runCli(["generate", "-f", "-", "--inventory", empty, "-o", "name"], { stdin: text });

  it.each([
    {
      name: "an entry that the schema leaves empty",
      generators: "[{cluster: {}}, {list: {elements: [{name: a}]}}]",
      names: ["a"],
      warns: [
        "standard input:5: unknown field spec.generators[0].cluster is ignored: did you mean clusters?",
        "spec.generators[0]: the entry holds no generator that is known and gives nothing",
      ],
    },
    {
      name: "two generators in one entry at the top",
      generators: "[{list: {elements: [{name: a}]}, clusters: {}}]",
      names: ["a", "in-cluster"],
      warns: ["spec.generators[0]: the entry holds list and clusters: the rows of each are used"],
    },
  ])("$name", async ({ generators, names, warns }) => {
    const { code, stdout, stderr } = await run(setText({ generators }));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: names.map((name) => `application.argoproj.io/${name}\n`).join(""),
    });
    for (const warning of warns) expect(warningsOf(stderr)).toContainEqual(expect.stringContaining(warning));
  });
});
