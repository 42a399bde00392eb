import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, makeSet, named, type SetParts, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  expect(world?.hub.errors).toEqual([]);
  await world?.close();
});

/** Applications without a finalizer, so that a deleted one is gone at once. */
const light = { syncPolicy: { preserveResourcesOnDeletion: true } };

const namesFor = (set: string, count: number) => Array.from({ length: count }, (_, index) => `${set}-${index}`);

/** Makes a set with so many Applications and waits for them. */
async function startSet(name: string, count: number, parts: SetParts = {}): Promise<readonly string[]> {
  const names = namesFor(name, count);
  await world.hub.create(makeSet(name, { elements: named(...names), spec: light, ...parts }));
  await eventually(async () => expect(await world.namesOf(name)).toEqual(names));
  return names;
}

async function shrinkTo(name: string, names: readonly string[]): Promise<void> {
  await world.hub.patch("ApplicationSet", name, { spec: { generators: [{ list: { elements: named(...names) } }] } });
  await world.look(name);
}

/** The digest that the held plan asks an approval for. */
async function digestOf(name: string): Promise<string> {
  const message = (await world.conditions(name)).ChangesHeld?.message ?? "";
  return /fleetset\.io\/approve-plan=(sha256:[0-9a-f]{64})$/.exec(message)?.[1] ?? "";
}

const approve = (name: string, digest: string) =>
  world.hub.patch("ApplicationSet", name, { metadata: { annotations: { "fleetset.io/approve-plan": digest } } });

describe("the deletion budget", () => {
  it.each([
    { count: 2, left: 0, isHeld: false, why: "fewer than three go" },
    { count: 4, left: 2, isHeld: false, why: "half of them may go" },
    { count: 5, left: 2, isHeld: true, why: "three of five are more than half" },
    { count: 3, left: 0, isHeld: true, why: "all three would go" },
  ])("$count to $left: $why", async ({ count, left, isHeld }) => {
    const name = `budget-${count}-${left}`;
    const names = await startSet(name, count);
    const kept = names.slice(0, left);
    await shrinkTo(name, kept);
    expect(await world.namesOf(name)).toEqual(isHeld ? names : kept);
    expect(Object.keys(await world.conditions(name)).includes("ChangesHeld")).toBe(isHeld);
  });

  it("names what is held, and lets exactly the approved plan through", async () => {
    const names = await startSet("approve", 6);
    await shrinkTo("approve", names.slice(0, 2));
    const held = await world.conditions("approve");
    expect(held.ChangesHeld).toEqual({
      status: "True",
      reason: "DeletionBudget",
      message: expect.stringMatching(
        /^4 held \(approve-2, approve-3, approve-4, approve-5\): 4 of 6 live Applications would be deleted, more than 50%; to release: approve it: kubectl annotate applicationset approve --overwrite fleetset\.io\/approve-plan=sha256:[0-9a-f]{64}$/,
      ),
    });
    expect(held.ErrorOccurred).toMatchObject({ status: "False" });

    const digest = await digestOf("approve");
    await approve("approve", `sha256:${"0".repeat(64)}`);
    await world.look("approve");
    expect(await world.namesOf("approve")).toEqual(names);

    // Approved for one plan, and then the plan changes: that one is held again.
    await world.hub.patch("ApplicationSet", "approve", {
      metadata: { annotations: { "fleetset.io/approve-plan": digest } },
      spec: { generators: [{ list: { elements: named("approve-0") } }] },
    });
    await world.look("approve");
    expect(await world.namesOf("approve")).toEqual(names);

    await approve("approve", await digestOf("approve"));
    await eventually(async () => expect(await world.namesOf("approve")).toEqual(["approve-0"]));
    await eventually(async () => expect(await world.conditions("approve")).not.toHaveProperty("ChangesHeld"));
  });

  it("creates and updates go on while deletions are held", async () => {
    const names = await startSet("mixed", 5);
    await shrinkTo("mixed", ["mixed-0", "mixed-new"]);
    expect(await world.namesOf("mixed")).toEqual([...names, "mixed-new"]);
  });

  it("is the set's own where the set has one", async () => {
    const names = await startSet("own", 3, { spec: { ...light, fleet: { deletion: { maxCount: 1 } } } });
    await shrinkTo("own", names.slice(0, 1));
    expect(await world.namesOf("own")).toEqual(names);
    expect((await world.conditions("own")).ChangesHeld?.message).toContain("2 of 3 live Applications would be deleted");
    await shrinkTo("own", names.slice(0, 2));
    expect(await world.namesOf("own")).toEqual(names.slice(0, 2));
  });

  it("holds when nothing is generated at all, where the set asks for it", async () => {
    const names = await startSet("empty", 1, { spec: { ...light, fleet: { deletion: { onEmptyInput: "hold" } } } });
    await shrinkTo("empty", []);
    expect(await world.namesOf("empty")).toEqual(names);
    expect((await world.conditions("empty")).ChangesHeld).toMatchObject({ reason: "EmptyInput" });
  });
});

describe("deletes need proof of absence", () => {
  const broken = {
    git: { repoURL: "https://127.0.0.1:1/apps.git", revision: "main", directories: [{ path: "*" }] },
  };
  const list = (...names: string[]) => ({ list: { elements: named(...names) } });

  it("a generator that fails writes nothing and deletes nothing", async () => {
    const names = await startSet("failed", 2);
    const before = await world.appsOf("failed");
    const generators = [list("failed-0", "failed-new"), { list: { elements: [{ name: 7 }] } }];
    await world.hub.patch("ApplicationSet", "failed", { spec: { generators } });
    await eventually(async () =>
      expect(await world.conditions("failed")).toMatchObject({
        ErrorOccurred: { status: "True", reason: "ApplicationGenerationFromParamsError" },
      }),
    );
    expect(await world.namesOf("failed")).toEqual(names);
    expect(await world.appsOf("failed")).toEqual(before);
  });

  it("a template that fails for one row writes nothing and deletes nothing", async () => {
    await startSet("render", 2);
    const before = await world.appsOf("render");
    const spec = { generators: [list("render-0")], goTemplate: true, goTemplateOptions: ["missingkey=error"] };
    await world.hub.patch("ApplicationSet", "render", {
      spec: { ...spec, template: { spec: { source: { path: "{{.nothing}}" } } } },
    });
    await eventually(async () =>
      expect(await world.conditions("render")).toMatchObject({
        ErrorOccurred: { status: "True", reason: "RenderTemplateParamsError" },
      }),
    );
    expect(await world.appsOf("render")).toEqual(before);
  });

  it("with partial: proceed complete rows are written, and still nothing is deleted", async () => {
    await startSet("partial", 2, { spec: { ...light, fleet: { partial: "proceed" } } });
    await world.hub.patch("ApplicationSet", "partial", {
      spec: { generators: [list("partial-0", "partial-new"), broken] },
    });
    await eventually(
      async () => expect(await world.namesOf("partial")).toEqual(["partial-0", "partial-1", "partial-new"]),
      20_000,
    );
    await eventually(async () =>
      expect(await world.conditions("partial")).toMatchObject({
        ChangesHeld: { reason: "IncompleteInput", message: expect.stringContaining("1 held (partial-1)") },
        ErrorOccurred: { status: "True", message: expect.stringContaining("spec.generators[1].git") },
      }),
    );
  });

  it("an Application that became invalid is neither updated nor deleted", async () => {
    await startSet("invalid", 2);
    const before = await world.appsOf("invalid");
    const generators = [list("invalid-0", "invalid-1", "invalid-1", "invalid-new")];
    await world.hub.patch("ApplicationSet", "invalid", { spec: { generators } });
    await eventually(async () => expect(await world.namesOf("invalid")).toContain("invalid-new"));
    const after = await world.appsOf("invalid");
    expect([after.get("invalid-0"), after.get("invalid-1")]).toEqual([
      before.get("invalid-0"),
      before.get("invalid-1"),
    ]);
  });
});

describe("a set that is deleted", () => {
  it("takes its Applications with it", async () => {
    await startSet("gone", 2);
    await world.hub.delete("ApplicationSet", "gone");
    await eventually(async () => expect(await world.namesOf("gone")).toEqual([]));
    expect(await world.set("gone")).toBeUndefined();
  });

  it("leaves Applications with the cascade finalizer to those who carry them out", async () => {
    const names = await startSet("cascade", 1, { spec: {} });
    await world.hub.delete("ApplicationSet", "cascade");
    await eventually(async () =>
      expect((await world.app(names[0] ?? ""))?.metadata).toMatchObject({
        deletionTimestamp: expect.any(String),
        finalizers: ["resources-finalizer.argocd.argoproj.io"],
      }),
    );
  });

  it.each(["create-only", "create-update"])("keeps them under %s, with its own finalizer", async (applicationsSync) => {
    const name = `orphan-${applicationsSync}`;
    const names = await startSet(name, 2, {
      metadata: { finalizers: ["resources-finalizer.argocd.argoproj.io"] },
      spec: { syncPolicy: { ...light.syncPolicy, applicationsSync } },
    });
    await world.hub.delete("ApplicationSet", name);
    await eventually(async () => expect(await world.set(name)).toBeUndefined());
    for (const each of names) {
      const app = await world.app(each);
      expect(app?.metadata.deletionTimestamp).toBeUndefined();
      expect(app?.metadata.ownerReferences).toBeUndefined();
    }
  });

  it("does not hang on an Application whose cluster is not registered any more", async () => {
    await world.hub.addMember("leaving");
    const elements = [{ name: "leaving-a" }, { name: "leaving-b" }];
    const destination = { name: "leaving", namespace: "x" };
    await world.hub.create(makeSet("leaving", { elements, app: { spec: { destination } } }));
    await eventually(async () => expect(await world.namesOf("leaving")).toEqual(["leaving-a", "leaving-b"]));
    const secrets = await world.hub.list("Secret");
    const secret = secrets.find(({ metadata }) => metadata.labels?.["argocd.argoproj.io/secret-type"] === "cluster");
    await world.hub.delete("Secret", secret?.metadata.name ?? "");
    const generators = [{ list: { elements: [{ name: "leaving-a" }] } }];
    await world.hub.patch("ApplicationSet", "leaving", { spec: { generators } });
    await eventually(async () => expect(await world.namesOf("leaving")).toEqual(["leaving-a"]));
  });
});
