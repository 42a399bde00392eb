/** Where a store keeps its objects beyond the life of the process. The in-memory store has none. */
export interface Journal {
  /** What the last run left: the newest version, and every object as JSON text. */
  load(cluster: string): JournalState;
  /** Queues one write; `json` undefined for a deletion. */
  append(cluster: string, entry: JournalEntry): void;
  /** Resolves when all that was queued before is on disk; rejects when it cannot be. */
  flushed(): Promise<void>;
  /** The clusters with a state on disk. */
  clusters(): readonly string[];
  close(): Promise<void>;
}

export interface JournalEntry {
  /** `group/plural`. */
  readonly resource: string;
  readonly key: string;
  readonly version: number;
  readonly json: string | undefined;
}

export interface JournalState {
  readonly version: number;
  readonly objects: Iterable<JournalEntry & { readonly json: string }>;
}
