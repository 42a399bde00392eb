import type { ListAtom } from "./atom.ts";
import { getOwn, isJsonList, isJsonMap, type Json } from "./json.ts";
import { keyElement, valueElement } from "./path-element.ts";

/** A value that cannot be placed in its list; the message is Kubernetes'. */
export interface ItemProblem {
  readonly problem: string;
}

/** The path element of an item of an associative list: by its keys, or by its value in a set. */
export function itemElement(list: ListAtom, item: Json): string | ItemProblem {
  return list.keys.length > 0 ? keyedItem(list, item) : setItem(item);
}

function keyedItem(list: ListAtom, item: Json): string | ItemProblem {
  if (item === null) return { problem: "associative list with keys may not have a null element" };
  if (!isJsonMap(item)) return { problem: "associative list with keys may not have non-map elements" };
  if (list.element.map === undefined) return { problem: "associative list may not have non-map types" };
  const fields: [string, Json][] = [];
  for (const key of list.keys) {
    const value = getOwn(item, key) ?? (list.keyDefaults.get(key) as Json | undefined);
    if (value !== undefined) fields.push([key, value]);
  }
  return fields.length > 0 ? keyElement(fields) : { problem: omitsAllKeys(list.keys) };
}

function omitsAllKeys(keys: readonly string[]): string {
  const names = keys.map((key) => JSON.stringify(key)).join(" ");
  return `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`;
}

function setItem(item: Json): string | ItemProblem {
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  if (isJsonMap(item)) return { problem: "associative list without keys has an element that's a map type" };
  if (isJsonList(item)) return { problem: "not supported: associative list with lists as elements" };
  return valueElement(item);
}

/** The items of a list by element, in order of first appearance; items that cannot be placed are left out. */
export function itemsByElement(list: ListAtom, items: readonly Json[]): Map<string, Json[]> {
  const byElement = new Map<string, Json[]>();
  for (const item of items) {
    const element = itemElement(list, item);
    if (typeof element !== "string") continue;
    const same = byElement.get(element);
    if (same === undefined) byElement.set(element, [item]);
    else same.push(item);
  }
  return byElement;
}
