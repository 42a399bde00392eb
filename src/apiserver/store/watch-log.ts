import type { StoredObject } from "./stored.ts";

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

/** One committed write. `object` is what it left, for a deletion the last state with the deletion's version. */
export interface Change {
  readonly version: number;
  /** `group/plural`. */
  readonly resource: string;
  readonly type: ChangeType;
  readonly object: StoredObject;
  readonly previous: StoredObject | undefined;
}

export interface LogLimits {
  readonly maxChanges: number;
  /** JSON characters of past versions that are kept, roughly bytes. */
  readonly maxBytes: number;
}

export const defaultLogLimits: LogLimits = { maxChanges: 20_000, maxBytes: 64 * 1024 * 1024 };

/**
 * The writes of one logical cluster in order of version, as far back as the limits allow. Watches resume from it, and
 * lists of a past version are made by undoing what came after.
 */
export class WatchLog {
  readonly #limits: LogLimits;
  #changes: Change[] = [];
  #first = 0;
  #bytes = 0;
  #compacted: number;

  constructor(version: number, limits: LogLimits = defaultLogLimits) {
    this.#compacted = version;
    this.#limits = limits;
  }

  /** The oldest version from which everything since is known. */
  get oldest(): number {
    return this.#compacted;
  }

  append(change: Change): void {
    this.#changes.push(change);
    this.#bytes += change.object.json.length;
    while (this.#isOverLimit()) this.#dropFirst();
    if (this.#first > 1024 && this.#first * 2 > this.#changes.length) this.#trim();
  }

  #isOverLimit(): boolean {
    const count = this.#changes.length - this.#first;
    return count > 1 && (count > this.#limits.maxChanges || this.#bytes > this.#limits.maxBytes);
  }

  #dropFirst(): void {
    const dropped = this.#changes[this.#first++]!;
    this.#bytes -= dropped.object.json.length;
    this.#compacted = dropped.version;
  }

  #trim(): void {
    this.#changes = this.#changes.slice(this.#first);
    this.#first = 0;
  }

  /** The changes after a version, oldest first; undefined when some of them are gone. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.#compacted) return undefined;
    return this.#changes.slice(this.#indexAfter(version));
  }

  #indexAfter(version: number): number {
    let [low, high] = [this.#first, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#changes[middle]!.version <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets everything up to a version, as etcd's compaction does. */
  compact(version: number): void {
    while (this.#first < this.#changes.length && this.#changes[this.#first]!.version <= version) this.#dropFirst();
    this.#compacted = Math.max(this.#compacted, version);
  }
}
