import { isMap, newRecord, own } from "../base/values.ts";
import { type Field, fieldNamed, type GoType } from "./go-type.ts";
import { mergeLists, PatchRefused, reorder } from "./strategic-lists.ts";

export { PatchRefused } from "./strategic-lists.ts";

type Fields = { readonly [key: string]: unknown };
type Merged = { [key: string]: unknown };

const patchDirective = "$patch";
const retainKeysDirective = "$retainKeys";
const deleteFromList = "$deleteFromPrimitiveList";
const elementOrder = "$setElementOrder";

/**
 * A Kubernetes strategic merge patch over a value of a Go type: maps are merged, null deletes, lists are replaced whole
 * unless the type says that they are united, and the directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/` and
 * `$setElementOrder/` count. JSON of any form (`raw`) cannot be merged below its first level. Neither side is changed.
 * Rule: the Kubernetes documentation of strategic merge patches, and the behaviour of apimachinery 0.37 where that is silent.
 */
export function strategicMerge(original: Fields, patch: Fields, type: GoType): Fields {
  if (Object.hasOwn(patch, patchDirective)) return wholeMap(patch);
  const merged: Merged = Object.assign(newRecord<unknown>(), original);
  const rest: Merged = Object.assign(newRecord<unknown>(), patch);
  retainKeys(merged, rest);
  for (const key of Object.keys(rest)) {
    if (key.startsWith(elementOrder)) setOrder(merged, rest, key, type);
  }
  for (const [key, value] of Object.entries(rest)) mergeEntry(merged, key, value, type);
  return merged;
}

/** What a map with `$patch` stands for. A replacing one is taken as it is, nulls and directives further in included. */
function wholeMap({ [patchDirective]: directive, ...rest }: Fields): Fields {
  if (directive === "replace") return rest;
  if (directive === "delete") return newRecord<unknown>();
  throw new PatchRefused(`$patch: ${String(directive)} is no directive; use replace or delete`);
}

function mergeEntry(merged: Merged, patchKey: string, value: unknown, type: GoType): void {
  const deletes = patchKey.startsWith(deleteFromList);
  const key = deletes ? fieldOfDirective(patchKey, deleteFromList) : patchKey;
  if (value === null) {
    Reflect.deleteProperty(merged, key);
    return;
  }
  const below = own(merged, key);
  if (below === undefined || kindOf(below) !== kindOf(value)) {
    if (!deletes) setNew(merged, key, value);
  } else if (isMap(below) && isMap(value)) merged[key] = strategicMerge(below, value, lookUp(type, key).type);
  else if (Array.isArray(below) && Array.isArray(value)) {
    const { isUnited } = lookUp(type, key);
    merged[key] = deletes || isUnited === true ? mergeLists(below, value, deletes) : value;
  } else merged[key] = value;
}

/** `$setElementOrder/finalizers` is about `finalizers`. */
function fieldOfDirective(key: string, directive: string): string {
  if (key.startsWith(`${directive}/`)) return key.slice(directive.length + 1);
  throw new PatchRefused(`${key} names no list; write ${directive}/FIELD`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (value === null) return "null";
  // Every number is one kind: the patch and the original may hold the same one as integer and as float.
  return typeof value === "bigint" ? "number" : typeof value;
}

function lookUp(type: GoType, key: string): Field {
  const field = fieldNamed(type, key);
  if (field !== undefined) return field;
  throw new PatchRefused(`${key} holds a map or list on both sides, which cannot be merged inside arbitrary JSON`);
}

/** A value that was not there before: nulls in its maps say nothing, and a map with `$patch` has nothing to act on. */
function setNew(merged: Merged, key: string, value: unknown): void {
  const fresh = withoutPatchMaps(withoutNulls(value));
  if (fresh === undefined) Reflect.deleteProperty(merged, key);
  else merged[key] = fresh;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const kept = newRecord<unknown>();
  for (const [key, entry] of Object.entries(value)) if (entry !== null) kept[key] = withoutNulls(entry);
  return kept;
}

/** Drops every map that holds `$patch`; undefined when the value itself is one. */
function withoutPatchMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPatchMaps).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, patchDirective)) return undefined;
  const kept = newRecord<unknown>();
  for (const [key, entry] of Object.entries(value)) {
    const found = withoutPatchMaps(entry);
    if (found !== undefined) kept[key] = found;
  }
  return kept;
}

/** Keeps only the listed keys. What the patch itself gives must be listed. */
function retainKeys(merged: Merged, patch: Merged): void {
  if (!Object.hasOwn(patch, retainKeysDirective)) return;
  const retained = patch[retainKeysDirective];
  Reflect.deleteProperty(patch, retainKeysDirective);
  if (!Array.isArray(retained) || retained.some((key) => typeof key === "object" && key !== null))
    throw new PatchRefused("$retainKeys must be a list of keys");
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key.startsWith(deleteFromList) || key.startsWith(elementOrder)) continue;
    if (!retained.includes(key)) throw new PatchRefused(`$retainKeys does not list ${key}, which the patch gives`);
  }
  for (const key of Object.keys(merged)) if (!retained.includes(key)) Reflect.deleteProperty(merged, key);
}

/** Merges a list whose order the patch sets, and takes both out of the patch. */
function setOrder(merged: Merged, patch: Merged, directive: string, type: GoType): void {
  const order = patch[directive];
  Reflect.deleteProperty(patch, directive);
  if (!Array.isArray(order)) throw new PatchRefused(`${directive} must be a list`);
  const key = fieldOfDirective(directive, elementOrder);
  const [below, over] = [own(merged, key), own(patch, key)];
  if ((below !== undefined && !Array.isArray(below)) || (over !== undefined && !Array.isArray(over)))
    throw new PatchRefused(`${directive} is about ${key}, which is no list`);
  const { isUnited, presence, type: listType } = lookUp(type, key);
  if (listType.kind !== "list" && presence !== "given")
    throw new PatchRefused(`${directive} is about ${key}, which is no list`);
  const fresh = over === undefined ? undefined : (withoutPatchMaps(over) as readonly unknown[]);
  const list = below === undefined ? fresh : joined(below, over, isUnited === true);
  const ordered = reorder({ list, below, over: over ?? [], order });
  if (ordered === undefined) return;
  merged[key] = ordered;
  Reflect.deleteProperty(patch, key);
}

function joined(
  below: readonly unknown[],
  over: readonly unknown[] | undefined,
  isUnited: boolean,
): readonly unknown[] {
  if (over === undefined) return below;
  return isUnited ? mergeLists(below, over, false) : over;
}
