import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { definitions, objectSchema } from "../../crds/definitions.ts";
import { generatedFiles } from "../../crds/generated-files.ts";
import { structuralIssues } from "../../crds/structural.ts";

// Client-side apply is out of reach anyhow; this is what a store and a reader can bear.
const mostBytes = 900 * 1024;
const folder = new URL("../../crds/", import.meta.url);

test.each([...generatedFiles()])("crds/%s is what `npm run generate` writes", (name, content) => {
  expect(readFileSync(new URL(name, folder), "utf8")).toBe(content);
  expect(Buffer.byteLength(content)).toBeLessThan(mostBytes);
});

test.each(definitions.map((definition) => [definition.kind, definition] as const))(
  "the schema of %s is structural",
  (_, definition) => {
    expect(structuralIssues(objectSchema(definition), "spec.versions[0].schema.openAPIV3Schema")).toEqual([]);
  },
);
