import { kubeTime } from "../../base/clock.ts";
import { type Fields, isFields, listAt, textAt } from "../table/fields.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

function findCondition(object: unknown, type: string): Fields | undefined {
  return listAt(object, "status", "conditions").find(
    (one): one is Fields => isFields(one) && textAt(one, "type") === type,
  );
}

/** Conditions with their times: the moment of a change is kept as long as the status stays. */
export function withTimes(object: unknown, wanted: readonly Condition[], nowMs: number, ...more: string[]): Fields[] {
  const now = kubeTime(nowMs);
  return wanted.map((condition) => {
    const before = findCondition(object, condition.type);
    const isSame = before !== undefined && before.status === condition.status;
    const isUnchanged = isSame && before.reason === condition.reason && before.message === condition.message;
    const changed = isSame ? before.lastTransitionTime : now;
    const others = more.map((name) => [name, isUnchanged ? before[name] : now]);
    return { ...condition, lastTransitionTime: changed, ...Object.fromEntries(others) };
  });
}
