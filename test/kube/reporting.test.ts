import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeClient } from "../../src/kube/client.ts";
import { type Condition, setConditions } from "../../src/kube/conditions.ts";
import { EventRecorder } from "../../src/kube/events.ts";
import { mergePatch, sameJson } from "../../src/kube/patch.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeApi, refuse } from "../support/fake-api.ts";

describe("conditions", () => {
  const clock = new FakeClock();
  const before: Condition[] = [
    { type: "B", status: "True", reason: "Fine", message: "m", lastTransitionTime: "2020-01-01T00:00:00Z" },
  ];

  it("stay the same array when nothing changed", () => {
    expect(setConditions(before, [{ type: "B", status: "True", reason: "Fine", message: "m" }], clock)).toBe(before);
  });

  it.each([
    ["status", { type: "B", status: "False", reason: "Fine", message: "m" }],
    ["reason", { type: "B", status: "True", reason: "Other", message: "m" }],
    ["message", { type: "B", status: "True", reason: "Fine", message: "n" }],
  ] as const)("move their time when the %s changes", (_what, next) => {
    expect(setConditions(before, [next], clock)).toEqual([{ ...next, lastTransitionTime: "2026-01-01T00:00:00Z" }]);
  });

  it("are sorted by type and removed by name", () => {
    const next = [{ type: "A", status: "True", reason: "r", message: "" }] as const;
    expect(setConditions(before, next, clock).map(({ type }) => type)).toEqual(["A", "B"]);
    expect(setConditions(before, next, clock, ["B"]).map(({ type }) => type)).toEqual(["A"]);
  });
});

describe("merge patch", () => {
  it.each<[string, object, object, object | undefined]>([
    ["nothing", { a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1 }, undefined],
    ["a removed key", { a: 1, b: 2 }, { b: 2 }, { a: null }],
    ["an undefined key as removed", { a: 1 }, { a: undefined }, { a: null }],
    ["a list as a whole", { a: [1, 2] }, { a: [1] }, { a: [1] }],
    ["only what differs deep inside", { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3, d: 4 } }, { a: { c: 3, d: 4 } }],
    ["a map in place of a text", { a: "x" }, { a: { b: 1 } }, { a: { b: 1 } }],
    ["a null as removal", { a: 1 }, { a: null }, { a: null }],
  ])("holds %s", (_what, from, to, want) => {
    expect(mergePatch(from, to)).toEqual(want);
  });

  it("takes __proto__ for a key like any other", () => {
    const patch = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(JSON.stringify(patch)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("compares without regard to the order of keys", () => {
    expect(sameJson({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true);
    expect(sameJson({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });
});

describe("events", () => {
  let api: FakeApi;
  let client: KubeClient;
  const clock = new FakeClock();
  const object = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "web", namespace: "argocd", uid: "u1" },
  };

  beforeEach(async () => {
    api = new FakeApi();
    client = openKubeClient({ server: await api.start() });
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  it("count the same news and keep other news apart", async () => {
    const recorder = new EventRecorder({ client, component: "test", clock });
    for (let i = 0; i < 3; i++) recorder.record(object, "Normal", "Updated", "one");
    recorder.record(object, "Warning", "Failed", "two");
    await recorder.flush();
    const told = api.all("events").map((event) => [event.reason, event.type, event.count, event.message]);
    expect(told.sort()).toEqual([
      ["Failed", "Warning", 1, "two"],
      ["Updated", "Normal", 3, "one"],
    ]);
    expect(api.all("events")[0]).toMatchObject({ involvedObject: { kind: "Application", name: "web", uid: "u1" } });
  });

  it("begin anew after a while", async () => {
    const recorder = new EventRecorder({ client, component: "test", clock });
    recorder.record(object, "Normal", "Updated", "one");
    await recorder.flush();
    await clock.advance(31 * 60_000);
    recorder.record(object, "Normal", "Updated", "one");
    await recorder.flush();
    expect(api.all("events").map(({ count }) => count)).toEqual([1, 1]);
  });

  it("are written anew when the server forgot them", async () => {
    const recorder = new EventRecorder({ client, component: "test", clock });
    recorder.record(object, "Normal", "Updated", "one");
    await recorder.flush();
    for (const event of api.all("events")) api.remove(event);
    recorder.record(object, "Normal", "Updated", "one");
    await recorder.flush();
    expect(api.all("events").map(({ count }) => count)).toEqual([2]);
  });

  it("never fail the one who tells, and hold no credentials", async () => {
    const recorder = new EventRecorder({ client, component: "test", clock });
    recorder.record(object, "Warning", "Failed", "fetch https://me:hunter22@git.test/a failed");
    api.intercept = () => undefined;
    await recorder.flush();
    expect(JSON.stringify(api.all("events"))).not.toContain("hunter22");
    api.intercept = () => refuse(403, "Forbidden", "no");
    recorder.record(object, "Normal", "Updated", "two");
    await recorder.flush();
    expect(api.all("events").length).toBe(1);
  });
});
