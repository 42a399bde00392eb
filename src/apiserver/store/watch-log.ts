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
  /** JSON characters that the changes hold on to, before and after, roughly bytes. */
  readonly maxBytes: number;
  /** What the logs of all clusters may hold on to together. */
  readonly budget?: LogBudget;
}

export const defaultLogLimits: LogLimits = { maxChanges: 20_000, maxBytes: 64 * 1024 * 1024 };

/** Bounds the logs of many clusters together: beyond it, whichever holds most forgets first. */
export class LogBudget {
  readonly #maxBytes: number;
  readonly #logs = new Set<WatchLog>();
  #bytes = 0;

  constructor(maxBytes = 256 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  join(log: WatchLog): void {
    this.#logs.add(log);
  }

  take(bytes: number): void {
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes && this.#largest()?.forgetSome() === true);
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }

  #largest(): WatchLog | undefined {
    let largest: WatchLog | undefined;
    for (const log of this.#logs) if (log.bytes > (largest?.bytes ?? 0)) largest = log;
    return largest;
  }
}

/**
 * The writes of one logical cluster in order of version, as far back as the limits allow. Watches resume from it, and
 * lists of a past version are made by undoing what came after.
 */
export class WatchLog {
  readonly #limits: LogLimits;
  #changes: (Change | undefined)[] = [];
  #first = 0;
  #bytes = 0;
  #compacted: number;

  constructor(version: number, limits: LogLimits = defaultLogLimits) {
    this.#compacted = version;
    this.#limits = limits;
    limits.budget?.join(this);
  }

  /** What the changes hold on to. A text counts as what one change left and as what the next one found. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The oldest version from which everything since is known. */
  get oldest(): number {
    return this.#compacted;
  }

  append(change: Change): void {
    this.#changes.push(change);
    const size = sizeOf(change);
    this.#bytes += size;
    this.#limits.budget?.take(size);
    while (this.#isOverLimit()) this.#dropFirst();
    if (this.#first > 1024 && this.#first * 2 > this.#changes.length) this.#trim();
  }

  /** Makes room for other logs: an eighth goes. False when there is nothing to forget. */
  forgetSome(): boolean {
    const goal = this.#bytes - this.#bytes / 8;
    const before = this.#first;
    while (this.#first < this.#changes.length && this.#bytes > goal) this.#dropFirst();
    return this.#first > before;
  }

  #isOverLimit(): boolean {
    const count = this.#changes.length - this.#first;
    return count > 1 && (count > this.#limits.maxChanges || this.#bytes > this.#limits.maxBytes);
  }

  #dropFirst(): void {
    const dropped = this.#changes[this.#first]!;
    const size = sizeOf(dropped);
    // The list is shortened now and then; what is dropped must not wait for that.
    this.#changes[this.#first++] = undefined;
    this.#bytes -= size;
    this.#limits.budget?.giveBack(size);
    this.#compacted = dropped.version;
  }

  #trim(): void {
    this.#changes = this.#changes.slice(this.#first);
    this.#first = 0;
  }

  /** The changes after a version, oldest first; undefined when some of them are gone. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.#compacted) return undefined;
    return this.#changes.slice(this.#indexAfter(version)) as Change[];
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

function sizeOf({ object, previous }: Change): number {
  return object.json.length + (previous?.json.length ?? 0);
}
