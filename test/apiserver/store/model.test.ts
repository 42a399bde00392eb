import { describe, expect, it } from "vitest";
import { ClusterStore } from "../../../src/apiserver/store/cluster-store.ts";
import type { Change } from "../../../src/apiserver/store/watch-log.ts";
import { MemoryJournal } from "../../support/memory-journal.ts";
import { fc } from "../../support/properties.ts";

const resources = ["/configmaps", "apps/deployments"];

type Step =
  | { readonly do: "put"; readonly resource: number; readonly key: string; readonly size: number }
  | { readonly do: "remove"; readonly resource: number; readonly key: string }
  | { readonly do: "compact"; readonly back: number }
  | { readonly do: "restart" };

/** Some names are the beginning of others, with characters on both sides of the slash and the dot. */
const name = fc.constantFrom("a", "a-b", "a.b", "b", "ab", "z0");
const key = fc.tuple(fc.constantFrom("", "a", "a-b", "n"), name).map(([namespace, own]) => `${namespace}/${own}`);
const resource = fc.nat({ max: 1 });
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant("put" as const), resource, key, size: fc.nat({ max: 60 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("remove" as const), resource, key }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("compact" as const), back: fc.nat({ max: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
  ),
  { maxLength: 60 },
) as fc.Arbitrary<Step[]>;

interface ModelChange {
  readonly version: number;
  readonly resource: string;
  readonly type: string;
  readonly key: string;
  /** The text after, for a deletion the last one. */
  readonly text: string;
  readonly before: string | undefined;
}

/** The simplest store: every change there ever was, and what that leaves. */
class Model {
  version = 1;
  oldest = 1;
  changes: ModelChange[] = [];
  readonly objects = new Map<string, Map<string, string>>(resources.map((resource) => [resource, new Map()]));

  add(resource: string, key: string, type: string, text: string): void {
    const before = this.objects.get(resource)?.get(key);
    this.version += 1;
    if (type === "DELETED") this.objects.get(resource)?.delete(key);
    else this.objects.get(resource)?.set(key, text);
    this.changes.push({ version: this.version, resource, type, key, text, before });
  }

  /** What a resource held at a version: the changes taken back, newest first. */
  at(resource: string, version: number): Map<string, string> {
    const objects = new Map(this.objects.get(resource));
    for (const change of this.changes.toReversed()) {
      if (change.version <= version || change.resource !== resource) continue;
      if (change.before === undefined) objects.delete(change.key);
      else objects.set(change.key, change.before);
    }
    return objects;
  }
}

function objectOf(key: string, filler: string) {
  const [namespace = "", own = ""] = key.split("/");
  return { apiVersion: "v1", kind: "Thing", metadata: { name: own, namespace }, filler };
}

function fillerOf(json: string): string {
  return (JSON.parse(json) as { readonly filler: string }).filler;
}

const summary = ({ version, resource, type, object, previous }: Change): ModelChange => ({
  ...{ version, resource, type, key: object.key, text: fillerOf(object.json) },
  before: previous === undefined ? undefined : fillerOf(previous.json),
});

function compare(store: ClusterStore, model: Model): void {
  expect(store.version).toBe(model.version);
  for (const resource of resources) {
    const objects = model.objects.get(resource) ?? new Map<string, string>();
    expect(store.count(resource)).toBe(objects.size);
    const sorted = [...objects.keys()].sort();
    expect(store.keys(resource, "")).toEqual(sorted);
    expect([...store.list(resource)].map(({ key, json }) => [key, fillerOf(json)])).toEqual(
      sorted.map((key) => [key, objects.get(key)]),
    );
    for (const namespace of ["a", "a-b", "n"]) {
      const own = sorted.filter((key) => key.startsWith(`${namespace}/`));
      expect(store.keys(resource, namespace)).toEqual(own);
      const start = own[1];
      if (start !== undefined) expect(store.keys(resource, namespace, `${start}\0`)).toEqual(own.slice(2));
    }
    compareHistory(store, model, resource);
  }
  expect(new Set(store.resources())).toEqual(
    new Set(resources.filter((resource) => (model.objects.get(resource)?.size ?? 0) > 0)),
  );
}

/** From every version there ever was, a watch gets exactly what came after it, and a list what there was; or both are told that it is too old. */
function compareHistory(store: ClusterStore, model: Model, resource: string): void {
  for (let version = 0; version <= model.version; version += 1) {
    const changes = store.changesSince(resource, version);
    const differences = store.differencesAt(resource, version);
    if (version < store.oldestVersion) {
      expect([changes, differences]).toEqual([undefined, undefined]);
      continue;
    }
    const since = model.changes.filter((change) => change.resource === resource && change.version > version);
    expect(changes?.map(summary)).toEqual(since);
    const then = new Map([...store.list(resource)].map(({ key, json }) => [key, fillerOf(json)]));
    for (const [key, stored] of differences ?? []) {
      if (stored === undefined) then.delete(key);
      else then.set(key, fillerOf(stored.json));
    }
    expect(then).toEqual(model.at(resource, version));
  }
}

async function play(step: Step, store: ClusterStore, model: Model): Promise<void> {
  if (step.do === "compact") {
    const version = Math.max(1, model.version - step.back);
    store.compact(version);
    expect(store.oldestVersion).toBeGreaterThanOrEqual(version);
  } else if (step.do === "put") {
    const resource = resources[step.resource] ?? "";
    const filler = "x".repeat(step.size);
    const isThere = model.objects.get(resource)?.has(step.key) === true;
    store.put(resource, objectOf(step.key, filler));
    model.add(resource, step.key, isThere ? "MODIFIED" : "ADDED", filler);
  } else if (step.do === "remove") {
    const resource = resources[step.resource] ?? "";
    const found = store.getByKey(resource, step.key);
    if (found === undefined) return;
    store.remove(resource, found.object);
    model.add(resource, step.key, "DELETED", fillerOf(found.json));
  }
}

const limits = { maxChanges: 12, maxBytes: 4_000 };

describe("ClusterStore", () => {
  it("lists, watches, forgets and restarts as the simplest store does", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (taken, isKept) => {
        const journal = isKept ? new MemoryJournal() : undefined;
        const open = () => new ClusterStore({ cluster: "", journal, logLimits: limits });
        const model = new Model();
        let store = open();
        let told: ModelChange[] = [];
        let isToldFrom = 0;
        store.listen(undefined, (change) => told.push(summary(change)));
        for (const step of taken) {
          await play(step, store, model);
          if (step.do === "restart" && journal !== undefined) {
            await store.settled();
            expect(told).toEqual(model.changes.slice(isToldFrom));
            [store, told, isToldFrom] = [open(), [], model.changes.length];
            store.listen(undefined, (change) => told.push(summary(change)));
            // What was before the restart is no longer known, but for the state it left.
            expect(store.oldestVersion).toBe(model.version);
          }
          compare(store, model);
        }
        await store.settled();
        expect(told).toEqual(model.changes.slice(isToldFrom));
      }),
      { numRuns: 60 },
    );
  });
});
