import { describe, expect, test } from "vitest";
import { changesBeyond, planDigest } from "../../src/plan/digest.ts";
import { planChanges } from "../../src/plan/plan.ts";
import { makeApp, makeLive, makeSet } from "../support/make.ts";

const actions = (set: ReturnType<typeof planChanges>) => set.changes.map(({ name, action }) => `${action} ${name}`);

describe("planChanges", () => {
  test("creates what is missing, leaves what is equal, updates what differs, deletes what is no longer generated", () => {
    const desired = [makeApp("new"), makeApp("same"), makeApp("moved", { project: "other" })];
    const live = [makeLive("same"), makeLive("moved"), makeLive("stale")];
    expect(actions(planChanges({ set: makeSet(), desired, live }))).toEqual([
      "update moved",
      "create new",
      "none same",
      "delete stale",
    ]);
  });

  test("an update names each field that differs, before and after", () => {
    const desired = [
      makeApp("a", { destination: { server: "https://b.example.com", namespace: "a" } }, { labels: { t: "1" } }),
    ];
    const [change] = planChanges({ set: makeSet(), desired, live: [makeLive("a")] }).changes;
    expect(change?.fields).toEqual([
      { path: "metadata.labels", after: { t: "1" } },
      { path: "spec.destination.server", before: "https://member.example.com", after: "https://b.example.com" },
    ]);
  });

  test("invalid Applications are neither written nor deleted", () => {
    const plan = planChanges({ set: makeSet(), desired: [], live: [makeLive("a")], protectedNames: new Set(["a"]) });
    expect(actions(plan)).toEqual([]);
  });

  test("Applications of other sets and of nobody are not deleted", () => {
    const foreign = makeLive(
      "b",
      {},
      { ownerReferences: [{ kind: "ApplicationSet", name: "other", uid: "u", controller: true }] },
    );
    const free = makeLive("c", {}, { ownerReferences: undefined });
    expect(actions(planChanges({ set: makeSet(), desired: [], live: [foreign, free] }))).toEqual([]);
  });

  test("a set of the same name that was made anew does not own what the old one left", () => {
    const old = makeLive(
      "a",
      {},
      { ownerReferences: [{ kind: "ApplicationSet", name: "fleet", uid: "gone", controller: true }] },
    );
    expect(actions(planChanges({ set: makeSet(), desired: [], live: [old] }))).toEqual([]);
  });

  test("preserved labels and annotations, refresh requests and deletion hooks of the live object stay", () => {
    const live = makeLive(
      "a",
      {},
      {
        labels: { keep: "1", drop: "1" },
        annotations: { "argocd.argoproj.io/refresh": "hard", note: "x", drop: "y" },
        finalizers: ["post-delete-finalizer.argocd.argoproj.io/x", "other"],
      },
    );
    const set = makeSet({ preservedFields: { labels: ["keep"], annotations: ["note"] } });
    const [change] = planChanges({ set, desired: [makeApp("a", {}, { labels: { new: "1" } })], live: [live] }).changes;
    expect(change?.desired?.metadata.labels).toEqual({ new: "1", keep: "1" });
    expect(change?.desired?.metadata.annotations).toEqual({ "argocd.argoproj.io/refresh": "hard", note: "x" });
    expect(change?.desired?.metadata.finalizers).toEqual(["post-delete-finalizer.argocd.argoproj.io/x"]);
  });

  test("ignored fields are left to others", () => {
    const set = makeSet({
      ignoreApplicationDifferences: [{ jsonPointers: ["/spec/source/targetRevision", "/metadata/name"] }],
    });
    const live = makeLive("a", {
      source: { repoURL: "https://git.example.com/apps.git", path: "a", targetRevision: "v2" },
    });
    expect(actions(planChanges({ set, desired: [makeApp("a")], live: [live] }))).toEqual(["none a"]);
  });

  test("an ignore rule for another Application does not count", () => {
    const set = makeSet({ ignoreApplicationDifferences: [{ name: "b", jsonPointers: ["/spec/project"] }] });
    const plan = planChanges({ set, desired: [makeApp("a", { project: "p" })], live: [makeLive("a")] });
    expect(actions(plan)).toEqual(["update a"]);
  });

  test("a pointer with __proto__ reaches no prototype", () => {
    const set = makeSet({
      ignoreApplicationDifferences: [{ jsonPointers: ["/spec/__proto__/polluted", "/__proto__/x"] }],
    });
    planChanges({ set, desired: [makeApp("a")], live: [makeLive("a")] });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each([
    ["an absent and an empty list", { ignoreDifferences: [] }, {}],
    ["an empty project and default", { project: "" }, { project: "default" }],
    ["no policy and an empty one", { syncPolicy: {} }, {}],
    ["a helm block of zero values", { source: { repoURL: "r", helm: { values: "" } } }, { source: { repoURL: "r" } }],
  ])("%s are equal", (_title, desired, live) => {
    const plan = planChanges({ set: makeSet(), desired: [makeApp("a", desired)], live: [makeLive("a", live)] });
    const [change] = plan.changes;
    expect(change?.fields).toEqual([]);
  });

  test("the set becomes the controller only where it lives on the hub", () => {
    const owners = (set: ReturnType<typeof makeSet>) =>
      planChanges({ set, desired: [makeApp("a")], live: [] }).changes[0]?.desired?.metadata.ownerReferences;
    expect(owners(makeSet())).toMatchObject([
      { kind: "ApplicationSet", name: "fleet", uid: "set-uid", controller: true },
    ]);
    expect(owners(makeSet({}, { uid: undefined }))).toBeUndefined();
  });
});

describe("planDigest", () => {
  const of = (spec: object, desired = [makeApp("a")]) => {
    const { changes } = planChanges({ set: makeSet(), desired, live: [] });
    return planDigest({ spec, inputs: [{ id: "cluster a", version: "1" }], engineVersion: "1", changes });
  };

  test("is the same for the same plan, whatever the order of keys", () => {
    expect(of({ a: 1, b: 2 })).toBe(of({ b: 2, a: 1 }));
    expect(of({})).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("differs when spec or result differ", () => {
    expect(of({ a: 1 })).not.toBe(of({ a: 2 }));
    expect(of({}, [makeApp("a")])).not.toBe(of({}, [makeApp("a", { project: "p" })]));
  });
});

describe("changesBeyond", () => {
  const changesFor = (desired: readonly ReturnType<typeof makeApp>[], live: readonly ReturnType<typeof makeLive>[]) =>
    planChanges({ set: makeSet(), desired, live }).changes;
  const agreed = changesFor([makeApp("a"), makeApp("b", { project: "other" })], [makeLive("b"), makeLive("c")]);
  const namesBeyond = (now: typeof agreed, byName?: boolean) =>
    changesBeyond(now, agreed, byName).map(({ action, name }) => `${action} ${name}`);

  test.each([
    ["all of it is left", agreed, []],
    ["part of it was done meanwhile", changesFor([makeApp("a")], [makeLive("a"), makeLive("c")]), []],
    ["one more is created", changesFor([makeApp("a"), makeApp("d")], []), ["create d"]],
    ["another one is deleted", changesFor([], [makeLive("c"), makeLive("e")]), ["delete e"]],
    ["an update writes another value", changesFor([makeApp("b", { project: "third" })], [makeLive("b")]), ["update b"]],
    ["a creation has other contents", changesFor([makeApp("a", { project: "third" })], []), ["create a"]],
  ])("%s", (_name, now, beyond) => {
    expect(namesBeyond(now)).toEqual(beyond);
  });

  test("by name, contents are left out of account", () => {
    expect(namesBeyond(changesFor([makeApp("a", { project: "third" }), makeApp("d")], []), true)).toEqual(["create d"]);
  });
});
