import type { ResourceDefinition, ResourceRegistry } from "../resources.ts";

/** One version of a group with the resources it serves. */
export interface VersionResources {
  readonly version: string;
  readonly resources: readonly ResourceDefinition[];
}

/** One API group; the first version is the preferred one. */
export interface GroupVersions {
  readonly group: string;
  readonly isBuiltin: boolean;
  readonly versions: readonly VersionResources[];
}

/**
 * The served groups: the core group, the built-in ones in their fixed order, then those of CRDs by name. kubectl resolves
 * a short name to the first resource that has it, so the order decides what `kubectl get ev` means.
 */
export function groupsOf(registry: ResourceRegistry): readonly GroupVersions[] {
  const builtin = new Set(registry.builtins.map(({ group }) => group));
  const byGroup = new Map<string, Map<string, ResourceDefinition[]>>();
  for (const definition of registry.served()) {
    const versions = getOrMake(byGroup, definition.group, () => new Map<string, ResourceDefinition[]>());
    getOrMake(versions, definition.version, () => []).push(definition);
  }
  const groups = [...byGroup].map(([group, versions]): GroupVersions => {
    const listed = [...versions].map(([version, resources]) => ({ version, resources: inOrder(resources) }));
    const isBuiltin = builtin.has(group);
    return { group, isBuiltin, versions: listed.sort((a, b) => compareVersions(a.version, b.version)) };
  });
  const custom = groups.filter(({ isBuiltin }) => !isBuiltin).sort((a, b) => compareText(a.group, b.group));
  return [...groups.filter(({ isBuiltin }) => isBuiltin), ...custom];
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function inOrder(resources: readonly ResourceDefinition[]): readonly ResourceDefinition[] {
  return [...resources].sort((a, b) => compareText(a.plural, b.plural));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Maturity {
  readonly stage: number;
  readonly major: number;
  readonly minor: number;
}

const stages = ["alpha", "beta", ""];

function maturityOf(version: string): Maturity | undefined {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return undefined;
  return { major: Number(match[1]), stage: stages.indexOf(match[2] ?? ""), minor: Number(match[3] ?? 0) };
}

/** Newest and most stable first, as the Kubernetes API orders versions: v2, v1, v1beta2, v1alpha1, then other names. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [maturityOf(a), maturityOf(b)];
  if (left === undefined || right === undefined) {
    if (left === right) return compareText(a, b);
    return left === undefined ? 1 : -1;
  }
  return right.stage - left.stage || right.major - left.major || right.minor - left.minor;
}
