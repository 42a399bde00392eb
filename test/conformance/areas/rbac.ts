import { type Actor, type Area, apply, get, merge, post, put, remove } from "../step.ts";

const api = "/apis/rbac.authorization.k8s.io/v1";
const home = `${api}/namespaces/rbac`;
const pods = "/api/v1/namespaces/rbac/pods";
const maps = "/api/v1/namespaces/rbac/configmaps";
const secrets = "/api/v1/namespaces/rbac/secrets";
const deployments = "/apis/apps/v1/namespaces/rbac/deployments";

const jane: Actor = { user: "jane" };
const team: Actor = { user: "tom", groups: ["rbac-team"] };
const robot: Actor = { user: "system:serviceaccount:rbac:robot" };
const keeper: Actor = { user: "keeper" };

const isAllowed = (_: unknown, status: number): boolean => status !== 403;
const isRefused = (_: unknown, status: number): boolean => status === 403;

function role(name: string, ...rules: readonly object[]): object {
  return { metadata: { name }, rules };
}

function binding(name: string, roleRef: string, ...subjects: readonly object[]): object {
  const [kind, named] = roleRef.split("/");
  return { metadata: { name }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: named }, subjects };
}

const rule = (apiGroups: string[], resources: string[], verbs: string[], resourceNames?: string[]) => ({
  apiGroups,
  resources,
  verbs,
  ...(resourceNames && { resourceNames }),
});
const person = (name: string) => ({ kind: "User", name, apiGroup: "rbac.authorization.k8s.io" });
const group = (name: string) => ({ kind: "Group", name, apiGroup: "rbac.authorization.k8s.io" });
const account = (name: string) => ({ kind: "ServiceAccount", name, namespace: "rbac" });

const deployment = {
  metadata: { name: "web" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } },
  },
};

/** Before any binding: nobody may do anything, whatever is there. */
const refusals = [
  post("something to see", maps, { metadata: { name: "seen" }, data: { a: "1" } }),
  post("something to hide", secrets, { metadata: { name: "hidden" }, stringData: { a: "1" } }),
  post("something to scale", deployments, deployment),
  get("list in a namespace", pods, { as: jane }),
  get("list everywhere", "/api/v1/pods", { as: jane }),
  get("watch", `${pods}?watch=true`, { as: jane }),
  get("watch by path", "/api/v1/watch/namespaces/rbac/pods", { as: jane }),
  get("get what is there", `${secrets}/hidden`, { as: jane }),
  get("get what is not there", `${secrets}/missing`, { as: jane }),
  post("create", maps, { metadata: { name: "made" } }, { as: jane }),
  post("create in another group", deployments, deployment, { as: jane }),
  put("update", `${maps}/seen`, { metadata: { name: "seen" } }, { as: jane }),
  merge("patch", `${maps}/seen`, { data: { b: "2" } }, { as: jane }),
  apply("apply", `${maps}/seen?fieldManager=jane`, { apiVersion: "v1", kind: "ConfigMap" }, { as: jane }),
  remove("delete", `${maps}/seen`, undefined, { as: jane }),
  remove("delete all", maps, undefined, { as: jane }),
  get("a subresource", `${deployments}/web/status`, { as: jane }),
  get("a scale", `${deployments}/web/scale`, { as: jane }),
  get("a namespace", "/api/v1/namespaces/rbac", { as: jane }),
  get("all namespaces", "/api/v1/namespaces", { as: jane }),
  get("a kind that is not there", "/apis/nothing.example/v1/namespaces/rbac/nothings", { as: jane }),
  get("a version that is not there", "/apis/apps/v9/namespaces/rbac/deployments/web", { as: jane }),
  get("a path", "/metrics", { as: jane }),
  get("the root", "/", { as: jane }),
  get("by a field selector", `${maps}?fieldSelector=metadata.name%3Dseen`, { as: jane }),
  get("a name with markup", `${maps}/%3Cb%3E`, { as: { user: "<jane>" } }),
  get("discovery is for all who are known", "/apis/apps", { as: jane }),
  get("so is the version", "/version", { as: jane, differs: "the build is another" }),
];

const roles = [
  post("a role", `${home}/roles`, role("reader", rule([""], ["configmaps", "pods"], ["get", "list", "watch"]))),
  post("a binding to a user", `${home}/rolebindings`, binding("reader-jane", "Role/reader", person("jane"))),
  get("now allowed", `${maps}/seen`, {
    as: jane,
    until: isAllowed,
    differs: "the user's managers have their own times",
  }),
  get("allowed, and not there", `${maps}/missing`, { as: jane }),
  get("another namespace is not", "/api/v1/namespaces/default/configmaps", { as: jane }),
  get("nor are all", "/api/v1/configmaps", { as: jane }),
  post("nor is another verb", maps, { metadata: { name: "made" } }, { as: jane }),
  get("another resource of the group", secrets, { as: jane }),
  post("a binding to a group", `${home}/rolebindings`, binding("reader-team", "Role/reader", group("rbac-team"))),
  get("allowed by the group", pods, { as: team, until: isAllowed }),
  post("a binding to a service account", `${home}/rolebindings`, binding("robot", "Role/reader", account("robot"))),
  get("allowed for the account", pods, { as: robot, until: isAllowed }),
  post(
    "a cluster role bound in a namespace",
    `${home}/rolebindings`,
    binding("view-kay", "ClusterRole/view", person("kay")),
  ),
  get("the view allows it", deployments, { as: { user: "kay" }, until: isAllowed, differs: "times and uids within" }),
  get("the view shows no secrets", secrets, { as: { user: "kay" } }),
  post("the view creates nothing", maps, { metadata: { name: "made" } }, { as: { user: "kay" } }),
  get("the view sees no roles", `${home}/roles`, { as: { user: "kay" } }),
  post("edit, bound", `${home}/rolebindings`, binding("edit-ed", "ClusterRole/edit", person("ed"))),
  get("edit reads secrets", `${secrets}/missing`, { as: { user: "ed" }, until: isAllowed }),
  merge("edit patches a scale", `${deployments}/web/scale`, { spec: { replicas: 2 } }, { as: { user: "ed" } }),
  get("edit sees no roles", `${home}/roles/reader`, { as: { user: "ed" } }),
  remove("edit deletes no namespace", "/api/v1/namespaces/rbac", undefined, { as: { user: "ed" } }),
  post("admin, bound", `${home}/rolebindings`, binding("admin-ada", "ClusterRole/admin", person("ada"))),
  get("admin reads roles", `${home}/roles/missing`, { as: { user: "ada" }, until: isAllowed }),
  get("admin of one namespace only", `${api}/clusterroles`, { as: { user: "ada" } }),
];

const names = [
  post(
    "a role for one name",
    `${home}/roles`,
    role("one", rule([""], ["secrets"], ["get", "list", "watch", "delete"], ["hidden"])),
  ),
  post("bound", `${home}/rolebindings`, binding("one-nia", "Role/one", person("nia"))),
  get("its name", `${secrets}/hidden`, { as: { user: "nia" }, until: isAllowed }),
  get("another name, there or not", `${secrets}/other`, { as: { user: "nia" } }),
  get("a list without the name", secrets, { as: { user: "nia" } }),
  get("a list with it", `${secrets}?fieldSelector=metadata.name%3Dhidden`, { as: { user: "nia" } }),
  get("a list with another", `${secrets}?fieldSelector=metadata.name%3Dother`, { as: { user: "nia" } }),
  get("a list with all but it", `${secrets}?fieldSelector=metadata.name%21%3Dhidden`, { as: { user: "nia" } }),
  remove("all of them", secrets, undefined, { as: { user: "nia" } }),
  post("a role for scales", `${home}/roles`, role("scales", rule(["*"], ["*/scale"], ["*"]))),
  post("scales bound", `${home}/rolebindings`, binding("scales-sol", "Role/scales", person("sol"))),
  get("any scale", `${deployments}/missing/scale`, { as: { user: "sol" }, until: isAllowed }),
  get("not what is scaled", `${deployments}/web`, { as: { user: "sol" } }),
  get("not its status", `${deployments}/web/status`, { as: { user: "sol" } }),
  post("paths", `${api}/clusterroles`, {
    metadata: { name: "rbac-paths" },
    rules: [{ nonResourceURLs: ["/metrics", "/logs/*"], verbs: ["get"] }],
  }),
  post("paths bound", `${api}/clusterrolebindings`, binding("rbac-paths", "ClusterRole/rbac-paths", person("pat"))),
  get("below a path", "/logs/nothing", {
    as: { user: "pat" },
    until: isAllowed,
    differs: "a kube-apiserver serves logs",
    differsInStatus: true,
  }),
  get("beside the path", "/logsx", { as: { user: "pat" } }),
  post("another method", "/metrics", {}, { as: { user: "pat" } }),
];

const missing = [
  post("a binding to nothing", `${home}/rolebindings`, binding("lost", "Role/lost", person("lou"))),
  get("says so", maps, {
    as: { user: "lou" },
    until: ({ message }: { message: string }) => message.includes("not found"),
  }),
  post("another", `${home}/rolebindings`, binding("lost-too", "ClusterRole/rbac-lost", person("may"))),
  get("says so too", `${maps}/seen`, {
    as: { user: "may" },
    until: ({ message }: { message: string }) => message.includes("not found"),
  }),
  remove("a binding removed", `${home}/rolebindings/reader-jane`, undefined, { differs: "uids" }),
  get("takes the right with it", pods, { as: jane, until: isRefused }),
  merge("a role changed", `${home}/roles/reader`, { rules: [rule([""], ["pods"], ["get"])] }),
  get("takes rights with it", maps, { as: team, until: isRefused }),
];

const grants = [
  post("keeper may write roles", `${home}/rolebindings`, binding("keeper", "Role/keeper", person("keeper"))),
  post(
    "and read some",
    `${home}/roles`,
    role(
      "keeper",
      rule(["rbac.authorization.k8s.io"], ["roles", "rolebindings"], ["get", "create", "update", "patch", "delete"]),
      rule([""], ["configmaps"], ["get", "list"]),
    ),
  ),
  post("a role within", `${home}/roles`, role("within", rule([""], ["configmaps"], ["get"])), {
    as: keeper,
    until: isAllowed,
  }),
  post("a role beyond", `${home}/roles`, role("beyond", rule([""], ["secrets", "configmaps"], ["get", "list"])), {
    as: keeper,
  }),
  post("a role of everything", `${home}/roles`, role("all", rule(["*"], ["*"], ["*"])), { as: keeper }),
  post(
    "a role with names",
    `${home}/roles`,
    role("names", rule(["apps"], ["deployments", "deployments/scale"], ["get", "patch"], ["a", "b"])),
    { as: keeper },
  ),
  merge("grown", `${home}/roles/within`, { rules: [rule([""], ["configmaps"], ["delete"])] }, { as: keeper }),
  put("replaced", `${home}/roles/within`, role("within", rule([""], ["pods"], ["get"])), { as: keeper }),
  put("made by an update", `${home}/roles/updated`, role("updated", rule([""], ["pods"], ["get"])), { as: keeper }),
  merge("labelled", `${home}/roles/within`, { metadata: { labels: { a: "b" } } }, { as: keeper }),
  merge("released", `${home}/roles/reader`, { metadata: { finalizers: ["example.com/hold"] } }, { as: keeper }),
  merge("held no more", `${home}/roles/reader`, { metadata: { finalizers: null } }, { as: keeper }),
  merge("labelled beyond", `${home}/roles/one`, { metadata: { labels: { a: "b" } } }, { as: keeper }),
  post("bind what is held", `${home}/rolebindings`, binding("b-within", "Role/within", person("kim")), { as: keeper }),
  post("bind what is not", `${home}/rolebindings`, binding("b-one", "Role/one", person("kim")), { as: keeper }),
  post("bind a cluster role", `${home}/rolebindings`, binding("b-admin", "ClusterRole/cluster-admin", person("kim")), {
    as: keeper,
  }),
  post("bind nothing", `${home}/rolebindings`, binding("b-lost", "Role/lost", person("kim")), { as: keeper }),
  post(
    "may bind one",
    `${home}/roles`,
    role("binder", rule(["rbac.authorization.k8s.io"], ["roles"], ["bind"], ["one"])),
  ),
  post("binder bound", `${home}/rolebindings`, binding("binder", "Role/binder", person("keeper"))),
  post("binds it", `${home}/rolebindings`, binding("b-one", "Role/one", person("kim")), {
    as: keeper,
    until: isAllowed,
  }),
  post("may escalate", `${home}/roles`, role("climber", rule(["rbac.authorization.k8s.io"], ["roles"], ["escalate"]))),
  post("climber bound", `${home}/rolebindings`, binding("climber", "Role/climber", person("keeper"))),
  post("escalates", `${home}/roles`, role("beyond", rule([""], ["secrets"], ["get"])), {
    as: keeper,
    until: isAllowed,
  }),
  post("a namespace's admin makes no cluster role", `${api}/clusterroles`, role("rbac-c"), { as: { user: "ada" } }),
];

const creators = [
  post(
    "a role that updates",
    `${home}/roles`,
    role(
      "updater",
      rule([""], ["configmaps"], ["update", "patch", "get"]),
      rule(["coordination.k8s.io"], ["leases"], ["update"]),
    ),
  ),
  post("updater bound", `${home}/rolebindings`, binding("updater", "Role/updater", person("uma"))),
  put(
    "update what is not there",
    `${maps}/absent`,
    { metadata: { name: "absent" } },
    { as: { user: "uma" }, until: isAllowed },
  ),
  put(
    "update that would create",
    "/apis/coordination.k8s.io/v1/namespaces/rbac/leases/absent",
    { metadata: { name: "absent" } },
    { as: { user: "uma" } },
  ),
  apply(
    "apply that would create",
    `${maps}/absent?fieldManager=uma`,
    { apiVersion: "v1", kind: "ConfigMap", data: { a: "1" } },
    { as: { user: "uma" } },
  ),
  apply(
    "apply to what is there",
    `${maps}/seen?fieldManager=uma`,
    { apiVersion: "v1", kind: "ConfigMap", data: { u: "1" } },
    { as: { user: "uma" } },
  ),
];

const rulesOf = (body: { rules?: object[] }): boolean => (body.rules ?? []).length > 0;

const aggregation = [
  post("an aggregated role", `${api}/clusterroles`, {
    metadata: { name: "rbac-sum" },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "rbac.test/part": "yes" } }] },
  }),
  post("a part", `${api}/clusterroles`, {
    metadata: { name: "rbac-part-b", labels: { "rbac.test/part": "yes" } },
    rules: [rule([""], ["configmaps"], ["get"]), rule([""], ["pods"], ["get"])],
  }),
  get("gathered", `${api}/clusterroles/rbac-sum`, { until: rulesOf }),
  post("another part", `${api}/clusterroles`, {
    metadata: { name: "rbac-part-a", labels: { "rbac.test/part": "yes" } },
    rules: [rule([""], ["pods"], ["get"]), rule([""], ["services"], ["list"])],
  }),
  get("gathered in order", `${api}/clusterroles/rbac-sum`, { until: (body) => body.rules.length === 3 }),
  remove("a part goes", `${api}/clusterroles/rbac-part-b`, undefined, { differs: "uids" }),
  get("and its rules", `${api}/clusterroles/rbac-sum`, { until: (body) => body.rules.length === 2 }),
  get("cluster-admin", `${api}/clusterroles/cluster-admin`),
  get("admin", `${api}/clusterroles/admin`, { until: (body) => body.rules.length > 15 }),
  get("edit", `${api}/clusterroles/edit`, { until: (body) => body.rules.length > 10 }),
  get("view", `${api}/clusterroles/view`, { until: rulesOf }),
  get("discovery", `${api}/clusterroles/system:discovery`),
  get("what anyone sees", `${api}/clusterrolebindings/system:public-info-viewer`),
  get("who is the administrator", `${api}/clusterrolebindings/cluster-admin`),
  post("a part of the view", `${api}/clusterroles`, {
    metadata: { name: "rbac-widgets", labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } },
    rules: [rule(["acme.example"], ["widgets"], ["get"])],
  }),
  get("reaches the admin", `${api}/clusterroles/admin`, {
    until: (body) => JSON.stringify(body.rules).includes("acme.example"),
  }),
  get("as kay sees", "/apis/acme.example/v1/namespaces/rbac/widgets/one", { as: { user: "kay" }, until: isAllowed }),
];

const cleaning = ["rbac-paths", "rbac-sum", "rbac-part-a", "rbac-widgets"].map((name) =>
  remove(`without ${name}`, `${api}/clusterroles/${name}`, undefined, { differs: "uids" }),
);

/** Who may do what: roles, bindings, and who may hand them out. */
export const rbac: Area = {
  name: "rbac",
  steps: [...refusals, ...roles, ...names, ...missing, ...grants, ...creators, ...aggregation, ...cleaning],
};
