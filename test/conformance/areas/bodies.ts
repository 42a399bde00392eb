import { type Area, get, merge, post, put, remove, type Step } from "../step.ts";

const maps = "/api/v1/namespaces/bodies/configmaps";
const deployments = "/apis/apps/v1/namespaces/bodies/deployments";
const secrets = "/api/v1/namespaces/bodies/secrets";

const wrongTypes: readonly (readonly [name: string, path: string, body: string])[] = [
  ["a number for a string", maps, '{"metadata":{"name":"a"},"data":{"x":1}}'],
  ["a string for an integer", deployments, '{"metadata":{"name":"a"},"spec":{"replicas":"x"}}'],
  ["a fraction for an integer", deployments, '{"metadata":{"name":"a"},"spec":{"replicas":1.5}}'],
  ["an integer that is too large", deployments, '{"metadata":{"name":"a"},"spec":{"replicas":3000000000}}'],
  ["a number as a label", deployments, '{"metadata":{"name":"a","labels":{"a":1}},"spec":{"replicas":1}}'],
  ["a list for an object", deployments, '{"metadata":{"name":"a"},"spec":{"replicas":1, "template":[]}}'],
  ["an object for a list", deployments, '{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":{}}}}}'],
  [
    "a quantity that is none",
    deployments,
    '{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"x","resources":{"limits":{"cpu":"zz"}}}]}}}}',
  ],
  ["a list for metadata", deployments, '{"metadata":[],"spec":1}'],
  ["a number for a name", deployments, '{"metadata":{"name":5}}'],
  ["a string for a list", deployments, '{"metadata":{"finalizers":"x"}}'],
  ["a time that is none", deployments, '{"metadata":{"creationTimestamp":"x"}}'],
  ["a string for a boolean", deployments, '{"spec":{"paused":"true"}}'],
  ["base64 that is none", `${secrets}?dryRun=All`, '{"metadata":{"name":"a"},"data":{"a":"!!!"}}'],
  ["base64 without padding", `${secrets}?dryRun=All`, '{"metadata":{"name":"a"},"data":{"a":"YQ"}}'],
  ["a number for base64", `${secrets}?dryRun=All`, '{"metadata":{"name":"a"},"data":{"a":1}}'],
  [
    "a number for an int-or-string",
    "/api/v1/namespaces/bodies/services",
    '{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"targetPort":1.5}]}}',
  ],
];

const broken: readonly (readonly [name: string, body: string])[] = [
  ["a body that ends early", '{"metadata":{"name":"a"},'],
  ["another kind", '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}'],
  ["another version", '{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"a"}}'],
  ["another group and kind", '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"}}'],
  ["no body", ""],
  ["a list as body", "[]"],
  ["a string as body", '"x"'],
  ["null as body", "null"],
  ["another namespace", '{"metadata":{"name":"a","namespace":"zz"}}'],
  ["a key without quotes", "{a}"],
  ["a word as body", "nope"],
  ["a brace too many", '{"a":1}}'],
  ["a colon too few", '{"a" 1}'],
  ["half a literal", '{"a":tru}'],
];

const validation = (mode: string): Step[] => {
  const body =
    '{"metadata":{"name":"a"},"foo":1,"spec":{"replicas":1,"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"x","image":"y","bar":2}]}}}}';
  return [post(`unknown and repeated fields, ${mode}`, `${deployments}?dryRun=All&fieldValidation=${mode}`, body)];
};

const names: readonly (readonly [name: string, path: string, body: string])[] = [
  ["a namespace that is not there", "/api/v1/namespaces/nope/configmaps", '{"metadata":{"name":"a"}}'],
  ["a bad name", maps, '{"metadata":{"name":"A_"}}'],
  ["a name that is too long", maps, `{"metadata":{"name":"${"a".repeat(254)}"}}`],
  ["no name", maps, '{"metadata":{}}'],
  [
    "a bad name of a service",
    "/api/v1/namespaces/bodies/services",
    '{"metadata":{"name":"1.2"},"spec":{"ports":[{"port":1}]}}',
  ],
  ["a bad name of a namespace", "/api/v1/namespaces", '{"metadata":{"name":"a.b"}}'],
  ["options that are not known", `${maps}?fieldValidation=foo&dryRun=bar`, '{"metadata":{}}'],
];

const paths: readonly (readonly [method: string, path: string, body?: string])[] = [
  ["GET", `${maps}/nope`],
  ["GET", "/api/v1/namespaces/bodies/foos/nope"],
  ["GET", "/apis/foo/v1"],
  ["GET", "/nope"],
  ["PUT", maps, "{}"],
  ["PATCH", maps, "{}"],
  ["DELETE", "/api/v1/namespaces"],
  ["POST", `${maps}/foo`, "{}"],
  ["GET", `${maps}/a%2Fb`],
  ["GET", "/api/v1/configmaps/foo"],
  ["GET", `${maps}/a/b`],
  ["GET", `${maps}/a/status`],
  ["GET", "/api/v1/namespaces/bodies/pods/a/status"],
  ["GET", "/apis/apps/v1/deployments?limit=1&labelSelector=nothing"],
  ["GET", "/api/v1/namespaces/bodies"],
  ["GET", "/api/v1/namespaces/nope"],
  ["GET", "/api/v2"],
  ["POST", "/api/v1/configmaps", "{}"],
  ["DELETE", "/api/v1/configmaps"],
  ["GET", "/apis/apps/v1/namespaces/bodies/nope"],
  ["OPTIONS", maps],
  ["GET", "/api/v1/namespaces/bodies/configmaps/"],
];

/** What is refused before a kind's own rules are asked: bodies, names, paths, media types. */
export const bodies: Area = {
  name: "bodies",
  steps: [
    ...wrongTypes.map(([name, path, body]) => post(name, path, body)),
    ...["Strict", "Warn", "Ignore"].flatMap(validation),
    ...broken.map(([name, body]) => post(name, `${maps}?dryRun=All`, body)),
    ...names.map(([name, path, body]) => post(name, path, body)),
    post("a string of YAML", maps, "a: b", { type: "yaml" }),
    post("YAML", `${maps}?dryRun=All`, "metadata:\n  name: y\ndata:\n  on: 'yes'\n", { type: "yaml" }),
    post("plain text", maps, "a: b", { type: "text/plain" }),
    merge("a patch of plain text", `${maps}/any`, "{}", { type: "text/plain" }),
    put("a body for another object", `${maps}/a`, { metadata: { name: "b" } }),
    remove("a body for a deletion of nothing", `${maps}/a`, {}),
    get("an answer in XML", maps, { accept: "application/xml" }),
    get("any answer", `${maps}?labelSelector=nothing`, { accept: "*/*" }),
    get("JSON among others", `${maps}?labelSelector=nothing`, { accept: "application/xml, application/json;q=0.5" }),
    ...paths.map(([method, path, body]): Step => ({ name: `${method} ${path}`, method, path, body })),
  ],
};
