import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { objectMetaSchema, structuralSchema } from "../../crds/schema.ts";
import { applyDefaults, dropNulls, prune, type Schema, validate } from "../../crds/structural.ts";
import { formatJson, parseJson } from "../../src/base/json.ts";

interface Recorded {
  readonly schema: Schema;
  readonly cases: readonly {
    readonly object: unknown;
    readonly stored?: unknown;
    readonly causes?: readonly { readonly field: string; readonly reason: string; readonly message: string }[];
  }[];
}

const file = new URL("../vectors/validation/cases.json", import.meta.url);
const recorded = parseJson(readFileSync(file, "utf8")) as unknown as Recorded;
const schema: Schema = { ...recorded.schema, properties: { ...recorded.schema.properties, ...objectFields() } };

function objectFields(): { [name: string]: Schema } {
  return { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" } };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

describe("what a real kube-apiserver answered", () => {
  it.each(recorded.cases.map((given, index) => [index, given] as const))("case %i", (_, given) => {
    const object = structuredClone(given.object) as { spec: unknown };
    prune(schema, object);
    dropNulls(schema, object);
    applyDefaults(schema, object);
    const issues = validate(schema, object).map(({ path, reason, detail }) => ({
      field: path,
      reason,
      message: detail,
    }));
    const order = (a: object, b: object): number => (formatJson(a) < formatJson(b) ? -1 : 1);
    expect(issues.sort(order)).toEqual(given.causes ?? []);
    if (given.stored !== undefined) expect(numbers(sorted(object.spec))).toEqual(numbers(sorted(given.stored)));
  });
});

// The server turns integers beyond 64 bits into floats when it stores them.
function numbers(value: unknown): unknown {
  return parseJson(JSON.stringify(value, (_key, entry) => (typeof entry === "bigint" ? Number(entry) : entry)));
}

describe("validate", () => {
  const set = structuralSchema("ApplicationSet");
  const valid = {
    metadata: { name: "x" },
    spec: { generators: [], template: { metadata: {}, spec: { project: "", destination: {} } } },
  };

  it.each([
    [
      { ...valid, spec: { ...valid.spec, goTemplate: "yes" } },
      "spec.goTemplate",
      'Invalid value: "string": spec.goTemplate in body must be of type boolean: "string"',
    ],
    [
      { ...valid, spec: { generators: [{ git: { repoURL: "x" } }], template: valid.spec.template } },
      "spec.generators[0].git.revision",
      "Required value",
    ],
    [
      { ...valid, spec: { ...valid.spec, syncPolicy: { applicationsSync: "all" } } },
      "spec.syncPolicy.applicationsSync",
      'Unsupported value: "all": supported values: "create-only", "create-update", "create-delete", "sync"',
    ],
    [
      { ...valid, spec: { ...valid.spec, fleet: { deletion: { maxPercent: 101 } } } },
      "spec.fleet.deletion.maxPercent",
      "Invalid value: 101: spec.fleet.deletion.maxPercent in body should be less than or equal to 100",
    ],
    [
      { ...valid, spec: { ...valid.spec, generators: [{ list: null }] } },
      "spec.generators[0].list",
      'Invalid value: "null": spec.generators[0].list in body must be of type object: "null"',
    ],
    [{ metadata: {} }, "spec", "Required value"],
  ])("%j", (object, path, detail) => {
    expect(validate(set, object)).toEqual([expect.objectContaining({ path, detail, message: `${path}: ${detail}` })]);
  });

  it("takes what is right, with free JSON where it may be", () => {
    const generators = [
      { list: { elements: [{ a: [1, null] }, "odd"] } },
      {
        matrix: {
          generators: [
            { matrix: { anything: true } },
            { plugin: { configMapRef: { name: "x" }, input: { parameters: { a: null } } } },
          ],
        },
      },
    ];
    expect(validate(set, { ...valid, spec: { ...valid.spec, generators } })).toEqual([]);
  });

  it("checks metadata with its own schema", () => {
    const metadata = { name: "x", labels: { a: 1 }, finalizers: "x", creationTimestamp: "soon" };
    expect(validate(objectMetaSchema, metadata, "metadata").map(({ path }) => path)).toEqual([
      "metadata.creationTimestamp",
      "metadata.finalizers",
      "metadata.labels.a",
    ]);
  });

  it("stops after a hundred issues", () => {
    const generators = Array.from({ length: 10_000 }, () => 1);
    expect(validate(set, { ...valid, spec: { ...valid.spec, generators } })).toHaveLength(100);
  });
});
