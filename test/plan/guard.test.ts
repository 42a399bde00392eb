import { describe, expect, test } from "vitest";
import { absentAnnotation, unmarked } from "../../src/plan/grace.ts";
import { type GuardInputs, guard } from "../../src/plan/guard.ts";
import { planChanges } from "../../src/plan/plan.ts";
import { makeApp, makeLive, makeSet } from "../support/make.ts";
import { fc } from "../support/properties.ts";

const now = Date.parse("2026-01-01T12:00:00Z");
const complete: GuardInputs = { completeness: "complete", rowCount: 1, digest: "sha256:d", nowMs: now };
const names = (count: number, prefix = "app") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** A set of which `gone` of `live` Applications are no longer generated. */
function shrinking(gone: number, live: number, spec: object = {}) {
  const all = names(live);
  const desired = all.slice(gone).map((name) => makeApp(name));
  return planChanges({ set: makeSet(spec), desired, live: all.map((name) => makeLive(name)) });
}

const deletions = (changes: ReturnType<typeof shrinking>, inputs: Partial<GuardInputs> = {}) =>
  guard(changes, { ...complete, ...inputs }).allowed.filter(({ action }) => action === "delete").length;

describe("the deletion budget", () => {
  test.each([
    ["half of them", 5, 10, 5],
    ["more than half", 6, 10, 0],
    ["two of two", 2, 2, 2],
    ["three of three", 3, 3, 0],
    ["one of many", 1, 100, 1],
  ])("by default: %s", (_title, gone, live, deleted) => {
    expect(deletions(shrinking(gone, live))).toBe(deleted);
  });

  test.each([
    ["maxCount reached", { maxCount: 5 }, 5, 100, 5],
    ["maxCount passed", { maxCount: 5 }, 6, 100, 0],
    ["maxPercent passed", { maxPercent: 10 }, 2, 10, 0],
    ["maxPercent 100", { maxPercent: 100 }, 10, 10, 10],
    ["maxCount 0", { maxCount: 0 }, 1, 100, 0],
  ])("of the set: %s", (_title, deletion, gone, live, deleted) => {
    expect(deletions(shrinking(gone, live, { fleet: { deletion } }))).toBe(deleted);
  });

  test("an approval holds for exactly the plan that was approved", () => {
    expect(deletions(shrinking(10, 10), { approvedDigest: "sha256:d" })).toBe(10);
    expect(deletions(shrinking(10, 10), { approvedDigest: "sha256:other" })).toBe(0);
  });

  test("a hold says how much, why, and what releases it", () => {
    const [hold] = guard(shrinking(6, 10), complete).held;
    expect(hold).toMatchObject({ reason: "DeletionBudget", message: expect.stringContaining("6 of 10") });
    expect(hold?.release).toContain("fleetset.io/approve-plan=sha256:d");
  });
});

describe("a list that turned empty", () => {
  const org = { source: "GitHub acme", before: 5, believedAtMs: undefined };
  const pulls = { source: "GitHub acme/web", before: 1, believedAtMs: now + 600_000 };
  const held = (emptied: GuardInputs["emptied"], deletion?: object, more: Partial<GuardInputs> = {}) =>
    guard(shrinking(1, 10, deletion === undefined ? {} : { fleet: { deletion } }), {
      ...{ ...complete, emptied: emptied ?? [] },
      ...more,
    }).held[0];

  test("holds even one deletion, and says where, how much there was, and what releases it", () => {
    expect(held([org])).toMatchObject({
      reason: "EmptyInput",
      message: "GitHub acme lists nothing where it listed 5 before, which proves no absence",
      release: expect.stringMatching(/^approve it: kubectl annotate .*approve-plan=sha256:d$/),
    });
    expect(held([pulls])?.release).toMatch(/^wait until 2026-01-01T12:10:00Z, or approve it: /);
    expect(held([pulls, org])).toMatchObject({
      message: expect.stringContaining("1 before (and 1 more)"),
      release: expect.stringMatching(/^approve it/),
    });
    expect(held([{ ...org, before: undefined }])?.message).toBe("GitHub acme lists nothing, which proves no absence");
  });

  test.each([
    ["an approval", undefined, { approvedDigest: "sha256:d" }],
    ["the set", { onEmptyInput: "delete" }, {}],
    ["the installation", undefined, { budget: { percentFrom: 1, maxPercent: 100, onEmptyInput: "delete" as const } }],
  ])("is believed when %s says so", (_who, deletion, more) => {
    expect(held([org], deletion, more)).toBeUndefined();
  });

  test("lets creates and updates through", () => {
    const changes = planChanges({ set: makeSet({}), desired: [makeApp("new")], live: [makeLive("old")] });
    const { allowed } = guard(changes, { ...complete, emptied: [org] });
    expect(allowed.map(({ action, name }) => `${action} ${name}`)).toEqual(["create new"]);
  });
});

describe("incomplete knowledge", () => {
  const growing = (fleet: object) =>
    planChanges({ set: makeSet({ fleet }), desired: [makeApp("new")], live: [makeLive("old")] });
  const allowed = (fleet: object, completeness: GuardInputs["completeness"]) =>
    guard(growing(fleet), { ...complete, completeness }).allowed.map(({ action }) => action);

  test.each([
    ["complete", {}, "complete", ["create", "delete"]],
    ["partial, frozen", {}, "partial", []],
    ["partial, proceeding", { partial: "proceed" }, "partial", ["create"]],
    ["failed, proceeding", { partial: "proceed" }, "failed", []],
  ] as const)("%s", (_title, fleet, completeness, actions) => {
    expect(allowed(fleet, completeness)).toEqual(actions);
  });

  test("an empty answer deletes nothing where the set says so", () => {
    const changes = shrinking(2, 2, { fleet: { deletion: { onEmptyInput: "hold", maxPercent: 100 } } });
    expect(deletions(changes, { rowCount: 0 })).toBe(0);
    expect(guard(changes, { ...complete, rowCount: 0 }).held[0]?.reason).toBe("EmptyInput");
  });
});

describe("the grace of deletions", () => {
  const gone = (absentSince: string | undefined) => {
    const annotations = absentSince === undefined ? {} : { [absentAnnotation]: absentSince };
    const set = makeSet({ fleet: { deletion: { grace: "10m" } } });
    return planChanges({ set, desired: [], live: [makeLive("a", {}, { annotations })] });
  };

  test.each([
    ["just gone", undefined, 0],
    ["gone for nine minutes", "2026-01-01T11:51:00Z", 0],
    ["gone for ten minutes", "2026-01-01T11:50:00Z", 1],
    ["marked with nonsense", "yesterday", 0],
  ])("%s", (_title, since, deleted) => {
    expect(deletions(gone(since))).toBe(deleted);
  });

  test("a hold says when it ends, and what is not marked yet is known", () => {
    const { held } = guard(gone(undefined), complete);
    expect(held[0]).toMatchObject({ reason: "Grace", message: expect.stringContaining("2026-01-01T12:10:00Z") });
    expect(unmarked(held).map(({ name }) => name)).toEqual(["a"]);
    expect(unmarked(guard(gone("2026-01-01T11:51:00Z"), complete).held)).toEqual([]);
  });

  test("an approved plan does not wait", () => {
    expect(deletions(gone(undefined), { approvedDigest: "sha256:d" })).toBe(1);
  });

  test("what is generated again loses its mark", () => {
    const live = makeLive("a", {}, { annotations: { [absentAnnotation]: "2026-01-01T11:51:00Z" } });
    const [change] = planChanges({ set: makeSet(), desired: [makeApp("a")], live: [live] }).changes;
    expect(change?.action).toBe("update");
    expect(change?.desired?.metadata.annotations).toBeUndefined();
  });
});

describe("ownership", () => {
  const over = (ownerReferences: unknown) =>
    planChanges({ set: makeSet(), desired: [makeApp("a")], live: [makeLive("a", {}, { ownerReferences })] });

  test("an Application of another set is left alone", () => {
    const changes = over([{ kind: "ApplicationSet", name: "other", uid: "u", controller: true }]);
    expect(guard(changes, complete).held[0]).toMatchObject({ reason: "OwnedByAnotherSet" });
  });

  test("an Application of nobody is taken over only when it was handed over", () => {
    const changes = over(undefined);
    expect(guard(changes, complete).held[0]).toMatchObject({ reason: "NotOwned" });
    expect(guard(changes, { ...complete, adopt: new Set(["a"]) }).allowed).toHaveLength(1);
  });
});

test.each([
  ["create-only", ["create"]],
  ["create-update", ["update", "create"]],
  ["create-delete", ["create", "delete"]],
  ["sync", ["update", "create", "delete"]],
])("applicationsSync %s", (applicationsSync, actions) => {
  const set = makeSet({ syncPolicy: { applicationsSync } });
  const desired = [makeApp("new"), makeApp("changed", { project: "p" })];
  const changes = planChanges({ set, desired, live: [makeLive("changed"), makeLive("stale")] });
  expect(guard(changes, complete).allowed.map(({ action }) => action)).toEqual(actions);
});

test("whatever the numbers: every change is either allowed or held, and nothing is deleted without a complete read", () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.nat(20),
      fc.constantFrom("complete", "partial", "failed" as const),
      fc.record({ maxCount: fc.nat(20), maxPercent: fc.nat(100) }, { requiredKeys: [] }),
      (gone, more, completeness, deletion) => {
        const changes = shrinking(gone, gone + more, { fleet: { deletion, partial: "proceed" } });
        const { allowed, held } = guard(changes, { ...complete, completeness: completeness as "complete" });
        expect(allowed.length + held.length).toBe(changes.changes.length);
        const deleted = allowed.filter(({ action }) => action === "delete").length;
        if (completeness !== "complete") expect(deleted).toBe(0);
        if (deletion.maxCount !== undefined) expect(deleted).toBeLessThanOrEqual(deletion.maxCount);
      },
    ),
  );
});
