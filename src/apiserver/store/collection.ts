import type { StoredObject } from "./stored.ts";

/** The objects of one resource in one logical cluster, by key, listed in order of key. */
export class Collection {
  readonly #objects = new Map<string, StoredObject>();
  #keys: string[] = [];
  #sorted = true;

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  set(key: string, object: StoredObject): void {
    if (!this.#objects.has(key)) this.#addKey(key);
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (!this.#objects.delete(key)) return;
    const keys = this.#sortedKeys();
    keys.splice(lowerBound(keys, key), 1);
  }

  /** Most keys come in order or in bulk: sorting waits for the next reader. */
  #addKey(key: string): void {
    const last = this.#keys.at(-1);
    if (last !== undefined && last > key) this.#sorted = false;
    this.#keys.push(key);
  }

  #sortedKeys(): string[] {
    if (!this.#sorted) {
      this.#keys.sort(compareKeys);
      this.#sorted = true;
    }
    return this.#keys;
  }

  /** The keys with a prefix, from `start` on, in order. */
  keys(prefix: string, start: string): readonly string[] {
    const keys = this.#sortedKeys();
    const from = lowerBound(keys, start > prefix ? start : prefix);
    const to = prefix === "" ? keys.length : lowerBound(keys, `${prefix}\uffff`);
    return from === 0 && to === keys.length ? keys : keys.slice(from, to);
  }

  values(): IterableIterator<StoredObject> {
    return this.#objects.values();
  }
}

export function compareKeys(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** The index of the first key that is not before the given one. */
function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
