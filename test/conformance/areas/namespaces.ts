import { type Area, apply, get, merge, post, put, remove, type Step } from "../step.ts";

const namespaces = "/api/v1/namespaces";
const one = `${namespaces}/ns-one`;
const maps = `${one}/configmaps`;
const isGone = { until: (_: unknown, status: number): boolean => status === 404 };

const creation: Step[] = [
  post("create", `${namespaces}?fieldManager=c`, { metadata: { name: "ns-one" } }),
  post("create again", namespaces, { metadata: { name: "ns-one" } }),
  post("create with finalizers of its own", `${namespaces}?dryRun=All`, {
    metadata: { name: "ns-two" },
    spec: { finalizers: ["x.io/a"] },
  }),
  post("create with a phase", `${namespaces}?dryRun=All`, {
    metadata: { name: "ns-two" },
    status: { phase: "Terminating" },
  }),
  apply("apply", `${namespaces}/ns-one?fieldManager=a`, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "ns-one", labels: { x: "1" } },
  }),
  merge("another name label", `${one}?fieldManager=m`, {
    metadata: { labels: { "kubernetes.io/metadata.name": "other" } },
  }),
  get("its account", `${one}/serviceaccounts/default`, { until: (_, status) => status === 200 }),
];

const ending: Step[] = [
  post("create a map", maps, { metadata: { name: "m", finalizers: ["x.io/hold"] } }),
  post("create a secret", `${one}/secrets`, { metadata: { name: "s" } }),
  remove("delete", one),
  get("it ends", one, {
    until: (body) => (body.status.conditions ?? []).length > 0,
    differs: "the words of the conditions depend on what is left when the controller looks",
  }),
  remove("delete again", one, undefined, { differs: "as above" }),
  post("create in a namespace that ends", maps, { metadata: { name: "late" } }),
  apply("apply in a namespace that ends", `${maps}/late?fieldManager=a`, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "late" },
  }),
  get("the secret is gone", `${one}/secrets/s`, isGone),
  get("the map waits", `${maps}/m`, { until: (body) => body.metadata.deletionTimestamp !== undefined }),
  merge("let the map go", `${maps}/m`, { metadata: { finalizers: null } }),
  get("the namespace is gone", one, isGone),
  post("create in a namespace that is gone", maps, { metadata: { name: "late" } }),
];

const finalization: Step[] = [
  post("create with a finalizer", namespaces, { metadata: { name: "ns-fin", finalizers: ["x.io/hold"] } }),
  remove("delete with a finalizer", `${namespaces}/ns-fin`),
  get("its content is gone", `${namespaces}/ns-fin`, {
    until: (body) => body.spec.finalizers === undefined,
    differs: "conditions",
  }),
  merge("let it go", `${namespaces}/ns-fin`, { metadata: { finalizers: null } }, { differs: "conditions" }),
  get("it is gone", `${namespaces}/ns-fin`, isGone),
  post("create another", namespaces, { metadata: { name: "ns-put" } }),
  put("finalize what is not deleted", `${namespaces}/ns-put/finalize?fieldManager=f`, (seen) => ({
    ...seen.last,
    metadata: { ...seen.last.metadata, labels: { ignored: "yes" } },
    spec: { finalizers: ["kubernetes", "x.io/b"] },
  })),
  put("update does not touch finalizers", `${namespaces}/ns-put?fieldManager=f`, (seen) => ({
    ...seen.last,
    spec: { finalizers: [] },
  })),
  merge("the status", `${namespaces}/ns-put/status?fieldManager=s`, {
    status: {
      conditions: [
        { type: "X", status: "True", reason: "r", message: "m", lastTransitionTime: "2026-01-01T00:00:00Z" },
      ],
    },
  }),
  merge("a phase that it does not have", `${namespaces}/ns-put/status?fieldManager=s`, {
    status: { phase: "Terminating" },
  }),
  remove("delete what another holds", `${namespaces}/ns-put`),
  get("it is held by the other", `${namespaces}/ns-put`, {
    until: (body) => body.spec.finalizers.length === 1,
    differs: "conditions",
  }),
  put("the other lets it go", `${namespaces}/ns-put/finalize?fieldManager=f`, (seen) => ({ ...seen.last, spec: {} }), {
    differs: "conditions",
  }),
  get("now it is gone", `${namespaces}/ns-put`, isGone),
];

const fixed: Step[] = [
  ...["default", "kube-system", "kube-public"].map((name) => remove(`delete ${name}`, `${namespaces}/${name}`)),
  get("kube-system", `${namespaces}/kube-system`, { differs: "labels of whoever else uses the server" }),
  get("a namespace that is not there", `${namespaces}/nothing`),
  get("a list in a namespace that is not there", `${namespaces}/nothing/configmaps`),
  remove("a collection in a namespace that is not there", `${namespaces}/nothing/configmaps`),
];

/** Namespaces from their creation to the end of their content. */
export const spaces: Area = { name: "namespaces", steps: [...creation, ...ending, ...finalization, ...fixed] };
