import { type Actor, type Area, get, post, remove, type Seen } from "../step.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const authorization = "/apis/authorization.k8s.io/v1";
const authentication = "/apis/authentication.k8s.io/v1";
const accounts = "/api/v1/namespaces/auth/serviceaccounts";
const maps = "/api/v1/namespaces/auth/configmaps";
const whoami = `${authentication}/selfsubjectreviews`;

const isAllowed = (_: unknown, status: number): boolean => status !== 403;
const robot: Actor = { token: (seen: Seen) => seen["a token"].status.token };
const boundToken: Actor = { token: (seen: Seen) => seen["a token bound to a secret"].status.token };
const jane: Actor = { user: "jane", groups: ["devs"] };
const ann: Actor = { user: "ann" };

const own = { group: "rbac.authorization.k8s.io", kind: "User" };
function rights(name: string, user: string, ...rules: readonly object[]) {
  return [
    post(`rights of ${user}`, `${rbac}/clusterroles`, { metadata: { name }, rules }),
    post(`${user} bound`, `${rbac}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: own.group, kind: "ClusterRole", name },
      subjects: [{ apiGroup: own.group, kind: "User", name: user }],
    }),
  ];
}

const token = (spec: object = {}) => ({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec });

const tokens = [
  post("an account", accounts, { metadata: { name: "robot" } }),
  post("a token", `${accounts}/robot/token`, token()),
  post("a short one", `${accounts}/robot/token`, token({ expirationSeconds: 600, audiences: ["others"] })),
  post("too short", `${accounts}/robot/token`, token({ expirationSeconds: 599 })),
  post("too long", `${accounts}/robot/token`, token({ expirationSeconds: 5_000_000_000 })),
  post("not a number", `${accounts}/robot/token`, token({ expirationSeconds: "x" })),
  post("of nobody", `${accounts}/nobody/token`, token()),
  post("of another name", `${accounts}/robot/token`, { ...token(), metadata: { name: "other" } }),
  post("of another namespace", `${accounts}/robot/token`, { ...token(), metadata: { namespace: "default" } }),
  post("of another uid", `${accounts}/robot/token`, { ...token(), metadata: { uid: "1" } }),
  post("of another kind", `${accounts}/robot/token`, { apiVersion: "v1", kind: "Pod" }),
  post("without a body", `${accounts}/robot/token`, ""),
  post(
    "bound to what is not there",
    `${accounts}/robot/token`,
    token({ boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "none" } }),
  ),
  post(
    "bound to what cannot be",
    `${accounts}/robot/token`,
    token({ boundObjectRef: { kind: "ConfigMap", apiVersion: "v1", name: "none" } }),
  ),
  get("a token cannot be read", `${accounts}/robot/token`),
  post("a secret", "/api/v1/namespaces/auth/secrets", { metadata: { name: "lifeline" } }),
  post("a token bound to a secret", `${accounts}/robot/token`, (seen: Seen) =>
    token({ boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "lifeline", uid: seen.last.metadata.uid } }),
  ),
  post(
    "bound to another's uid",
    `${accounts}/robot/token`,
    token({ boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "lifeline", uid: "1" } }),
  ),
];

const bearers = [
  get("no credentials", maps, { as: { token: "" } }),
  get("no credentials, nothing there", "/api/v1/namespaces/nowhere/secrets/none", { as: { token: "" } }),
  get("no credentials at the root", "/", { as: { token: "" } }),
  get("no credentials for discovery", "/apis", { as: { token: "" } }),
  get("no credentials for the schema", "/openapi/v2", { as: { token: "" } }),
  get("anyone may ask for health", "/healthz", { as: { token: "" } }),
  get("anyone may ask for readiness", "/readyz", { as: { token: "" } }),
  get("anyone may ask for the version", "/version", { as: { token: "" }, differs: "the build is another" }),
  get("a wrong token", maps, { as: { token: "wrong" } }),
  get("a wrong token for health", "/healthz", { as: { token: "wrong" } }),
  get("another scheme", maps, { as: { token: "" }, headers: { authorization: "Basic YWRtaW46YWRtaW4=" } }),
  get("a token in the path", `${maps}?access_token=admin`, { as: { token: "" } }),
  get("a token cut short", maps, { as: { token: (seen) => seen["a token"].status.token.slice(0, -4) } }),
  get("a token changed", maps, { as: { token: (seen) => changed(seen["a token"].status.token) } }),
  get("a token without its signature", maps, { as: { token: (seen) => unsigned(seen["a token"].status.token) } }),
  get("a token for others", maps, { as: { token: (seen) => seen["a short one"].status.token } }),
  post("who the token is", whoami, {}, { as: robot }),
  get("the account may nothing", maps, { as: robot }),
  get("the account may discover", "/apis/apps", { as: robot }),
  post("a right for the account", "/apis/rbac.authorization.k8s.io/v1/namespaces/auth/rolebindings", {
    metadata: { name: "robot" },
    roleRef: { apiGroup: own.group, kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "ServiceAccount", name: "robot", namespace: "auth" }],
  }),
  get("the account may read", `${maps}/none`, { as: robot, until: isAllowed }),
  get("the account may not elsewhere", "/api/v1/namespaces/default/configmaps", { as: robot }),
  get("the bound token may read", `${maps}/none`, { as: boundToken }),
  remove("the secret goes", "/api/v1/namespaces/auth/secrets/lifeline", undefined, { differs: "uids" }),
  get("and the token with it", `${maps}/none`, { as: boundToken, until: (_, status) => status === 401 }),
];

/** Says the same of someone else. */
function changed(text: string): string {
  const [head = "", body = "", signature = ""] = text.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
  const forged = { ...claims, sub: "system:serviceaccount:kube-system:admin" };
  return [head, Buffer.from(JSON.stringify(forged)).toString("base64url"), signature].join(".");
}

function unsigned(text: string): string {
  const head = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  return [head, text.split(".")[1], ""].join(".");
}

const review = (spec: object) => ({ spec });

const reviewing = [
  post("whose token", `${authentication}/tokenreviews`, (seen: Seen) =>
    review({ token: seen["a token"].status.token }),
  ),
  post("whose token, for others", `${authentication}/tokenreviews`, (seen: Seen) =>
    review({ token: seen["a short one"].status.token, audiences: ["others", "more"] }),
  ),
  post("whose token, not for others", `${authentication}/tokenreviews`, (seen: Seen) =>
    review({ token: seen["a token"].status.token, audiences: ["others"] }),
  ),
  post("whose dead token", `${authentication}/tokenreviews`, (seen: Seen) =>
    review({ token: seen["a token bound to a secret"].status.token }),
  ),
  post(
    "may the robot",
    `${authorization}/subjectaccessreviews`,
    review({
      user: "system:serviceaccount:auth:robot",
      resourceAttributes: { verb: "get", resource: "configmaps", namespace: "auth" },
    }),
  ),
  post(
    "may it write",
    `${authorization}/subjectaccessreviews`,
    review({
      user: "system:serviceaccount:auth:robot",
      resourceAttributes: { verb: "create", resource: "configmaps", namespace: "auth" },
    }),
  ),
  post(
    "may a group",
    `${authorization}/subjectaccessreviews`,
    review({
      groups: ["system:masters"],
      resourceAttributes: { verb: "delete", resource: "nodes" },
    }),
  ),
  post(
    "may those who are known",
    `${authorization}/subjectaccessreviews`,
    review({
      user: "someone",
      groups: ["system:authenticated"],
      nonResourceAttributes: { verb: "get", path: "/openapi/v3" },
    }),
  ),
  post(
    "may nobody",
    `${authorization}/subjectaccessreviews`,
    review({
      resourceAttributes: { verb: "get", resource: "pods" },
    }),
  ),
  post(
    "a review with a name",
    `${authorization}/subjectaccessreviews`,
    {
      metadata: { labels: { a: "b" } },
      ...review({ user: "x", resourceAttributes: { verb: "get", resource: "pods" } }),
    },
    { differs: "a kube-apiserver shows all of the metadata as Go has it" },
  ),
  post("may someone here", `${authorization}/namespaces/auth/localsubjectaccessreviews`, {
    metadata: { namespace: "auth" },
    ...review({
      user: "system:serviceaccount:auth:robot",
      resourceAttributes: { verb: "list", resource: "pods", namespace: "auth" },
    }),
  }),
  post("may someone there", `${authorization}/namespaces/auth/localsubjectaccessreviews`, {
    metadata: { namespace: "auth" },
    ...review({ user: "x", resourceAttributes: { verb: "list", resource: "pods", namespace: "default" } }),
  }),
  post("may someone a path here", `${authorization}/namespaces/auth/localsubjectaccessreviews`, {
    metadata: { namespace: "auth" },
    ...review({ user: "x", nonResourceAttributes: { verb: "get", path: "/" } }),
  }),
  post(
    "may I, jane",
    `${authorization}/selfsubjectaccessreviews`,
    review({
      resourceAttributes: { verb: "get", resource: "pods", namespace: "auth" },
    }),
    { as: jane },
  ),
  post(
    "may I, the robot",
    `${authorization}/selfsubjectaccessreviews`,
    review({
      resourceAttributes: {
        verb: "watch",
        group: "apps",
        resource: "deployments",
        subresource: "scale",
        namespace: "auth",
      },
    }),
    { as: robot },
  ),
  post(
    "may I see a path",
    `${authorization}/selfsubjectaccessreviews`,
    review({
      nonResourceAttributes: { verb: "get", path: "/apis/apps" },
    }),
    { as: jane },
  ),
  post(
    "jane asks about others",
    `${authorization}/subjectaccessreviews`,
    review({
      user: "x",
      resourceAttributes: { verb: "get", resource: "pods" },
    }),
    { as: jane },
  ),
  post("jane reviews tokens", `${authentication}/tokenreviews`, review({ token: "x" }), { as: jane }),
  post("jane's rules", `${authorization}/selfsubjectrulesreviews`, review({ namespace: "auth" }), { as: jane }),
  post("the robot's rules", `${authorization}/selfsubjectrulesreviews`, review({ namespace: "auth" }), { as: robot }),
  post("who is jane", whoami, {}, { as: jane }),
  post(
    "who has everything",
    whoami,
    {},
    {
      headers: {
        "impersonate-user": "eve",
        "impersonate-uid": "u-1",
        "impersonate-group": "g-1",
        "impersonate-extra-scopes": "view",
        "impersonate-extra-acme.com%2fproject": "p",
      },
    },
  ),
  post("who is an account", whoami, {}, { as: { user: "system:serviceaccount:auth:robot" } }),
  post("who is an account in a group", whoami, {}, { as: { user: "system:serviceaccount:auth:robot", groups: ["g"] } }),
  post("who is nobody", whoami, {}, { as: { user: "system:anonymous" } }),
  post("who is a node", whoami, {}, { as: { user: "system:node:one" } }),
];

const acting = [
  get("a group without a user", maps, { headers: { "impersonate-group": "g" } }),
  get("an extra without a user", maps, { headers: { "impersonate-extra-a": "b", "impersonate-uid": "c" } }),
  get("jane acts as another", maps, { as: { token: robot.token!, user: "jane" } }),
  get("jane acts as an account", maps, { as: { token: robot.token!, user: "system:serviceaccount:auth:other" } }),
  get("jane acts as a node", maps, { as: { token: robot.token!, user: "system:node:one" } }),
  get("jane acts in a group", maps, { as: { token: robot.token!, user: "jane", groups: ["system:masters"] } }),
  ...rights(
    "auth-actor",
    "system:serviceaccount:auth:robot",
    { apiGroups: [""], resources: ["users"], verbs: ["impersonate"], resourceNames: ["ann"] },
    { apiGroups: [""], resources: ["groups"], verbs: ["impersonate"], resourceNames: ["devs"] },
  ),
  post("who is ann", whoami, {}, { as: { token: robot.token!, user: "ann" }, until: isAllowed }),
  post("who is ann of the devs", whoami, {}, { as: { token: robot.token!, user: "ann", groups: ["devs"] } }),
  post(
    "not ann of the masters",
    whoami,
    {},
    { as: { token: robot.token!, user: "ann", groups: ["devs", "system:masters"] } },
  ),
  post("not another", whoami, {}, { as: { token: robot.token!, user: "ben" } }),
  get("ann may nothing", maps, { as: { token: robot.token!, user: "ann" } }),
  post(
    "not with extras",
    whoami,
    {},
    { as: { token: robot.token!, user: "ann" }, headers: { "impersonate-extra-a": "b" } },
  ),
  post("not with a uid", whoami, {}, { as: { token: robot.token!, user: "ann" }, headers: { "impersonate-uid": "b" } }),
  ...rights(
    "auth-narrow",
    "ann",
    { apiGroups: ["authentication.k8s.io"], resources: ["users"], verbs: ["impersonate:user-info"] },
    { apiGroups: [""], resources: ["configmaps"], verbs: ["impersonate-on:user-info:list"] },
  ),
  get("narrow, for what it is for", maps, { as: ann }),
];

const ending = [
  remove("the account goes", `${accounts}/robot`, undefined, { differs: "uids" }),
  get("and its token", maps, { as: robot, until: (_, status) => status === 401 }),
  post("another of the name", accounts, { metadata: { name: "robot" } }),
  get("has another token", maps, { as: robot }),
  ...["auth-actor", "auth-narrow"].flatMap((name) => [
    remove(`without the binding ${name}`, `${rbac}/clusterrolebindings/${name}`, undefined, { differs: "uids" }),
    remove(`without the role ${name}`, `${rbac}/clusterroles/${name}`, undefined, { differs: "uids" }),
  ]),
];

/** Who is who: tokens, impersonation, and the reviews that tell. */
export const auth: Area = { name: "auth", steps: [...tokens, ...bearers, ...reviewing, ...acting, ...ending] };
