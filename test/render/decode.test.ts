import { describe, expect, it } from "vitest";
import { applicationType, templateType } from "../../src/render/application-type.ts";
import { decodeStruct, TypeMismatch } from "../../src/render/decode.ts";
import { mergeTemplates } from "../../src/render/merge-template.ts";
import { templateSource } from "../../src/render/template-source.ts";

function decode(spec: object): unknown {
  const decoded = decodeStruct({ metadata: { name: "x" }, spec }, templateType) as { spec: object };
  return JSON.parse(JSON.stringify(decoded.spec));
}

const least = { destination: {}, project: "" };

describe("decodeStruct", () => {
  it.each([
    ["required fields are always there", {}, least],
    [
      "empty texts, false and 0 of plain fields disappear",
      {
        source: { repoURL: "", path: "", helm: { skipCrds: false, releaseName: "" } },
        syncPolicy: { retry: { limit: 0 } },
      },
      { ...least, source: { repoURL: "", helm: {} }, syncPolicy: { retry: {} } },
    ],
    [
      "those of pointers stay",
      { revisionHistoryLimit: 0, syncPolicy: { automated: { prune: false }, retry: { backoff: { factor: 0 } } } },
      {
        ...least,
        revisionHistoryLimit: 0,
        syncPolicy: { automated: { prune: false }, retry: { backoff: { factor: 0 } } },
      },
    ],
    [
      "empty lists and maps of plain fields disappear",
      { info: [], syncPolicy: { syncOptions: [], managedNamespaceMetadata: { labels: {} } } },
      { ...least, syncPolicy: { managedNamespaceMetadata: {} } },
    ],
    [
      "an empty struct that is no pointer disappears",
      { source: { repoURL: "r", directory: { jsonnet: {}, recurse: true } } },
      { ...least, source: { repoURL: "r", directory: { recurse: true } } },
    ],
    [
      "items keep their empty texts",
      {
        source: {
          repoURL: "r",
          helm: { valueFiles: [""] },
          plugin: { env: [{ name: "A", value: "" }], parameters: [{ string: "" }, { name: "m", map: {} }] },
        },
      },
      {
        ...least,
        source: {
          repoURL: "r",
          helm: { valueFiles: [""] },
          plugin: {
            env: [{ name: "A", value: "" }],
            parameters: [
              { name: "", string: "" },
              { name: "m", map: {} },
            ],
          },
        },
      },
    ],
    [
      "JSON of any form stays as it is",
      { source: { repoURL: "r", helm: { valuesObject: { a: "", b: null, c: [] } } } },
      { ...least, source: { repoURL: "r", helm: { valuesObject: { a: "", b: null, c: [] } } } },
    ],
    ["unknown fields are dropped", { nonsense: 1, destination: { cluster: "x" } }, least],
  ])("%s", (_name, spec, expected) => {
    expect(decode(spec)).toEqual(expected);
  });

  it.each([
    [{ spec: [] }, "spec is a list where a map is needed"],
    [{ spec: { sources: {} } }, "spec.sources is a map where a list is needed"],
    [{ spec: { sources: [{ path: 5 }] } }, "spec.sources[0].path is a number where a text is needed"],
    [{ metadata: { labels: { a: true } } }, "metadata.labels[a] is a boolean where a text is needed"],
    [{ spec: { revisionHistoryLimit: 1.5 } }, "is a number where a whole number of 64 bits is needed"],
    [{ spec: { revisionHistoryLimit: 2n ** 63n } }, "is a number where a whole number of 64 bits is needed"],
    [{ spec: { source: { kustomize: { replicas: [{ count: 2 ** 31 }] } } } }, "a whole number of 32 bits or a text"],
    [{ Spec: { info: 1 }, spec: {} }, "spec.info is a number where a list is needed"],
    [{ spec: { syncPolicy: { automated: { prune: "yes" } } } }, "where true or false is needed"],
    [{ operation: { sync: { prune: 1 } } }, "operation.sync.prune"],
  ])("case %# does not fit", (value, message) => {
    expect(() => decodeStruct(value, applicationType)).toThrow(TypeMismatch);
    expect(() => decodeStruct(value, applicationType)).toThrow(message);
  });
});

describe("keys that differ from a field in the case of letters", () => {
  it.each([
    ["are that field", { spec: { source: { repoUrl: "r" } } }, { source: { repoURL: "r" } }],
    [
      "go over the field when they come later in the alphabet",
      { spec: { source: { repoURL: "r", repoUrl: "s" } } },
      { source: { repoURL: "s" } },
    ],
    [
      "go below it otherwise, maps and lists item by item",
      {
        Spec: { Info: [{ name: "a", value: "b" }, { name: "c" }], destination: { name: "x", server: "y" } },
        spec: { info: [{ value: "d" }], destination: { name: "z" } },
      },
      { info: [{ name: "a", value: "d" }], destination: { name: "z", server: "y" } },
    ],
    [
      "take pointers, maps and lists away with null, and nothing else",
      {
        spec: {
          source: null,
          Destination: { name: "x" },
          destination: null,
          Source: { path: "p" },
          sourcE: { helm: {} },
        },
      },
      { destination: { name: "x" } },
    ],
  ])("%s", (_name, value, expected) => {
    const decoded = decodeStruct(value, applicationType);
    expect(JSON.parse(JSON.stringify(decoded.spec))).toEqual({ ...least, ...expected });
  });
});

describe("mergeTemplates", () => {
  const base = {
    metadata: { name: "n", labels: { a: "base", b: "base" } },
    spec: { project: "p", destination: { server: "s", name: "" }, info: [{ name: "i", value: "v" }] },
  };

  it("lets what a generator says win, unless it is empty", () => {
    const over = {
      metadata: { labels: { a: "over", b: "", c: "" } },
      spec: { project: "", destination: { server: "o" }, info: [] },
    };
    expect(JSON.parse(JSON.stringify(mergeTemplates(over, base, templateType)))).toEqual({
      metadata: { name: "n", labels: { a: "over", b: "base", c: "" } },
      spec: { project: "p", destination: { server: "o", name: "" }, info: [{ name: "i", value: "v" }] },
    });
  });

  it("names the field that a text comes from", () => {
    const over = {
      metadata: { labels: { a: "{{x}}", "a.b/c": "{{x}}" } },
      spec: { info: [{ name: "{{x}}", value: "" }] },
    };
    const { fieldOf } = templateSource(base, over, "spec.generators[2].list");
    expect(
      ["metadata.name", "metadata.labels.a", "metadata.labels[a.b/c]", "spec.info[0].name", "spec.info[0].value"].map(
        fieldOf,
      ),
    ).toEqual([
      "spec.template.metadata.name",
      "spec.generators[2].list.template.metadata.labels.a",
      "spec.generators[2].list.template.metadata.labels[a.b/c]",
      "spec.generators[2].list.template.spec.info[0].name",
      "spec.template.spec.info[0].value",
    ]);
  });
});
