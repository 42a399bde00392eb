import type { ApplicationSet } from "../../crds/application-set.ts";

/** `spec.syncPolicy.applicationsSync`: which writes the set allows at all. */
export type SyncPolicy = "create-only" | "create-update" | "create-delete" | "sync";

interface Allowed {
  readonly update: boolean;
  readonly delete: boolean;
}

const allowed: { readonly [P in SyncPolicy]: Allowed } = {
  "create-only": { update: false, delete: false },
  "create-update": { update: true, delete: false },
  "create-delete": { update: false, delete: true },
  sync: { update: true, delete: true },
};

export function policyOf(set: ApplicationSet): SyncPolicy {
  return (set.spec.syncPolicy?.applicationsSync ?? "sync") as SyncPolicy;
}

export function mayUpdate(policy: SyncPolicy): boolean {
  return allowed[policy].update;
}

export function mayDelete(policy: SyncPolicy): boolean {
  return allowed[policy].delete;
}
