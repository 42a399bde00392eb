import type { Schema } from "../resources.ts";

const transition = ["lastTransitionTime"];
const probeAndTransition = ["lastProbeTime", "lastTransitionTime"];
const updateAndTransition = ["lastUpdateTime", "lastTransitionTime"];

/**
 * Times that Go types hold by value: a server writes them as null when they are not set, where it leaves out all else. The
 * published schemas do not tell them from optional times.
 */
const nullTimes: { readonly [goType: string]: readonly string[] } = {
  "v1.PodCondition": probeAndTransition,
  "v1.JobCondition": probeAndTransition,
  "v1.PersistentVolumeClaimCondition": probeAndTransition,
  "v1.NodeCondition": ["lastHeartbeatTime", "lastTransitionTime"],
  "v1.DeploymentCondition": updateAndTransition,
  "v1.CertificateSigningRequestCondition": updateAndTransition,
  "v1.NamespaceCondition": transition,
  "v1.ReplicaSetCondition": transition,
  "v1.ReplicationControllerCondition": transition,
  "v1.StatefulSetCondition": transition,
  "v1.DaemonSetCondition": transition,
  "v2.HorizontalPodAutoscalerCondition": transition,
  "v1.CustomResourceDefinitionCondition": transition,
  "v1.APIServiceCondition": transition,
  "v1.Condition": transition,
  "v1.ContainerStateRunning": ["startedAt"],
  "v1.ContainerStateTerminated": ["startedAt", "finishedAt"],
  "v1.VolumeError": ["time"],
  "v1.EventSeries": ["lastObservedTime"],
  "v1.Event": ["firstTimestamp", "lastTimestamp", "eventTime", "deprecatedFirstTimestamp", "deprecatedLastTimestamp"],
};

const none: readonly string[] = [];
const known = new WeakMap<Schema, readonly string[]>();

/** The times of a struct that are never left out. */
export function nullTimesOf(schema: Schema): readonly string[] {
  let names = known.get(schema);
  if (names === undefined) known.set(schema, (names = findTimes(schema)));
  return names;
}

function findTimes({ "x-go-type": goType, properties }: Schema): readonly string[] {
  if (typeof goType !== "string" || properties === undefined || !Object.hasOwn(nullTimes, goType)) return none;
  return nullTimes[goType]!.filter((name) => Object.hasOwn(properties, name));
}
