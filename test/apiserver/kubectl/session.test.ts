import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findKubectl } from "../../support/kubectl.ts";
import recorded from "../../vectors/apiserver/kubectl-session.json" with { type: "json" };
import { type Embedded, startEmbedded } from "./embedded.ts";
import { type Entry, runSession } from "./session.ts";

const kubectl = findKubectl();
if (kubectl === undefined)
  console.log("kubectl session not run, counted neither as passed nor as failed: no kubectl here");

describe.skipIf(kubectl === undefined)("a kubectl session", () => {
  let embedded: Embedded;
  let transcript: readonly Entry[] = [];

  beforeAll(async () => {
    embedded = await startEmbedded();
    if (kubectl !== undefined) transcript = await runSession(kubectl, { kubeconfig: embedded.kubeconfig });
  }, 180_000);

  afterAll(() => embedded?.close());

  // Another kubectl words things differently; what works and what is refused stays the same.
  const isSame = kubectl?.minor === recorded.kubectl;

  it.each(recorded.transcript.map((entry, index) => [index + 1, entry.step, entry] as const))(
    "%d. kubectl %s",
    (number, _, want) => {
      const entry = transcript[number - 1];
      if (isSame) expect(entry).toEqual(want);
      else expect(entry).toMatchObject({ step: want.step, code: want.code });
    },
  );

  it("meets no error of the server's own", () => expect(embedded.errors).toEqual([]));
});
