import type { GeneratorSpec } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError, messageOf } from "../src/base/errors.ts";
import { sortedKeys } from "../src/base/go-bytes.ts";
import { formatGoValue } from "../src/base/go-format.ts";
import { isMap, newRecord, own, type Params, type StringMap, type Value, type ValueMap } from "../src/base/values.ts";
import { inClusterName, inClusterServer, isEmptySelector } from "./clusters.ts";
import { checkRowCount, leafOrigin, leafRow } from "./expansion.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Expansion, GenerateContext, Generator, Input } from "./generator.ts";
import { intervalOf } from "./interval.ts";
import type { ClusterFacts, KubeObject, Reading } from "./ports.ts";
import { uniqueKeys } from "./row-keys.ts";
import { addValues } from "./values.ts";

/**
 * A row for each registered cluster that resources of another controller decide on, such as the PlacementDecisions of Open
 * Cluster Management: by the resources' names, and within each in its order. The ConfigMap says which resources they are
 * and where their decisions stand. `values` are taken as they are written. Decisions for clusters that are not registered
 * give no row.
 */
export const clusterDecisionResourceGenerator: Generator<"clusterDecisionResource"> = {
  kind: "clusterDecisionResource",
  async generate(spec, context): Promise<Expansion> {
    const duck = await readDuck(spec, context);
    const reading = await readResources(spec, duck, context);
    const decisions = duck.matchKey === "" ? [] : reading.items.flatMap((item) => decisionsOf(item, duck, context));
    if (duck.matchKey === "") context.warn(`${duck.object} has no matchKey, so that no cluster matches`, context.at);
    const clusters = await context.ports.clusters.list(context.set.namespace);
    const servers = serversByName(clusters.items);
    const rows = rowsOf(decisions, { spec, duck, servers }, context);
    checkRowCount(rows.length, context.limits, context.at);
    const known = decisions.map(({ cluster }) => `${cluster}=${servers.get(cluster) ?? ""}`);
    const matched: Input = { id: `clusters decided on by ${duck.plural}`, version: fingerprint(...known) };
    return { rows, ...readingOf(reading, clusters), inputs: [...inputsOf(reading.items, duck), matched] };
  },
  requeueAfterSeconds: (spec, requeue) => intervalOf(spec.requeueAfterSeconds, requeue.defaultSeconds),
};

/** What the ConfigMap says: which resources, and where in their status a decision names its cluster. */
interface Duck {
  readonly apiVersion: string;
  readonly plural: string;
  readonly listKey: string;
  readonly matchKey: string;
  /** The ConfigMap, for messages. */
  readonly object: string;
}

async function readDuck(spec: GeneratorSpec<"clusterDecisionResource">, context: GenerateContext): Promise<Duck> {
  const { ports, set, at } = context;
  const object = `ConfigMap ${set.namespace}/${spec.configMapRef}`;
  const data = await ports.objects.configMap(spec.configMapRef, set.namespace);
  const fail = (problem: string, remedy: string): never => {
    const details = { field: `${at}.configMapRef`, object, remedy };
    throw new GenerationError(`${at}: ${object} ${problem}`, { details });
  };
  const text = (key: string): string => own<string>(data as StringMap, key) ?? "";
  if (data === undefined) return fail("does not exist", "create it");
  if (!/^[^/]+\/[^/]+$/.test(text("apiVersion")))
    return fail("has no apiVersion of the form group/version", "write one");
  if (!/^[a-z0-9.-]+$/.test(text("kind")))
    return fail("has no kind", "write the plural name, such as placementdecisions");
  return {
    apiVersion: text("apiVersion"),
    plural: text("kind"),
    listKey: text("statusListKey") || "clusters",
    matchKey: text("matchKey"),
    object,
  };
}

async function readResources(
  spec: GeneratorSpec<"clusterDecisionResource">,
  { apiVersion, plural }: Duck,
  { ports, set, at }: GenerateContext,
): Promise<Reading<KubeObject>> {
  const { name = "", labelSelector: selector } = spec;
  const selects = selector?.matchLabels !== undefined || selector?.matchExpressions !== undefined;
  if ((name !== "") === selects) {
    const problem = selects ? "both a name and a labelSelector" : "neither a name nor a labelSelector";
    const remedy = "write one of name and labelSelector";
    throw new GenerationError(`${at} has ${problem}`, { details: { field: at, remedy } });
  }
  if (selects && isEmptySelector(selector)) {
    const remedy = "write matchLabels or matchExpressions in it, or a name beside it";
    throw new GenerationError(`${at} has a labelSelector that selects nothing`, { details: { field: at, remedy } });
  }
  const { namespace } = set;
  const which = selects ? { selector } : { name };
  const reading = await inField(at, () => ports.objects.list({ apiVersion, plural, namespace, ...which }));
  if (reading.items.length > 0 || reading.completeness !== "complete") return reading;
  const wanted = selects ? `with ${canonicalJson(selector)}` : name;
  throw new GenerationError(`${at}: there is no ${plural} ${wanted} in ${namespace}`, {
    details: { field: at, remedy: "create it, or name one that exists" },
    retryable: true,
  });
}

/** A bad selector, or a hub that does not answer, fails this generator and no other. */
async function inField<T>(at: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause: unknown) {
    if (cause instanceof GenerationError) throw cause;
    throw new GenerationError(`${at}: ${messageOf(cause)}`, { cause, details: { field: at } });
  }
}

interface Decision {
  readonly cluster: string;
  readonly facts: ValueMap;
  readonly source: string;
}

function decisionsOf(resource: KubeObject, duck: Duck, context: GenerateContext): Decision[] {
  const source = sourceOf(resource, duck);
  const { status } = resource as { readonly status?: Value };
  if (!isMap(status) || Object.keys(status).length === 0) {
    context.warn(`${source} has no status yet, which counts as no decision`, context.at);
    return [];
  }
  const list = own(status, duck.listKey);
  const fail = (problem: string): never => {
    throw new GenerationError(`${context.at}: ${source} ${problem}`, {
      details: { field: context.at, object: source },
    });
  };
  if (!Array.isArray(list)) return fail(`has no list status.${duck.listKey}`);
  return list.flatMap((facts: Value, index) => {
    const place = `status.${duck.listKey}[${index}]`;
    if (!isMap(facts)) return fail(`has a ${place} that is not a map`);
    const match = own(facts, duck.matchKey) ?? "";
    const cluster = textOf(match);
    return cluster === "" ? [] : [{ cluster, facts, source }];
  });
}

function sourceOf({ metadata }: KubeObject, { plural }: Duck): string {
  return `${plural} ${metadata.name}`;
}

/** The local cluster is among them, unless a Secret names its server. Of several with one name the first counts. */
function serversByName(clusters: readonly ClusterFacts[]): ReadonlyMap<string, string> {
  const servers = new Map<string, string>();
  for (const { name, server } of clusters) if (!servers.has(name)) servers.set(name, withoutSlashes(server));
  const isNamed = clusters.some(({ server }) => withoutSlashes(server) === inClusterServer);
  if (!isNamed && !servers.has(inClusterName)) servers.set(inClusterName, inClusterServer);
  return servers;
}

/** Here alone Argo CD reads clusters through its cache, which cuts the end off. */
function withoutSlashes(server: string): string {
  let end = server.length;
  while (server[end - 1] === "/") end--;
  return server.slice(0, end);
}

interface RowFacts {
  readonly spec: GeneratorSpec<"clusterDecisionResource">;
  readonly duck: Duck;
  readonly servers: ReadonlyMap<string, string>;
}

function rowsOf(decisions: readonly Decision[], { spec, duck, servers }: RowFacts, context: GenerateContext) {
  const keyOf = uniqueKeys();
  return decisions.flatMap(({ cluster, facts, source }) => {
    const server = servers.get(cluster);
    if (server === undefined) {
      context.warn(`${source} decides on ${cluster}, which is no registered cluster`, context.at);
      return [];
    }
    const values = Object.entries(spec.values ?? {});
    const params = paramsOf(cluster, server, facts);
    const made = values.length === 0 ? params : addValues(params, values, context.nested);
    const id = `cluster ${cluster}`;
    return [
      leafRow(
        keyOf(id),
        made,
        leafOrigin(context.at, "clusterDecisionResource", id, [source, `clusters decided on by ${duck.plural}`]),
      ),
    ];
  });
}

/** What the decision says goes over the cluster's name and server, as text. */
function paramsOf(name: string, server: string, facts: ValueMap): Params {
  const params = newRecord<Value>();
  params.name = name;
  params.server = server;
  for (const [key, value] of Object.entries(facts)) params[key] = textOf(value);
  return params;
}

/** Go's `%v` of a value read by a Kubernetes client, which keeps integers: 1000000 and not 1e+06. */
function textOf(value: Value): string {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value.toString() : formatGoValue(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join(" ")}]`;
  if (!isMap(value)) return formatGoValue(value);
  const entries = sortedKeys(value).map((key) => `${key}:${textOf(value[key] as Value)}`);
  return `map[${entries.join(" ")}]`;
}

function inputsOf(resources: readonly KubeObject[], duck: Duck): Input[] {
  return resources.map((resource) => {
    const { status } = resource as { readonly status?: Value };
    const list = isMap(status) ? own(status, duck.listKey) : undefined;
    return { id: sourceOf(resource, duck), version: fingerprint(canonicalJson(list)) };
  });
}

function readingOf(...readings: readonly Reading<unknown>[]): Pick<Expansion, "completeness" | "gaps"> {
  const worst = ["failed", "partial", "complete"] as const;
  const completeness = worst.find((one) => readings.some((reading) => reading.completeness === one)) ?? "complete";
  return { completeness, gaps: readings.flatMap(({ gaps }) => gaps) };
}
