import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../apiserver/kubectl/embedded.ts";
import { type Api, apiOf } from "../support/api.ts";
import { areas } from "./areas.ts";
import { compared, stepsOf } from "./compare.ts";
import { type Entry, play } from "./play.ts";

const vectors = join(import.meta.dirname, "../vectors/conformance");

/** What a kube-apiserver answered: `npm run test:envtest` holds it to a running one. */
const recorded = (area: string): readonly Entry[] => JSON.parse(readFileSync(join(vectors, `${area}.json`), "utf8"));

describe.each(areas)("conformance: $name", (area) => {
  let embedded: Embedded;
  let api: Api;
  let ours: readonly Entry[] = [];

  beforeAll(async () => {
    embedded = await startEmbedded();
    api = apiOf(embedded.kubeconfig);
    ours = await play(api, area);
  }, 60_000);

  afterAll(async () => {
    api?.close();
    await embedded?.close();
  });

  const theirs = recorded(area.name);

  it.each(stepsOf(area).map((step, index) => [index + 1, step.name, step] as const))("%d. %s", (number, name, step) => {
    const want = theirs[number - 1];
    expect(want?.step).toBe(name);
    expect(compared(step, ours[number - 1])).toEqual(compared(step, want));
  });

  it("meets no error of the server's own", () => expect(embedded.errors).toEqual([]));
});
