/** Bounds on what one generator asks of a provider, the same for every vendor. */
export interface ScmLimits {
  /** Pages of one listing; a provider that sends the same page again is stopped before. */
  readonly maxPages: number;
  /** Repositories, branches or pull requests of one listing. */
  readonly maxItems: number;
  /** Bytes of one answer. */
  readonly maxBytes: number;
  /** How long the provider may stay silent. */
  readonly silenceMs: number;
  /** How often one question is sent before its failure counts. */
  readonly maxAttempts: number;
  /** The longest wait before a question is sent again; a provider that asks for more has failed. */
  readonly maxWaitMs: number;
  /** All waits of one generator together. */
  readonly maxTotalWaitMs: number;
  /** Repositories that are asked about at the same time. */
  readonly concurrency: number;
  /** Gaps that are told one by one; the rest is counted. */
  readonly maxGaps: number;
}

/** Far beyond honest providers, and short enough for one generation. */
export const defaultScmLimits: ScmLimits = {
  maxPages: 1_000,
  maxItems: 100_000,
  maxBytes: 32 << 20,
  silenceMs: 30_000,
  maxAttempts: 4,
  maxWaitMs: 60_000,
  maxTotalWaitMs: 180_000,
  concurrency: 8,
  maxGaps: 20,
};
