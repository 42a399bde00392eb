import { getOwn, isJsonMap, type Json, jsonEqual } from "../managed-fields/json.ts";

function indexIn(list: readonly Json[], item: Json, key: string): number {
  if (key === "") return list.findIndex((other) => jsonEqual(other, item));
  const value = isJsonMap(item) ? getOwn(item, key) : undefined;
  return list.findIndex((other) => isJsonMap(other) && jsonEqual(getOwn(other, key), value));
}

/** Splits a list into the items that another list names, by key or ("") by value, and those it does not. */
export function partition(list: readonly Json[], by: readonly Json[], key: string): [Json[], Json[]] {
  const named = list.filter((item) => indexIn(by, item, key) >= 0);
  return [named, list.filter((item) => !named.includes(item))];
}

/** Items in the order of another list that names them all. */
export function orderItems(items: readonly Json[], order: readonly Json[], key: string): Json[] {
  return [...items].sort((left, right) => indexIn(order, left, key) - indexIn(order, right, key));
}

/**
 * Brings together what only the server had and what the patch named: a server item goes first where it stood before the
 * next patched one, otherwise the patched one does.
 */
export function inServerOrder(
  serverItems: readonly Json[],
  patchItems: readonly Json[],
  serverOrder: readonly Json[],
  key: string,
): Json[] {
  const merged: Json[] = [];
  let [left, right] = [0, 0];
  while (left < serverItems.length && right < patchItems.length) {
    const serverIndex = indexIn(serverOrder, serverItems[left]!, key);
    const patchIndex = indexIn(serverOrder, patchItems[right]!, key);
    const isServerFirst = serverIndex >= 0 && patchIndex >= 0 && serverIndex < patchIndex;
    merged.push(isServerFirst ? serverItems[left++]! : patchItems[right++]!);
  }
  return [...merged, ...serverItems.slice(left), ...patchItems.slice(right)];
}
