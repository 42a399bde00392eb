/**
 * How much of the truth was read: everything; a part, the rest named by gaps; or nothing that may be relied on. Only a
 * complete expansion proves that something is absent.
 */
export type Completeness = "complete" | "partial" | "failed";

/** Something that could not be read: where (a field path), why, and whether trying again without a change can help. */
export interface Gap {
  readonly at: string;
  readonly reason: string;
  readonly message: string;
  readonly retryable: boolean;
  /** When the one who was asked wants to be asked again, in seconds; undefined when that is not said. */
  readonly retryAfterSeconds?: number | undefined;
}
