import type { Journal } from "../../../src/apiserver/store/journal.ts";

export const jsonOf = (name: string, version: number, filler = "") =>
  JSON.stringify({
    ...{ apiVersion: "v1", kind: "ConfigMap" },
    metadata: { name, namespace: "n", resourceVersion: String(version) },
    filler,
  });

export function put(journal: Journal, name: string, version: number, filler = ""): void {
  journal.append("", { resource: "/configmaps", key: `n/${name}`, version, json: jsonOf(name, version, filler) });
}

/** Everything in a store, as texts. */
export function contents(journal: Journal, cluster = ""): readonly [number, readonly string[]] {
  const { version, objects } = journal.load(cluster);
  return [version, [...objects].map(({ resource, key, version, json }) => `${resource} ${key} ${version} ${json}`)];
}

/** Writes small and large objects, and changes and removes some of them. */
export async function useStore(journal: Journal): Promise<void> {
  for (let version = 1; version <= 240; version += 1) {
    const name = `object-${(version * 7) % 90}`;
    if (version % 5 === 0) {
      journal.append("", { resource: "/configmaps", key: `n/${name}`, version, json: undefined });
    } else put(journal, name, version, "é".repeat((version * version) % 5000));
    if (version % 8 === 0) await journal.flushed();
  }
}
