import { at, numberAt, textAt } from "../table/fields.ts";
import { templateHash } from "./deployment.ts";
import { suffixOf } from "./names.ts";
import type { PodSource, SimulatedKind, Situation } from "./simulated.ts";

function isObserved(object: unknown): boolean {
  return numberAt(object, "status", "observedGeneration") === numberAt(object, "metadata", "generation");
}

function readyCount(wanted: number, { isDone, isFailing }: Situation): number {
  return isDone && !isFailing ? wanted : 0;
}

const randomNames: PodSource = {
  count: (object) => numberAt(object, "spec", "replicas"),
  podName: (object, index) =>
    `${textAt(object, "metadata", "name")}-${suffixOf(`${textAt(object, "metadata", "uid")}/${index}`, 5)}`,
};

function replicaStatus(object: unknown, situation: Situation) {
  const replicas = numberAt(object, "spec", "replicas");
  const ready = readyCount(replicas, situation);
  return {
    observedGeneration: numberAt(object, "metadata", "generation"),
    replicas,
    ...(replicas === 0 ? {} : { fullyLabeledReplicas: replicas }),
    ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
  };
}

export const replicaSetResource = { group: "apps", version: "v1", plural: "replicasets" };

export const replicaSet: SimulatedKind = {
  resource: replicaSetResource,
  kind: "ReplicaSet",
  isSettled: isObserved,
  status: replicaStatus,
  pods: randomNames,
};

export const replicationController: SimulatedKind = {
  resource: { group: "", version: "v1", plural: "replicationcontrollers" },
  kind: "ReplicationController",
  isSettled: isObserved,
  status: replicaStatus,
  pods: randomNames,
};

export const statefulSet: SimulatedKind = {
  resource: { group: "apps", version: "v1", plural: "statefulsets" },
  kind: "StatefulSet",
  isSettled: isObserved,
  status: (object, situation) => {
    const replicas = numberAt(object, "spec", "replicas");
    const ready = readyCount(replicas, situation);
    const revision = `${textAt(object, "metadata", "name")}-${templateHash(object)}`;
    const current = situation.isDone ? revision : textAt(object, "status", "currentRevision") || revision;
    return {
      observedGeneration: numberAt(object, "metadata", "generation"),
      replicas,
      availableReplicas: ready,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      ...(replicas === 0 ? {} : { currentReplicas: replicas }),
      ...(replicas === 0 || !situation.isDone ? {} : { updatedReplicas: replicas }),
      currentRevision: current,
      updateRevision: revision,
      collisionCount: 0,
    };
  },
  pods: {
    count: (object) => numberAt(object, "spec", "replicas"),
    podName: (object, index) => {
      const first = numberAt(object, "spec", "ordinals", "start");
      return `${textAt(object, "metadata", "name")}-${first + index}`;
    },
  },
};

/** One pod on the one node of the member. */
export const daemonSet: SimulatedKind = {
  resource: { group: "apps", version: "v1", plural: "daemonsets" },
  kind: "DaemonSet",
  isSettled: isObserved,
  status: (object, situation) => {
    const ready = readyCount(1, situation);
    return {
      observedGeneration: numberAt(object, "metadata", "generation"),
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      numberMisscheduled: 0,
      numberReady: ready,
      updatedNumberScheduled: 1,
      ...(ready === 0 ? { numberUnavailable: 1 } : { numberAvailable: ready }),
    };
  },
  pods: { count: () => 1, podName: randomNames.podName },
};

/** A set that belongs to a Deployment fails and waits with it, and is not started anew by itself. */
export function hasController(object: unknown): boolean {
  const owners = at(object, "metadata", "ownerReferences");
  return Array.isArray(owners) && owners.some((owner) => at(owner, "controller") === true);
}
