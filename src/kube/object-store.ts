import type { KubeObject } from "./objects.ts";
import { keyOf } from "./objects.ts";

/** The values under which an index finds an object; any number of them. */
export type IndexFunction<T extends KubeObject> = (object: T) => readonly string[];

/** Objects by key (`namespace/name`) with indexes. What it hands out is shared: read it, never change it. */
export class ObjectStore<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #functions: ReadonlyMap<string, IndexFunction<T>>;
  /** Index name → value → keys. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(indexes: Readonly<Record<string, IndexFunction<T>>> = {}) {
    this.#functions = new Map(Object.entries(indexes));
    for (const name of this.#functions.keys()) this.#indexes.set(name, new Map());
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  /** All objects, in no promised order. */
  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** The objects that an index finds under a value, ordered by key. */
  find(index: string, value: string): T[] {
    const keys = this.#index(index).get(value);
    if (keys === undefined) return [];
    return [...keys].sort().map((key) => this.#objects.get(key) as T);
  }

  /** Stores an object and gives the one that was there. */
  set(object: T): T | undefined {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    if (before !== undefined) this.#unindex(key, before);
    this.#objects.set(key, object);
    for (const [name, valuesOf] of this.#functions) {
      const index = this.#index(name);
      for (const value of valuesOf(object)) {
        const keys = index.get(value);
        if (keys === undefined) index.set(value, new Set([key]));
        else keys.add(key);
      }
    }
    return before;
  }

  delete(key: string): T | undefined {
    const before = this.#objects.get(key);
    if (before === undefined) return undefined;
    this.#unindex(key, before);
    this.#objects.delete(key);
    return before;
  }

  #index(name: string): Map<string, Set<string>> {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`there is no index ${name}`);
    return index;
  }

  #unindex(key: string, object: T): void {
    for (const [name, valuesOf] of this.#functions) {
      const index = this.#index(name);
      for (const value of valuesOf(object)) {
        const keys = index.get(value);
        keys?.delete(key);
        if (keys?.size === 0) index.delete(value);
      }
    }
  }
}
