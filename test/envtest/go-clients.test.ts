import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Embedded, startEmbedded } from "../apiserver/kubectl/embedded.ts";
import { goClients, runGoClients, type Seen } from "./go-clients.ts";

const real = inject("realServer");
const clients = "missing" in real ? { missing: real.missing } : goClients();
if ("missing" in clients && !("missing" in real))
  console.log(`client-go program not run, counted neither as passed nor as failed: ${clients.missing}`);

const scenarios = [
  ...["discovery", "informer-typed", "informer-dynamic", "informer-metadata", "watch-by-hand", "leader-election"],
  ...["apply", "retry-on-conflict", "patch", "pager", "scale", "events", "delete"],
];

describe.skipIf("missing" in clients)("programs made with client-go see the same on both servers", () => {
  let embedded: Embedded;
  let ours: Seen;
  let theirs: Seen;

  beforeAll(async () => {
    if ("missing" in clients || "missing" in real) return;
    embedded = await startEmbedded();
    [ours, theirs] = await Promise.all([
      runGoClients(clients.command, embedded.kubeconfig),
      runGoClients(clients.command, real.kubeconfig),
    ]);
  }, 180_000);

  afterAll(() => embedded?.close());

  it("is about every scenario of the program", () => expect([...theirs.keys()]).toEqual(scenarios));

  it.each(scenarios)("%s", (scenario) => expect(ours.get(scenario)).toEqual(theirs.get(scenario)));

  it("meets no error of the server's own", () => expect(embedded.errors).toEqual([]));
});
