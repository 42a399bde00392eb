import type { KubeObject } from "../resources.ts";
import { compare } from "./compare.ts";
import { difference, type FieldSet } from "./field-set.ts";
import { isJsonMap, type JsonMap } from "./json.ts";
import { toFieldSet } from "./to-field-set.ts";
import { typeProblems } from "./validate.ts";
import type { VersionTypes } from "./version-types.ts";

/** Where kubectl's client-side apply keeps the configuration it applied last. */
const annotation = "kubectl.kubernetes.io/last-applied-configuration";

function lastAppliedOf(object: KubeObject): string | undefined {
  const text = object.metadata?.annotations?.[annotation];
  return text === undefined || text === "" ? undefined : text;
}

/**
 * The fields that client-side apply set and that still hold its values: kubectl may take them over when a user moves to
 * server-side apply. Undefined when the object carries no usable record.
 */
export function excusedByLastApplied(live: JsonMap, types: VersionTypes): FieldSet | undefined {
  const text = lastAppliedOf(live as KubeObject);
  const last = text === undefined ? undefined : parseMap(text);
  if (last === undefined || last.apiVersion !== types.apiVersion) return undefined;
  if (typeProblems(last, types.atom, false).length > 0) return undefined;
  const { modified, added, removed } = compare(last, live, types.atom);
  return [modified, added, removed].reduce(difference, toFieldSet(last, types.atom));
}

function parseMap(text: string): JsonMap | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonMap(value) ? value : undefined;
  } catch {
    // Somebody else wrote the annotation: then nothing is excused.
    return undefined;
  }
}

/** Keeps the annotation true to what is applied now, where the object has one. */
export function withLastApplied(object: KubeObject, config: KubeObject): KubeObject {
  if (lastAppliedOf(object) === undefined) return object;
  const record = { ...config, metadata: withoutRecord(config.metadata ?? {}) };
  const text = `${JSON.stringify(sortKeys(record))}\n`;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [annotation]: text } },
  };
}

function withoutRecord(metadata: NonNullable<KubeObject["metadata"]>): NonNullable<KubeObject["metadata"]> {
  if (metadata.annotations === undefined) return metadata;
  const { [annotation]: _, ...annotations } = metadata.annotations;
  return { ...metadata, annotations };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonMap(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
}
