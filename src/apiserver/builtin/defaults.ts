import { type Change, each, type Fields, fieldsAt, fill, filling, inside, put, sequence } from "./fill.ts";
import { pod } from "./pod.ts";
import { service } from "./service.ts";
import {
  cronJob,
  daemonSet,
  deployment,
  job,
  podTemplateObject,
  replicaSet,
  replicationController,
  statefulSet,
} from "./workloads.ts";

/** Fills in one object; `previous` is what the store holds, for values that an update keeps. */
export type Defaulting = (object: Fields, previous: Fields | undefined) => Fields;

/** What was written as text is stored as data, and the text is never given back. */
function secret(object: Fields): Fields {
  const text = fieldsAt(object, "stringData");
  const typed = fill(object, { type: "Opaque" });
  if (object.stringData === undefined) return typed;
  const encoded = Object.entries(text).map(([key, value]) => [key, Buffer.from(String(value)).toString("base64")]);
  const merged = { ...fieldsAt(typed, "data"), ...Object.fromEntries(encoded) };
  return put(put(typed, "data", merged), "stringData", undefined);
}

/** Clients may send an empty spec; the finalizer that keeps a namespace until it is empty is the server's alone. */
function namespace(object: Fields, previous: Fields | undefined): Fields {
  const metadata = fieldsAt(object, "metadata");
  const labels = put(fieldsAt(metadata, "labels"), "kubernetes.io/metadata.name", metadata.name);
  const isLabelled = isEqual(labels, metadata.labels);
  const labelled = isLabelled ? object : put(object, "metadata", put(metadata, "labels", labels));
  const spec = fieldsAt(labelled, "spec");
  const finalizers = previous === undefined ? withOwnFinalizer(spec.finalizers) : fieldsAt(previous, "spec").finalizers;
  const kept = isEqual(spec.finalizers, finalizers)
    ? labelled
    : put(labelled, "spec", put(spec, "finalizers", finalizers));
  return put(kept, "status", fill(fieldsAt(kept, "status"), { phase: "Active" }));
}

function withOwnFinalizer(finalizers: unknown): readonly unknown[] {
  const asked: readonly unknown[] = Array.isArray(finalizers) ? finalizers : [];
  return asked.includes("kubernetes") ? asked : [...asked, "kubernetes"];
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const persistentVolumeClaim = sequence(
  inside("spec", filling({ volumeMode: "Filesystem" })),
  filling({ status: { phase: "Pending" } }),
);

const persistentVolume = sequence(
  inside(
    "spec",
    sequence(
      filling({ persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" }),
      inside("hostPath", filling({ type: "" })),
    ),
  ),
  filling({ status: { phase: "Pending" } }),
);

function networkPolicySpec(spec: Fields): Fields {
  const ports = each("ports", filling({ protocol: "TCP" }));
  const policyTypes = spec.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"];
  return sequence(each("ingress", ports), each("egress", ports), filling({ policyTypes }))(spec);
}

const rbacGroup = "rbac.authorization.k8s.io";
const roleBinding = sequence(
  inside("roleRef", filling({ apiGroup: rbacGroup })),
  each("subjects", (subject) => (subject.kind === "ServiceAccount" ? subject : fill(subject, { apiGroup: rbacGroup }))),
);

const autoscaler = sequence(
  inside(
    "spec",
    filling({
      minReplicas: 1,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
      ],
    }),
  ),
  filling({ status: { desiredReplicas: 0 } }),
);

/** A limit is the default where none is named, and the default the request. */
const limitRangeItem: Change = (item) => {
  if (item.type !== "Container") return item;
  const limits = fill(fieldsAt(item, "default"), fieldsAt(item, "max"));
  const requests = fill(fill(fieldsAt(item, "defaultRequest"), limits), fieldsAt(item, "min"));
  const withLimits = Object.keys(limits).length === 0 ? item : put(item, "default", limits);
  return Object.keys(requests).length === 0 ? withLimits : put(withLimits, "defaultRequest", requests);
};

const webhookService = inside("clientConfig", inside("service", filling({ port: 443 })));
const webhookDefaults = {
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

function webhooks(more: Fields): Change {
  const rules = each("rules", filling({ scope: "*" }));
  return each("webhooks", sequence(filling({ ...webhookDefaults, ...more }), rules, webhookService));
}

const csiDriverSpec = filling({
  attachRequired: true,
  fsGroupPolicy: "ReadWriteOnceWithFSType",
  podInfoOnMount: false,
  requiresRepublish: false,
  seLinuxMount: false,
  storageCapacity: false,
  volumeLifecycleModes: ["Persistent"],
});

/**
 * The defaults that people see with `kubectl get -o yaml`, by `kind.group`, as kube-apiserver fills them in. A kind that
 * is not named has none.
 */
export const defaultings: { readonly [groupKind: string]: Defaulting } = {
  "Namespace.": namespace,
  "Pod.": pod,
  "PodTemplate.": podTemplateObject,
  "ReplicationController.": replicationController,
  "Service.": service,
  "Secret.": secret,
  "PersistentVolumeClaim.": persistentVolumeClaim,
  "PersistentVolume.": persistentVolume,
  "LimitRange.": inside("spec", each("limits", limitRangeItem)),
  "ResourceQuota.": filling({ status: {} }),
  "Event.": filling({ source: {}, reportingComponent: "", reportingInstance: "" }),
  "Deployment.apps": deployment,
  "StatefulSet.apps": statefulSet,
  "DaemonSet.apps": daemonSet,
  "ReplicaSet.apps": replicaSet,
  "Job.batch": job,
  "CronJob.batch": cronJob,
  "HorizontalPodAutoscaler.autoscaling": autoscaler,
  "NetworkPolicy.networking.k8s.io": inside("spec", networkPolicySpec),
  "Ingress.networking.k8s.io": filling({ status: { loadBalancer: {} } }),
  "RoleBinding.rbac.authorization.k8s.io": roleBinding,
  "ClusterRoleBinding.rbac.authorization.k8s.io": roleBinding,
  "StorageClass.storage.k8s.io": filling({ reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  "CSIDriver.storage.k8s.io": inside("spec", csiDriverSpec),
  "PriorityClass.scheduling.k8s.io": filling({ preemptionPolicy: "PreemptLowerPriority" }),
  "PodDisruptionBudget.policy": filling({
    status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  }),
  "Endpoints.": each("subsets", each("ports", filling({ protocol: "TCP" }))),
  "Lease.coordination.k8s.io": filling({ spec: {} }),
  "EndpointSlice.discovery.k8s.io": sequence(
    each("endpoints", filling({ conditions: {} })),
    each("ports", filling({ name: "", protocol: "TCP" })),
  ),
  "APIService.apiregistration.k8s.io": inside("spec", inside("service", filling({ port: 443 }))),
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io": webhooks({}),
  "MutatingWebhookConfiguration.admissionregistration.k8s.io": webhooks({ reinvocationPolicy: "Never" }),
};
