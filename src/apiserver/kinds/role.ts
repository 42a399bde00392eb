import type { KubeObject } from "../resources.ts";

/** A role without rules says so: the Go type never leaves the field out. */
export function withRules(role: KubeObject): KubeObject {
  return role.rules === undefined ? { ...role, rules: null } : role;
}
