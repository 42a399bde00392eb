import { apiVersionOf, type KubeObject, type OwnerReference } from "../resources.ts";
import { at, type Fields, fieldsAt, numberAt, textAt } from "../table/fields.ts";
import { replicaSetName, templateHash } from "./deployment.ts";
import { type PodSource, type SimulatedKind, simulateAnnotation } from "./simulated.ts";

const hashLabel = "pod-template-hash";
const revisionAnnotation = "deployment.kubernetes.io/revision";

function ownedBy(owner: KubeObject, { resource, kind }: SimulatedKind): OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind,
    name: textAt(owner, "metadata", "name"),
    uid: textAt(owner, "metadata", "uid"),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** What an object says about itself or, for a workload, about its pods. */
export function isFailing(object: unknown): boolean {
  const own = fieldsAt(object, "metadata", "annotations")[simulateAnnotation];
  const ofPods = fieldsAt(object, "spec", "template", "metadata", "annotations")[simulateAnnotation];
  return own === "fail" || ofPods === "fail";
}

function marked(annotations: Fields, fails: boolean): { readonly [key: string]: string } {
  return { ...annotations, ...(fails ? { [simulateAnnotation]: "fail" } : {}) } as { readonly [key: string]: string };
}

/** The set that holds the pods of a Deployment's present template. */
export function replicaSetOf(deployment: KubeObject, kind: SimulatedKind, revision: number): KubeObject {
  const hash = { [hashLabel]: templateHash(deployment) };
  const template = fieldsAt(deployment, "spec", "template");
  const metadata = fieldsAt(template, "metadata");
  const labels = { ...fieldsAt(metadata, "labels"), ...hash } as { readonly [key: string]: string };
  const selector = fieldsAt(deployment, "spec", "selector");
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: replicaSetName(deployment),
      namespace: textAt(deployment, "metadata", "namespace"),
      labels,
      annotations: marked({ [revisionAnnotation]: String(revision) }, isFailing(deployment)),
      ownerReferences: [ownedBy(deployment, kind)],
    },
    spec: {
      replicas: numberAt(deployment, "spec", "replicas"),
      selector: { ...selector, matchLabels: { ...fieldsAt(selector, "matchLabels"), ...hash } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  };
}

export function revisionOf(replicaSet: unknown): number {
  return Number(fieldsAt(replicaSet, "metadata", "annotations")[revisionAnnotation] ?? 0);
}

/** One pod of a workload, on the member's node. */
export function podOf(owner: KubeObject, kind: SimulatedKind, name: string, nodeName: string): KubeObject {
  const template = fieldsAt(owner, "spec", "template");
  const metadata = fieldsAt(template, "metadata");
  const labels = fieldsAt(metadata, "labels") as { readonly [key: string]: string };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: textAt(owner, "metadata", "namespace"),
      labels,
      annotations: marked(fieldsAt(metadata, "annotations"), isFailing(owner)),
      ownerReferences: [ownedBy(owner, kind)],
    },
    spec: { ...fieldsAt(template, "spec"), nodeName },
  };
}

/** The names of the pods that a workload is to have, no more than `most`. */
export function podNames(owner: KubeObject, source: PodSource, most: number): readonly string[] {
  const count = at(owner, "metadata", "deletionTimestamp") === undefined ? source.count(owner) : 0;
  return Array.from({ length: Math.min(count, most) }, (_, index) => source.podName(owner, index));
}
