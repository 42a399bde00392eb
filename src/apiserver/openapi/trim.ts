// Cuts Kubernetes' OpenAPI down to the kinds that the embedded API server serves.
//   kubectl proxy --port=8001 &  tsx src/apiserver/openapi/trim.ts http://127.0.0.1:8001
// Asks a kube-apiserver, whose documents say more than the published files (enums), and writes `data/definitions.json`
// and `data/resources.json` (licence Apache-2.0). Descriptions keep their first sentence, for `kubectl explain`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newMap } from "../../base/values.ts";
import type { BuiltinResource, Definitions, PublishedSchema } from "./data.ts";

/** Group-versions that are kept, in the order of discovery: the priorities of kube-apiserver. */
const keptVersions: readonly string[] = [
  "v1",
  "apiregistration.k8s.io/v1",
  "apps/v1",
  "events.k8s.io/v1",
  "authentication.k8s.io/v1",
  "authorization.k8s.io/v1",
  "autoscaling/v2",
  "batch/v1",
  "networking.k8s.io/v1",
  "policy/v1",
  "rbac.authorization.k8s.io/v1",
  "storage.k8s.io/v1",
  "admissionregistration.k8s.io/v1",
  "apiextensions.k8s.io/v1",
  "scheduling.k8s.io/v1",
  "coordination.k8s.io/v1",
  "discovery.k8s.io/v1",
];

/** Nothing stands behind these without a scheduler and a control plane of its own. */
const droppedResources: ReadonlySet<string> = new Set(["bindings", "componentstatuses"]);

/** Named by every operation, but reachable from no kind. */
const metaDefinitions = ["Status", "DeleteOptions", "Patch", "APIResourceList", "WatchEvent"].map(
  (name) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`,
);

const referencePrefix = "#/components/schemas/";

interface DiscoveredResource {
  readonly resource: string;
  readonly singularResource: string;
  readonly responseKind: { readonly group: string; readonly kind: string };
  readonly scope: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

interface DiscoveredGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources: readonly DiscoveredResource[] }[];
}

const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

async function get(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { accept: `${accept},application/json` } });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.json();
}

async function readSchemas(server: string, groupVersion: string): Promise<Definitions> {
  const path = groupVersion.includes("/") ? `apis/${groupVersion}` : `api/${groupVersion}`;
  const document = await get(`${server}/openapi/v3/${path}`);
  return (document as { components: { schemas: Definitions } }).components.schemas;
}

async function readResources(server: string): Promise<Map<string, readonly DiscoveredResource[]>> {
  const found = new Map<string, readonly DiscoveredResource[]>();
  for (const root of ["api", "apis"]) {
    const { items } = (await get(`${server}/${root}`)) as { items: readonly DiscoveredGroup[] };
    for (const { metadata, versions } of items)
      for (const { version, resources } of versions)
        found.set(root === "api" ? version : `${metadata.name}/${version}`, resources);
  }
  return found;
}

const abbreviations = /\b(?:e\.g|i\.e|etc|vs|incl|approx)\.$/i;

/** The first sentence, on one line. A full stop after "e.g." ends none. */
export function firstSentence(text: string): string {
  const line = (text.split(/\n\s*\n|\n\s*[*-] /, 1)[0] ?? "").replace(/\s+/g, " ").trim();
  for (const match of line.matchAll(/[.!?](?= )/g)) {
    const sentence = line.slice(0, match.index + 1);
    if (!abbreviations.test(sentence)) return sentence;
  }
  return line;
}

/** A field may be called `description` too: there it holds a schema, not a text. */
function trimmed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [
    key,
    key === "description" && typeof entry === "string" ? firstSentence(entry) : trimmed(entry),
  ]);
  return Object.fromEntries(entries);
}

/** Shared types such as DeleteOptions list every group they are used in; only the mark of one kind says something. */
function trimmedDefinition(schema: PublishedSchema): PublishedSchema {
  const kinds = schema["x-kubernetes-group-version-kind"];
  const { "x-kubernetes-group-version-kind": _, ...rest } = schema;
  return trimmed(kinds !== undefined && kinds.length === 1 ? schema : rest) as PublishedSchema;
}

function definitionOf(schemas: Definitions, group: string, version: string, kind: string): string | undefined {
  return Object.keys(schemas).find((name) =>
    schemas[name]?.["x-kubernetes-group-version-kind"]?.some(
      (mark) => mark.group === group && mark.version === version && mark.kind === kind,
    ),
  );
}

function toResource(groupVersion: string, schemas: Definitions, found: DiscoveredResource): BuiltinResource {
  const [version = "", group = ""] = groupVersion.split("/").reverse();
  const definition = definitionOf(schemas, group, version, found.responseKind.kind);
  if (definition === undefined) throw new Error(`no definition of ${found.responseKind.kind} in ${groupVersion}`);
  const list = definitionOf(schemas, group, version, `${found.responseKind.kind}List`);
  const has = (name: string) => found.subresources?.some(({ subresource }) => subresource === name) === true;
  return {
    group,
    version,
    plural: found.resource,
    singular: found.singularResource,
    kind: found.responseKind.kind,
    namespaced: found.scope === "Namespaced",
    verbs: [...found.verbs].sort(),
    ...(found.shortNames?.length ? { shortNames: found.shortNames } : {}),
    ...(found.categories?.length ? { categories: found.categories } : {}),
    ...(has("status") ? { status: true } : {}),
    ...(has("scale") ? { scale: true } : {}),
    definition,
    ...(list === undefined ? {} : { listDefinition: list }),
  };
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    if (key === "$ref" && typeof entry === "string") yield entry.slice(referencePrefix.length);
    else yield* referencesIn(entry);
  }
}

function reachable(all: Definitions, roots: readonly string[]): Definitions {
  const kept = new Map<string, PublishedSchema>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (kept.has(name)) continue;
    const schema = all[name];
    if (schema === undefined) throw new Error(`no definition named ${name}`);
    kept.set(name, trimmedDefinition(schema));
    queue.push(...referencesIn(schema));
  }
  return Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One entry per line, so that a new release of Kubernetes shows as a readable difference. */
function writeLines(file: string, head: object, key: string, entries: readonly string[]): void {
  const start = JSON.stringify(head).slice(0, -1);
  writeFileSync(join(import.meta.dirname, "data", file), `${start},"${key}":\n${entries.join(",\n")}\n}\n`);
}

async function trim(server: string): Promise<void> {
  const { gitVersion } = (await get(`${server}/version`)) as { gitVersion: string };
  const head = { source: `kube-apiserver ${gitVersion}`, license: "Apache-2.0" };
  const discovered = await readResources(server);
  const all: { [name: string]: PublishedSchema } = newMap<PublishedSchema>();
  const resources: BuiltinResource[] = [];
  for (const groupVersion of keptVersions) {
    const schemas = await readSchemas(server, groupVersion);
    Object.assign(all, schemas);
    for (const found of discovered.get(groupVersion) ?? [])
      if (!droppedResources.has(found.resource)) resources.push(toResource(groupVersion, schemas, found));
  }
  const roots = resources.flatMap(({ definition, listDefinition }) => [definition, listDefinition ?? definition]);
  const definitions = reachable(all, [...roots, ...metaDefinitions, "io.k8s.api.autoscaling.v1.Scale"]);
  const lines = Object.entries(definitions).map(
    ([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`,
  );
  writeLines("definitions.json", head, "definitions", [`{${lines.join(",\n")}}`]);
  writeLines("resources.json", head, "resources", [`[${resources.map((one) => JSON.stringify(one)).join(",\n")}]`]);
}

if (process.argv[1]?.endsWith("trim.ts") === true) {
  const [server] = process.argv.slice(2);
  if (server === undefined) throw new Error("usage: trim.ts URL");
  await trim(server);
}
