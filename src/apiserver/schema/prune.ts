import { isJsonList, isJsonMap, type Json, setOwn } from "../managed-fields/json.ts";
import type { KubeObject, Schema } from "../resources.ts";

const metaFields = new Set(["apiVersion", "kind", "metadata"]);

/** An object without the fields that its structural schema does not know, and the paths of what went. */
export interface Pruned {
  readonly object: KubeObject;
  readonly unknown: readonly string[];
}

/** Removes undeclared fields (of a resource none that every object has), below `x-kubernetes-preserve-unknown-fields` only where a field is declared again. */
export function pruneObject(object: KubeObject, schema: Schema, isResource = true): Pruned {
  const unknown: string[] = [];
  const root = new Level(schema, false, isResource);
  const pruned = pruneValue(object as Json, root, "", unknown) as KubeObject;
  return { object: pruned, unknown: unknown.sort() };
}

/** The schema of one place; undefined schema stands for a place of which nothing is declared. */
class Level {
  readonly schema: Schema | undefined;
  readonly isPreserving: boolean;
  readonly isResource: boolean;

  constructor(schema: Schema | undefined, preserving: boolean, isRoot = false) {
    this.schema = schema;
    // Below a preserved list or map without declarations everything stays; a declared field starts afresh.
    this.isPreserving = schema?.["x-kubernetes-preserve-unknown-fields"] === true || preserving;
    this.isResource = isRoot || schema?.["x-kubernetes-embedded-resource"] === true;
  }

  /** Undefined when the field is not known here. */
  field(name: string): Level | undefined {
    const { properties, additionalProperties } = this.schema ?? {};
    if (properties !== undefined && Object.hasOwn(properties, name)) return new Level(properties[name], false);
    if (additionalProperties === undefined || additionalProperties === false) return undefined;
    return new Level(additionalProperties === true ? undefined : additionalProperties, false);
  }

  item(): Level {
    return new Level(this.schema?.items, this.isPreserving);
  }
}

function pruneValue(value: Json, level: Level, path: string, unknown: string[]): Json {
  if (level.isPreserving && level.schema === undefined) return value;
  if (isJsonList(value)) return pruneList(value, level, path, unknown);
  return isJsonMap(value) ? pruneMap(value, level, path, unknown) : value;
}

function pruneList(list: readonly Json[], level: Level, path: string, unknown: string[]): Json {
  const item = level.item();
  let pruned: Json[] | undefined;
  for (const [index, value] of list.entries()) {
    const next = pruneValue(value, item, `${path}[${index}]`, unknown);
    if (next !== value) (pruned ??= [...list])[index] = next;
  }
  return pruned ?? list;
}

function pruneMap(map: { readonly [key: string]: Json }, level: Level, path: string, unknown: string[]): Json {
  const kept: { [key: string]: Json } = {};
  let hasChanged = false;
  for (const name of Object.keys(map)) {
    const value = map[name]!;
    const next = pruneField(name, value, level, path, unknown);
    if (next !== value) hasChanged = true;
    if (next !== undefined) setOwn(kept, name, next);
  }
  return hasChanged ? kept : map;
}

function pruneField(name: string, value: Json, level: Level, path: string, unknown: string[]): Json | undefined {
  if (level.isResource && metaFields.has(name)) return value;
  const at = path === "" ? name : `${path}.${name}`;
  const field = level.field(name);
  if (field !== undefined) return pruneValue(value, field, at, unknown);
  if (level.isPreserving) return value;
  unknown.push(at);
  return undefined;
}
