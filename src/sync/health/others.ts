import type { KubeObject } from "../../kube/objects.ts";
import type { Health } from "./health.ts";
import { conditionsOf, degraded, healthy, listAt, progressing, textAt } from "./health.ts";

export function jobHealth(object: KubeObject): Health {
  const conditions = conditionsOf(object).filter(({ status }) => status === "True");
  const has = (name: string) => conditions.find(({ type }) => type === name);
  const [failed, suspended, complete] = [has("Failed"), has("Suspended"), has("Complete")];
  if (failed !== undefined) return degraded(failed.message);
  if (suspended !== undefined) return { status: "Suspended", message: suspended.message };
  return complete === undefined ? progressing("The job is running") : { status: "Healthy", message: complete.message };
}

export function serviceHealth(object: KubeObject): Health {
  if (textAt(object, "spec", "type") !== "LoadBalancer") return healthy;
  return hasIngress(object) ? healthy : progressing("Waiting for a load balancer");
}

export function ingressHealth(object: KubeObject): Health {
  return hasIngress(object) ? healthy : progressing("Waiting for an address");
}

function hasIngress(object: KubeObject): boolean {
  return listAt(object, "status", "loadBalancer", "ingress").length > 0;
}

export function persistentVolumeClaimHealth(object: KubeObject): Health {
  const phase = textAt(object, "status", "phase");
  if (phase === "Lost") return degraded("The volume is lost");
  if (phase === "Pending") return progressing("The volume is pending");
  return phase === "Bound" ? healthy : { status: "Unknown" };
}

const autoscalerFailure = /^(FailedGet|FailedUpdate|FailedCompute|FailedConvert|Invalid|AmbiguousSelector)/;

export function horizontalPodAutoscalerHealth(object: KubeObject): Health {
  const conditions = autoscalerConditions(object);
  const failure = conditions.find(({ status, reason }) => status === "False" && autoscalerFailure.test(reason));
  if (failure !== undefined) return degraded(failure.message);
  const works = conditions.find(
    ({ type, status }) => (type === "AbleToScale" || type === "ScalingLimited") && status === "True",
  );
  return works === undefined ? progressing("Waiting to Autoscale") : { status: "Healthy", message: works.message };
}

const autoscalerAnnotation = "autoscaling.alpha.kubernetes.io/conditions";

/** Version 1 keeps its conditions as JSON in an annotation. */
function autoscalerConditions(object: KubeObject): ReturnType<typeof conditionsOf> {
  if (!object.apiVersion.endsWith("/v1")) return conditionsOf(object);
  const annotations = object.metadata.annotations ?? {};
  const text = Object.hasOwn(annotations, autoscalerAnnotation) ? annotations[autoscalerAnnotation] : undefined;
  try {
    const conditions: unknown = JSON.parse(text ?? "[]");
    return conditionsOf({ ...object, status: { conditions } });
  } catch {
    // Written by the cluster's controller; without it nothing is known yet, which is what an empty list says.
    return [];
  }
}

export function apiServiceHealth(object: KubeObject): Health {
  const available = conditionsOf(object).find(({ type }) => type === "Available");
  if (available === undefined) return progressing("Waiting to be processed");
  const message = `${available.reason}: ${available.message}`;
  return available.status === "True" ? { status: "Healthy", message } : progressing(message);
}

export function workflowHealth(object: KubeObject): Health {
  const message = textAt(object, "status", "message") ?? "";
  switch (textAt(object, "status", "phase") ?? "") {
    case "":
    case "Pending":
    case "Running":
      return progressing(message);
    case "Succeeded":
      return { status: "Healthy", message };
    case "Failed":
    case "Error":
      return degraded(message);
    default:
      return { status: "Unknown", message };
  }
}
