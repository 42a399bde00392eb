import type { Clock } from "../base/clock.ts";
import { kubeTime } from "../base/clock.ts";

export type ConditionStatus = "True" | "False" | "Unknown";

/** A condition of an ApplicationSet. */
export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

/**
 * Conditions with new ones put in, sorted by type. The transition time moves when status, reason or message changes, as
 * ApplicationSet's does, and stays otherwise. Types in `remove` are taken out. The same array comes back when nothing
 * changed, so that a caller sees that no write is due.
 */
export function setConditions(
  current: readonly Condition[],
  next: readonly Omit<Condition, "lastTransitionTime">[],
  clock: Clock,
  remove: readonly string[] = [],
): readonly Condition[] {
  const byType = new Map(current.map((condition) => [condition.type, condition]));
  let changed = false;
  for (const type of remove) changed = byType.delete(type) || changed;
  for (const condition of next) {
    const before = byType.get(condition.type);
    if (before !== undefined && isSame(before, condition)) continue;
    byType.set(condition.type, { ...condition, lastTransitionTime: kubeTime(clock.now()) });
    changed = true;
  }
  return changed ? [...byType.values()].sort((a, b) => (a.type < b.type ? -1 : 1)) : current;
}

function isSame(a: Omit<Condition, "lastTransitionTime">, b: Omit<Condition, "lastTransitionTime">): boolean {
  return a.status === b.status && a.reason === b.reason && a.message === b.message;
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
