import { type Actor, type Area, get, merge, post, put, remove } from "../step.ts";

const home = "/api/v1/namespaces/security";
const maps = `${home}/configmaps`;
const secrets = `${home}/secrets`;
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const nobody: Actor = { token: "" };
const writer: Actor = { user: "security-writer" };
const isAllowed = (_: unknown, status: number): boolean => status !== 403;
const refusedPath = "a kube-apiserver sends a redirect to the cleaned path, which we refuse";

const depth = "we refuse at 500 levels before anything else, a kube-apiserver at 10,000 where it reads them";

const deep = (levels: number): string =>
  `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"x":${"[".repeat(levels)}${"]".repeat(levels)}}`;

const paths = [
  get("a step up", `${home}/../default/secrets`, { differs: refusedPath, differsInStatus: true }),
  get("a step up, encoded", `${home}/%2e%2e/default/secrets`, { differs: refusedPath, differsInStatus: true }),
  get("a slash, encoded", `${maps}/a%2fb`, { differs: "we refuse a name with a slash before looking for it" }),
  get("an empty segment", "//api/v1/pods", { differs: refusedPath, differsInStatus: true }),
  get("a backslash", `${maps}/..%5cdefault`),
  get("a null byte", `${maps}/a%00b`, { differs: "we refuse a name with a null byte before looking for it" }),
  get("badly encoded", `${maps}/%zz`, {
    differs: "Go's server refuses the request before Kubernetes sees it",
    differsInStatus: true,
  }),
  get("another cluster", "/clusters/other/api/v1/pods", {
    differs: "we serve logical clusters there",
    differsInStatus: true,
  }),
];

const strangers = [
  get("a proxy's word", maps, {
    as: nobody,
    headers: { "x-remote-user": "admin", "x-remote-group": "system:masters" },
  }),
  get("a forwarded user", maps, { as: nobody, headers: { "x-forwarded-user": "admin" } }),
  get("an impersonation without credentials", maps, { as: { token: "", user: "admin", groups: ["system:masters"] } }),
  get("an impersonation at a public path", "/healthz", { as: { token: "", user: "admin" } }),
  get("a token of two words", maps, { as: nobody, headers: { authorization: "Bearer a b" } }),
  get("an empty token", maps, { as: nobody, headers: { authorization: "Bearer " } }),
  get("a scheme alone", maps, { as: nobody, headers: { authorization: "Bearer" } }),
  get("a path below a public one", "/healthz/ping", { as: nobody }),
  get("a public path, verbose", "/readyz?verbose", { as: nobody, differs: "each server has checks of its own" }),
  post(
    "a write to a public path",
    "/healthz",
    {},
    { as: nobody, differs: "a kube-apiserver's checks answer to any method", differsInStatus: true },
  ),
  post(
    "another method in a header",
    maps,
    { metadata: { name: "x" } },
    { as: nobody, headers: { "x-http-method-override": "GET" } },
  ),
];

const rights = [
  post("a secret", secrets, { metadata: { name: "there" }, stringData: { a: "b" } }),
  post("who may write secrets", `${rbac}/namespaces/security/roles`, {
    metadata: { name: "writer" },
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["create"] }],
  }),
  post("bound", `${rbac}/namespaces/security/rolebindings`, {
    metadata: { name: "writer" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "writer" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "security-writer" }],
  }),
  post("writes one", secrets, { metadata: { name: "own" } }, { as: writer, until: isAllowed }),
  get("cannot read it back", `${secrets}/own`, { as: writer }),
  get("nor one that is there", `${secrets}/there`, { as: writer }),
  get("nor one that is not", `${secrets}/missing`, { as: writer }),
  put("nor replace what is there", `${secrets}/there`, { metadata: { name: "there" } }, { as: writer }),
  put("nor what is not", `${secrets}/missing`, { metadata: { name: "missing" } }, { as: writer }),
  put(
    "nor with an old version",
    `${secrets}/there`,
    { metadata: { name: "there", resourceVersion: "1" } },
    { as: writer },
  ),
  merge("nor patch what is there", `${secrets}/there`, { data: null }, { as: writer }),
  merge("nor what is not", `${secrets}/missing`, { data: null }, { as: writer }),
  remove("nor delete what is there", `${secrets}/there`, undefined, { as: writer }),
  remove("nor what is not", `${secrets}/missing`, undefined, { as: writer }),
  get("nor as metadata alone", `${secrets}/there`, {
    as: writer,
    accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
  }),
  get("nor as a table", secrets, { as: writer, accept: "application/json;as=Table;g=meta.k8s.io;v=v1" }),
  get("nor by watching", `${secrets}?watch=1&resourceVersion=0`, { as: writer }),
  get("nor by watching one", `/api/v1/watch/namespaces/security/secrets/there`, { as: writer }),
  post(
    "nor create by the old watch path",
    "/api/v1/watch/namespaces/security/secrets",
    { metadata: { name: "x" } },
    { as: writer },
  ),
  get("nor in a namespace that is not", "/api/v1/namespaces/nowhere/secrets/there", { as: writer }),
  get("nor with a broken query", `${secrets}?limit=x&labelSelector=%21%21`, { as: writer }),
  post("a bad body is not read first", maps, "{", { as: writer }),
  post("nor its type", maps, "x", { as: writer, type: "text/plain" }),
  post("nor a bad option", `${maps}?dryRun=Some`, {}, { as: writer }),
  get("nor a form that is not served", maps, { as: writer, accept: "text/html" }),
];

const bodies = [
  post("too large", maps, `{"data":{"a":"${"x".repeat(3 * 1024 * 1024)}"}}`),
  post("too deep", maps, deep(20_000), { differs: depth }),
  post("deep yaml", maps, `a: ${"[".repeat(20_000)}${"]".repeat(20_000)}`, {
    type: "yaml",
    differs: "the parsers word it differently",
    differsInStatus: true,
  }),
  merge("a deep patch", `${maps}/none`, `{"data":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`, {
    differs: depth,
    differsInStatus: true,
  }),
  post("keys of the prototype", maps, '{"metadata":{"name":"proto"},"data":{"__proto__":"a","constructor":"b"}}'),
  get("read back", `${maps}/proto`),
  merge("the prototype patched", `${maps}/proto`, '{"data":{"__proto__":"c"},"__proto__":{"x":1}}'),
  post(
    "yaml that grows",
    maps,
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nmetadata: {name: bomb}\napiVersion: v1\nkind: ConfigMap\n",
    { type: "yaml", differs: "the parsers word it differently", differsInStatus: true },
  ),
];

/** What must not get anybody anywhere. */
export const security: Area = { name: "security", steps: [...paths, ...strangers, ...rights, ...bodies] };
