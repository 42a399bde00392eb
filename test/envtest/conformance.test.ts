import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Embedded, startEmbedded } from "../apiserver/kubectl/embedded.ts";
import { areas } from "../conformance/areas.ts";
import { compared, recorded, stepsOf } from "../conformance/compare.ts";
import { type Entry, play } from "../conformance/play.ts";
import type { Step } from "../conformance/step.ts";
import { type Api, apiOf } from "../support/api.ts";

const real = inject("realServer");
const vectors = join(import.meta.dirname, "../vectors/conformance");

describe.skipIf("missing" in real).each(areas)("conformance of both servers: $name", (area) => {
  let embedded: Embedded;
  const apis: Api[] = [];
  let ours: readonly Entry[] = [];
  let theirs: readonly Entry[] = [];

  beforeAll(async () => {
    if ("missing" in real) return;
    embedded = await startEmbedded();
    apis.push(apiOf(embedded.kubeconfig), apiOf(real.kubeconfig));
    [ours = [], theirs = []] = await Promise.all(apis.map((api) => play(api, area)));
    if (process.env.UPDATE_VECTORS !== "1") return;
    mkdirSync(vectors, { recursive: true });
    const steps = stepsOf(area);
    const lines = theirs.map((entry, index) => JSON.stringify(recorded(steps[index] as Step, entry))).join(",\n");
    writeFileSync(join(vectors, `${area.name}.json`), `[\n${lines}\n]\n`);
  }, 300_000);

  afterAll(async () => {
    for (const api of apis) api.close();
    await embedded?.close();
  });

  it.each(stepsOf(area).map((step, index) => [index + 1, step.name, step] as const))("%d. %s", (number, _, step) => {
    expect(compared(step, ours[number - 1])).toEqual(compared(step, theirs[number - 1]));
  });
});
