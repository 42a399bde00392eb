import { type Area, apply, get, jsonPatch, merge, post, put, remove, strategic } from "../step.ts";

const maps = "/api/v1/namespaces/objects/configmaps";
const one = `${maps}/p1`;
const apiVersion = "v1";
const kind = "ConfigMap";
const applied = (manager: string, force = false): string =>
  `${one}?fieldManager=${manager}${force ? "&force=true" : ""}`;

const creation = [
  remove("delete what is not there", one),
  post("create with a resourceVersion", `${maps}?fieldManager=m1`, { metadata: { name: "p1", resourceVersion: "5" } }),
  post("create, with fields that the server sets", `${maps}?fieldManager=m1`, {
    metadata: {
      name: "p1",
      labels: { a: "b" },
      generation: 7,
      uid: "zz",
      selfLink: "x",
      creationTimestamp: "2020-01-01T00:00:00Z",
      deletionTimestamp: "2020-01-01T00:00:00Z",
    },
    data: { x: "1" },
  }),
  post("create again", `${maps}?fieldManager=m1`, { metadata: { name: "p1" } }),
  post("create as a dry run", `${maps}?fieldManager=m1&dryRun=All`, { metadata: { name: "p2" } }),
  get("a dry run leaves nothing", `${maps}/p2`),
  post("create with a generated name", maps, { metadata: { generateName: "gen-" } }),
  post("create with a name beside generateName", `${maps}?dryRun=All`, {
    metadata: { name: "named", generateName: "gen-" },
  }),
  post("create with an owner", `${maps}?dryRun=All`, {
    metadata: {
      name: "owned",
      ownerReferences: [
        { apiVersion: "v1", kind: "ConfigMap", name: "p1", uid: "11111111-2222-3333-4444-555555555555" },
      ],
    },
  }),
  post("create with a broken owner", `${maps}?dryRun=All`, {
    metadata: { name: "owned", ownerReferences: [{ apiVersion: "v1", kind: "", name: "", uid: "" }] },
  }),
  post("create with two controllers", `${maps}?dryRun=All`, {
    metadata: {
      name: "owned",
      ownerReferences: [
        { apiVersion: "v1", kind: "ConfigMap", name: "a", uid: "1", controller: true },
        { apiVersion: "v1", kind: "ConfigMap", name: "b", uid: "2", controller: true },
      ],
    },
  }),
  post("create with the user agent as manager", `${maps}?dryRun=All`, { metadata: { name: "p3" }, data: { a: "b" } }),
  post("create with a manager that is too long", `${maps}?dryRun=All&fieldManager=${"m".repeat(129)}`, {
    metadata: { name: "p3" },
  }),
];

const updates = [
  put("update without a version", `${one}?fieldManager=m2`, { metadata: { name: "p1" }, data: { x: "2" } }),
  put("update from an old version", `${one}?fieldManager=m2`, {
    metadata: { name: "p1", resourceVersion: "1" },
    data: { x: "2" },
  }),
  put("update from a version that is none", `${one}?fieldManager=m2`, {
    metadata: { name: "p1", resourceVersion: "abc" },
    data: { x: "2" },
  }),
  put("update of another uid", `${one}?fieldManager=m2`, { metadata: { name: "p1", uid: "zz" }, data: { x: "2" } }),
  put("update under another name", `${one}?fieldManager=m2`, { metadata: { name: "p9" }, data: { x: "2" } }),
  put("update without a name", `${one}?fieldManager=m2`, { metadata: {}, data: { x: "2" } }),
  put("update of another namespace", `${one}?fieldManager=m2`, {
    metadata: { name: "p1", namespace: "other" },
    data: { x: "2" },
  }),
  put("update of nothing", `${maps}/p1zz?fieldManager=m2`, { metadata: { name: "p1zz" }, data: { x: "2" } }),
  put("update as a dry run", `${one}?fieldManager=m2&dryRun=All`, { metadata: { name: "p1" }, data: { x: "3" } }),
  put("update that changes nothing", `${one}?fieldManager=m2`, { metadata: { name: "p1" }, data: { x: "2" } }),
];

const mergePatches = [
  merge("merge", one, { data: { x: null, y: "1" } }),
  merge("merge another uid", one, { metadata: { uid: "foo" } }),
  merge("merge another name", one, { metadata: { name: "foo" } }),
  merge("merge what is no JSON", one, "[1"),
  merge("merge a list", one, "[1]"),
  merge("merge a wrong type", one, '{"data":{"z":1}}'),
  merge("merge an unknown field", one, '{"foo":{"z":1}}'),
  merge("merge a field twice", one, '{"data":{"y":"1","y":"1"}}'),
  merge("merge an unknown field, strictly", `${one}?fieldValidation=Strict`, '{"foo":{"z":1}}'),
  merge("merge a namespace", one, '{"metadata":{"creationTimestamp":"2020-01-01T00:00:00Z","namespace":"foo"}}'),
  merge("merge a deletion", one, '{"metadata":{"deletionTimestamp":"2020-01-01T00:00:00Z"}}'),
  merge("merge bad labels", one, '{"metadata":{"labels":{"a b":"c"},"annotations":{"_":"x"}}}'),
  merge("merge a generation", one, '{"metadata":{"generation":3}}'),
  merge("merge with an old version", one, { metadata: { resourceVersion: "1" }, data: { y: "2" } }),
  merge("force a merge", `${one}?force=true`, {}),
];

const jsonPatches = [
  jsonPatch("a test that fails", one, [{ op: "test", path: "/data/y", value: "9" }]),
  jsonPatch("a test that holds", one, [
    { op: "test", path: "/data/y", value: "1" },
    { op: "add", path: "/metadata/labels", value: { q: "r" } },
  ]),
  jsonPatch("remove what is not there", one, [{ op: "remove", path: "/data/yy" }]),
  jsonPatch("an operation that is none", one, [{ op: "foo", path: "/data/yy" }]),
  jsonPatch("replace what is not there", one, [{ op: "replace", path: "/data/yy", value: "q" }]),
  jsonPatch("add under what is not there", one, [{ op: "add", path: "/foo/yy", value: "q" }]),
  jsonPatch("a patch that is no list", one, "{}"),
  jsonPatch("copy and move", `${one}?fieldManager=mm`, [
    { op: "copy", from: "/data/y", path: "/data/z" },
    { op: "move", from: "/data/y", path: "/data/w" },
  ]),
  jsonPatch("patch of nothing", `${maps}/p1mm`, []),
];

const strategicPatches = [
  strategic("strategic patch", one, { data: { w: null }, metadata: { finalizers: ["a.b/c"] } }),
  strategic("strategic patch of a set", one, { metadata: { finalizers: ["a.b/d"] } }),
  strategic("strategic patch that is no JSON", one, "{"),
  strategic("strategic patch that is a list", one, "[]"),
  strategic("strategic patch of a wrong type", one, '{"data":{"x":1}}'),
  strategic("strategic patch of an unknown field", `${one}?fieldValidation=Strict`, '{"datax":{"x":1}}'),
];

const applies = [
  apply("apply without a manager", one, { data: { w: null } }),
  apply("apply without a kind", applied("ap"), { data: { w: null } }),
  apply("apply an unknown field", applied("ap"), { apiVersion, kind, foo: 1 }),
  apply("apply without a name", applied("ap"), { apiVersion, kind }),
  apply("apply another name", applied("ap"), { apiVersion, kind, metadata: { name: "zz" } }),
  apply("a conflict", applied("ap"), { apiVersion, kind, metadata: { name: "p1" }, data: { z: "7", w: "3" } }),
  apply("conflicts with two managers", applied("ap"), {
    apiVersion,
    kind,
    metadata: { name: "p1", labels: { q: "x" } },
    data: { z: "7", yy: "3" },
  }),
  apply("force", applied("ap", true), { apiVersion, kind, metadata: { name: "p1" }, data: { z: "7", w: "3" } }),
  apply("apply again", applied("ap", true), { apiVersion, kind, metadata: { name: "p1" }, data: { z: "7", w: "3" } }),
  apply("apply less", applied("ap", true), { apiVersion, kind, metadata: { name: "p1" }, data: { z: "7" } }),
  apply("apply nothing", applied("ap", true), { apiVersion, kind, metadata: { name: "p1" } }),
  apply("apply broken YAML", applied("ap", true), "a: [", { differs: "the words are the YAML library's" }),
  apply("apply YAML", applied("ap", true), "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p1\ndata:\n  k: v\n"),
  apply("apply managed fields", applied("ap", true), { apiVersion, kind, metadata: { name: "p1", managedFields: [] } }),
  apply("apply an old version", applied("ap", true), {
    apiVersion,
    kind,
    metadata: { name: "p1", resourceVersion: "1" },
    data: { z: "7", w: "3" },
  }),
];

const newByApply = [
  apply("create by apply", `${maps}/p77?fieldManager=ap`, {
    apiVersion,
    kind,
    metadata: { name: "p77" },
    data: { z: "7" },
  }),
  apply("create by apply, with a uid", `${maps}/p78?fieldManager=ap`, {
    apiVersion,
    kind,
    metadata: { name: "p78", uid: "x" },
  }),
  apply("apply nulls", `${maps}/p77?fieldManager=ap`, {
    apiVersion,
    kind,
    metadata: { name: "p77", labels: null },
    data: { z: null, w: "3" },
  }),
  apply("apply empty maps", `${maps}/p77?fieldManager=ap`, {
    apiVersion,
    kind,
    metadata: { name: "p77", labels: {} },
    data: {},
  }),
  apply("apply as a dry run", `${maps}/p79?fieldManager=ap&dryRun=All`, {
    apiVersion,
    kind,
    metadata: { name: "p79" },
  }),
  get("a dry apply leaves nothing", `${maps}/p79`),
  remove("delete the applied", `${maps}/p77`),
];

const deletions = [
  remove("delete another uid", one, { preconditions: { uid: "zz" } }),
  remove("delete an old version", one, { preconditions: { resourceVersion: "1" } }),
  remove("delete with options that are no JSON", one, '{"a', { differs: "the words are the JSON parser's" }),
  remove("delete with options of another kind", one, { kind: "Foo", apiVersion: "v1" }),
  remove("delete as a dry run", `${one}?dryRun=All`),
  remove("delete with finalizers", one),
  remove("delete with finalizers again", one),
  post("create while one is deleted", `${maps}?fieldManager=m1`, { metadata: { name: "p1" } }),
  merge("add a finalizer to one that is deleted", one, { metadata: { finalizers: ["a.b/c", "a.b/d", "x/y"] } }),
  merge("remove the finalizers", one, { metadata: { finalizers: null } }),
  get("gone", one),
  remove("delete by an unknown policy", `${one}?propagationPolicy=foo`),
  remove("delete by two policies", `${one}?propagationPolicy=Orphan&orphanDependents=true`),
  remove("delete the default namespace", "/api/v1/namespaces/default"),
];

/** Every verb on one simple kind. */
export const objects: Area = {
  name: "objects",
  steps: [
    ...creation,
    ...updates,
    ...mergePatches,
    ...jsonPatches,
    ...strategicPatches,
    ...applies,
    ...newByApply,
    ...deletions,
  ],
};
