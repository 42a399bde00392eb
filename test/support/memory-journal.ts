import type { Journal, JournalEntry, JournalState } from "../../src/apiserver/store/journal.ts";

/** A journal that is on no disk: a test says when what was written is durable, or that it cannot be. */
export class MemoryJournal implements Journal {
  /** What a start after a crash would find: cluster, then resource and key. */
  readonly durable = new Map<string, Map<string, JournalEntry>>();
  readonly #versions = new Map<string, number>();
  #pending: (JournalEntry & { readonly cluster: string })[] = [];
  #isHeld = false;
  #failure: Error | undefined;
  #waiting: (() => void)[] = [];

  load(cluster: string): JournalState {
    const kept = [...(this.durable.get(cluster)?.values() ?? [])];
    const objects = kept.map((entry) => ({ ...entry, json: entry.json ?? "" }));
    return { version: this.#versions.get(cluster) ?? 0, objects };
  }

  clusters(): readonly string[] {
    return [...this.#versions.keys()];
  }

  append(cluster: string, entry: JournalEntry): void {
    this.#pending.push({ ...entry, cluster });
  }

  /** From now on nothing gets durable. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The disk goes on, and catches up. */
  release(): void {
    this.#isHeld = false;
    this.#wake();
  }

  /** What is waiting, and all that comes, cannot be written. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  get waiting(): number {
    return this.#pending.length;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  async flushed(): Promise<void> {
    const count = this.#pending.length;
    while (this.#isHeld && this.#failure === undefined)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
    for (const { cluster, ...entry } of this.#pending.splice(0, count)) this.#write(cluster, entry);
  }

  #write(cluster: string, entry: JournalEntry): void {
    let objects = this.durable.get(cluster);
    if (objects === undefined) this.durable.set(cluster, (objects = new Map()));
    const key = `${entry.resource} ${entry.key}`;
    if (entry.json === undefined) objects.delete(key);
    else objects.set(key, entry);
    this.#versions.set(cluster, entry.version);
  }

  async close(): Promise<void> {
    this.release();
  }
}
