import { type Area, get, merge, post, put, remove, type Seen, type Step } from "../step.ts";

const maps = "/api/v1/namespaces/deletion/configmaps";
const secrets = "/api/v1/namespaces/deletion/secrets";
const deployments = "/apis/apps/v1/namespaces/deletion/deployments";
const replicaSets = "/apis/apps/v1/namespaces/deletion/replicasets";
const pods = "/api/v1/namespaces/deletion/pods";
const jobs = "/apis/batch/v1/namespaces/deletion/jobs";
const isGone = { until: (_: unknown, status: number): boolean => status === 404 };

const gone = (path: string): Step => get(`gone: ${path.split("/").slice(-2).join("/")}`, path, isGone);

const ownedBy =
  (step: string, apiVersion: string, kind: string, rest: object = {}) =>
  (name: string, content: object = {}) =>
  (seen: Seen): object => {
    const { uid, name: owner } = seen[step].metadata;
    return { metadata: { name, ownerReferences: [{ apiVersion, kind, name: owner, uid, ...rest }] }, ...content };
  };

const finalizers: Step[] = [
  post("create with finalizers", maps, { metadata: { name: "f", finalizers: ["x.io/a", "x.io/b"] }, data: { a: "1" } }),
  remove("delete: it stays", `${maps}/f`),
  put("change what is deleted", `${maps}/f`, {
    metadata: { name: "f", finalizers: ["x.io/a", "x.io/b"] },
    data: { a: "2" },
  }),
  merge("one finalizer less", `${maps}/f`, { metadata: { finalizers: ["x.io/b"] } }),
  merge("a new finalizer is refused", `${maps}/f`, { metadata: { finalizers: ["x.io/b", "x.io/c"] } }),
  merge("the last finalizer", `${maps}/f`, { metadata: { finalizers: [] } }),
  gone(`${maps}/f`),
];

const container = { spec: { containers: [{ name: "c", image: "i" }] } };

const grace: Step[] = [
  post("create a pod", pods, { metadata: { name: "g" }, ...container }),
  remove("delete a pod that runs nowhere", `${pods}/g`),
  get("it is gone at once", `${pods}/g`),
  post("create a pod on a node", pods, { metadata: { name: "n" }, spec: { ...container.spec, nodeName: "node" } }),
  remove("delete a pod on a node", `${pods}/n`),
  get("it waits for its node", `${pods}/n`),
  remove("delete it sooner", `${pods}/n`, { gracePeriodSeconds: 5 }),
  remove("delete it later", `${pods}/n`, { gracePeriodSeconds: 50 }),
  remove("delete it now", `${pods}/n`, { gracePeriodSeconds: 0 }),
  get("now it is gone", `${pods}/n`),
  remove("a negative grace period", `${maps}/any`, { gracePeriodSeconds: -1 }),
  post("create a map", maps, { metadata: { name: "grace" } }),
  remove("grace means nothing here", `${maps}/grace`, { gracePeriodSeconds: 30 }),
];

const owners: Step[] = [
  post("create an owner", maps, { metadata: { name: "owner" } }),
  post("create what it owns", maps, (seen) => ownedBy("create an owner", "v1", "ConfigMap")("owned")(seen)),
  post("create a secret that it owns", secrets, (seen) => ownedBy("create an owner", "v1", "ConfigMap")("owned")(seen)),
  remove("delete the owner", `${maps}/owner`),
  gone(`${maps}/owned`),
  gone(`${secrets}/owned`),
  post("create with an owner that is gone", maps, (seen) =>
    ownedBy("create an owner", "v1", "ConfigMap")("late")(seen),
  ),
  gone(`${maps}/late`),
];

const twoOwners: Step[] = [
  post("create the first owner", maps, { metadata: { name: "first" } }),
  post("create the second owner", maps, { metadata: { name: "second" } }),
  post("create what both own", maps, (seen) => ({
    metadata: {
      name: "shared",
      ownerReferences: ["the first owner", "the second owner"].map((owner) => {
        const { name, uid } = seen[`create ${owner}`].metadata;
        return { apiVersion: "v1", kind: "ConfigMap", name, uid };
      }),
    },
  })),
  remove("delete the first owner", `${maps}/first`),
  get("it has one owner left", `${maps}/shared`, { until: (body) => body.metadata.ownerReferences.length === 1 }),
  remove("delete the second owner", `${maps}/second`),
  gone(`${maps}/shared`),
];

const foreground: Step[] = [
  post("create a parent", maps, { metadata: { name: "parent" } }),
  post("create a blocking child", maps, (seen) => ({
    ...ownedBy("create a parent", "v1", "ConfigMap", { blockOwnerDeletion: true })("child")(seen),
  })),
  merge("the child has a finalizer", `${maps}/child`, { metadata: { finalizers: ["x.io/wait"] } }),
  remove("delete in the foreground", `${maps}/parent`, { propagationPolicy: "Foreground" }),
  get("the child goes first", `${maps}/child`, { until: (body) => body.metadata.deletionTimestamp !== undefined }),
  get("the parent waits", `${maps}/parent`),
  merge("the child may go", `${maps}/child`, { metadata: { finalizers: null } }),
  gone(`${maps}/child`),
  gone(`${maps}/parent`),
];

const orphans: Step[] = [
  post("create a holder", maps, { metadata: { name: "holder" } }),
  post("create what it holds", maps, (seen) => ownedBy("create a holder", "v1", "ConfigMap")("held")(seen)),
  remove(
    "delete and orphan",
    `${maps}/holder`,
    { propagationPolicy: "Orphan" },
    {
      differs: "our collector has taken the finalizer away before the answer, or not",
    },
  ),
  gone(`${maps}/holder`),
  get("it is an orphan", `${maps}/held`),
  remove("delete by orphanDependents", `${maps}/held?orphanDependents=false`),
];

const template = { metadata: { labels: { a: "b" } }, ...container };
const workload = { spec: { selector: { matchLabels: { a: "b" } }, template } };
const job = { spec: { template: { spec: { ...container.spec, restartPolicy: "Never" } } } };

const workloads: Step[] = [
  post("create a Deployment", deployments, { metadata: { name: "d" }, ...workload }),
  post("create its ReplicaSet", replicaSets, (seen) =>
    ownedBy("create a Deployment", "apps/v1", "Deployment", { controller: true })("d-1", workload)(seen),
  ),
  post("create its Pod", pods, (seen) =>
    ownedBy("create its ReplicaSet", "apps/v1", "ReplicaSet", { controller: true })("d-1-x", container)(seen),
  ),
  remove("delete the Deployment", `${deployments}/d`),
  gone(`${replicaSets}/d-1`),
  gone(`${pods}/d-1-x`),
  post("create a Job", jobs, { metadata: { name: "j" }, ...job }),
  remove("delete a Job", `${jobs}/j`, { propagationPolicy: "Background" }),
  gone(`${jobs}/j`),
];

const collections: Step[] = [
  ...["a1", "a2", "b1"].map((name) =>
    post(`create ${name}`, secrets, { metadata: { name, labels: { set: name.slice(0, 1) } } }),
  ),
  remove("delete a part of a collection", `${secrets}?labelSelector=set%3Da`),
  get("what the selector left", `${secrets}?labelSelector=set`),
  remove("delete a collection as a dry run", `${secrets}?labelSelector=set&dryRun=All`),
  get("a dry run leaves all", `${secrets}?labelSelector=set`),
  remove("delete a collection with a body", secrets, {
    kind: "DeleteOptions",
    apiVersion: "v1",
    propagationPolicy: "Background",
  }),
  get("nothing is left", `${secrets}?labelSelector=set`),
];

/** How objects end, and what ends with them. */
export const deletion: Area = {
  name: "deletion",
  steps: [...finalizers, ...grace, ...owners, ...twoOwners, ...foreground, ...orphans, ...workloads, ...collections],
};
