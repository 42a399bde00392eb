import { type Area, get, merge, post, put, remove, type Seen, type Step, watch } from "../step.ts";

const maps = "/api/v1/namespaces/watches/configmaps";
const secrets = "/api/v1/namespaces/watches/secrets";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const partial = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";

const create = (name: string, labels: object = {}): Step =>
  post(`create ${name}`, maps, { metadata: { name, labels } });
const label = (name: string, labels: object): Step =>
  merge(`label ${name} ${JSON.stringify(labels)}`, `${maps}/${name}`, { metadata: { labels } });

const versionOf =
  (step: string, query = "") =>
  (seen: Seen): string =>
    `${maps}?watch=1&timeoutSeconds=20&resourceVersion=${seen[step].metadata.resourceVersion}${query}`;

const withAccept = (step: Step, accept: string): Step => ({ ...step, accept });

const lifecycle: Step[] = [
  watch("from now", `${maps}?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dw1`, 4, [
    create("w1"),
    label("w1", { a: "b" }),
    label("w1", { a: "b" }),
    put("update w1", `${maps}/w1`, { metadata: { name: "w1" }, data: { x: "y" } }),
    remove("delete w1", `${maps}/w1`),
  ]),
  create("w2"),
  get("list before", maps),
  create("w3"),
  label("w2", { x: "1" }),
  remove("delete w3", `${maps}/w3`),
  watch("from a version", versionOf("list before"), 3),
  watch("from a version, of one", versionOf("list before", "&fieldSelector=metadata.name%3Dw3"), 2),
  { ...watch("all that is there", `${maps}?watch=1&fieldSelector=metadata.name%3Dw2`, 1) },
  { ...watch("the old way", "/api/v1/watch/namespaces/watches/configmaps?fieldSelector=metadata.name%3Dw2", 1) },
  { ...watch("one, the old way", "/api/v1/watch/namespaces/watches/configmaps/w2", 1) },
  { ...watch("one, by its path", `${maps}/w2?watch=1`, 1) },
];

const selectors: Step[] = [
  create("s1", { app: "x" }),
  create("s2", { app: "y" }),
  get("before selecting", maps),
  watch("by label: objects come into and leave view", versionOf("before selecting", "&labelSelector=app%3Dx"), 5, [
    label("s1", { other: "1" }),
    label("s1", { app: "z" }),
    label("s1", { app: "z", more: "1" }),
    label("s2", { app: "x" }),
    remove("delete s1", `${maps}/s1`),
    label("s2", { more: "2" }),
    remove("delete s2", `${maps}/s2`),
  ]),
  post("create an opaque secret", secrets, { metadata: { name: "o" } }),
  watch("by a field", `${secrets}?watch=1&resourceVersion=0&fieldSelector=type%3Dexample.com/x`, 1, [
    post("create another type of secret", secrets, { metadata: { name: "t" }, type: "example.com/x" }),
  ]),
];

const brief = "watch=1&timeoutSeconds=1";
const initial = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan";

const bookmarks: Step[] = [
  watch("initial events and their end", `${maps}?watch=1&${initial}&allowWatchBookmarks=true&labelSelector=!app`, 2),
  get("initial events without bookmarks", `${maps}?${brief}&${initial}`),
  get("initial events without a match", `${maps}?${brief}&sendInitialEvents=true&allowWatchBookmarks=true`),
  get("initial events by another match", `${maps}?${brief}&sendInitialEvents=true&resourceVersionMatch=Exact`),
  get("a match without initial events", `${maps}?${brief}&resourceVersionMatch=NotOlderThan&resourceVersion=1`),
  watch(
    "initial events not sent",
    `${maps}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dn1`,
    1,
    [create("n1")],
  ),
];

const forms: Step[] = [
  withAccept(
    watch("as a table", `${maps}?watch=1&fieldSelector=metadata.name%3Dn1`, 2, [label("n1", { t: "1" })]),
    table,
  ),
  withAccept(
    watch("as metadata", `${maps}?watch=1&fieldSelector=metadata.name%3Dn1`, 2, [label("n1", { t: "2" })]),
    partial,
  ),
];

const ends: Step[] = [
  get(
    "a watch that times out",
    `${maps}?watch=1&timeoutSeconds=1&resourceVersion=0&fieldSelector=metadata.name%3Dnone`,
  ),
  get("a bad timeout", `${maps}?watch=1&timeoutSeconds=x`),
  get("a bad selector", `${maps}?${brief}&labelSelector=%3D%3D`),
  get("a version that is none", `${maps}?${brief}&resourceVersion=abc`),
  get("a kind that is not there", "/api/v1/namespaces/watches/nothing?watch=1"),
  get(
    "a watch with a limit",
    `${maps}?watch=1&timeoutSeconds=1&limit=1&resourceVersion=0&fieldSelector=metadata.name%3Dnone`,
  ),
];

/** Watches: where they begin, what comes into view, and how they end. */
export const watches: Area = {
  name: "watches",
  steps: [...lifecycle, ...selectors, ...bookmarks, ...forms, ...ends],
};
