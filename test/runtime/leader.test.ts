import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeClient } from "../../src/kube/client.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { LeaderElection } from "../../src/runtime/leader.ts";
import { parseSchedule } from "../../src/runtime/schedule.ts";
import { FakeClock, settle, until } from "../support/clock.ts";
import { FakeApi, refuse } from "../support/fake-api.ts";

let api: FakeApi;
let client: KubeClient;
let clock: FakeClock;

beforeEach(async () => {
  api = new FakeApi();
  client = openKubeClient({ server: await api.start() }, { clock: new FakeClock() });
  clock = new FakeClock();
});
afterEach(async () => {
  await client.close();
  await api.stop();
});

const holder = () =>
  (api.find("leases", "argocd/fleetset")?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;

function candidate(identity: string) {
  const election = new LeaderElection({ client, namespace: "argocd", name: "fleetset", identity, clock });
  const stop = new AbortController();
  const state = { leads: false, ended: false };
  const result = election.run(stop.signal, async (signal) => {
    state.leads = true;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    state.leads = false;
  });
  void result.then(() => {
    state.ended = true;
  });
  return { election, stop, state, result };
}

/** Moves the time on in steps, with room for answers in between. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 3));
    await settle(10);
  }
}

describe("leader election", () => {
  it("has one leader, and the next one when that leaves", async () => {
    const first = candidate("first");
    await until(() => first.state.leads, "the first leads");
    const second = candidate("second");
    await pass(30_000);
    expect([first.state.leads, second.state.leads, holder()]).toEqual([true, false, "first"]);
    first.stop.abort();
    expect(await first.result).toEqual({ lost: false });
    expect(holder()).toBe("");
    await pass(4_000);
    expect([second.state.leads, holder()]).toEqual([true, "second"]);
    second.stop.abort();
    await second.result;
  });

  it("passes to another when the leader is not heard of", async () => {
    const spec = { holderIdentity: "dead", leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z" };
    api.put({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "fleetset", namespace: "argocd" },
      spec,
    });
    const heir = candidate("heir");
    await pass(12_000);
    expect(heir.state.leads).toBe(false);
    await pass(8_000);
    expect([heir.state.leads, holder()]).toEqual([true, "heir"]);
    heir.stop.abort();
    await heir.result;
  });

  it("steps down when it can't renew", async () => {
    const only = candidate("only");
    await until(() => only.state.leads, "it leads");
    api.intercept = () => refuse(403, "Forbidden", "no");
    await pass(14_000);
    await until(() => only.state.ended, "it stepped down");
    expect(await only.result).toEqual({ lost: true });
    expect(only.state.leads).toBe(false);
  });
});

describe("schedule", () => {
  const from = Date.UTC(2026, 0, 1);
  it.each([
    ["0 6 * * ?", undefined, "2026-01-01T06:00:00.000Z"],
    ["*/15 9-17 * * MON-FRI", undefined, "2026-01-01T09:00:00.000Z"],
    ["0 0 13 * 5", undefined, "2026-01-02T00:00:00.000Z"],
    ["@daily", undefined, "2026-01-02T00:00:00.000Z"],
    ["TZ=Europe/Berlin 0 6 * * *", undefined, "2026-01-01T05:00:00.000Z"],
    ["CRON_TZ=America/New_York 0 6 * * *", "Europe/Berlin", "2026-01-01T11:00:00.000Z"],
    ["0 6 * * *", "Europe/Berlin", "2026-01-01T05:00:00.000Z"],
  ])("%j in zone %s comes next at %s", async (text, zone, want) => {
    expect(new Date((await parseSchedule(text, zone)).next(from)).toISOString()).toBe(want);
  });

  it.each(["", "* * *", "0 0 0 * * *", "60 * * * *", "0 0 31 2 *", "TZ=Nowhere/Land 0 6 * * *", "@every 5m"])(
    "refuses %j and says how to write it",
    async (text) => {
      await expect(parseSchedule(text)).rejects.toMatchObject({
        reason: "Invalid",
        details: { remedy: expect.any(String) },
      });
    },
  );
});
