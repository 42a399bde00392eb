import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Embedded, startEmbedded } from "../apiserver/kubectl/embedded.ts";
import { type Entry, runSession } from "../apiserver/kubectl/session.ts";
import { sessions } from "../apiserver/kubectl/sessions.ts";
import { findKubectl } from "../support/kubectl.ts";

const real = inject("realServer");
const kubectl = findKubectl();

const isAbsent = "missing" in real || kubectl === undefined;

describe.skipIf(isAbsent).each(sessions)("kubectl $name on both servers", ({ steps, vector }) => {
  let embedded: Embedded;
  let ours: readonly Entry[] = [];
  let theirs: readonly Entry[] = [];

  beforeAll(async () => {
    if ("missing" in real || kubectl === undefined) return;
    embedded = await startEmbedded();
    [ours, theirs] = await Promise.all([
      runSession(kubectl, { kubeconfig: embedded.kubeconfig }, steps),
      runSession(kubectl, { kubeconfig: real.kubeconfig }, steps),
    ]);
    if (process.env.UPDATE_VECTORS !== "1") return;
    const lines = theirs.map((entry) => JSON.stringify(entry)).join(",\n");
    writeFileSync(vector, `{"kubectl":"${kubectl.minor}","transcript":[\n${lines}\n]}\n`);
  }, 300_000);

  afterAll(() => embedded?.close());

  it.each(steps.map(({ args }, index) => [index + 1, args] as const))("%d. kubectl %s", (number) => {
    expect(ours[number - 1]).toEqual(theirs[number - 1]);
  });
});
