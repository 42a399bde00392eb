import type { KubeObject } from "../../kube/objects.ts";
import type { Health } from "./health.ts";
import { conditionsOf, degraded, healthy, isObserved, numberAt, progressing, textAt } from "./health.ts";

const waiting = "Waiting for rollout to finish:";

function status(object: KubeObject, field: string): number {
  return numberAt(object, "status", field) ?? 0;
}

export function deploymentHealth(object: KubeObject): Health {
  if ((object.spec as { paused?: unknown } | undefined)?.paused === true) {
    return { status: "Suspended", message: "Deployment is paused" };
  }
  if (!isObserved(object)) return progressing(`${waiting} the new spec has not been observed yet`);
  const { name } = object.metadata;
  const late = conditionsOf(object).some(
    ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
  );
  if (late) return degraded(`Deployment ${JSON.stringify(name)} exceeded its progress deadline`);
  const wanted = numberAt(object, "spec", "replicas");
  const [updated, all, available] = [
    status(object, "updatedReplicas"),
    status(object, "replicas"),
    status(object, "availableReplicas"),
  ];
  if (wanted !== undefined && updated < wanted) {
    return progressing(`${waiting} ${updated} out of ${wanted} new replicas have been updated`);
  }
  if (all > updated) return progressing(`${waiting} ${all - updated} old replicas are pending termination`);
  if (available < updated) return progressing(`${waiting} ${available} of ${updated} updated replicas are available`);
  return healthy;
}

export function statefulSetHealth(object: KubeObject): Health {
  if ((numberAt(object, "status", "observedGeneration") ?? 0) === 0 || !isObserved(object)) {
    return progressing("Waiting for statefulset spec update to be observed");
  }
  const wanted = numberAt(object, "spec", "replicas");
  const [ready, updated] = [status(object, "readyReplicas"), status(object, "updatedReplicas")];
  if (wanted !== undefined && ready < wanted) return progressing(`Waiting for ${wanted - ready} pods to be ready`);
  const strategy = textAt(object, "spec", "updateStrategy", "type");
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition");
  if (strategy === "RollingUpdate" && partition !== undefined && wanted !== undefined) {
    if (updated >= wanted - partition) return healthy;
    return progressing(
      `Waiting for partitioned roll out: ${updated} of ${wanted - partition} new pods have been updated`,
    );
  }
  if (strategy === "OnDelete") return healthy;
  if (textAt(object, "status", "updateRevision") !== textAt(object, "status", "currentRevision")) {
    return progressing(`Waiting for rolling update to complete: ${updated} pods are at the new revision`);
  }
  return healthy;
}

export function daemonSetHealth(object: KubeObject): Health {
  if (!isObserved(object)) return progressing(`${waiting} the new spec has not been observed yet`);
  if (textAt(object, "spec", "updateStrategy", "type") === "OnDelete") return healthy;
  const wanted = status(object, "desiredNumberScheduled");
  const [updated, available] = [status(object, "updatedNumberScheduled"), status(object, "numberAvailable")];
  if (updated < wanted) return progressing(`${waiting} ${updated} out of ${wanted} new pods have been updated`);
  if (available < wanted) return progressing(`${waiting} ${available} of ${wanted} updated pods are available`);
  return healthy;
}

export function replicaSetHealth(object: KubeObject): Health {
  if (!isObserved(object)) return progressing(`${waiting} the new spec has not been observed yet`);
  const failure = conditionsOf(object).find(({ type, status: state }) => type === "ReplicaFailure" && state === "True");
  if (failure !== undefined) return degraded(failure.message);
  const wanted = numberAt(object, "spec", "replicas");
  const available = status(object, "availableReplicas");
  if (wanted === undefined || available >= wanted) return healthy;
  return progressing(`${waiting} ${available} out of ${wanted} replicas are available`);
}
