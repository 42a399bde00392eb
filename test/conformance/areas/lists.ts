import { type Area, get, post, remove, type Step } from "../step.ts";

const maps = "/api/v1/namespaces/lists/configmaps";
const secrets = "/api/v1/namespaces/lists/secrets";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

const labelSets = [
  {},
  { app: "a", tier: "front" },
  { app: "a", tier: "back" },
  { app: "b", size: "3" },
  { app: "b", size: "10", empty: "" },
];

const objects = labelSets.map((labels, index) =>
  post(`create c${index}`, maps, { metadata: { name: `c${index}`, labels }, data: { i: String(index) } }),
);

const selectors = [
  "app=a",
  "app==a",
  "app!=a",
  "app",
  "!app",
  "app in (a,b)",
  "app in (a),tier notin (front)",
  "app notin (a)",
  "size>3",
  "size<5",
  "size > 2,size < 9",
  "empty=",
  "empty",
  "app=a,tier!=front",
  " app = a , tier = front ",
  "in in (in)",
];

const badSelectors = [
  "foo===",
  "a in (b",
  "a > x",
  "-a",
  "a=-b",
  "=",
  "a=b=c",
  "(",
  "a in",
  "a in (,)",
  "a,",
  "!a=b",
  "a=(",
  "a b",
  "a in ()",
  "/a=b",
  "a/b/c=d",
  `${"k".repeat(64)}=v`,
];

const fields: readonly (readonly [path: string, selector: string])[] = [
  [maps, "metadata.name=c1"],
  [maps, "metadata.name!=c1,metadata.namespace=lists"],
  [maps, "metadata.name=nope"],
  ["/api/v1/configmaps", "metadata.namespace=lists,metadata.name==c2"],
  [maps, "foo=bar"],
  [maps, "foo"],
  [maps, "metadata.name=a\\,b"],
  [secrets, "type=Opaque"],
  [secrets, "type!=Opaque"],
  ["/api/v1/namespaces/lists/events", "involvedObject.name=x,reason=R,type!=Warning"],
  ["/api/v1/namespaces/lists/pods", "foo=bar"],
  ["/api/v1/namespaces/lists/pods", "spec.nodeName=bar,status.phase!=Running"],
  ["/apis/apps/v1/namespaces/lists/deployments", "foo=bar"],
  ["/apis/batch/v1/namespaces/lists/jobs", "status.successful=1"],
  ["/api/v1/namespaces", "metadata.name=lists,status.phase=Active"],
];

const options = [
  "limit=abc",
  "resourceVersion=abc",
  "resourceVersion=1&resourceVersionMatch=Foo",
  "resourceVersionMatch=Exact",
  "resourceVersion=0&resourceVersionMatch=Exact",
  "resourceVersion=0&resourceVersionMatch=NotOlderThan&labelSelector=app%3Da",
  "resourceVersion=0&labelSelector=app%3Da",
  "continue=abc",
  "continue=bm9wZQ",
  "continue=nonsense",
  "limit=1&continue=abc&resourceVersion=1",
  "sendInitialEvents=true",
  "watch=1&sendInitialEvents=true&timeoutSeconds=1",
  "watch=1&resourceVersion=abc&timeoutSeconds=1",
];

const encode = encodeURIComponent;

// biome-ignore lint/suspicious/noExplicitAny: the body of a list
const next = (seen: any): string => `${maps}?limit=2&continue=${encode(seen.last.metadata.continue)}`;

const paging: Step[] = [
  get("the first page", `${maps}?limit=2`),
  post("a write between pages", maps, { metadata: { name: "c11" } }),
  remove("a deletion between pages", `${maps}/c4`),
  get("the second page is of the first's version", (seen) => {
    return `${maps}?limit=2&continue=${encode(seen["the first page"].metadata.continue)}`;
  }),
  get("the last page", next),
  get("a page and a version", (seen) => {
    const { continue: token, resourceVersion } = seen["the first page"].metadata;
    return `${maps}?continue=${encode(token)}&resourceVersion=${resourceVersion}`;
  }),
  get("a page and any version", (seen) => {
    return `${maps}?resourceVersion=0&continue=${encode(seen["the first page"].metadata.continue)}`;
  }),
  get("a page and selectors", `${maps}?limit=1&labelSelector=app`),
  get(
    "all that matches",
    (seen) => `${maps}?limit=9&labelSelector=app&continue=${encode(seen.last.metadata.continue)}`,
  ),
  get("a limit that takes all", `${maps}?limit=500`),
  get("a version of the past", (seen) => {
    const { resourceVersion } = seen["the first page"].metadata;
    return `${maps}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
  }),
  get("a version that is not too old", (seen) => {
    const { resourceVersion } = seen["the first page"].metadata;
    return `${maps}?resourceVersion=${resourceVersion}&resourceVersionMatch=NotOlderThan&labelSelector=app%3Da`;
  }),
];

const forms: Step[] = [
  get("a table", `${maps}?labelSelector=app`, { accept: table }),
  get("a table without objects", `${maps}?labelSelector=app&includeObject=None`, { accept: table }),
  get("a table with objects", `${maps}?labelSelector=app%3Db&includeObject=Object`, { accept: table }),
  get("a table of bad options", `${maps}?includeObject=Foo`, { accept: table }),
  get("a table of a version that is none", maps, { accept: "application/json;as=Table;v=v2;g=meta.k8s.io" }),
  get("metadata alone", `${maps}?labelSelector=app`, { accept: partial }),
  get("metadata of one", `${maps}/c1`, { accept: partial.replace("List", "") }),
  get("metadata of one, asked as a list", `${maps}/c1`, { accept: partial }),
  get("a table of a namespace", "/api/v1/namespaces/lists", { accept: table }),
  get("a table or JSON", `${maps}/c1`, { accept: `${table},application/json` }),
];

/** Lists: selectors, pages, versions, and the forms of an answer. */
export const lists: Area = {
  name: "lists",
  steps: [
    ...objects,
    ...selectors.map((selector) => get(`labels ${selector}`, `${maps}?labelSelector=${encode(selector)}`)),
    ...badSelectors.map((selector) => get(`bad labels ${selector}`, `${maps}?labelSelector=${encode(selector)}`)),
    post("create a secret", secrets, { metadata: { name: "s" } }),
    post("create a typed secret", secrets, { metadata: { name: "t" }, type: "example.com/x" }),
    ...fields.map(([path, selector]) =>
      get(`fields ${selector} of ${path}`, `${path}?fieldSelector=${encode(selector)}`),
    ),
    ...options.map((query) => get(`options ${query}`, `${maps}?${query}`)),
    ...paging,
    ...forms,
    remove("delete some", `${maps}?labelSelector=app%3Da`),
    remove("delete none", `${maps}?labelSelector=app%3Dz`),
    remove("delete all but one", `${maps}?fieldSelector=metadata.name!%3Dc0`),
    get("what is left", `${maps}?fieldSelector=metadata.name%3Dc0`),
  ],
};
