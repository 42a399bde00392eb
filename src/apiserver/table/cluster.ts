import { since } from "./age.ts";
import { at, fieldsAt, listAt, numberAt, orElse, textAt } from "./fields.ts";
import { isDefault } from "./network.ts";
import { age, type Cells, name } from "./workloads.ts";

function keyCount(object: unknown, ...fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + Object.keys(fieldsAt(object, field)).length, 0);
}

function nodeStatus(node: unknown): string {
  const ready = listAt(node, "status", "conditions").find((condition) => textAt(condition, "type") === "Ready");
  const state = ready === undefined ? "Unknown" : textAt(ready, "status") === "True" ? "Ready" : "NotReady";
  return at(node, "spec", "unschedulable") === true ? `${state},SchedulingDisabled` : state;
}

const roleLabel = "node-role.kubernetes.io/";

function nodeRoles(node: unknown): string {
  const labels = Object.entries(fieldsAt(node, "metadata", "labels"));
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(roleLabel)) return [key.slice(roleLabel.length)];
    return key === "kubernetes.io/role" ? [String(value)] : [];
  });
  return orElse([...new Set(roles.filter((role) => role !== ""))].sort().join(","), "<none>");
}

function nodeAddress(node: unknown, type: string): string {
  const found = listAt(node, "status", "addresses").find((address) => textAt(address, "type") === type);
  return found === undefined ? "<none>" : textAt(found, "address");
}

const node: Cells = (object, now) => {
  const info = fieldsAt(object, "status", "nodeInfo");
  const architecture = textAt(info, "architecture");
  const kernel = orElse(textAt(info, "kernelVersion"), "<unknown>");
  return [
    name(object),
    nodeStatus(object),
    nodeRoles(object),
    age(object, now),
    textAt(info, "kubeletVersion"),
    nodeAddress(object, "InternalIP"),
    nodeAddress(object, "ExternalIP"),
    orElse(textAt(info, "osImage"), "<unknown>"),
    architecture === "" ? kernel : `${kernel} (${architecture})`,
    orElse(textAt(info, "containerRuntimeVersion"), "<unknown>"),
  ];
};

const accessModeNames: { readonly [mode: string]: string } = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function accessModes(modes: readonly unknown[]): string {
  const present = new Set(modes);
  const known = Object.entries(accessModeNames).filter(([mode]) => present.has(mode));
  return known.map(([, short]) => short).join(",");
}

function phase(object: unknown): string {
  return at(object, "metadata", "deletionTimestamp") === undefined ? textAt(object, "status", "phase") : "Terminating";
}

function storageClass(object: unknown): string {
  const annotation = textAt(fieldsAt(object, "metadata", "annotations"), "volume.beta.kubernetes.io/storage-class");
  return orElse(annotation, textAt(object, "spec", "storageClassName"));
}

function unset(object: unknown, field: string): string {
  return orElse(textAt(object, "spec", field), "<unset>");
}

const persistentVolumeClaim: Cells = (object, now) => {
  const isBound = textAt(object, "spec", "volumeName") !== "";
  return [
    name(object),
    phase(object),
    textAt(object, "spec", "volumeName"),
    isBound ? orElse(textAt(object, "status", "capacity", "storage"), "0") : "",
    isBound ? accessModes(listAt(object, "status", "accessModes")) : "",
    storageClass(object),
    unset(object, "volumeAttributesClassName"),
    age(object, now),
    unset(object, "volumeMode"),
  ];
};

const persistentVolume: Cells = (object, now) => {
  const claim = at(object, "spec", "claimRef");
  return [
    name(object),
    orElse(textAt(object, "spec", "capacity", "storage"), "0"),
    accessModes(listAt(object, "spec", "accessModes")),
    textAt(object, "spec", "persistentVolumeReclaimPolicy"),
    phase(object),
    claim === undefined ? "" : `${textAt(claim, "namespace")}/${textAt(claim, "name")}`,
    storageClass(object),
    unset(object, "volumeAttributesClassName"),
    textAt(object, "status", "reason"),
    age(object, now),
    unset(object, "volumeMode"),
  ];
};

function eventSource(event: unknown): string {
  const component = orElse(
    textAt(event, "source", "component"),
    orElse(textAt(event, "reportingComponent"), textAt(event, "reportingController")),
  );
  const host = orElse(textAt(event, "source", "host"), textAt(event, "reportingInstance"));
  return host === "" ? component : `${component}, ${host}`;
}

/** The older event and the one of `events.k8s.io` name the same things differently. */
const event: Cells = (object, now) => {
  const target = at(object, "involvedObject") ?? at(object, "regarding");
  const kind = textAt(target, "kind").toLowerCase();
  const firstStamp = at(object, "firstTimestamp") ?? at(object, "deprecatedFirstTimestamp") ?? at(object, "eventTime");
  const first = since(firstStamp, now);
  const lastStamp =
    at(object, "series", "lastObservedTime") ?? at(object, "lastTimestamp") ?? at(object, "deprecatedLastTimestamp");
  const last = since(lastStamp, now);
  const count = numberAt(object, "series", "count") || numberAt(object, "count") || numberAt(object, "deprecatedCount");
  return [
    last === "<unknown>" ? first : last,
    textAt(object, "type"),
    textAt(object, "reason"),
    textAt(target, "name") === "" ? kind : `${kind}/${textAt(target, "name")}`,
    textAt(target, "fieldPath"),
    eventSource(object),
    orElse(textAt(object, "message"), textAt(object, "note")).trim(),
    first,
    count === 0 ? 1 : count,
    name(object),
  ];
};

function subjects(binding: unknown, kind: string): string {
  const found = listAt(binding, "subjects").filter((subject) => textAt(subject, "kind") === kind);
  const named = found.map((subject) =>
    kind === "ServiceAccount" ? `${textAt(subject, "namespace")}/${textAt(subject, "name")}` : textAt(subject, "name"),
  );
  return named.join(", ");
}

const roleBinding: Cells = (object, now) => [
  name(object),
  `${textAt(object, "roleRef", "kind")}/${textAt(object, "roleRef", "name")}`,
  age(object, now),
  subjects(object, "User"),
  subjects(object, "Group"),
  subjects(object, "ServiceAccount"),
];

const resourceQuota: Cells = (object, now) => {
  const hard = fieldsAt(object, "status", "hard");
  const used = fieldsAt(object, "status", "used");
  const entries = Object.keys(hard).sort();
  const text = (keys: readonly string[]) =>
    keys.map((key) => `${key}: ${textAt(used, key) || "0"}/${textAt(hard, key)}`).join(", ");
  const isLimit = (key: string) => key.startsWith("limits.");
  return [name(object), text(entries.filter((key) => !isLimit(key))), text(entries.filter(isLimit)), age(object, now)];
};

function withDefault(object: unknown): string {
  const annotations = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
  ];
  return `${name(object)}${isDefault(object, ...annotations) ? " (default)" : ""}`;
}

const storageClassRow: Cells = (object, now) => [
  withDefault(object),
  textAt(object, "provisioner"),
  orElse(textAt(object, "reclaimPolicy"), "Delete"),
  orElse(textAt(object, "volumeBindingMode"), "Immediate"),
  at(object, "allowVolumeExpansion") === true,
  age(object, now),
];

const csiDriver: Cells = (object, now) => {
  const spec = fieldsAt(object, "spec");
  const audiences = listAt(spec, "tokenRequests").map((request) => textAt(request, "audience"));
  return [
    name(object),
    spec.attachRequired !== false,
    spec.podInfoOnMount === true,
    spec.storageCapacity === true,
    at(spec, "tokenRequests") === undefined ? "<unset>" : audiences.join(","),
    spec.requiresRepublish === true,
    orElse(listAt(spec, "volumeLifecycleModes").join(","), "<none>"),
    age(object, now),
  ];
};

const apiService: Cells = (object, now) => {
  const service = at(object, "spec", "service");
  const available = listAt(object, "status", "conditions").find((one) => textAt(one, "type") === "Available");
  const isAvailable = textAt(available, "status") === "True";
  const state = isAvailable ? "True" : `${textAt(available, "status")} (${textAt(available, "reason")})`;
  return [
    name(object),
    service === undefined ? "Local" : `${textAt(service, "namespace")}/${textAt(service, "name")}`,
    available === undefined ? "Unknown" : state,
    age(object, now),
  ];
};

function paramKind(object: unknown): string {
  const kind = at(object, "spec", "paramKind");
  return kind === undefined ? "<unset>" : `${textAt(kind, "apiVersion")}/${textAt(kind, "kind")}`;
}

function policy(rules: string): Cells {
  return (object, now) => [name(object), listAt(object, "spec", rules).length, paramKind(object), age(object, now)];
}

const policyBinding: Cells = (object, now) => {
  const reference = at(object, "spec", "paramRef");
  const named = textAt(reference, "name");
  const place = orElse(textAt(reference, "namespace"), "*");
  const parameters = named === "" ? "<unset>" : `${place}/${named}`;
  return [name(object), textAt(object, "spec", "policyName"), parameters, age(object, now)];
};

const webhooks: Cells = (object, now) => [name(object), listAt(object, "webhooks").length, age(object, now)];

/** Kinds without a printer of their own: name and when they were made, as it stands. */
const createdAt: Cells = (object) => [name(object), textAt(object, "metadata", "creationTimestamp")];

export const clusterCells: { readonly [groupKind: string]: Cells } = {
  "Namespace.": (object, now) => [name(object), textAt(object, "status", "phase"), age(object, now)],
  "ConfigMap.": (object, now) => [name(object), keyCount(object, "data", "binaryData"), age(object, now)],
  "Secret.": (object, now) => [name(object), textAt(object, "type"), keyCount(object, "data"), age(object, now)],
  "ServiceAccount.": (object, now) => [name(object), age(object, now)],
  "Node.": node,
  "PersistentVolumeClaim.": persistentVolumeClaim,
  "PersistentVolume.": persistentVolume,
  "Event.": event,
  "Event.events.k8s.io": event,
  "ResourceQuota.": resourceQuota,
  "LimitRange.": createdAt,
  "Role.rbac.authorization.k8s.io": createdAt,
  "ClusterRole.rbac.authorization.k8s.io": createdAt,
  "RoleBinding.rbac.authorization.k8s.io": roleBinding,
  "ClusterRoleBinding.rbac.authorization.k8s.io": roleBinding,
  "StorageClass.storage.k8s.io": storageClassRow,
  "CSIDriver.storage.k8s.io": csiDriver,
  "CSINode.storage.k8s.io": (object, now) => [name(object), listAt(object, "spec", "drivers").length, age(object, now)],
  "CSIStorageCapacity.storage.k8s.io": createdAt,
  "VolumeAttachment.storage.k8s.io": (object, now) => [
    name(object),
    textAt(object, "spec", "attacher"),
    textAt(object, "spec", "source", "persistentVolumeName"),
    textAt(object, "spec", "nodeName"),
    at(object, "status", "attached") === true,
    age(object, now),
  ],
  "VolumeAttributesClass.storage.k8s.io": (object, now) => [
    name(object),
    textAt(object, "driverName"),
    age(object, now),
  ],
  "PriorityClass.scheduling.k8s.io": (object, now) => [
    name(object),
    numberAt(object, "value"),
    at(object, "globalDefault") === true,
    age(object, now),
    textAt(object, "preemptionPolicy"),
  ],
  "Lease.coordination.k8s.io": (object, now) => [
    name(object),
    textAt(object, "spec", "holderIdentity"),
    age(object, now),
  ],
  "APIService.apiregistration.k8s.io": apiService,
  "CustomResourceDefinition.apiextensions.k8s.io": createdAt,
  "MutatingAdmissionPolicy.admissionregistration.k8s.io": policy("mutations"),
  "ValidatingAdmissionPolicy.admissionregistration.k8s.io": policy("validations"),
  "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io": policyBinding,
  "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": policyBinding,
  "MutatingWebhookConfiguration.admissionregistration.k8s.io": webhooks,
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io": webhooks,
};
