import { describe, expect, it } from "vitest";
import { emptyGenerators, unknownFieldWarnings } from "../../crds/near.ts";
import { structuralSchema } from "../../crds/schema.ts";

describe("unknownFieldWarnings", () => {
  it.each([
    ["spec.generators[0].cluster", "did you mean clusters?"],
    ["spec.generators[0].Git", "did you mean git?"],
    ["spec.generators[1].matrix.generators[0].lists", "did you mean list?"],
    ["spec.generators[0].list.element", "did you mean elements?"],
    ["spec.generators[0].git.repoUrl", "did you mean repoURL?"],
    ["spec.template.spec.source.paths", "did you mean path?"],
    ["spec.goTemplates", "did you mean goTemplate?"],
    ["spec.fleet.engin", "did you mean engine?"],
    ["spec.something", undefined],
    ["status.x", undefined],
    ["other", undefined],
    ["spec.generators[0].a.b.c[0].d", undefined],
  ])("%s", (path, hint) => {
    const end = hint === undefined ? "" : `: ${hint}`;
    expect(unknownFieldWarnings([path])).toEqual([`unknown field ${path} is ignored${end}`]);
  });

  it("knows other kinds by their schema", () => {
    const [warning] = unknownFieldWarnings(["spec.destination.cluster"], structuralSchema("Application"));
    expect(warning).toBe("unknown field spec.destination.cluster is ignored");
    expect(unknownFieldWarnings(["spec.sorce"], structuralSchema("Application"))[0]).toContain("did you mean source?");
  });
});

describe("emptyGenerators", () => {
  it("names entries without a generator at every level", () => {
    const generators = [
      { list: {} },
      { selector: {} },
      { matrix: { generators: [{}, { merge: { generators: [{ clusters: {} }, {}] } }] } },
    ];
    expect(emptyGenerators({ spec: { generators } })).toEqual([
      "spec.generators[1]",
      "spec.generators[2].matrix.generators[0]",
      "spec.generators[2].matrix.generators[1].merge.generators[1]",
    ]);
  });

  it.each([
    [undefined],
    [{}],
    [{ spec: null }],
    [{ spec: { generators: "x" } }],
    [{ spec: { generators: [null, 1] } }],
  ])("takes %j", (set) => {
    expect(emptyGenerators(set)).toEqual([]);
  });
});
