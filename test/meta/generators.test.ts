import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { ApplicationSet } from "../../crds/application-set.ts";
import { addedGenerators, generatorSchemas } from "../../crds/generators.ts";
import { fleetGeneratorSchema, structuralSchema } from "../../crds/schema.ts";
import { prune, validate } from "../../crds/structural.ts";
import type { Schema } from "../../crds/structural-schema.ts";
import { defaultGeneratorLimits } from "../../generators/limits.ts";
import { pullRequestVendors } from "../../generators/pull-request/registry.ts";
import { generators } from "../../generators/registry.ts";
import { scmVendors } from "../../generators/scm/registry.ts";
import { parseYamlDocuments } from "../../src/base/yaml.ts";
import { fleetEntries } from "../../src/render/fleet-generators.ts";
import { pullRequestFixtures } from "../generators/pull-request/vendors.ts";
import { vendors } from "../generators/scm/servers/vendors.ts";
import { generatorExamples } from "../support/generator-examples.ts";

const root = join(import.meta.dirname, "../..");
const kinds = Object.keys(generators) as (keyof typeof generators)[];
const added: readonly string[] = Object.keys(addedGenerators);

/** The groups of golden cases of a kind. Argo CD's own code cannot answer for the others without a provider or a registry. */
const vectorGroups: { readonly [kind: string]: readonly string[] } = {
  list: ["list"],
  clusters: ["clusters"],
  git: ["git-directories", "git-files"],
  clusterDecisionResource: ["cluster-decision-resource"],
  matrix: ["matrix"],
  merge: ["merge"],
  plugin: ["plugin"],
};

const fileOf = (kind: string) => `generators/${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
const pageOf = (kind: string) => readFileSync(join(root, `docs/generators/${kind}.md`), "utf8");
const entrySchema = structuralSchema("ApplicationSet").properties?.spec?.properties?.generators?.items as Schema;

test("the registry has the kinds of the schema and no other", () => {
  const inSchema = [...Object.keys(generatorSchemas), ...added];
  expect([...kinds].sort()).toEqual(inSchema.sort());
  const inEntry = Object.keys(entrySchema.properties ?? {}).filter((name) => name !== "selector");
  expect(inEntry.sort()).toEqual(kinds.filter((kind) => !added.includes(kind)).sort());
  const inFleet = Object.keys(fleetGeneratorSchema().properties ?? {});
  expect(inFleet).toEqual(expect.arrayContaining(kinds));
});

describe.each(kinds)("%s", (kind) => {
  it("is registered under its own name and stands in a file of it", () => {
    expect(generators[kind].kind).toBe(kind);
    expect(readFileSync(join(root, fileOf(kind)), "utf8")).toContain(`export const ${kind}Generator`);
  });

  it("has a page with every field, its parameters and an example, and the list of pages has it", () => {
    const page = pageOf(kind);
    const fields = Object.keys(schemaOf(kind).properties ?? {});
    expect(fields.filter((field) => !new RegExp(`\`${field}[\`.[]`).test(page))).toEqual([]);
    expect(page).toMatch(/\| parameter \||^Parameters: |Parameters are/m);
    expect(readFileSync(join(root, "docs/generators/README.md"), "utf8")).toContain(`(${kind}.md)`);
  });

  it("has examples on its page that the schema takes, without an unknown field", () => {
    const examples = examplesOf(pageOf(kind));
    expect(examples.some((example) => JSON.stringify(example).includes(`"${kind}":`))).toBe(true);
    for (const example of examples) expect(problemsOf(example)).toEqual([]);
  });

  it("keeps the contract of all generators, with an example of its own", () => {
    expect(Object.keys(generatorExamples[kind].entry)).toEqual([kind]);
  });

  it("has golden cases where Argo CD can give the answers", () => {
    for (const group of vectorGroups[kind] ?? []) {
      expect(readdirSync(join(root, "test/vectors/applicationset", group)).length, group).toBeGreaterThan(3);
    }
    const without = ["oci", "scmProvider", "pullRequest", ...added];
    expect((vectorGroups[kind] ?? []).length > 0).toBe(!without.includes(kind));
  });
});

const vendorsOf = [
  ["scmProvider", "scm", Object.keys(scmVendors), Object.keys(vendors)],
  ["pullRequest", "pull-request", Object.keys(pullRequestVendors), Object.keys(pullRequestFixtures)],
] as const;

describe.each(vendorsOf)("the providers of %s", (kind, folder, registered, tested) => {
  it("are those of the schema, each with a file, a row on the page and a place in the contract suite", () => {
    const other = [
      "filters",
      "cloneProtocol",
      "values",
      "requeueAfterSeconds",
      "template",
      "continueOnRepoNotFoundError",
    ];
    const inSchema = Object.keys(schemaOf(kind).properties ?? {}).filter((name) => !other.includes(name));
    expect([...registered].sort()).toEqual(inSchema.sort());
    expect([...tested].sort()).toEqual([...registered].sort());
    const files = readdirSync(join(root, "generators", folder)).map((name) =>
      name.replaceAll("-", "").replace(".ts", ""),
    );
    // The one name that is none of a file: AWS CodeCommit stands in codecommit.ts.
    const fileOfVendor = (name: string) => name.toLowerCase().replace(/^aws/, "");
    expect(registered.filter((name) => !files.includes(fileOfVendor(name)))).toEqual([]);
    expect(registered.filter((name) => !new RegExp(`^\\| \`${name}\`.* \\|`, "m").test(pageOf(kind)))).toEqual([]);
  });
});

test("a kind without golden cases has a test of its own", () => {
  for (const path of ["oci.test.ts", "extensions.test.ts", "scm"]) {
    expect(existsSync(join(root, "test/generators", path)), path).toBe(true);
  }
});

function schemaOf(kind: string): Schema {
  return fleetGeneratorSchema().properties?.[kind] ?? {};
}

/** What the YAML blocks of a page hold of ApplicationSets: whole ones, or the fields of their spec. */
function examplesOf(page: string): { readonly [field: string]: unknown }[] {
  return [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = ""]) =>
    parseYamlDocuments(text).flatMap(({ value }) => {
      const fields = structuredClone(value) as { [field: string]: unknown };
      if (fields.kind !== undefined) return fields.kind === "ApplicationSet" ? [fields] : [];
      return "generators" in fields ? [{ spec: { ...fields, template } }] : [];
    }),
  );
}

const template = { metadata: { name: "x" }, spec: { project: "default", destination: {} } };

function problemsOf(example: { readonly [field: string]: unknown }): readonly unknown[] {
  const schema = structuralSchema("ApplicationSet");
  const set = { apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", metadata: { name: "x" }, ...example };
  const problems = [...prune(schema, set), ...validate(schema, set).map(({ message }) => message)];
  if (problems.length === 0) fleetEntries(set as unknown as ApplicationSet, defaultGeneratorLimits);
  return problems;
}
