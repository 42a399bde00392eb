import { isMap, newRecord } from "../base/values.ts";
import type { Field, GoType } from "./go-type.ts";

type Fields = { readonly [key: string]: unknown };

const patchDirective = "$patch";
const retainKeysDirective = "$retainKeys";
const deleteFromList = "$deleteFromPrimitiveList/";
const elementOrder = "$setElementOrder/";

/** A patch asks for something that Kubernetes' strategic merge refuses. The message says what. */
export class PatchRefused extends Error {}

/**
 * A Kubernetes strategic merge patch over a value of a Go type: maps are merged, null deletes, lists are replaced whole
 * unless the type says that they are united, and the directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/` and
 * `$setElementOrder/` count. JSON of any form (`raw`) cannot be merged below its first level. Neither side is changed.
 * Rule: the Kubernetes documentation of strategic merge patches, and apimachinery's behaviour where that is silent.
 */
export function strategicMerge(original: Fields, patch: Fields, type: GoType): Fields {
  const directive = own(patch, patchDirective);
  if (directive === "replace") return withoutDirectives(withoutKey(patch, patchDirective)) as Fields;
  if (directive === "delete") return newRecord<unknown>();
  if (directive !== undefined && directive !== "merge")
    throw new PatchRefused(`$patch: ${String(directive)} is no directive`);
  const merged: { [key: string]: unknown } = Object.assign(newRecord<unknown>(), original);
  retainKeys(merged, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key === patchDirective || key === retainKeysDirective || key.startsWith(elementOrder)) continue;
    if (key.startsWith(deleteFromList)) deleteItems(merged, key.slice(deleteFromList.length), value);
    else mergeEntry(merged, { key, value, patch, type });
  }
  return merged;
}

interface PatchEntry {
  readonly key: string;
  readonly value: unknown;
  readonly patch: Fields;
  readonly type: GoType;
}

function mergeEntry(merged: { [key: string]: unknown }, { key, value, patch, type }: PatchEntry): void {
  if (value === null) {
    Reflect.deleteProperty(merged, key);
    return;
  }
  const below = own(merged, key);
  if (below === undefined || kindOf(below) !== kindOf(value)) merged[key] = fresh(value);
  else if (isMap(below) && isMap(value)) merged[key] = strategicMerge(below, value, fieldOf(type, key).type);
  else if (Array.isArray(below) && Array.isArray(value)) {
    const { isUnited } = fieldOf(type, key);
    merged[key] = isUnited === true ? unite(below, value, own(patch, elementOrder + key)) : value;
  } else merged[key] = value;
}

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  // Every number is one kind: the patch and the original may hold the same one as integer and as float.
  return typeof value === "bigint" ? "number" : typeof value;
}

const plain: Field = { type: { kind: "raw" }, presence: "filled" };

function fieldOf(type: GoType, key: string): Field {
  if (type.kind === "map") return { type: type.value, presence: "filled" };
  if (type.kind === "struct") return type.fields.get(key) ?? plain;
  throw new PatchRefused(`${key} holds a map or list on both sides, which cannot be merged inside arbitrary JSON`);
}

/** A value that was not there before: nulls in its maps say nothing, and directives in it have nothing to act on. */
function fresh(value: unknown): unknown {
  return withoutDirectives(withoutNulls(value));
}

function withoutNulls(value: unknown): unknown {
  if (!isMap(value)) return value;
  const kept = newRecord<unknown>();
  for (const [key, entry] of Object.entries(value)) if (entry !== null) kept[key] = withoutNulls(entry);
  return kept;
}

function withoutDirectives(value: unknown): unknown {
  if (!isMap(value)) return value;
  const kept = newRecord<unknown>();
  for (const [key, entry] of Object.entries(value)) if (!isDirective(key)) kept[key] = withoutDirectives(entry);
  return kept;
}

function isDirective(key: string): boolean {
  return (
    key === patchDirective ||
    key === retainKeysDirective ||
    key.startsWith(deleteFromList) ||
    key.startsWith(elementOrder)
  );
}

function withoutKey(fields: Fields, key: string): Fields {
  const copy: { [key: string]: unknown } = Object.assign(newRecord<unknown>(), fields);
  Reflect.deleteProperty(copy, key);
  return copy;
}

function retainKeys(merged: { [key: string]: unknown }, patch: Fields): void {
  const retained = own(patch, retainKeysDirective);
  if (retained === undefined) return;
  if (!Array.isArray(retained)) throw new PatchRefused("$retainKeys must be a list of keys");
  for (const key of Object.keys(merged)) if (!retained.includes(key)) Reflect.deleteProperty(merged, key);
}

function deleteItems(merged: { [key: string]: unknown }, key: string, items: unknown): void {
  const list = own(merged, key);
  if (!Array.isArray(items)) throw new PatchRefused(`${deleteFromList}${key} must be a list`);
  if (Array.isArray(list)) merged[key] = list.filter((item) => !items.includes(item));
}

/**
 * Both lists without duplicates: the patch's items in its order, the others in theirs. An item that only the original has
 * comes before one of the patch when the original had both in that order.
 */
function unite(below: readonly unknown[], patch: readonly unknown[], order: unknown): unknown[] {
  const wanted = [...new Set(patch)];
  if (Array.isArray(order)) wanted.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const rest = [...new Set(below)].filter((item) => !wanted.includes(item));
  const united: unknown[] = [];
  while (wanted.length > 0 && rest.length > 0) {
    const [left, right] = [below.indexOf(rest[0]), below.indexOf(wanted[0])];
    united.push(right >= 0 && left < right ? rest.shift() : wanted.shift());
  }
  return [...united, ...wanted, ...rest];
}
