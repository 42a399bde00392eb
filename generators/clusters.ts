import type { GeneratorSpec, LabelSelector } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { FleetError, GenerationError, messageOf } from "../src/base/errors.ts";
import { compareBytes } from "../src/base/go-bytes.ts";
import { normalizeName } from "../src/base/names.ts";
import { parseLabelSelector, type Selector } from "../src/base/selectors.ts";
import { mapList, newRecord, type Params, type StringMap, stringMap, type Value } from "../src/base/values.ts";
import { checkRowCount, leafOrigin, leafRow } from "./expansion.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Expansion, GenerateContext, Generator, Input, Row } from "./generator.ts";
import type { ClusterFacts } from "./ports.ts";
import { withValues } from "./values.ts";

export const inClusterName = "in-cluster";
export const inClusterServer = "https://kubernetes.default.svc";
const secretTypeLabel = "argocd.argoproj.io/secret-type";

/** Annotations that Argo CD and kubectl keep on the Secret for themselves: no parameters. */
const hiddenAnnotations: ReadonlySet<string> = new Set([
  "argocd.argoproj.io/refresh",
  "argocd.argoproj.io/refresh-timestamp",
  "argocd.argoproj.io/hydrate",
  "argocd.argoproj.io/hydrate-timestamp",
  "argocd.argoproj.io/tracking-id",
  "argocd.argoproj.io/installation-id",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/**
 * A row for each registered cluster that the selector picks, by name; then one for the local cluster, when the selector is
 * empty and no Secret names its server. Of several Secrets with one name the last listed counts. With `flatList` a single
 * row holds all of them under `clusters`. Argo CD gives its rows in random order.
 */
export const clustersGenerator: Generator<"clusters"> = {
  kind: "clusters",
  async generate(spec, context): Promise<Expansion> {
    const selector = selectorOf(spec.selector, context);
    const reading = await context.ports.clusters.list(context.set.namespace);
    const clusters = byName(reading.items.filter((cluster) => selector.matches(cluster.labels ?? {})));
    const rows = clusters.map((cluster) => clusterRow(cluster, spec, context));
    if (isEmptySelector(spec.selector) && !clusters.some(({ server }) => server === inClusterServer)) {
      rows.push(localRow(spec, context));
    }
    checkRowCount(rows.length, context.limits, context.at);
    return {
      rows: spec.flatList === true ? [flatListRow(rows, context)] : rows,
      completeness: reading.completeness,
      gaps: reading.gaps,
      inputs: [...clusters.map(clusterInput), membership(clusters, spec.selector)],
    };
  },
  requeueAfterSeconds: () => undefined,
};

function selectorOf(selector: LabelSelector | undefined, context: GenerateContext): Selector {
  try {
    return parseLabelSelector(withoutSecretType(selector ?? {}));
  } catch (error: unknown) {
    const field = `${context.at}.selector`;
    const remedy = error instanceof FleetError ? error.details.remedy : undefined;
    const details = remedy === undefined ? { field } : { field, remedy };
    throw new GenerationError(`${field}: ${messageOf(error)}`, { details, cause: error });
  }
}

/** What `matchLabels` says of the type of Secret does not count: Argo CD writes its own value over it. */
function withoutSecretType(selector: LabelSelector): LabelSelector {
  if (selector.matchLabels === undefined || !Object.hasOwn(selector.matchLabels, secretTypeLabel)) return selector;
  const { [secretTypeLabel]: _type, ...matchLabels } = selector.matchLabels;
  return { ...selector, matchLabels };
}

/** Whether a selector has no term at all. */
export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}

function byName(clusters: readonly ClusterFacts[]): ClusterFacts[] {
  const named = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  return [...named.values()].sort((a, b) => compareBytes(a.name, b.name));
}

function clusterRow(cluster: ClusterFacts, spec: GeneratorSpec<"clusters">, context: GenerateContext): Row {
  const id = `cluster ${cluster.name}`;
  const params = withValues(clusterParams(cluster, context.nested), spec.values, context);
  return leafRow(id, params, leafOrigin(context.at, "clusters", id, [id]));
}

function clusterParams(cluster: ClusterFacts, nested: boolean): Params {
  const params = basicParams(cluster.name, cluster.server, cluster.project);
  // Whether the key exists is decided before the filter: only hidden annotations still leave an empty map.
  const annotations = cluster.annotations && visible(cluster.annotations);
  if (nested) {
    const metadata = newRecord();
    if (cluster.labels !== undefined && hasEntries(cluster.labels)) metadata.labels = stringMap(cluster.labels);
    if (annotations !== undefined && hasEntries(cluster.annotations)) metadata.annotations = stringMap(annotations);
    params.metadata = metadata;
    return params;
  }
  for (const [key, text] of Object.entries(cluster.labels ?? {})) params[`metadata.labels.${key}`] = text;
  for (const [key, text] of Object.entries(annotations ?? {})) params[`metadata.annotations.${key}`] = text;
  return params;
}

function basicParams(name: string, server: string, project: string): { [key: string]: Value } {
  const params = newRecord();
  params.name = name;
  params.nameNormalized = normalizeName(name);
  params.server = server;
  params.project = project;
  return params;
}

function hasEntries(map: StringMap | undefined): boolean {
  return map !== undefined && Object.keys(map).length > 0;
}

function visible(annotations: StringMap): StringMap {
  const kept = newRecord<string>();
  for (const [key, text] of Object.entries(annotations)) if (!hiddenAnnotations.has(key)) kept[key] = text;
  return kept;
}

/** The local cluster has no Secret, hence no metadata at all. */
function localRow(spec: GeneratorSpec<"clusters">, context: GenerateContext): Row {
  const id = `cluster ${inClusterName}`;
  const params = withValues(basicParams(inClusterName, inClusterServer, ""), spec.values, context);
  return leafRow(id, params, leafOrigin(context.at, "clusters", id));
}

function flatListRow(rows: readonly Row[], context: GenerateContext): Row {
  const params = newRecord();
  params.clusters = mapList(rows.map((row) => row.params));
  const inputs = rows.flatMap((row) => row.origin.inputs);
  return leafRow("clusters", params, leafOrigin(context.at, "clusters", `${rows.length} clusters`, inputs));
}

const knownInputs = new WeakMap<ClusterFacts, Input>();

/** A digest over what rows can see: a rotated credential or a changed connection setting is no change. */
function clusterInput(cluster: ClusterFacts): Input {
  const input = knownInputs.get(cluster) ?? digestedInput(cluster);
  knownInputs.set(cluster, input);
  return input;
}

function digestedInput({ name, server, project, labels, annotations }: ClusterFacts): Input {
  const facts = { name, server, project, labels, annotations: annotations && visible(annotations) };
  return { id: `cluster ${name}`, version: fingerprint(canonicalJson(facts)) };
}

/** Which clusters the selector picks, so that one more or one less is a change of input too. */
function membership(clusters: readonly ClusterFacts[], selector: LabelSelector | undefined): Input {
  const names = clusters.map((cluster) => cluster.name);
  return { id: `clusters ${canonicalJson(selector ?? {})}`, version: fingerprint(...names) };
}
