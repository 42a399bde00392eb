import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { referencePages } from "../../src/cli/reference-pages.ts";
import { commands } from "../../src/cli/registry.ts";
import { conformancePage } from "../conformance/page.ts";

const root = join(import.meta.dirname, "../..");
const pages: { readonly [path: string]: string } = {
  ...(await referencePages()),
  "docs/conformance.md": conformancePage(),
};

test.each(Object.keys(pages))("%s is what npm run generate writes", (path) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(pages[path]);
});

test("every command is on the reference page, with an example that calls it", () => {
  for (const { name, examples } of commands) {
    expect(pages["docs/reference/cli.md"]).toContain(`## fleetset ${name}\n`);
    expect(examples.some((example) => example.includes(`fleetset ${name}`))).toBe(true);
  }
});
