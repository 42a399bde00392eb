import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap, jsonEqual, setOwn } from "../managed-fields/json.ts";
import type { Schema } from "../resources.ts";
import { goMap } from "./go-map.ts";
import { inServerOrder, orderItems, partition } from "./item-order.ts";

/** A strategic merge patch that cannot be applied; `isFormat`: the patch itself is malformed. */
export class StrategicPatchError extends Error {
  readonly isFormat: boolean;

  constructor(message: string, isFormat = false) {
    super(message);
    this.isFormat = isFormat;
  }
}

const directive = "$patch";
const retainKeys = "$retainKeys";
const setElementOrder = "$setElementOrder/";
const deleteFromList = "$deleteFromPrimitiveList/";

type Draft = { [key: string]: Json };

/**
 * Applies a strategic merge patch: maps merge, lists merge or are replaced as the kind's schema says, and the directives
 * `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` are obeyed.
 */
export function strategicMergePatch(original: JsonMap, patch: JsonMap, schema: Schema | undefined): JsonMap {
  return mergeMap(original, patch, schema);
}

function mergeMap(original: JsonMap, patch: JsonMap, schema: Schema | undefined): JsonMap {
  const mark = getOwn(patch, directive);
  if (mark !== undefined) return directedMap(mark, patch);
  const merged: Draft = retained(original, patch);
  const done = mergeOrdered(merged, patch, schema);
  for (const key of Object.keys(patch)) {
    if (key === retainKeys || key.startsWith(setElementOrder) || done.has(key)) continue;
    if (key.startsWith(deleteFromList)) deleteItems(merged, key.slice(deleteFromList.length), patch[key]!);
    else mergeField(merged, key, patch[key]!, fieldSchema(schema, key));
  }
  return merged;
}

function directedMap(mark: Json, patch: JsonMap): JsonMap {
  const { [directive]: _, ...rest } = patch;
  if (mark === "replace") return rest;
  if (mark === "delete") return {};
  throw new StrategicPatchError(`unknown patch type: ${String(mark)}`);
}

/** The original without the keys that a `$retainKeys` list does not name. */
function retained(original: JsonMap, patch: JsonMap): Draft {
  const keys = getOwn(patch, retainKeys);
  if (keys === undefined) return { ...original };
  if (!isJsonList(keys)) throw new StrategicPatchError("invalid patch format of retainKeys", true);
  const strays = Object.keys(patch).filter((key) => !key.startsWith("$") && patch[key] !== null && !keys.includes(key));
  if (strays.length > 0) throw new StrategicPatchError("invalid patch format of retainKeys", true);
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
}

function fieldSchema(schema: Schema | undefined, key: string): Schema | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

function strategyOf(schema: Schema | undefined): string {
  const strategies = schema?.["x-kubernetes-patch-strategy"]?.split(",") ?? [];
  return strategies.find((strategy) => strategy !== "retainKeys") ?? "";
}

/** Lists that come with their order; gives back the keys that are settled by that. */
function mergeOrdered(merged: Draft, patch: JsonMap, schema: Schema | undefined): Set<string> {
  const done = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(setElementOrder)) continue;
    const order = patch[key];
    const name = key.slice(setElementOrder.length);
    if (!isJsonList(order)) throw new StrategicPatchError("invalid patch format of setElementOrder list", true);
    if (getOwn(patch, name) === null) continue;
    setOrdered(merged, name, { order, patched: getOwn(patch, name), schema: fieldSchema(schema, name) });
    done.add(name);
  }
  return done;
}

interface OrderedList {
  readonly order: readonly Json[];
  readonly patched: Json | undefined;
  readonly schema: Schema | undefined;
}

function setOrdered(merged: Draft, name: string, { order, patched, schema }: OrderedList): void {
  const before = getOwn(merged, name);
  if (before === undefined && patched === undefined) return;
  const key = schema?.["x-kubernetes-patch-merge-key"] ?? "";
  if (patched !== undefined) checkOrder(asList(patched), order, key);
  const list = mergedList(before, patched, schema);
  const [listed, others] = partition(list, order, key);
  const serverOrder = before === undefined ? [] : asList(before);
  setOwn(merged, name, inServerOrder(others, orderItems(listed, order, key), serverOrder, key));
}

function mergedList(before: Json | undefined, patched: Json | undefined, schema: Schema | undefined): readonly Json[] {
  if (patched === undefined) return asList(before!);
  if (before === undefined) return asList(withoutDirectives(patched)!);
  return asList(mergeListField(asList(before), asList(patched), schema));
}

function asList(value: Json): readonly Json[] {
  if (isJsonList(value)) return value;
  throw new StrategicPatchError(`expected a list, but received a ${isJsonMap(value) ? "map" : typeof value}`);
}

function checkOrder(patched: readonly Json[], order: readonly Json[], key: string): void {
  const wanted = patched.filter((item) => !isJsonMap(item) || getOwn(item, directive) === undefined);
  let position = 0;
  for (const entry of order) if (position < wanted.length && sameItem(wanted[position]!, entry, key)) position++;
  if (order.length === 0 || position === wanted.length) return;
  throw new StrategicPatchError(
    `The order in patch list:\n${goMap(patched)}\n doesn't match $setElementOrder list:\n${goMap(order)}\n`,
  );
}

function sameItem(left: Json, right: Json, key: string): boolean {
  if (key === "" || !isJsonMap(left) || !isJsonMap(right)) return jsonEqual(left, right);
  return jsonEqual(getOwn(left, key), getOwn(right, key));
}

function deleteItems(merged: Draft, name: string, values: Json): void {
  const list = getOwn(merged, name);
  if (list === undefined) return;
  const rest = asList(list).filter((item) => !asList(values).some((value) => jsonEqual(item, value)));
  setOwn(merged, name, rest);
}

function mergeField(merged: Draft, key: string, patch: Json, schema: Schema | undefined): void {
  const before = getOwn(merged, key);
  if (patch === null) {
    delete merged[key];
    return;
  }
  const next = mergeValue(before, patch, schema);
  if (next === undefined) delete merged[key];
  else setOwn(merged, key, next);
}

function mergeValue(before: Json | undefined, patch: Json, schema: Schema | undefined): Json | undefined {
  if (before === undefined) return withoutDirectives(withoutNulls(patch));
  if (isJsonMap(before) && isJsonMap(patch)) {
    return strategyOf(schema) === "replace" ? patch : mergeMap(before, patch, schema);
  }
  if (isJsonList(before) && isJsonList(patch)) return mergeListField(before, patch, schema);
  return withoutDirectives(withoutNulls(patch));
}

function withoutNulls(value: Json): Json {
  if (!isJsonMap(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== null);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutNulls(entry)]));
}

/** A new value may carry directives for what is not there: those go, and what they mark goes with them. */
function withoutDirectives(value: Json): Json | undefined {
  if (isJsonList(value)) {
    return value.map(withoutDirectives).filter((item): item is Json => item !== undefined);
  }
  if (!isJsonMap(value)) return value;
  if (getOwn(value, directive) !== undefined) return undefined;
  const entries = Object.entries(value).map(([key, entry]) => [key, withoutDirectives(entry)] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}

function mergeListField(before: readonly Json[], patch: readonly Json[], schema: Schema | undefined): Json {
  if (strategyOf(schema) !== "merge") return patch;
  if (before.length === 0 && patch.length === 0) return before;
  const key = schema?.["x-kubernetes-patch-merge-key"] ?? "";
  if ([...before, ...patch].some(isJsonMap)) return mergeItems(before, patch, key, schema?.items);
  return mergeScalars(before, patch);
}

function mergeScalars(before: readonly Json[], patch: readonly Json[]): Json {
  const [patched, others] = partition([...new Set([...before, ...patch])], patch, "");
  return inServerOrder(others, orderItems(patched, patch, ""), before, "");
}

function mergeItems(before: readonly Json[], patch: readonly Json[], key: string, items: Schema | undefined): Json {
  if (key === "") throw new StrategicPatchError("cannot merge lists without merge key");
  const plain = patch.filter((item) => isJsonMap(item) && getOwn(item, directive) === undefined) as JsonMap[];
  const marked = patch.filter((item) => isJsonMap(item) && getOwn(item, directive) !== undefined) as JsonMap[];
  if (marked.some((item) => item[directive] === "replace")) return plain;
  const kept = before.filter((item) => !marked.some((mark) => isDeleted(item, mark, key)));
  const merged = [...kept];
  for (const item of plain) mergeItem(merged, item, key, items);
  const [patched, others] = partition(merged, plain, key);
  return inServerOrder(others, orderItems(patched, plain, key), kept, key);
}

function isDeleted(item: Json, mark: JsonMap, key: string): boolean {
  if (mark[directive] !== "delete") {
    throw new StrategicPatchError(`unknown patch type: ${String(mark[directive])} in map: ${goMap(mark)}`);
  }
  return sameItem(item, { [key]: keyOf(mark, key) }, key);
}

function keyOf(item: JsonMap, key: string): Json {
  const value = getOwn(item, key);
  if (value !== undefined) return value;
  throw new StrategicPatchError(`map: ${goMap(item)} does not contain declared merge key: ${key}`);
}

function mergeItem(merged: Json[], item: JsonMap, key: string, schema: Schema | undefined): void {
  const value = keyOf(item, key);
  const index = merged.findIndex((other) => isJsonMap(other) && jsonEqual(getOwn(other, key), value));
  if (index < 0) merged.push(item);
  else merged[index] = mergeMap(merged[index] as JsonMap, item, schema);
}
