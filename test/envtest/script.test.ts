import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Embedded, startEmbedded } from "../apiserver/kubectl/embedded.ts";
import { apiOf } from "../support/api.ts";
import { type Result, runScript } from "./script.ts";

const real = inject("realServer");

describe.skipIf("missing" in real)("one script of requests on both servers", () => {
  let embedded: Embedded;
  let ours: readonly Result[] = [];
  let theirs: readonly Result[] = [];

  beforeAll(async () => {
    if ("missing" in real) return;
    embedded = await startEmbedded();
    const apis = [apiOf(embedded.kubeconfig), apiOf(real.kubeconfig)] as const;
    [ours, theirs] = await Promise.all([runScript(apis[0]), runScript(apis[1])]);
    for (const api of apis) api.close();
  }, 120_000);

  afterAll(() => embedded?.close());

  it("gives the same answers", () => {
    expect(theirs.length).toBeGreaterThan(50);
    for (const [index, want] of theirs.entries()) expect.soft(ours[index], want.name).toEqual(want);
  });

  it("meets no error of the server's own", () => expect(embedded.errors).toEqual([]));
});
