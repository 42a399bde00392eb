/** How much of a machine one repository may use. Sizes in bytes, times in milliseconds. */
export interface GitLimits {
  /** Listing the refs of a remote, from the first byte to the last. */
  readonly refsTimeoutMs: number;
  /** Fetching from a remote, from the first byte to the last. */
  readonly fetchTimeoutMs: number;
  /** Reading one object of a local store. */
  readonly readTimeoutMs: number;
  /** Branches, tags and other refs. */
  readonly maxRefs: number;
  /** The mirror on disk, and what one fetch may bring. */
  readonly maxRepositoryBytes: number;
  /** Packs that a mirror may have before it is tidied up; each fetch that brings something adds one. */
  readonly maxPacks: number;
  /** One file. */
  readonly maxBlobBytes: number;
  /** One directory's list of names. */
  readonly maxTreeBytes: number;
  /** Files and directories of one commit. */
  readonly maxEntries: number;
  /** Directories within directories. */
  readonly maxDepth: number;
  /** All files of a plain directory that stands for a repository. */
  readonly maxDirectoryBytes: number;
}

const mebibyte = 1024 * 1024;

export const defaultGitLimits: GitLimits = {
  refsTimeoutMs: 30_000,
  fetchTimeoutMs: 10 * 60_000,
  readTimeoutMs: 60_000,
  maxRefs: 200_000,
  maxRepositoryBytes: 4096 * mebibyte,
  maxPacks: 40,
  maxBlobBytes: 32 * mebibyte,
  maxTreeBytes: 32 * mebibyte,
  maxEntries: 500_000,
  maxDepth: 256,
  maxDirectoryBytes: 1024 * mebibyte,
};
