import type { ResourceKey } from "./tracking.ts";

/** Kinds in the order in which they are applied; others come last. Rule: the order of Argo CD's sync tasks. */
const kindOrder = [
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "PodSecurityPolicy",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Secret",
  "ConfigMap",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "Service",
  "DaemonSet",
  "Pod",
  "ReplicationController",
  "ReplicaSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "StatefulSet",
  "Job",
  "CronJob",
  "IngressClass",
  "Ingress",
  "APIService",
];
const ranks: ReadonlyMap<string, number> = new Map(kindOrder.map((kind, rank) => [kind, rank]));

function rankOf({ kind }: ResourceKey): number {
  return ranks.get(kind) ?? kindOrder.length;
}

/** The last rank of kinds that others need to be there first: accounts, configuration and roles. */
const lastPrerequisite = ranks.get("RoleBinding") as number;

/**
 * Objects in tiers: namespaces, then custom resource definitions, then what others refer to, then the rest. Each tier may be
 * applied all at once when the one before is done. Within a tier in the order of kinds, then of names.
 */
export function tiersOf<T extends { readonly key: ResourceKey }>(objects: readonly T[]): T[][] {
  const tiers: T[][] = [[], [], [], []];
  for (const object of objects) tiers[tierOf(object.key)]?.push(object);
  for (const tier of tiers) tier.sort(byRank);
  return tiers.filter((tier) => tier.length > 0);
}

function tierOf(key: ResourceKey): number {
  if (key.kind === "Namespace") return 0;
  if (key.kind === "CustomResourceDefinition") return 1;
  return rankOf(key) <= lastPrerequisite ? 2 : 3;
}

function byRank(a: { readonly key: ResourceKey }, b: { readonly key: ResourceKey }): number {
  const byKind = rankOf(a.key) - rankOf(b.key);
  if (byKind !== 0) return byKind;
  const [left, right] = [`${a.key.namespace}/${a.key.name}`, `${b.key.namespace}/${b.key.name}`];
  return left < right ? -1 : 1;
}
