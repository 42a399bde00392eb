import { describe, expect, it } from "vitest";
import type { GeneratorEntry, GeneratorKind } from "../../crds/generators.ts";
import type { Origin } from "../../generators/generator.ts";
import { defaultGeneratorLimits } from "../../generators/limits.ts";
import { FleetError } from "../../src/base/errors.ts";
import { generate } from "../../src/render/generate.ts";
import { fastClock } from "../support/fast-clock.ts";
import { generatorExamples } from "../support/generator-examples.ts";
import { makeSet } from "../support/make.ts";
import { type FakeWorld, fakePorts } from "../support/ports.ts";

// What holds for every generator, whatever it reads. Kinds that fleetset adds stand in spec.fleet.generators.
const added: readonly GeneratorKind[] = ["configMap"];
const kinds = Object.keys(generatorExamples) as GeneratorKind[];

async function run(
  kind: GeneratorKind,
  world: FakeWorld,
  more: { nested?: boolean; entry?: GeneratorEntry; maxRows?: number } = {},
) {
  const entry = more.entry ?? generatorExamples[kind].entry;
  const isAdded = added.includes(kind);
  const set = makeSet({
    goTemplate: more.nested ?? true,
    generators: isAdded ? [] : [entry],
    ...(isAdded ? { fleet: { generators: [entry] } } : {}),
  });
  const generatorLimits = {
    ...defaultGeneratorLimits,
    ...(more.maxRows === undefined ? {} : { maxRows: more.maxRows }),
  };
  return (await generate(set, { ...fakePorts(world), scm: { clock: fastClock(1_000) } }, { generatorLimits }))
    .expansion;
}

function leaves(origin: Origin): readonly Origin[] {
  return origin.parts === undefined ? [origin] : origin.parts.flatMap(leaves);
}

describe.each(kinds)("%s", (kind) => {
  const { world, broken } = generatorExamples[kind];

  it.each([true, false])("gives the same rows in the same order again (nested: %s)", async (nested) => {
    const [first, second] = [await run(kind, world, { nested }), await run(kind, world, { nested })];
    expect(first.rows.length).toBeGreaterThan(1);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ completeness: "complete", gaps: [] });
  });

  it("gives every row a key of its own, and says where it comes from", async () => {
    const { rows, inputs } = await run(kind, world);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    const known = new Set(inputs.map(({ id }) => id));
    for (const { origin } of rows) {
      expect(origin.kind).toBe(kind);
      expect(origin.at).toMatch(new RegExp(`^spec\\.(?:fleet\\.)?generators\\[0\\]\\.${kind}$`));
      for (const leaf of leaves(origin)) {
        expect(leaf.item).not.toBe("");
        // The local cluster has no Secret, so that nothing about it can change.
        const read = leaf.inputs.filter((id) => id !== "cluster in-cluster");
        expect(read.filter((id) => !known.has(id))).toEqual([]);
      }
    }
  });

  it("names each input once, with a version", async () => {
    const { inputs } = await run(kind, world);
    expect(new Set(inputs.map(({ id }) => id)).size).toBe(inputs.length);
    for (const { version } of inputs) expect(version).not.toBe("");
    if (broken !== undefined) expect(inputs.length).toBeGreaterThan(0);
  });

  it("keeps to the limit of rows and names it", async () => {
    const error: unknown = await run(kind, world, { maxRows: 1 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FleetError);
    expect((error as FleetError).message).toMatch(/more than the limit of 1\b/);
  });

  it("keeps only rows that its selector picks", async () => {
    const entry = { ...generatorExamples[kind].entry, selector: { matchLabels: { nothing: "here" } } };
    expect((await run(kind, world, { entry })).rows).toEqual([]);
  });

  // A kind that reads nothing has no source that could fail.
  if (broken !== undefined) {
    it("fails for good when its source cannot be read, and says that it may be tried again", async () => {
      const error: unknown = await run(kind, broken).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(FleetError);
      expect(error).toMatchObject({ reason: "ApplicationGenerationFromParamsError", retryable: true });
    });
  }
});
