import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../resources.ts";
import { at, fieldsAt, numberAt } from "../../table/fields.ts";
import { labelName } from "../../validation/names.ts";
import { podSpecWarnings } from "./pod-spec.ts";

/** What a client is warned of in an object that is admitted; `previous` for an update. */
export type Warnings = (object: KubeObject, previous: KubeObject | undefined) => readonly string[];

function nameWarnings({ metadata }: KubeObject, use: string): string[] {
  const problems = labelName(metadata?.name ?? "");
  if (problems.length === 0) return [];
  const effect = `metadata.name: this is used in ${use}, which can result in surprising behavior`;
  return [`${effect}; a DNS label is recommended: [${problems.join(" ")}]`];
}

const podNames = "Pod names and hostnames";

/** Templates are looked at again only when the object's desired state has changed. */
function templateWarnings(use: string | undefined, ...path: readonly string[]): Warnings {
  return (object, previous) => {
    if (previous !== undefined && isDeepStrictEqual(object.spec, previous.spec)) return [];
    const prefix = [...path, ""].join(".");
    const names = use === undefined || previous !== undefined ? [] : nameWarnings(object, use);
    return [...names, ...podSpecWarnings(at(object, ...path, "spec"), prefix)];
  };
}

/** Pods are changed by programs: only their creation is worth a warning. */
const podWarnings: Warnings = (pod, previous) =>
  previous === undefined ? [...nameWarnings(pod, "the Pod's hostname"), ...podSpecWarnings(at(pod, "spec"), "")] : [];

const statefulSetWarnings: Warnings = (object, previous) => {
  const history = "a negative value retains all historical revisions; a value >= 0 is recommended";
  const isNegative = numberAt(object, "spec", "revisionHistoryLimit") < 0;
  return [
    ...templateWarnings(undefined, "spec", "template")(object, previous),
    ...(isNegative ? [`spec.revisionHistoryLimit: ${history}`] : []),
  ];
};

const ingressClass = "kubernetes.io/ingress.class";

const ingressWarnings: Warnings = (object, previous) => {
  const isThere = Object.hasOwn(fieldsAt(object, "metadata", "annotations"), ingressClass);
  if (!isThere || previous !== undefined) return [];
  return [`annotation ${JSON.stringify(ingressClass)} is deprecated, please use 'spec.ingressClassName' instead`];
};

/** By `kind.group`. */
export const builtinWarnings: { readonly [groupKind: string]: Warnings } = {
  "Pod.": podWarnings,
  "ReplicationController.": templateWarnings(podNames, "spec", "template"),
  "Deployment.apps": templateWarnings(podNames, "spec", "template"),
  "ReplicaSet.apps": templateWarnings(podNames, "spec", "template"),
  "DaemonSet.apps": templateWarnings(undefined, "spec", "template"),
  "StatefulSet.apps": statefulSetWarnings,
  "Job.batch": templateWarnings(podNames, "spec", "template"),
  "CronJob.batch": templateWarnings(podNames, "spec", "jobTemplate", "spec", "template"),
  "Ingress.networking.k8s.io": ingressWarnings,
};
