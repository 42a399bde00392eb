import { describe, expect, it } from "vitest";
import { ClusterStore } from "../../../src/apiserver/store/cluster-store.ts";
import { StoredObject } from "../../../src/apiserver/store/stored.ts";
import { LogBudget, WatchLog } from "../../../src/apiserver/store/watch-log.ts";

const objectOf = (name: string, length: number) => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "n", name } },
  filler: "x".repeat(length),
});

describe("the history for watches", () => {
  it("keeps no more than it may, however large the objects", () => {
    const maxBytes = 100_000;
    const store = new ClusterStore({ cluster: "", logLimits: { maxChanges: 1000, maxBytes } });
    for (let write = 0; write < 400; write += 1) {
      store.put("/configmaps", objectOf("one", (write * 7919) % 20_000));
      const changes = store.changesSince("/configmaps", store.oldestVersion) ?? [];
      const held = changes.flatMap(({ object, previous }) => [object, previous]);
      expect(held.reduce((sum, object) => sum + (object?.json.length ?? 0), 0)).toBeLessThanOrEqual(maxBytes);
      expect(changes.length).toBeGreaterThan(0);
    }
  });

  it("lets go of what it forgot, at once", async () => {
    const log = new WatchLog(0, { maxChanges: 2, maxBytes: 1_000_000 });
    const held: WeakRef<StoredObject>[] = [];
    for (let version = 1; version <= 20; version += 1) {
      const object = new StoredObject("n", `o${version}`, version, "{}");
      held.push(new WeakRef(object));
      log.append({ version, resource: "/configmaps", type: "ADDED", object, previous: undefined });
    }
    expect(log.oldest).toBe(18);
    expect(log.since(18)?.map(({ version }) => version)).toEqual([19, 20]);
    expect(log.bytes).toBe(4);
  });

  it("of many clusters keeps to one bound, and who has most forgets first", () => {
    const budget = new LogBudget(50_000);
    const limits = { maxChanges: 10_000, maxBytes: 1_000_000, budget };
    const stores = Array.from(
      { length: 5 },
      (_, index) => new ClusterStore({ cluster: `c${index}`, logLimits: limits }),
    );
    const [busy, ...quiet] = stores;
    for (const store of quiet) store.put("/configmaps", objectOf("quiet", 1000));
    for (let write = 0; write < 300; write += 1) {
      busy?.put("/configmaps", objectOf(`busy-${write % 3}`, 500));
      expect(budget.bytes).toBeLessThanOrEqual(50_000);
    }
    expect(busy?.oldestVersion).toBeGreaterThan(200);
    expect(busy?.version).toBe(301);
    for (const store of quiet) expect(store.changesSince("/configmaps", 1)).toHaveLength(1);
  });
});
