import { kubeTime } from "../../base/clock.ts";
import { at, type Fields, listAt, numberAt, textAt } from "../table/fields.ts";
import { type Condition, withTimes } from "./conditions.ts";
import { suffixOf } from "./names.ts";
import type { SimulatedKind, Situation } from "./simulated.ts";

function isFinished(object: unknown): boolean {
  return listAt(object, "status", "conditions").some(
    (one) => ["Complete", "Failed"].includes(textAt(one, "type")) && textAt(one, "status") === "True",
  );
}

function isSuspended(object: unknown): boolean {
  return at(object, "spec", "suspend") === true;
}

function outcome(object: unknown, isFailing: boolean): readonly Condition[] {
  if (isFailing) {
    const reason = "BackoffLimitExceeded";
    const message = "Job has reached the specified backoff limit";
    return [
      { type: "FailureTarget", status: "True", reason, message },
      { type: "Failed", status: "True", reason, message },
    ];
  }
  const reason = "CompletionsReached";
  const message = "Reached expected number of succeeded pods";
  const types = at(object, "spec", "completions") === undefined ? ["Complete"] : ["SuccessCriteriaMet", "Complete"];
  return types.map((type): Condition => ({ type, status: "True", reason, message }));
}

function status(object: unknown, situation: Situation): Fields {
  const present = at(object, "status") as Fields;
  if (isFinished(object)) return present;
  const { nowMs, isDone, isFailing } = situation;
  if (isSuspended(object)) {
    const message = "Job suspended";
    const suspended: Condition = { type: "Suspended", status: "True", reason: "JobSuspended", message };
    return { conditions: withTimes(object, [suspended], nowMs, "lastProbeTime") };
  }
  const startTime = textAt(object, "status", "startTime") || kubeTime(nowMs);
  const wanted = numberAt(object, "spec", "completions") || 1;
  const parallel = Math.min(wanted, numberAt(object, "spec", "parallelism"));
  if (!isDone) return { startTime, active: parallel, ready: 0, terminating: 0, uncountedTerminatedPods: {} };
  const done = { startTime, ready: 0, terminating: 0, uncountedTerminatedPods: {} };
  const conditions = withTimes(object, outcome(object, isFailing), nowMs, "lastProbeTime");
  const failures = numberAt(object, "spec", "backoffLimit") + 1;
  return isFailing
    ? { ...done, failed: failures, conditions }
    : { ...done, succeeded: wanted, completionTime: kubeTime(nowMs), conditions };
}

export const job: SimulatedKind = {
  resource: { group: "batch", version: "v1", plural: "jobs" },
  kind: "Job",
  marker: (object) => String(isSuspended(object)),
  isSettled: isFinished,
  status,
  pods: {
    // A finished Job keeps the pods it had and makes no new ones.
    count: (object) => (isSuspended(object) || isFinished(object) ? 0 : numberAt(object, "spec", "parallelism")),
    podName: (object, index) =>
      `${textAt(object, "metadata", "name")}-${suffixOf(`${textAt(object, "metadata", "uid")}/${index}`, 5)}`,
  },
};
