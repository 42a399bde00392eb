import { type Area, apply, get, jsonPatch, merge, post, put, remove, type Step } from "../step.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const group = "apply.example";
const parts = `/apis/${group}/v1/namespaces/apply/parts`;
const one = `${parts}/a`;
const deployments = "/apis/apps/v1/namespaces/apply/deployments";
const maps = "/api/v1/namespaces/apply/configmaps";
const text = { type: "string" };
const listOf = (items: object, rest: object = {}): object => ({ type: "array", items, ...rest });
const port = {
  type: "object",
  required: ["port"],
  properties: { port: { type: "integer" }, protocol: text, name: text },
};

const specSchema = {
  type: "object",
  properties: {
    name: text,
    size: { type: "integer" },
    tags: listOf(text, { "x-kubernetes-list-type": "set" }),
    args: listOf(text),
    plain: listOf({ type: "object", properties: { a: text, b: text } }),
    ports: listOf(
      { ...port, properties: { ...port.properties, protocol: { type: "string", default: "TCP" } } },
      { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"] },
    ),
    items: listOf(
      {
        type: "object",
        required: ["id"],
        properties: { id: text, value: text, tags: listOf(text, { "x-kubernetes-list-type": "set" }) },
      },
      { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"] },
    ),
    labels: { type: "object", additionalProperties: text },
    frozen: { type: "object", "x-kubernetes-map-type": "atomic", properties: { a: text, b: text } },
    open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    nested: { type: "object", properties: { deep: { type: "object", properties: { x: text, y: text } } } },
  },
};

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `parts.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural: "parts", singular: "part", kind: "Part", listKind: "PartList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: specSchema,
              status: {
                type: "object",
                properties: {
                  phase: text,
                  conditions: listOf(
                    { type: "object", required: ["type"], properties: { type: text, status: text } },
                    { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] },
                  ),
                },
              },
            },
          },
        },
      },
    ],
  },
};

const part = (spec: object, rest: object = {}): object => ({
  apiVersion: `${group}/v1`,
  kind: "Part",
  metadata: { name: "a" },
  spec,
  ...rest,
});

/** One manager's configuration of the part; with `force` it takes what is another's. */
const by = (manager: string, spec: object, force = false): Step =>
  apply(
    `${manager}${force ? " forces" : " applies"} ${JSON.stringify(spec)}`,
    `${one}?fieldManager=${manager}${force ? "&force=true" : ""}`,
    part(spec),
  );

const fresh = (): Step => remove("begin anew", one);

const scalars: Step[] = [
  by("x", { name: "n", size: 1 }),
  by("y", { name: "n" }),
  by("y", { name: "other" }),
  by("y", { size: 2, name: "other" }),
  by("y", { name: "other" }, true),
  by("x", { size: 1 }),
  by("x", {}),
  by("y", {}),
  fresh(),
];

const sets: Step[] = [
  by("x", { tags: ["a", "b"] }),
  by("y", { tags: ["b", "c"] }),
  by("x", { tags: ["b"] }),
  by("x", { tags: [] }),
  by("y", { tags: ["c", "d", "a"] }),
  by("y", {}),
  by("x", { tags: ["z", "y", "x"] }),
  by("y", { tags: ["w", "x", "v"] }),
  merge("a merge replaces the set", `${one}?fieldManager=m`, { spec: { tags: ["v", "new"] } }),
  fresh(),
];

const atomics: Step[] = [
  by("x", { args: ["a", "b"], frozen: { a: "1" }, plain: [{ a: "1" }] }),
  by("y", { args: ["a", "b"] }),
  by("y", { args: ["a"] }),
  by("y", { args: ["a"] }, true),
  by("y", { frozen: { b: "2" } }),
  by("y", { frozen: { b: "2" } }, true),
  by("y", { plain: [{ a: "1" }, { b: "2" }] }),
  by("x", {}),
  fresh(),
];

const keyed: Step[] = [
  by("x", {
    items: [
      { id: "1", value: "a" },
      { id: "2", value: "b" },
    ],
  }),
  by("y", { items: [{ id: "2" }, { id: "3", value: "c" }] }),
  by("y", { items: [{ id: "2", value: "z" }] }),
  by("y", { items: [{ id: "2", value: "z", tags: ["t"] }] }, true),
  by("x", { items: [{ id: "1" }] }),
  by("x", { items: [{ id: "4" }, { id: "1" }, { id: "0" }] }),
  jsonPatch("an index takes an item away", `${one}?fieldManager=j`, [{ op: "remove", path: "/spec/items/0" }]),
  by("y", {}),
  fresh(),
];

const defaultedKeys: Step[] = [
  by("x", { ports: [{ port: 80 }] }),
  by("y", { ports: [{ port: 80, protocol: "TCP", name: "web" }] }),
  by("y", { ports: [{ port: 80, protocol: "UDP", name: "dns" }] }),
  by("x", { ports: [{ port: 80, name: "other" }] }),
  by("x", {}),
  by("y", { ports: [{ protocol: "TCP" }] }),
  fresh(),
];

const mapsAndNesting: Step[] = [
  by("x", { labels: { a: "1", b: "2" }, nested: { deep: { x: "1" } } }),
  by("y", { labels: { b: "2", c: "3" }, nested: { deep: { y: "2" } } }),
  by("y", { labels: { b: "3" } }),
  by("x", { labels: { a: "1" } }),
  by("x", { labels: {}, nested: {} }),
  by("x", { nested: { deep: {} } }),
  by("y", {}),
  by("x", {}),
  fresh(),
];

const open: Step[] = [
  by("x", { open: { a: { b: 1, c: [1, 2] }, list: [{ name: "x" }] } }),
  by("y", { open: { a: { d: 2 }, list: [{ name: "y" }] } }),
  by("y", { open: { a: { d: 2 } } }),
  by("y", { open: { a: 5 } }, true),
  by("y", { open: { a: [1] } }),
  by("x", { open: { a: null } }, true),
  fresh(),
];

const mixed: Step[] = [
  post("create", `${parts}?fieldManager=c`, part({ name: "n", tags: ["a"], items: [{ id: "1", value: "a" }] })),
  by("x", { name: "n" }),
  by("x", { name: "m" }),
  by("x", { name: "m", items: [{ id: "1", value: "a" }] }, true),
  merge("a merge takes a field from its owner", `${one}?fieldManager=u`, { spec: { name: "u" } }),
  by("x", { name: "m" }),
  put("an update takes fields away", `${one}?fieldManager=p`, (seen) => ({
    ...seen["a merge takes a field from its owner"],
    spec: { size: 3 },
  })),
  by("x", { size: 3 }),
  merge("the same manager merges what it applied", `${one}?fieldManager=x`, { spec: { size: 4 } }),
  by("x", { size: 5 }),
  get("both entries of one manager", one),
  merge("managed fields are emptied", `${one}?fieldManager=m`, { metadata: { managedFields: [{}] } }),
  by("x", { size: 6 }),
  merge("managed fields are set to an empty list", `${one}?fieldManager=m`, { metadata: { managedFields: [] } }),
  merge("managed fields that are none", `${one}?fieldManager=m`, {
    metadata: { managedFields: [{ manager: "m", operation: "Nothing" }] },
  }),
  merge("fields that are none", `${one}?fieldManager=m`, {
    metadata: {
      managedFields: [{ manager: "q", operation: "Apply", apiVersion: `${group}/v1`, fieldsV1: { bad: {} } }],
    },
  }),
  merge("a manager gives its fields away", `${one}?fieldManager=m`, (seen) => ({
    metadata: {
      // biome-ignore lint/suspicious/noExplicitAny: managed fields
      managedFields: (seen['x applies {"size":6}'].metadata.managedFields ?? []).map((entry: any) => ({
        ...entry,
        manager: "heir",
      })),
    },
  })),
  fresh(),
];

const status: Step[] = [
  by("x", { name: "n" }),
  apply("apply with a status", `${one}?fieldManager=x`, part({ name: "n" }, { status: { phase: "P" } })),
  apply("apply the status", `${one}/status?fieldManager=s`, part({ name: "z" }, { status: { phase: "P" } })),
  apply(
    "apply conditions",
    `${one}/status?fieldManager=s`,
    part({}, { status: { conditions: [{ type: "A", status: "True" }] } }),
  ),
  apply(
    "apply a condition beside",
    `${one}/status?fieldManager=t`,
    part({}, { status: { conditions: [{ type: "B", status: "True" }] } }),
  ),
  apply(
    "conflict in a condition",
    `${one}/status?fieldManager=t`,
    part({}, { status: { conditions: [{ type: "A", status: "False" }] } }),
  ),
  apply(
    "labels by the status",
    `${one}/status?fieldManager=t`,
    part({}, { metadata: { name: "a", labels: { l: "1" } }, status: {} }),
  ),
  get("as it is now", one),
  fresh(),
];

const container = (name: string, rest: object = {}): object => ({ name, image: `${name}:1`, ...rest });
const deployment = (spec: object, containers: readonly object[]): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers } },
    ...spec,
  },
});
const web = `${deployments}/web`;

const workloads: Step[] = [
  apply("apply a Deployment", `${web}?fieldManager=x`, deployment({ replicas: 2 }, [container("a")])),
  apply("apply it again", `${web}?fieldManager=x`, deployment({ replicas: 2 }, [container("a")])),
  apply("another container", `${web}?fieldManager=y`, deployment({}, [container("a"), container("b")])),
  apply("another image", `${web}?fieldManager=y`, deployment({}, [container("a", { image: "a:2" })])),
  apply(
    "ports and environment",
    `${web}?fieldManager=y`,
    deployment({}, [
      container("b", { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: "UDP" }], env: [{ name: "E" }] }),
    ]),
  ),
  merge("scale", `${web}/scale?fieldManager=hpa`, { spec: { replicas: 5 } }),
  apply("replicas are the scaler's", `${web}?fieldManager=x`, deployment({ replicas: 2 }, [container("a")])),
  apply("replicas left to the scaler", `${web}?fieldManager=x`, deployment({}, [container("a")])),
  apply("a wrong container", `${web}?fieldManager=x`, deployment({}, [{ image: "a" }])),
  apply("the same container twice", `${web}?fieldManager=x`, deployment({}, [container("a"), container("a")])),
  apply("another selector", `${web}?fieldManager=x`, {
    ...deployment({ selector: { matchLabels: { app: "other" } } }, [container("a")]),
  }),
  merge("the status of a Deployment", `${web}/status?fieldManager=k`, {
    status: { replicas: 1, observedGeneration: 1 },
  }),
  apply("the other leaves", `${web}?fieldManager=y`, { ...deployment({}, []), spec: {} }),
  get("what is left of a Deployment", web),
  remove("delete the Deployment", web, { propagationPolicy: "Background" }),
];

const lastApplied = JSON.stringify({
  apiVersion: "v1",
  data: { a: "1", b: "2" },
  kind: "ConfigMap",
  metadata: { annotations: {}, name: "csa", namespace: "apply" },
});

const configMap = (data: object): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "csa" }, data });

const fromClientSide: Step[] = [
  post("kubectl applied it", `${maps}?fieldManager=kubectl-client-side-apply`, {
    metadata: { name: "csa", annotations: { "kubectl.kubernetes.io/last-applied-configuration": lastApplied } },
    data: { a: "1", b: "2" },
  }),
  apply("kubectl applies it on the server", `${maps}/csa?fieldManager=kubectl`, configMap({ a: "1", c: "3" })),
  apply("and with another value", `${maps}/csa?fieldManager=kubectl`, configMap({ a: "2", c: "3" })),
  apply("another manager", `${maps}/csa?fieldManager=other`, configMap({ a: "1" })),
  remove("delete what kubectl applied", `${maps}/csa`),
];

/** Server-side apply: who owns what, who may change it, and what goes when its owner leaves it out. */
export const applying: Area = {
  name: "apply",
  steps: [
    post("install", definitions, definition),
    get("served", parts, { until: (_, code) => code === 200 }),
    ...scalars,
    ...sets,
    ...atomics,
    ...keyed,
    ...defaultedKeys,
    ...mapsAndNesting,
    ...open,
    ...mixed,
    ...status,
    ...workloads,
    ...fromClientSide,
    remove("uninstall", `${definitions}/parts.${group}`, undefined, { differs: "told to end in the same answer" }),
    get("uninstalled", `${definitions}/parts.${group}`, { until: (_, code) => code === 404 }),
  ],
};
