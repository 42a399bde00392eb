import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/objects.ts";
import { eventually, makeSet, named, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  expect(world?.hub.errors).toEqual([]);
  await world?.close();
});

const generated = {
  ...{ status: "True", reason: "ParametersGenerated" },
  message: "All parameters have been generated successfully",
};
const upToDate = { reason: "ApplicationSetUpToDate", message: "All applications have been generated successfully" };

const allWell = {
  ErrorOccurred: { status: "False", ...upToDate },
  ParametersGenerated: generated,
  ResourcesUpToDate: { status: "True", ...upToDate },
};

/** The conditions after a failure: those of an error and of what is not up to date tell the same. */
const failed = (reason: string, message: unknown, parameters: object = generated) => ({
  ErrorOccurred: { status: "True", reason, message },
  ParametersGenerated: parameters,
  ResourcesUpToDate: { status: "False", reason: "ErrorOccurred", message },
});

async function startSet(name: string, parts: Parameters<typeof makeSet>[1], count: number): Promise<void> {
  await world.hub.create(makeSet(name, parts));
  await eventually(async () => expect((await world.namesOf(name)).length).toBe(count));
}

const eventsOf = async (name: string) => {
  const events = (await world.hub.list("Event")) as readonly (KubeObject & {
    readonly involvedObject: { readonly name: string; readonly kind: string };
    readonly type: string;
    readonly reason: string;
    readonly message: string;
    readonly count: number;
  })[];
  return events
    .filter(({ involvedObject }) => involvedObject.kind === "ApplicationSet" && involvedObject.name === name)
    .map(({ type, reason, message, count }) => ({ type, reason, message, count }));
};

describe("the conditions of a set", () => {
  it("tell that all is well, in the order of their types, and stay untouched by another look", async () => {
    await startSet("well", { elements: named("well-a") }, 1);
    await eventually(async () => expect(await world.conditions("well")).toEqual(allWell));
    const { status } = (await world.set("well")) ?? {};
    const conditions = status?.conditions as readonly { readonly type: string; readonly lastTransitionTime: string }[];
    expect(conditions.map(({ type }) => type)).toEqual(["ErrorOccurred", "ParametersGenerated", "ResourcesUpToDate"]);
    expect(status?.health).toEqual({
      ...{ status: "Healthy", message: upToDate.message },
      lastTransitionTime: conditions[2]?.lastTransitionTime,
    });
    await world.look("well");
    expect((await world.set("well"))?.status?.conditions).toEqual(conditions);
  });

  it("tell of a generator that failed, and that it works again", async () => {
    await startSet("mend", { elements: named("mend-a") }, 1);
    const list = (elements: object[]) => ({ spec: { generators: [{ list: { elements } }] } });
    await world.hub.patch("ApplicationSet", "mend", list([{ name: 7 }]));
    const message = expect.stringContaining("spec.generators[0].list.elements[0].name is a number");
    await eventually(async () =>
      expect(await world.conditions("mend")).toEqual(
        failed("ApplicationGenerationFromParamsError", message, { status: "False", reason: "ErrorOccurred", message }),
      ),
    );
    expect((await world.set("mend"))?.status?.health).toMatchObject({ status: "Degraded", message });
    expect(await eventsOf("mend")).toContainEqual({
      ...{ type: "Warning", reason: "ApplicationGenerationFromParamsError", message },
      count: expect.any(Number),
    });
    await world.hub.patch("ApplicationSet", "mend", list(named("mend-a")));
    await eventually(async () => expect(await world.conditions("mend")).toEqual(allWell));
  });

  it("tell of a template that failed", async () => {
    const source = { repoURL: "https://git.test/apps.git", path: "apps" };
    const destination = { name: "in-cluster", namespace: "apps" };
    const template = { metadata: { name: "{{.name}}-{{.absent}}" }, spec: { source, destination } };
    const options = { goTemplate: true, goTemplateOptions: ["missingkey=error"] };
    await startSet("render", { elements: named("render-a"), app: template, spec: options }, 0);
    const message = expect.stringContaining("absent");
    await eventually(async () =>
      expect(await world.conditions("render")).toEqual(
        failed("RenderTemplateParamsError", message, { status: "False", reason: "ErrorOccurred", message }),
      ),
    );
  });

  it("tell of the last invalid Application and how many more there are, while the valid ones are written", async () => {
    await startSet("invalid", { elements: named("i-b", "i-a", "i-b", "i-c", "i-a", "i-valid") }, 2);
    const message = expect.stringMatching(/2 Applications named i-b.* \(and 1 more\)$/);
    await eventually(async () =>
      expect(await world.conditions("invalid")).toEqual(failed("ApplicationValidationError", message)),
    );
    expect(await world.namesOf("invalid")).toEqual(["i-c", "i-valid"]);
  });

  it.each([
    { policy: "sync", reason: "UpdateApplicationError" },
    { policy: "create-update", reason: "UpdateApplicationError" },
    { policy: "create-only", reason: "CreateApplicationError" },
    { policy: "create-delete", reason: "CreateApplicationError" },
  ])("tell of a write that the hub refused, under $policy", async ({ policy, reason }) => {
    const name = `refused-${policy}`;
    const elements = named(`${name}-a`, `${name}-b`, `Bad_Name_${policy}`, `Worse_Name_${policy}`);
    const spec = { syncPolicy: { preserveResourcesOnDeletion: true, applicationsSync: policy } };
    await startSet(name, { elements, spec }, 2);
    const message = expect.stringMatching(
      new RegExp(`create Application argocd/Bad_Name_${policy}: .*\\(and 1 more\\)$`),
    );
    await eventually(async () => expect(await world.conditions(name)).toEqual(failed(reason, message)));

    // What should go stays while something could not be written.
    await world.hub.patch("ApplicationSet", name, {
      spec: { generators: [{ list: { elements: named(`${name}-a`, `Bad_Name_${policy}`) } }] },
    });
    await eventually(async () => expect((await world.conditions(name)).ErrorOccurred?.message).not.toContain("more)"));
    expect(await world.namesOf(name)).toEqual([`${name}-a`, `${name}-b`]);
  });
});

describe("the status of a set", () => {
  it("lists its Applications by name, with how they stand", async () => {
    await startSet("list", { elements: named("list-b", "list-c", "list-a") }, 3);
    const status = { sync: { status: "Synced" }, health: { status: "Degraded" } };
    await world.hub.patch("Application", "list-b", { status });
    const line = (name: string) => ({
      ...{ group: "argoproj.io", version: "v1alpha1", kind: "Application", namespace: "argocd" },
      name,
    });
    await eventually(async () => {
      const set = await world.set("list");
      expect(set?.status?.resources).toEqual([
        line("list-a"),
        { ...line("list-b"), status: "Synced", health: { status: "Degraded" } },
        line("list-c"),
      ]);
      expect(set?.status?.resourcesCount).toBe(3);
    });
  });
});

describe("events about a set", () => {
  it("are one for all Applications of the same fate, and none where nothing happened", async () => {
    const names = Array.from({ length: 7 }, (_, index) => `many-${index}`);
    await startSet(
      "many",
      { elements: named(...names), spec: { syncPolicy: { preserveResourcesOnDeletion: true } } },
      7,
    );
    await world.look("many");
    await world.look("many");
    await world.hub.patch("ApplicationSet", "many", {
      spec: {
        generators: [{ list: { elements: named(...names.slice(0, 5)) } }],
        template: { spec: { source: { targetRevision: "v2" } } },
      },
    });
    await eventually(async () => expect((await world.namesOf("many")).length).toBe(5));
    await eventually(async () =>
      expect(await eventsOf("many")).toEqual(
        expect.arrayContaining([
          {
            ...{ type: "Normal", reason: "created", count: 1 },
            message: "created 7 Applications: many-0, many-1, many-2, many-3, many-4 and 2 more",
          },
          {
            ...{ type: "Normal", reason: "updated", count: 1 },
            message: "updated 5 Applications: many-0, many-1, many-2, many-3, many-4",
          },
          { type: "Normal", reason: "deleted", count: 1, message: "deleted 2 Applications: many-5, many-6" },
        ]),
      ),
    );
    expect((await eventsOf("many")).length).toBe(3);
  });
});

describe("spec.fleet in the annotation", () => {
  const annotated = (fleet: string) => ({ metadata: { annotations: { "fleetset.io/fleet": fleet } } });

  it("is what it would be in the spec", async () => {
    const template = { metadata: { name: "{{upper name}}".toLowerCase() } };
    const parts = { elements: [{ name: "notes-a", tags: ["x", "y"] }], app: template };
    const app = { metadata: { name: "{{name}}", labels: { tags: "{{join tags '-'}}" } } };
    await startSet("notes", { ...parts, app, ...annotated("engine: handlebars\ndeletion: {maxCount: 0}\n") }, 1);
    expect((await world.app("notes-a"))?.metadata.labels).toEqual({ tags: "x-y" });
    await world.hub.patch("ApplicationSet", "notes", { spec: { generators: [{ list: { elements: [] } }] } });
    await world.look("notes");
    expect(await world.namesOf("notes")).toEqual(["notes-a"]);
    expect((await world.conditions("notes")).ChangesHeld).toMatchObject({ reason: "DeletionBudget" });
  });

  it.each([
    { name: "no-yaml", fleet: "engine: [", says: "fleetset.io/fleet" },
    { name: "unknown-field", fleet: "engin: handlebars", says: "engin" },
    { name: "bad-value", fleet: "engine: jinja", says: "engine" },
  ])("that cannot be used ($name) writes nothing and is told", async ({ name, fleet, says }) => {
    await startSet(name, { elements: named(`${name}-a`), ...annotated(fleet) }, 0);
    await eventually(async () => {
      const { ErrorOccurred } = await world.conditions(name);
      expect(ErrorOccurred).toMatchObject({ status: "True", message: expect.stringContaining(says) });
    });
    expect(await world.namesOf(name)).toEqual([]);
  });
});
