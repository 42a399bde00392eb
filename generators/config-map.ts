import type { GeneratorSpec } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError, messageOf } from "../src/base/errors.ts";
import { compareBytes } from "../src/base/go-bytes.ts";
import { isMap, newRecord, own, type Params, type StringMap, type Value } from "../src/base/values.ts";
import { checkRowCount, leafOrigin, leafRow } from "./expansion.ts";
import { parseParamsFile } from "./file-params.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Expansion, GenerateContext, Generator, Input, Row } from "./generator.ts";
import { intervalOf } from "./interval.ts";
import type { Reading } from "./ports.ts";
import { withValues } from "./values.ts";

/** What is read of a ConfigMap. */
interface ConfigMapTexts {
  readonly name: string;
  readonly data: StringMap;
}

/**
 * Rows from ConfigMaps of the set's namespace, by their names. With `key` the text under it is read as a file of the git
 * generator is: a row for a map, and one for each map of a list. Without it the data of a ConfigMap is one row of texts.
 * Each row has `configMap.name`, and `configMap.key` with a key. An extension: it stands in `spec.fleet.generators`.
 */
export const configMapGenerator: Generator<"configMap"> = {
  kind: "configMap",
  async generate(spec, context): Promise<Expansion> {
    const reading = await readConfigMaps(spec, context);
    const rows = reading.items.flatMap((configMap) => rowsOf(configMap, spec, context));
    checkRowCount(rows.length, context.limits, context.at);
    const { completeness, gaps } = reading;
    return { rows, completeness, gaps, inputs: inputsOf(reading.items, spec) };
  },
  requeueAfterSeconds: (spec, requeue) => intervalOf(spec.requeueAfterSeconds, requeue.defaultSeconds),
};

async function readConfigMaps(
  { name = "", labelSelector: selector }: GeneratorSpec<"configMap">,
  { ports, set, at }: GenerateContext,
): Promise<Reading<ConfigMapTexts>> {
  if ((name !== "") === (selector !== undefined)) {
    const problem = selector === undefined ? "neither a name nor a labelSelector" : "both a name and a labelSelector";
    const remedy = "write one of name and labelSelector";
    throw new GenerationError(`${at} has ${problem}`, { details: { field: at, remedy } });
  }
  const { namespace } = set;
  if (selector === undefined) {
    const data = await ports.objects.configMap(name, namespace);
    if (data !== undefined) return { items: [{ name, data }], completeness: "complete", gaps: [], version: "" };
    const details = { field: `${at}.name`, object: `ConfigMap ${namespace}/${name}`, remedy: "create it" };
    throw new GenerationError(`${at}: ConfigMap ${namespace}/${name} does not exist`, { details });
  }
  try {
    const { items, ...rest } = await ports.objects.list({
      apiVersion: "v1",
      plural: "configmaps",
      namespace,
      selector,
    });
    const read = items.map(({ metadata, data }) => ({ name: metadata.name, data: textsOf(data) }));
    return { ...rest, items: read.sort((a, b) => compareBytes(a.name, b.name)) };
  } catch (cause: unknown) {
    if (cause instanceof GenerationError) throw cause;
    const field = `${at}.labelSelector`;
    throw new GenerationError(`${field}: ${messageOf(cause)}`, { cause, details: { field } });
  }
}

function textsOf(data: unknown): StringMap {
  const texts = newRecord<string>();
  if (!isMap(data)) return texts;
  for (const [key, value] of Object.entries(data)) if (typeof value === "string") texts[key] = value;
  return texts;
}

function rowsOf({ name, data }: ConfigMapTexts, spec: GeneratorSpec<"configMap">, context: GenerateContext): Row[] {
  const { key } = spec;
  const item = key === undefined ? name : `${name}/${key}`;
  const found = key === undefined ? { maps: [data as Params], isList: false } : parseKey(name, data, key, context);
  return found.maps.map((params, index) => {
    const numbered = found.isList ? `${item}[${index}]` : item;
    const origin = leafOrigin(context.at, "configMap", `ConfigMap ${numbered}`, [inputId(name, key)]);
    return leafRow(
      `configMap ${numbered}`,
      withValues(withFacts(params, name, key, context), spec.values, context),
      origin,
    );
  });
}

function parseKey(name: string, data: StringMap, key: string, context: GenerateContext) {
  const repository = `ConfigMap ${context.set.namespace}/${name}`;
  const text = own(data, key);
  if (text === undefined) {
    const details = { field: `${context.at}.key`, object: repository, remedy: `add ${key} to it` };
    throw new GenerationError(`${context.at}: ${repository} has no ${key}`, { details });
  }
  if (text.length > context.limits.maxFileBytes) {
    throw new GenerationError(`${key} of ${repository} is longer than ${context.limits.maxFileBytes} characters`);
  }
  return parseParamsFile(new TextEncoder().encode(text), { path: key, repository, at: context.at }, context);
}

/** Where the row comes from goes over keys of the same name. */
function withFacts(params: Params, name: string, key: string | undefined, { nested }: GenerateContext): Params {
  const row: { [key: string]: Value } = Object.assign(newRecord(), params);
  const facts = { name, ...(key === undefined ? {} : { key }) };
  if (nested) row.configMap = facts;
  else for (const [fact, text] of Object.entries(facts)) row[`configMap.${fact}`] = text;
  return row;
}

/** A digest over what rows can see: with a key only the text under it. */
function inputsOf(items: readonly ConfigMapTexts[], { key, name, labelSelector }: GeneratorSpec<"configMap">): Input[] {
  const inputs = items.map((item) => {
    const seen = key === undefined ? item.data : own(item.data, key);
    return { id: inputId(item.name, key), version: fingerprint(canonicalJson(seen)) };
  });
  if (name !== undefined && name !== "") return inputs;
  const names = fingerprint(...items.map((item) => item.name));
  return [...inputs, { id: `configMaps ${canonicalJson(labelSelector)}`, version: names }];
}

function inputId(name: string, key: string | undefined): string {
  return key === undefined ? `configMap ${name}` : `configMap ${name} ${key}`;
}
