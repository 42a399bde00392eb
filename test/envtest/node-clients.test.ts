import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Embedded, startEmbedded } from "../apiserver/kubectl/embedded.ts";
import { type Entry, runNodeSession } from "../clients/node-session.ts";

const real = inject("realServer");
const vector = join(import.meta.dirname, "../vectors/clients/node-session.json");

describe.skipIf("missing" in real)("programs made with @kubernetes/client-node see the same on both servers", () => {
  let embedded: Embedded;
  let ours: readonly Entry[] = [];
  let theirs: readonly Entry[] = [];

  beforeAll(async () => {
    if ("missing" in real) return;
    embedded = await startEmbedded();
    [ours, theirs] = await Promise.all([runNodeSession(embedded.kubeconfig), runNodeSession(real.kubeconfig)]);
    if (process.env.UPDATE_VECTORS !== "1") return;
    writeFileSync(vector, `[\n${theirs.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`);
  }, 180_000);

  afterAll(() => embedded?.close());

  it("gives the same answers", () => {
    expect(theirs.length).toBeGreaterThan(40);
    for (const [index, want] of theirs.entries()) expect.soft(ours[index], want.step).toEqual(want);
  });

  it("meets no error of the server's own", () => expect(embedded.errors).toEqual([]));
});
