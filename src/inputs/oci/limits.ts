/** What one artifact may cost. Bytes and counts; going over one is an error that names it. */
export interface OciLimits {
  readonly maxManifestBytes: number;
  readonly maxLayers: number;
  /** The layer as the registry sends it. */
  readonly maxLayerBytes: number;
  /** What it unpacks to. */
  readonly maxExtractedBytes: number;
  /** Files, directories and links. */
  readonly maxEntries: number;
  readonly maxTags: number;
  /** All unpacked artifacts that are kept in memory. */
  readonly maxKeptBytes: number;
}

const mebibyte = 1 << 20;

export const defaultOciLimits: OciLimits = {
  maxManifestBytes: 4 * mebibyte,
  maxLayers: 10,
  maxLayerBytes: 128 * mebibyte,
  maxExtractedBytes: 512 * mebibyte,
  maxEntries: 200_000,
  maxTags: 100_000,
  maxKeptBytes: 256 * mebibyte,
};
