import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../apiserver/kubectl/embedded.ts";
import recorded from "../vectors/clients/node-session.json" with { type: "json" };
import { type Entry, runNodeSession } from "./node-session.ts";

describe("programs made with @kubernetes/client-node", () => {
  let embedded: Embedded;
  let seen: readonly Entry[] = [];

  beforeAll(async () => {
    embedded = await startEmbedded();
    seen = await runNodeSession(embedded.kubeconfig);
  });

  afterAll(() => embedded?.close());

  it.each(recorded.map((entry, index) => [index + 1, entry.step, entry] as const))("%d. %s", (number, _, want) => {
    expect(seen[number - 1]).toEqual(want);
  });

  it("take every step that was recorded", () => expect(seen.length).toBe(recorded.length));

  it("meet no error of the server's own", () => expect(embedded.errors).toEqual([]));
});
