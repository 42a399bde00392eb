import { at, numberAt, textAt } from "../table/fields.ts";
import { type Condition, withTimes } from "./conditions.ts";
import { suffixOf } from "./names.ts";
import type { SimulatedKind, Situation } from "./simulated.ts";

export const deploymentResource = { group: "apps", version: "v1", plural: "deployments" };

/** The letters that tell one pod template from another. */
export function templateHash(object: unknown): string {
  return suffixOf(JSON.stringify(at(object, "spec", "template") ?? {}), 9);
}

export function replicaSetName(deployment: unknown): string {
  return `${textAt(deployment, "metadata", "name")}-${templateHash(deployment)}`;
}

function available(isAvailable: boolean): Condition {
  return isAvailable
    ? {
        type: "Available",
        status: "True",
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

function progressing(object: unknown, { isDone, isFailing }: Situation): Condition {
  const set = `ReplicaSet "${replicaSetName(object)}"`;
  const type = "Progressing";
  if (at(object, "spec", "paused") === true)
    return { type, status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" };
  if (!isDone) return { type, status: "True", reason: "ReplicaSetUpdated", message: `${set} is progressing.` };
  return isFailing
    ? { type, status: "False", reason: "ProgressDeadlineExceeded", message: `${set} has timed out progressing.` }
    : { type, status: "True", reason: "NewReplicaSetAvailable", message: `${set} has successfully progressed.` };
}

/** A rollout in two steps: the new pods are there, then they are ready. Until then those of before keep serving. */
function status(object: unknown, situation: Situation) {
  const replicas = numberAt(object, "spec", "replicas");
  const isUp = situation.isDone && !situation.isFailing;
  const before = Math.min(replicas, numberAt(object, "status", "availableReplicas"));
  const ready = isUp ? replicas : situation.isDone ? 0 : before;
  const updated = situation.isDone || before === 0 ? replicas : 0;
  return {
    observedGeneration: numberAt(object, "metadata", "generation"),
    ...(replicas === 0 ? {} : { replicas, ...(updated === 0 ? {} : { updatedReplicas: updated }) }),
    ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
    ...(ready === replicas ? {} : { unavailableReplicas: replicas - ready }),
    conditions: withTimes(
      object,
      [available(ready === replicas), progressing(object, situation)],
      situation.nowMs,
      "lastUpdateTime",
    ),
  };
}

export const deployment: SimulatedKind = {
  resource: deploymentResource,
  kind: "Deployment",
  isSettled: (object) =>
    numberAt(object, "status", "observedGeneration") === numberAt(object, "metadata", "generation"),
  status,
};
