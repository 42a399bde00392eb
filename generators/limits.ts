/**
 * Bounds on what one ApplicationSet may make the generators hold, whatever its spec and its inputs say. Going over one is
 * a GenerationError that names the limit; nothing is cut off silently.
 */
export interface GeneratorLimits {
  /** Rows of one generator, after combining. */
  readonly maxRows: number;
  /** Levels of generators inside generators: 3 is Argo CD's. */
  readonly maxDepth: number;
  /** Levels in `spec.fleet.generators`. */
  readonly maxFleetDepth: number;
  /** Directories and files of one git tree. */
  readonly maxTreeEntries: number;
  /** Bytes of one file that is read for parameters. */
  readonly maxFileBytes: number;
  /** Bytes of all files that one generator reads. */
  readonly maxTotalBytes: number;
  /** Bytes of one answer of a plugin or a provider. */
  readonly maxAnswerBytes: number;
  /** Levels of maps and lists in one row. */
  readonly maxParamDepth: number;
}

export const defaultGeneratorLimits: GeneratorLimits = {
  maxRows: 1_000_000,
  maxDepth: 3,
  maxFleetDepth: 8,
  maxTreeEntries: 1_000_000,
  maxFileBytes: 4 << 20,
  maxTotalBytes: 256 << 20,
  maxAnswerBytes: 32 << 20,
  maxParamDepth: 100,
};
