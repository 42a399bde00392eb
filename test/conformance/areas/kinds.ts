import { type Area, apply, get, merge, post, put, remove, type Step, strategic } from "../step.ts";

const inNamespace = "/namespaces/kinds/";
const now = { gracePeriodSeconds: 0, propagationPolicy: "Background" };
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";

const pod = {
  containers: [
    {
      name: "c",
      image: "nginx:1",
      ports: [{ containerPort: 80 }],
      env: [{ name: "A", value: "b" }],
      resources: { limits: { cpu: "1000m", memory: "1Gi" } },
    },
  ],
};
const selector = { matchLabels: { app: "x" } };
const template = { metadata: { labels: { app: "x" } }, spec: pod };
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const rbac = "rbac.authorization.k8s.io";
const readPods = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
const job = { template: { spec: { ...pod, restartPolicy: "Never" } } };

interface Sample {
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly isClusterScoped?: boolean;
  readonly name?: string;
  readonly content: object;
  readonly tableDiffers?: string;
}

const samples: readonly Sample[] = [
  { version: "apps/v1", kind: "Deployment", plural: "deployments", content: { spec: { selector, template } } },
  {
    version: "apps/v1",
    kind: "StatefulSet",
    plural: "statefulsets",
    content: {
      spec: { serviceName: "s", selector, template, volumeClaimTemplates: [{ metadata: { name: "d" }, spec: claim }] },
    },
  },
  {
    version: "apps/v1",
    kind: "DaemonSet",
    plural: "daemonsets",
    content: { spec: { selector, template } },
    tableDiffers: "kube-apiserver leaves an annotation out of tables that it shows elsewhere",
  },
  { version: "apps/v1", kind: "ReplicaSet", plural: "replicasets", content: { spec: { selector, template } } },
  {
    version: "apps/v1",
    kind: "ControllerRevision",
    plural: "controllerrevisions",
    content: { revision: 1, data: { a: { b: 1 } } },
  },
  { version: "batch/v1", kind: "Job", plural: "jobs", content: { spec: job } },
  {
    version: "batch/v1",
    kind: "CronJob",
    plural: "cronjobs",
    content: { spec: { schedule: "* * * * *", jobTemplate: { spec: job } } },
  },
  { version: "v1", kind: "Pod", plural: "pods", content: { spec: pod } },
  { version: "v1", kind: "Secret", plural: "secrets", content: { stringData: { a: "b" }, data: { c: "ZA==" } } },
  { version: "v1", kind: "ConfigMap", plural: "configmaps", content: { data: { a: "b" }, binaryData: { c: "ZA==" } } },
  { version: "v1", kind: "ServiceAccount", plural: "serviceaccounts", content: {} },
  {
    version: "v1",
    kind: "LimitRange",
    plural: "limitranges",
    content: { spec: { limits: [{ type: "Container", default: { cpu: "1" } }] } },
  },
  { version: "v1", kind: "ResourceQuota", plural: "resourcequotas", content: { spec: { hard: { pods: "10" } } } },
  { version: "v1", kind: "PodTemplate", plural: "podtemplates", content: { template } },
  {
    version: "v1",
    kind: "ReplicationController",
    plural: "replicationcontrollers",
    content: { spec: { selector: { app: "x" }, template } },
  },
  {
    version: "networking.k8s.io/v1",
    kind: "Ingress",
    plural: "ingresses",
    content: {
      spec: {
        rules: [
          {
            host: "a.b",
            http: {
              paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "s", port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
  },
  {
    version: "networking.k8s.io/v1",
    kind: "IngressClass",
    plural: "ingressclasses",
    isClusterScoped: true,
    content: { spec: { controller: "a.b/c" } },
  },
  {
    version: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    plural: "networkpolicies",
    content: { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
  },
  {
    version: "policy/v1",
    kind: "PodDisruptionBudget",
    plural: "poddisruptionbudgets",
    content: { spec: { minAvailable: 1, selector: { matchLabels: { a: "b" } } } },
  },
  { version: `${rbac}/v1`, kind: "Role", plural: "roles", content: { rules: readPods } },
  {
    version: `${rbac}/v1`,
    kind: "RoleBinding",
    plural: "rolebindings",
    content: {
      roleRef: { kind: "Role", name: "q", apiGroup: rbac },
      subjects: [
        { kind: "ServiceAccount", name: "q", namespace: "kinds" },
        { kind: "User", name: "u" },
      ],
    },
  },
  {
    version: `${rbac}/v1`,
    kind: "ClusterRole",
    plural: "clusterroles",
    isClusterScoped: true,
    name: "q:x",
    content: { rules: readPods },
  },
  {
    version: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    plural: "clusterrolebindings",
    isClusterScoped: true,
    content: { roleRef: { kind: "ClusterRole", name: "q:x" }, subjects: [{ kind: "Group", name: "g" }] },
  },
  {
    version: "storage.k8s.io/v1",
    kind: "StorageClass",
    plural: "storageclasses",
    isClusterScoped: true,
    content: { provisioner: "a.b/c" },
  },
  {
    version: "storage.k8s.io/v1",
    kind: "CSIDriver",
    plural: "csidrivers",
    isClusterScoped: true,
    content: { spec: {} },
  },
  {
    version: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    plural: "priorityclasses",
    isClusterScoped: true,
    content: { value: 5 },
  },
  {
    version: "coordination.k8s.io/v1",
    kind: "Lease",
    plural: "leases",
    content: { spec: { holderIdentity: "x", leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z" } },
  },
  {
    version: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    plural: "endpointslices",
    content: { addressType: "IPv4", endpoints: [{ addresses: ["1.2.3.4"] }], ports: [{ port: 80 }] },
  },
];

function folder({ version, plural, isClusterScoped = false }: Sample): string {
  const root = version === "v1" ? "/api/v1" : `/apis/${version}`;
  return isClusterScoped ? `${root}/${plural}` : `${root}${inNamespace}${plural}`;
}

/** One object's life: the writes of every manager, and who owns what after each. */
function life(sample: Sample): Step[] {
  const { version, kind, plural, content, name = "q" } = sample;
  const path = folder(sample);
  const one = `${path}/${name}`;
  const manifest = (labels?: object): object => ({
    apiVersion: version,
    kind,
    metadata: { name, ...(labels !== undefined && { labels }) },
    ...content,
  });
  const { tableDiffers } = sample;
  return [
    post(`create ${plural}`, `${path}?fieldManager=c`, { metadata: { name }, ...content }),
    strategic(`label ${plural}`, `${one}?fieldManager=s`, { metadata: { labels: { m: "2" } } }),
    strategic(`label ${plural} again`, `${one}?fieldManager=s`, { metadata: { labels: { m: "2" } } }),
    merge(`status of ${plural}`, `${one}/status?fieldManager=st`, {
      metadata: { labels: { z: "9" }, annotations: { z: "9" } },
      status: { observedGeneration: 1 },
    }),
    apply(`apply ${plural}`, `${one}?fieldManager=a&force=true`, manifest({ ap: "1" })),
    apply(`apply less of ${plural}`, `${one}?fieldManager=a&force=true`, manifest()),
    put(`put ${plural}`, `${one}?fieldManager=p`, (seen) => {
      return { ...seen.last, metadata: { ...seen.last.metadata, labels: { put: "1" } } };
    }),
    get(`table of ${plural}`, one, { accept: table, ...(tableDiffers !== undefined && { differs: tableDiffers }) }),
    remove(`delete ${plural}`, one, now),
    apply(`create ${plural} by apply`, `${one}?fieldManager=a`, manifest()),
    remove(`delete ${plural} that were applied`, one, now),
  ];
}

/** Built-in kinds: their defaults, and how each keeps its fields apart. */
export const kinds: Area = { name: "kinds", steps: samples.flatMap(life) };
