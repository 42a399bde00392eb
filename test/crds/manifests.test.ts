import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { definitions } from "../../crds/definitions.ts";
import { generatorSchemas } from "../../crds/generators.ts";
import { manifestOf, manifestText } from "../../crds/manifest.ts";
import { schemaReference } from "../../crds/reference.ts";
import { isKnownKind, nestedSchema, structuralSchema } from "../../crds/schema.ts";
import { prune, validate } from "../../crds/structural.ts";
import { parseYaml } from "../../src/base/yaml.ts";

describe.each(definitions)("the definition of $kind", (definition) => {
  it("is the same in YAML", () => {
    expect(parseYaml(manifestText(definition))).toEqual(JSON.parse(JSON.stringify(manifestOf(definition))));
  });

  it("holds no reference, no default and no empty description", () => {
    expect(JSON.stringify(manifestOf(definition))).not.toMatch(/"(?:\$ref|default)":|"description":""/);
  });

  it("has a reference page with a row for its required fields", () => {
    const page = schemaReference(definition.kind);
    expect(page).toContain(`# ${definition.kind}\n`);
    expect(page).toMatch(/^\| `spec` \| map \| Required\. /m);
    expect(page).not.toMatch(/undefined|\| *\| *\|/);
  });
});

it("offers the kinds that Argo CD knows, under their short names", () => {
  expect(definitions.map(({ kind, shortNames }) => [kind, ...shortNames])).toEqual([
    ["ApplicationSet", "appset", "appsets"],
    ["Application", "app", "apps"],
    ["AppProject", "appproj", "appprojs"],
  ]);
});

it("unrolls generators at the first two levels, and leaves combinations at the second one free", () => {
  const entry = structuralSchema("ApplicationSet").properties?.spec?.properties?.generators?.items?.properties ?? {};
  const kinds = Object.keys(generatorSchemas).sort();
  expect(Object.keys(entry).sort()).toEqual([...kinds, "selector"].sort());
  const nested = entry.matrix?.properties?.generators?.items?.properties ?? {};
  expect(Object.keys(nested).sort()).toEqual([...kinds, "selector"].sort());
  expect(nested.matrix).toEqual({ "x-kubernetes-preserve-unknown-fields": true });
});

it("decodes a combination at the second level without deeper ones and without templates", () => {
  const merge = { mergeKeys: ["a"], template: {}, generators: [{ list: {} }, { matrix: { generators: [] } }] };
  expect(prune(nestedSchema("merge"), merge)).toEqual(["generators[1].matrix", "template"]);
  expect(validate(nestedSchema("merge"), { generators: [] }).map(({ path }) => path)).toEqual(["mergeKeys"]);
});

it("knows its kinds", () => {
  expect(["ApplicationSet", "Application", "AppProject", "constructor", "", undefined].map(isKnownKind)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("gives the schemas without loading zod", () => {
  const program = `
    import { structuralSchema } from ${JSON.stringify(new URL("../../crds/schema.ts", import.meta.url).href)};
    import { createRequire } from "node:module";
    structuralSchema("ApplicationSet");
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes("zod"));
    console.log(JSON.stringify(loaded));`;
  const { execPath } = process;
  const answer = execFileSync(execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(JSON.parse(answer)).toEqual([]);
});
