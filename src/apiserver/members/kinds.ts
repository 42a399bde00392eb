import { deployment } from "./deployment.ts";
import { job } from "./job.ts";
import { pod } from "./pod.ts";
import { daemonSet, replicaSet, replicationController, statefulSet } from "./replicated.ts";
import type { SimulatedKind } from "./simulated.ts";
import { persistentVolume, persistentVolumeClaim, service } from "./storage-and-network.ts";

/** Every kind that comes to life on a simulated member. */
export const simulatedKinds: readonly SimulatedKind[] = [
  deployment,
  replicaSet,
  replicationController,
  statefulSet,
  daemonSet,
  job,
  pod,
  service,
  persistentVolumeClaim,
  persistentVolume,
];
