import { parseYaml } from "../../src/base/yaml.ts";
import { widgetCrd } from "../apiserver/kubectl/manifests.ts";
import type { Answer, Api } from "../support/api.ts";
import { until } from "../support/clock.ts";

export interface Result {
  readonly name: string;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

const core = "/api/v1/namespaces/script/configmaps";
const widgets = "/apis/acme.example/v1/namespaces/script/widgets";
const deployments = "/apis/apps/v1/namespaces/script/deployments";
const apply = { "content-type": "application/apply-patch+yaml" };
const merge = { "content-type": "application/merge-patch+json" };
const strategic = { "content-type": "application/strategic-merge-patch+json" };
const json = { "content-type": "application/json-patch+json" };
const table = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
const partial = { accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io" };

function configMap(name: string, data: object, more: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...more }, data };
}

const container = { name: "web", image: "registry.example/web:1", ports: [{ containerPort: 80 }] };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [container] } },
  },
};

function applied(name: string, data: object): string {
  return JSON.stringify(configMap(name, data));
}

type Exchange = readonly [name: string, method: string, path: string, headers?: object, body?: unknown];

const exchanges: readonly Exchange[] = [
  ["create", "POST", core, {}, configMap("a", { k: "1" }, { labels: { tier: "front" } })],
  ["create again", "POST", core, {}, configMap("a", {})],
  ["create by generateName", "POST", core, {}, { metadata: { generateName: "gen-" }, data: {} }],
  ["create with a bad name", "POST", core, {}, configMap("Bad!", {})],
  ["create with an unknown field", "POST", `${core}?fieldValidation=Strict`, {}, { ...configMap("b", {}), extra: 1 }],
  ["create dry", "POST", `${core}?dryRun=All`, {}, configMap("dry", { k: "1" })],
  ["create in no namespace", "POST", "/api/v1/namespaces/nowhere/configmaps", {}, configMap("a", {})],
  ["create of bad JSON", "POST", core, {}, "{"],
  ["create of another kind", "POST", core, {}, { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } }],
  ["get", "GET", `${core}/a`],
  ["get of nothing", "GET", `${core}/nothing`],
  ["get as a table", "GET", `${core}/a`, table],
  ["replace", "PUT", `${core}/a`, {}, configMap("a", { k: "2" }, { labels: { tier: "back" } })],
  ["replace stale", "PUT", `${core}/a`, {}, configMap("a", {}, { resourceVersion: "1" })],
  ["replace nothing", "PUT", `${core}/nothing`, {}, configMap("nothing", {})],
  ["merge patch", "PATCH", `${core}/a`, merge, { data: { k: null, l: "3" } }],
  ["JSON patch", "PATCH", `${core}/a`, json, [{ op: "add", path: "/data/m", value: "4" }]],
  ["JSON patch that fails", "PATCH", `${core}/a`, json, [{ op: "remove", path: "/data/none" }]],
  ["unknown patch type", "PATCH", `${core}/a`, { "content-type": "application/none" }, "{}"],

  ["apply", "PATCH", `${core}/s?fieldManager=one`, apply, applied("s", { a: "1", b: "1" })],
  ["apply the same", "PATCH", `${core}/s?fieldManager=one`, apply, applied("s", { a: "1", b: "1" })],
  ["apply a conflict", "PATCH", `${core}/s?fieldManager=two`, apply, applied("s", { a: "2" })],
  ["apply with force", "PATCH", `${core}/s?fieldManager=two&force=true`, apply, applied("s", { a: "2" })],
  ["apply less", "PATCH", `${core}/s?fieldManager=one`, apply, applied("s", { c: "1" })],
  ["apply without a manager", "PATCH", `${core}/s`, apply, applied("s", {})],
  ["apply dry", "PATCH", `${core}/s?fieldManager=one&dryRun=All`, apply, applied("s", { c: "9" })],

  ["create a Deployment", "POST", deployments, {}, deployment],
  [
    "strategic patch",
    "PATCH",
    `${deployments}/web`,
    strategic,
    { spec: { template: { spec: { containers: [{ name: "side", image: "s:1" }] } } } },
  ],
  [
    "strategic delete",
    "PATCH",
    `${deployments}/web`,
    strategic,
    { spec: { template: { spec: { containers: [{ name: "side", $patch: "delete" }] } } } },
  ],
  [
    "status",
    "PATCH",
    `${deployments}/web/status`,
    merge,
    { status: { replicas: 1, readyReplicas: 1 }, spec: { replicas: 9 } },
  ],
  [
    "scale",
    "PUT",
    `${deployments}/web/scale`,
    {},
    { metadata: { name: "web", namespace: "script" }, spec: { replicas: 3 } },
  ],
  ["scale read", "GET", `${deployments}/web/scale`],
  [
    "a Deployment without a selector",
    "POST",
    deployments,
    {},
    { ...deployment, metadata: { name: "bad" }, spec: { template: {} } },
  ],
  ["Deployments as a table", "GET", deployments, table],

  [
    "create a widget",
    "POST",
    widgets,
    {},
    { apiVersion: "acme.example/v1", kind: "Widget", metadata: { name: "w" }, spec: { size: 2 } },
  ],
  [
    "an invalid widget",
    "POST",
    widgets,
    {},
    { apiVersion: "acme.example/v1", kind: "Widget", metadata: { name: "x" }, spec: { size: 0 } },
  ],
  [
    "a widget with an unknown field",
    "POST",
    widgets,
    {},
    { apiVersion: "acme.example/v1", kind: "Widget", metadata: { name: "y" }, spec: { size: 1, odd: 1 } },
  ],
  ["widgets as a table", "GET", widgets, table],
  ["widgets as metadata", "GET", widgets, partial],

  ["list", "GET", core],
  ["list by label", "GET", `${core}?labelSelector=tier%20in%20(back,front)`],
  ["list by a bad label selector", "GET", `${core}?labelSelector=a%20b`],
  ["list by field", "GET", `${core}?fieldSelector=metadata.name%3Ds`],
  ["list by an unknown field", "GET", `${core}?fieldSelector=data.a%3D1`],
  ["list a page", "GET", `${core}?limit=1`],
  ["list everywhere", "GET", "/api/v1/configmaps?labelSelector=tier"],
  ["delete", "DELETE", `${core}/a`],
  ["delete again", "DELETE", `${core}/a`],
  ["delete with a precondition", "DELETE", `${core}/s`, {}, { preconditions: { uid: "other" } }],
  ["delete a collection", "DELETE", `${core}?labelSelector=none`],
  ["an unknown path", "GET", "/apis/nothing.example/v1/things"],
  ["an unknown method", "POST", `${core}/s`, {}, {}],
];

const volatileKeys = new Set(["uid", "resourceVersion", "creationTimestamp", "time", "continue", "storageVersionHash"]);

/** Entries stand in the order of their seconds, and whether two requests share one is chance. */
function sorted(entries: readonly { readonly manager?: string; readonly subresource?: string }[]): unknown[] {
  const key = ({ manager, subresource }: (typeof entries)[number]) => `${manager}/${subresource}`;
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Without what every run has anew. */
function masked(value: unknown, key = ""): unknown {
  if (volatileKeys.has(key) && typeof value === "string" && value !== "") return `<${key}>`;
  if (Array.isArray(value)) return (key === "managedFields" ? sorted(value) : value).map((item) => masked(item));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, entry]) => [name, masked(entry, name)]);
    return Object.fromEntries(entries);
  }
  if (typeof value !== "string") return value;
  return value
    .replace(/\bgen-[a-z0-9]{5}\b/g, "gen-<random>")
    .replace(/^\d+[smh]$/, "<age>")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uid>");
}

function resultOf(name: string, { status, headers, text }: Answer): Result {
  const type = String(headers["content-type"] ?? "");
  const body = type.startsWith("application/json") ? masked(JSON.parse(text)) : text;
  return { name, status, type, body };
}

function events(text: string): unknown[] {
  const lines = text.split("\n").filter((line) => line.endsWith("}"));
  return lines.map((line) => masked(JSON.parse(line)));
}

/** A watch that sees one object come, change and go. */
async function watchResult(api: Api, name: string, query: string, headers: { readonly [name: string]: string } = {}) {
  const { json: list } = await api.send("GET", core);
  const path = `${core}?watch=1&resourceVersion=${list.metadata.resourceVersion}${query}`;
  const seen = api.send("GET", path, { headers, until: (text) => text.includes('"DELETED"') && text.endsWith("\n") });
  const object = configMap("watched", { a: "1" }, { labels: { seen: "yes" } });
  await api.send("POST", core, { body: object });
  await api.send("PATCH", `${core}/watched`, { headers: merge, body: { data: { a: "2" } } });
  await api.send("DELETE", `${core}/watched`);
  const { status, headers: answered, text } = await seen;
  return { name, status, type: String(answered["content-type"]), body: events(text) };
}

/** Runs the same requests against any server; what comes back is comparable. */
export async function runScript(api: Api): Promise<Result[]> {
  await api.send("POST", "/api/v1/namespaces", { body: { metadata: { name: "script" } } });
  await api.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: parseYaml(widgetCrd) });
  await until(async () => (await api.send("GET", widgets)).status === 200, "the CRD is served");
  const results: Result[] = [];
  for (const [name, method, path, headers = {}, body] of exchanges) {
    const ask = { headers: headers as { readonly [name: string]: string }, ...(body === undefined ? {} : { body }) };
    results.push(resultOf(name, await api.send(method, path, ask)));
  }
  results.push(await watchResult(api, "watch", ""));
  results.push(await watchResult(api, "watch by label", "&labelSelector=seen%3Dyes"));
  results.push(await watchResult(api, "watch as a table", "", table));
  const initial = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const begins = await api.send("GET", `${core}?watch=1${initial}`, {
    until: (text) => text.includes('"BOOKMARK"') && text.endsWith("\n"),
  });
  results.push({ name: "watch from the beginning", status: begins.status, type: "", body: events(begins.text) });
  await api.send("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.acme.example");
  await api.send("DELETE", "/api/v1/namespaces/script");
  return results;
}
