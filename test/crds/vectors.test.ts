import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { structuralSchema } from "../../crds/schema.ts";
import { prune, validate } from "../../crds/structural.ts";
import { parseYaml } from "../../src/base/yaml.ts";

const root = join(import.meta.dirname, "../vectors/applicationset");
const cases = readdirSync(root).flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)));

function read(path: string): unknown {
  return parseYaml(readFileSync(join(root, path), "utf8"), { file: path });
}

describe("the ApplicationSets of the golden cases", () => {
  it.each(cases)("%s", (name) => {
    const set = read(join(name, "appset.yaml"));
    const schema = structuralSchema("ApplicationSet");
    prune(schema, set);
    const issues = validate(schema, set).map((issue) => issue.message);
    const errorFile = join(name, "error.yaml");
    const error = existsSync(join(root, errorFile))
      ? (read(errorFile) as { reason: string; message: string })
      : undefined;
    if (error?.reason !== "Invalid") {
      expect(issues).toEqual([]);
      return;
    }
    expect(issues.length).toBeGreaterThan(0);
    for (const message of issues) expect(error.message.replaceAll("\n", " ")).toContain(message);
  });

  it("count as many as were recorded", () => {
    expect(cases).toHaveLength(219);
  });
});
