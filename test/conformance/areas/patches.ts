import { type Area, get, jsonPatch, merge, post, put, remove, type Step, strategic } from "../step.ts";

const deployments = "/apis/apps/v1/namespaces/patches/deployments";
const web = `${deployments}/web`;
const services = "/api/v1/namespaces/patches/services";
const accounts = "/api/v1/namespaces/patches/serviceaccounts";
const pods = "/api/v1/namespaces/patches/pods";

const containers = [
  {
    name: "a",
    image: "a:1",
    args: ["x", "y"],
    env: [
      { name: "ONE", value: "1" },
      { name: "TWO", value: "2" },
    ],
    ports: [
      { containerPort: 80, protocol: "TCP" },
      { containerPort: 80, protocol: "UDP" },
    ],
    volumeMounts: [{ name: "v", mountPath: "/v" }],
  },
  { name: "b", image: "b:1" },
];

const deployment = {
  metadata: { name: "web", annotations: { "a/b": "c~d" } },
  spec: {
    selector: { matchLabels: { app: "web" } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        containers,
        volumes: [{ name: "v", emptyDir: {} }],
        tolerations: [{ key: "k", operator: "Exists" }],
        hostAliases: [{ ip: "1.1.1.1", hostnames: ["a"] }],
      },
    },
  },
};

const pod = (spec: object): object => ({ spec: { template: { spec } } });
const named = (name: string, spec: object): Step => strategic(name, `${web}?fieldManager=s`, pod(spec));

const merging: Step[] = [
  named("change one container", { containers: [{ name: "b", image: "b:2" }] }),
  named("add a container", { containers: [{ name: "c", image: "c:1" }] }),
  named("change environment", { containers: [{ name: "a", env: [{ name: "TWO", value: "22" }, { name: "THREE" }] }] }),
  named("replace arguments", { containers: [{ name: "a", args: ["z"] }] }),
  named("change a port", { containers: [{ name: "a", ports: [{ containerPort: 80, name: "web" }] }] }),
  named("add a mount", { containers: [{ name: "a", volumeMounts: [{ name: "v", mountPath: "/w" }] }] }),
  named("replace tolerations", { tolerations: [{ key: "q", operator: "Exists" }] }),
  named("merge host aliases", { hostAliases: [{ ip: "2.2.2.2", hostnames: ["b"] }] }),
  named("a container without its name", { containers: [{ image: "x" }] }),
  named("null for a list", { tolerations: null }),
  named("null for a field of an item", { containers: [{ name: "a", args: null }] }),
];

const directives: Step[] = [
  named("delete a container", { containers: [{ name: "c", $patch: "delete" }] }),
  named("delete a container that is not there", { containers: [{ name: "none", $patch: "delete" }] }),
  named("replace a container", { containers: [{ name: "b", image: "b:3", $patch: "replace" }] }),
  named("replace all containers", { containers: [{ $patch: "replace" }, { name: "only", image: "only:1" }] }),
  named("order containers", {
    "$setElementOrder/containers": [{ name: "second" }, { name: "only" }],
    containers: [{ name: "second", image: "s:1" }],
  }),
  named("an order that lacks an item", {
    "$setElementOrder/containers": [{ name: "only" }],
    containers: [{ name: "third", image: "t:1" }],
  }),
  named("a directive that is none", { containers: [{ name: "only", $patch: "nonsense" }] }),
  strategic("retain keys", `${web}?fieldManager=s`, {
    spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } },
  }),
  strategic("retain keys that lack a field", `${web}?fieldManager=s`, {
    spec: { strategy: { $retainKeys: ["type"], type: "RollingUpdate", rollingUpdate: { maxSurge: 2 } } },
  }),
  strategic("replace a map", `${web}?fieldManager=s`, {
    metadata: { annotations: { $patch: "replace", only: "this" } },
  }),
  strategic("delete a map", `${web}?fieldManager=s`, { metadata: { annotations: { $patch: "delete" } } }),
  strategic("set finalizers", `${web}?fieldManager=s`, { metadata: { finalizers: ["x.io/a", "x.io/b"] } }),
  strategic("delete from a list of strings", `${web}?fieldManager=s`, {
    metadata: { "$deleteFromPrimitiveList/finalizers": ["x.io/a"] },
  }),
  strategic("set an order of strings", `${web}?fieldManager=s`, {
    metadata: { "$setElementOrder/finalizers": ["x.io/c", "x.io/b"], finalizers: ["x.io/c"] },
  }),
  strategic("no finalizers", `${web}?fieldManager=s`, { metadata: { finalizers: null } }),
];

const wrongTypes: Step[] = [
  { spec: { replicas: "x" } },
  { spec: { replicas: 1.5 } },
  { spec: { paused: 1 } },
  { spec: { template: [] } },
  { metadata: { labels: [] } },
  { metadata: { labels: { a: true } } },
  { metadata: { creationTimestamp: "x" } },
  { spec: { strategy: { type: [] } } },
  { spec: { template: { spec: "x" } } },
].map((patch) => strategic(`wrong ${JSON.stringify(patch)}`, web, patch));

const pointers: Step[] = [
  jsonPatch("annotations with signs", `${web}?fieldManager=j`, [
    { op: "add", path: "/metadata/annotations", value: { "a/b": "1", "c~d": "2" } },
  ]),
  jsonPatch("escaped pointers", `${web}?fieldManager=j`, [
    { op: "replace", path: "/metadata/annotations/a~1b", value: "3" },
    { op: "remove", path: "/metadata/annotations/c~0d" },
  ]),
  jsonPatch("append to a list", `${web}?fieldManager=j`, [
    { op: "add", path: "/spec/template/spec/containers/-", value: { name: "last", image: "l:1" } },
  ]),
  jsonPatch("insert into a list", `${web}?fieldManager=j`, [
    { op: "add", path: "/spec/template/spec/containers/0", value: { name: "first", image: "f:1" } },
  ]),
  jsonPatch("an index that is not there", web, [
    { op: "replace", path: "/spec/template/spec/containers/9/image", value: "" },
  ]),
  jsonPatch("an index that is none", web, [{ op: "remove", path: "/spec/template/spec/containers/x" }]),
  jsonPatch("a negative index", web, [{ op: "remove", path: "/spec/template/spec/containers/-1" }]),
  jsonPatch("move within", `${web}?fieldManager=j`, [
    { op: "move", from: "/metadata/annotations/a~1b", path: "/metadata/annotations/moved" },
  ]),
  jsonPatch("test a whole object", web, [
    { op: "test", path: "/metadata/annotations", value: { moved: "3" } },
    { op: "test", path: "/spec/replicas", value: 1 },
  ]),
  jsonPatch("test for null", web, [{ op: "test", path: "/spec/paused", value: null }]),
  jsonPatch("add without a value", web, [{ op: "add", path: "/metadata/labels" }]),
  jsonPatch("a path without a slash", web, [{ op: "add", path: "metadata", value: {} }]),
  jsonPatch("replace everything", web, [{ op: "replace", path: "", value: {} }]),
  jsonPatch("an empty patch", web, []),
];

const mergePatches: Step[] = [
  merge("a list is replaced", `${web}?fieldManager=m`, pod({ containers: [{ name: "m", image: "m:1" }] })),
  merge("null removes", `${web}?fieldManager=m`, { metadata: { annotations: null } }),
  merge("null of nothing", `${web}?fieldManager=m`, { metadata: { annotations: { none: null } } }),
  merge("null of a required field", `${web}?fieldManager=m`, { spec: { selector: null } }),
  merge("null of a defaulted field", `${web}?fieldManager=m`, { spec: { replicas: null } }),
  merge("an empty patch by merge", `${web}?fieldManager=m`, {}),
];

const others: Step[] = [
  post("create a service", services, {
    metadata: { name: "s" },
    spec: { clusterIP: "None", selector: { a: "b" }, ports: [{ name: "one", port: 80 }] },
  }),
  strategic("ports merge by port", `${services}/s?fieldManager=s`, { spec: { ports: [{ name: "two", port: 81 }] } }),
  strategic("a port by number", `${services}/s?fieldManager=s`, { spec: { ports: [{ port: 80, targetPort: 8080 }] } }),
  strategic("delete a port", `${services}/s?fieldManager=s`, { spec: { ports: [{ port: 80, $patch: "delete" }] } }),
  post("create an account", accounts, { metadata: { name: "acc" }, secrets: [{ name: "one" }] }),
  strategic("secrets merge by name", `${accounts}/acc?fieldManager=s`, { secrets: [{ name: "two" }] }),
  strategic("pull secrets", `${accounts}/acc?fieldManager=s`, { imagePullSecrets: [{ name: "p" }] }),
  post("create a pod", pods, { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "i:1" }] } }),
  strategic("another image of a pod", `${pods}/p?fieldManager=s`, {
    spec: { containers: [{ name: "c", image: "i:2" }] },
  }),
  strategic(
    "what a pod may not change",
    `${pods}/p`,
    { spec: { containers: [{ name: "c", command: ["x"] }] } },
    {
      differs: "kube-apiserver shows the difference of its own types",
    },
  ),
  strategic("conditions of a pod", `${pods}/p/status?fieldManager=k`, {
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  }),
  strategic("another condition of a pod", `${pods}/p/status?fieldManager=k`, {
    status: { conditions: [{ type: "Initialized", status: "True" }] },
  }),
  put("a pod's status by update", `${pods}/p/status?fieldManager=k`, (seen) => ({
    ...seen.last,
    spec: {},
    status: { phase: "Succeeded" },
  })),
  remove("delete the pod", `${pods}/p`, { gracePeriodSeconds: 0 }),
  get("the pod is gone", `${pods}/p`),
];

/** The three patch types in all their corners. */
export const patches: Area = {
  name: "patches",
  steps: [
    post("create a Deployment", deployments, deployment),
    ...merging,
    ...directives,
    ...wrongTypes,
    ...pointers,
    ...mergePatches,
    remove("delete the Deployment", web, { propagationPolicy: "Background" }),
    ...others,
  ],
};
