import type { KubeObject } from "../../kube/objects.ts";
import { splitApiVersion } from "../../kube/objects.ts";
import type { Health, HealthCheck, HealthCode } from "./health.ts";
import { healthy, progressing, worse } from "./health.ts";
import {
  apiServiceHealth,
  horizontalPodAutoscalerHealth,
  ingressHealth,
  jobHealth,
  persistentVolumeClaimHealth,
  serviceHealth,
  workflowHealth,
} from "./others.ts";
import { podHealth } from "./pod.ts";
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from "./workloads.ts";

/** The kinds whose health is known, by group and kind. Rule: the checks that Argo CD has built in. */
export const healthChecks: Readonly<Record<string, HealthCheck>> = {
  "apps/Deployment": deploymentHealth,
  "apps/StatefulSet": statefulSetHealth,
  "apps/DaemonSet": daemonSetHealth,
  "apps/ReplicaSet": replicaSetHealth,
  "/Pod": podHealth,
  "batch/Job": jobHealth,
  "/Service": serviceHealth,
  "networking.k8s.io/Ingress": ingressHealth,
  "extensions/Ingress": ingressHealth,
  "/PersistentVolumeClaim": persistentVolumeClaimHealth,
  "autoscaling/HorizontalPodAutoscaler": horizontalPodAutoscalerHealth,
  "apiregistration.k8s.io/APIService": apiServiceHealth,
  "argoproj.io/Workflow": workflowHealth,
};

const hookFinalizer = "argocd.argoproj.io/hook-finalizer";
const ignoreAnnotation = "argocd.argoproj.io/ignore-healthcheck";

/** The health of a live object; undefined for a kind of which nothing is known, which counts as fine. */
export function healthOf(object: KubeObject): Health | undefined {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp !== undefined && !finalizers.includes(hookFinalizer)) return progressing("Pending deletion");
  const key = `${splitApiVersion(object.apiVersion).group}/${object.kind}`;
  return Object.hasOwn(healthChecks, key) ? healthChecks[key]?.(object) : undefined;
}

/** One resource of an Application: its live object, or undefined when it is missing. */
export interface HealthInput {
  readonly live: KubeObject | undefined;
  readonly health: Health | undefined;
}

/** The health of an Application: the worst of its resources. Missing ones count only when all are missing. */
export function aggregateHealth(resources: readonly HealthInput[]): Health {
  if (resources.length > 0 && resources.every(({ live }) => live === undefined)) return { status: "Missing" };
  let code: HealthCode = healthy.status;
  for (const { live, health } of resources) {
    if (live === undefined || health === undefined) continue;
    if (live.metadata.annotations?.[ignoreAnnotation] === "true") continue;
    code = worse(code, health.status);
  }
  return { status: code };
}
