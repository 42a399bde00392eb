import type { ClusterFacts, KubeObject, ObjectQuery, Ports, Reading, Remotes } from "../../generators/ports.ts";
import { parseLabelSelector } from "../base/selectors.ts";
import { isMap, own, type StringMap } from "../base/values.ts";
import { clusterFacts, isClusterSecret } from "./cluster-facts.ts";
import { clusterProblems } from "./cluster-problems.ts";
import { type Inventory, type InventoryEntry, type InventoryObject, nameOf } from "./inventory.ts";
import { secretTexts } from "./secret-data.ts";

/**
 * The ports of generators on an inventory of files. It is always complete. An object without a namespace is found in
 * every namespace; the AppProject `default` always exists.
 */
export function inventoryPorts({ entries }: Inventory, remotes: Remotes): Ports {
  const byKind = objectsByKind(entries);
  const all = (kind: string, namespace: string): InventoryObject[] =>
    (byKind.get(kind) ?? []).filter(({ metadata }) => isIn(metadata.namespace, namespace));
  const one = (kind: string, namespace: string, name: string): InventoryObject | undefined =>
    all(kind, namespace).findLast(({ metadata }) => metadata.name === name);
  return {
    ...remotes,
    clusters: {
      async list(namespace): Promise<Reading<ClusterFacts>> {
        return complete(all("Secret", namespace).filter(isClusterSecret).map(clusterFacts));
      },
    },
    projects: {
      has: async (name, namespace) => name === "default" || one("AppProject", namespace, name) !== undefined,
    },
    objects: {
      async configMap(name, namespace) {
        const found = one("ConfigMap", namespace, name);
        return found === undefined ? undefined : ((found.data ?? {}) as StringMap);
      },
      async secret(name, namespace) {
        const found = one("Secret", namespace, name);
        return found === undefined ? undefined : secretTexts(found);
      },
      list: async (query) => complete(findObjects(entries, query)),
    },
  };
}

function objectsByKind(entries: readonly InventoryEntry[]): ReadonlyMap<string, readonly InventoryObject[]> {
  const byKind = new Map<string, InventoryObject[]>();
  for (const { object } of entries) {
    const objects = byKind.get(object.kind);
    if (objects === undefined) byKind.set(object.kind, [object]);
    else objects.push(object);
  }
  return byKind;
}

function isIn(namespace: string | undefined, wanted: string): boolean {
  return namespace === undefined || namespace === "" || namespace === wanted;
}

function complete<T>(items: readonly T[]): Reading<T> {
  return { items, completeness: "complete", gaps: [], version: "" };
}

function findObjects(entries: readonly InventoryEntry[], query: ObjectQuery): KubeObject[] {
  const selector = parseLabelSelector(query.selector ?? {});
  return entries
    .map(({ object }) => object)
    .filter(
      ({ apiVersion, kind, metadata }) =>
        apiVersion === query.apiVersion &&
        pluralsOf(kind, entries).includes(query.plural) &&
        isIn(metadata.namespace, query.namespace) &&
        (query.name === undefined || metadata.name === query.name) &&
        selector.matches(metadata.labels ?? {}),
    ) as unknown as KubeObject[];
}

/** The names that a resource of this kind may have: those of its definition if the inventory has it, else the usual ones. */
function pluralsOf(kind: string, entries: readonly InventoryEntry[]): string[] {
  const defined = entries.flatMap(({ object }) => {
    const names = object.kind === "CustomResourceDefinition" && isMap(object.spec) ? object.spec.names : undefined;
    return isMap(names) && own(names, "kind") === kind ? [String(own(names, "plural"))] : [];
  });
  const lower = kind.toLowerCase();
  const ending = lower.endsWith("s") ? [lower] : [];
  return [...defined, `${lower}s`, `${lower}es`, ...(lower.endsWith("y") ? [lower.replace(/y$/, "ies")] : ending)];
}

/**
 * What is wrong with the cluster Secrets of an inventory, in words. Rows are made of them all the same, as in Argo CD;
 * connecting to such a cluster would fail. Never holds a part of a credential.
 */
export function clusterWarnings({ entries }: Inventory): string[] {
  return entries
    .filter(({ object }) => object.kind === "Secret" && isClusterSecret(object))
    .flatMap(({ object, file, line }) =>
      clusterProblems(object).map((problem) => `${file}, line ${line}: ${nameOf(object)} ${problem}`),
    );
}
