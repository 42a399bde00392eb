import { builtinValidations } from "../builtin/validation/validations.ts";
import { builtinWarnings, type Warnings } from "../builtin/warnings/warnings.ts";
import { prepareCrd } from "../crds/prepare.ts";
import { crdErrors } from "../crds/validate.ts";
import type { KubeObject, ResourceDefinition } from "../resources.ts";
import type { FieldError } from "../validation/field-error.ts";
import { labelName, type NameCheck, pathSegmentName, subdomainName } from "../validation/names.ts";
import { countTemplates } from "./daemon-set.ts";
import { phaseErrors } from "./namespace.ts";
import { withRules } from "./role.ts";

/** What a kind does with a write beyond what its schema says. */
export interface KindRules {
  /**
   * Fields whose change makes a new generation, as dotted paths; `*` stands for all but metadata. Absent: the kind has no
   * generation of its own, and a client's is kept.
   */
  readonly generation?: readonly string[];
  /** A PUT of an object that is not there creates it. */
  readonly createOnUpdate: boolean;
  /** A PUT without resourceVersion overwrites whatever is there. */
  readonly unconditionalUpdate: boolean;
  readonly nameCheck: NameCheck;
  /** Metadata that a write through the status subresource leaves as it was; the whole of it for custom resources. */
  readonly statusKeeps: readonly string[];
  /**
   * Values that the server assigns after ownership is settled: nobody owns them unless a client sent them. Each is a path of
   * keys, where `[]` stands for every item of a list.
   */
  readonly assigned: readonly (readonly string[])[];
  /** A deletion that names no policy leaves the dependents alone. */
  readonly orphansByDefault: boolean;
  /** A warning that comes with every answer. */
  readonly warning?: string;
  /** A warning that comes with a deletion that names no policy. */
  readonly deletionWarning?: string;
  /** A deletion answers with the object that is gone, not with a Status. */
  readonly returnsDeleted: boolean;
  /** Fields that `?fieldSelector=` may name, beside metadata.name and metadata.namespace. */
  readonly selectable: readonly string[];
  /** A status that clients may set on creation, where the kind says so. */
  readonly keepsStatusOnCreate: boolean;
  /** The kind checks all of the metadata again on an update: each error is told once more. */
  readonly revalidates: boolean;
  readonly validate?: KindValidation;
  /** What is wrong with a write to the status. */
  readonly validateStatus?: KindValidation;
  /** What a client is warned of. */
  readonly warnings?: Warnings;
  /** Brings an object into its stored form after the kind's own preparation. */
  readonly prepare?: (object: KubeObject, previous: KubeObject | undefined) => KubeObject;
}

export type KindValidation = (object: KubeObject, previous: KubeObject | undefined) => readonly FieldError[];

const defaults: KindRules = {
  createOnUpdate: false,
  unconditionalUpdate: true,
  nameCheck: subdomainName,
  statusKeeps: [],
  assigned: [],
  orphansByDefault: false,
  returnsDeleted: false,
  selectable: [],
  revalidates: false,
  keepsStatusOnCreate: false,
};

const spec = ["spec"];
const rbac = { createOnUpdate: true, nameCheck: pathSegmentName };
const roles = { ...rbac, assigned: [["rules"]], prepare: withRules };
const webhooks = { generation: ["webhooks"], unconditionalUpdate: false };
const policy = { generation: spec, unconditionalUpdate: false, statusKeeps: ["*"] };
const conditional = { unconditionalUpdate: false };

const addressFields = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"];
const serviceAssigned = [...addressFields.map((name) => ["spec", name]), ["spec", "ports", "[]", "nodePort"]];
const podAssigned = ["priority", "preemptionPolicy", "tolerations"].map((name) => ["spec", name]);
const eventFields = ["reason", "reportingComponent", "source", "type"];
const involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];
const podSpec = ["nodeName", "restartPolicy", "schedulerName", "serviceAccountName", "hostNetwork"];
const podStatus = ["phase", "podIP", "podIPs", "nominatedNodeName"];
const podFields = [...podSpec.map((name) => `spec.${name}`), ...podStatus.map((name) => `status.${name}`)];
const returned = { returnsDeleted: true };
const jobLabelNames = ["controller-uid", "job-name"].flatMap((name) => [name, `batch.kubernetes.io/${name}`]);
const jobAssigned = [
  ["spec", "selector"],
  ...jobLabelNames.flatMap((name) => [
    ["metadata", "labels", name],
    ["spec", "template", "metadata", "labels", name],
  ]),
];
const jobDeletion =
  "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning";

/** By `kind.group`, as the strategies of kube-apiserver 1.36 have it. */
const builtin: { readonly [groupKind: string]: Partial<KindRules> } = {
  "DaemonSet.apps": { generation: spec, prepare: countTemplates },
  "Deployment.apps": { generation: ["spec", "metadata.annotations"], statusKeeps: ["labels"] },
  "ReplicaSet.apps": { generation: spec, selectable: ["status.replicas"] },
  "StatefulSet.apps": { generation: spec },
  "CronJob.batch": { generation: spec },
  "Job.batch": {
    generation: spec,
    assigned: jobAssigned,
    orphansByDefault: true,
    deletionWarning: jobDeletion,
    selectable: ["status.successful"],
  },
  "Lease.coordination.k8s.io": { createOnUpdate: true, unconditionalUpdate: false },
  "Endpoints.": {
    createOnUpdate: true,
    warning: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  },
  "Event.": {
    createOnUpdate: true,
    selectable: [...involved.map((name) => `involvedObject.${name}`), ...eventFields],
  },
  "Event.events.k8s.io": {
    createOnUpdate: true,
    selectable: [...involved.map((name) => `regarding.${name}`), "reason", "reportingController", "type"],
  },
  "LimitRange.": { createOnUpdate: true },
  "Namespace.": {
    ...returned,
    nameCheck: labelName,
    assigned: [["spec", "finalizers"]],
    selectable: ["status.phase"],
    validateStatus: phaseErrors,
  },
  "Node.": { keepsStatusOnCreate: true, selectable: ["spec.unschedulable"] },
  "PersistentVolume.": returned,
  "PersistentVolumeClaim.": returned,
  "Pod.": {
    ...returned,
    generation: spec,
    statusKeeps: ["ownerReferences"],
    assigned: podAssigned,
    selectable: podFields,
  },
  "PodTemplate.": { ...returned, generation: ["template"] },
  "ReplicationController.": { generation: spec, orphansByDefault: true, selectable: ["status.replicas"] },
  "ResourceQuota.": returned,
  "ConfigMap.": { revalidates: true },
  "Secret.": { revalidates: true, selectable: ["type"] },
  "Service.": {
    ...returned,
    revalidates: true,
    createOnUpdate: true,
    nameCheck: labelName,
    assigned: serviceAssigned,
    selectable: ["spec.clusterIP", "spec.type"],
  },
  "ServiceAccount.": returned,
  "EndpointSlice.discovery.k8s.io": { generation: ["addressType", "endpoints", "ports", "metadata.labels"] },
  "Ingress.networking.k8s.io": { generation: spec },
  "IngressClass.networking.k8s.io": { generation: spec },
  "NetworkPolicy.networking.k8s.io": { generation: spec },
  "PodDisruptionBudget.policy": { generation: spec, unconditionalUpdate: false },
  "ClusterRole.rbac.authorization.k8s.io": roles,
  "ClusterRoleBinding.rbac.authorization.k8s.io": rbac,
  "Role.rbac.authorization.k8s.io": roles,
  "RoleBinding.rbac.authorization.k8s.io": rbac,
  "PriorityClass.scheduling.k8s.io": { generation: [] },
  "CSIDriver.storage.k8s.io": { ...returned, ...conditional },
  "CSINode.storage.k8s.io": { ...returned, ...conditional },
  "CSIStorageCapacity.storage.k8s.io": conditional,
  "StorageClass.storage.k8s.io": returned,
  "VolumeAttachment.storage.k8s.io": { ...returned, ...conditional },
  "VolumeAttributesClass.storage.k8s.io": returned,
  "CustomResourceDefinition.apiextensions.k8s.io": {
    generation: spec,
    unconditionalUpdate: false,
    statusKeeps: ["*"],
    prepare: prepareCrd,
    validate: crdErrors,
  },
  "APIService.apiregistration.k8s.io": { unconditionalUpdate: false, statusKeeps: ["labels", "annotations"] },
  "MutatingWebhookConfiguration.admissionregistration.k8s.io": webhooks,
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io": webhooks,
  "ValidatingAdmissionPolicy.admissionregistration.k8s.io": policy,
  "MutatingAdmissionPolicy.admissionregistration.k8s.io": policy,
  "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": policy,
  "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io": policy,
};

const customRules: KindRules = { ...defaults, generation: ["*"], unconditionalUpdate: false, statusKeeps: ["*"] };

const known = new Map<string, KindRules>();

export function rulesOf(definition: ResourceDefinition): KindRules {
  if (!isBuiltin(definition)) return customRules;
  const key = `${definition.kind}.${definition.group}`;
  let rules = known.get(key);
  if (rules === undefined) known.set(key, (rules = { ...defaults, ...checksOf(key), ...builtin[key] }));
  return rules;
}

function checksOf(key: string): Pick<KindRules, "validate" | "warnings"> {
  const validate = Object.hasOwn(builtinValidations, key) ? builtinValidations[key] : undefined;
  const warnings = Object.hasOwn(builtinWarnings, key) ? builtinWarnings[key] : undefined;
  return { ...(validate !== undefined && { validate }), ...(warnings !== undefined && { warnings }) };
}

/** Built-in kinds are read as Go structs, custom ones as their CRD's schema says. */
export function isBuiltin(definition: ResourceDefinition): boolean {
  return definition.strategicMerge === true;
}
