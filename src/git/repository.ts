/**
 * What an entry of a tree is. A submodule's `oid` is the commit that it points to; submodules are not read. A symbolic
 * link's blob holds its target.
 */
export type EntryMode = "file" | "executable" | "symlink" | "directory" | "submodule";

/** An entry of a tree. */
export interface TreeEntry {
  /** From the root of the repository, without a slash at either end; empty for the root itself. */
  readonly path: string;
  readonly mode: EntryMode;
  /** The id of the blob, tree or commit: equal ids have equal content, so it is the fingerprint of a path. */
  readonly oid: string;
}

/** Everything below a directory of a commit. */
export interface TreeListing {
  /** The tree's id. */
  readonly tree: string;
  /**
   * The directory itself left out, in the order of Go's `filepath.WalkDir`: the entries of a directory by the bytes of
   * their names, a directory before its content. Hidden names are among them.
   */
  readonly entries: readonly TreeEntry[];
  /** Names that are not UTF-8, with `\xNN` for their bytes; they and what is below them are not among the entries. */
  readonly skipped: readonly string[];
}

export interface ResolveOptions {
  /** Application's `tagPrefix`: the revision is a range over the tags of this prefix. */
  readonly tagPrefix?: string | undefined;
  /** Asks the remote even when it was asked a moment ago. */
  readonly refresh?: boolean;
  /** How old the knowledge of the remote's refs may be; default: as the source was opened with. */
  readonly maxAgeMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions {
  /** Refuses a larger file; default: the limits' `maxBlobBytes`, which is also the most. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One git repository, read without a checkout. All methods throw a GitError; its `retryable` says whether trying again may
 * help. Objects are named by full ids only, so an answer never changes for the same arguments.
 */
export interface GitRepository {
  /** As it may be shown: without credentials. */
  readonly url: string;
  /**
   * The commit that a revision means now: empty or `HEAD`, a branch, a tag (also annotated), a ref with or without `refs/`,
   * a full commit id also off every branch, its first seven or more digits, or a range of versions such as `1.*` or
   * `^1.2`, which means the highest tag in it. A range goes before a branch of the same name, a branch before a tag, as in
   * Argo CD. Brings the commit's objects into the cache where they are missing.
   */
  resolve(revision: string, options?: ResolveOptions): Promise<string>;
  /** What stands below a directory of the commit; the root by default. Fails when the path is no directory. */
  list(commit: string, path?: string): Promise<TreeListing>;
  /** The entry at a path, without following links; undefined when there is none. An empty path or `.` is the root. */
  entry(commit: string, path: string): Promise<TreeEntry | undefined>;
  /**
   * The entry that a path leads to when symbolic links are followed; undefined when there is none. A link that leads out
   * of the repository, in a circle or into a submodule is a GitObjectError.
   */
  follow(commit: string, path: string): Promise<TreeEntry | undefined>;
  /** The bytes of a blob, as they stand in the repository: no filters, no LFS. */
  readBlob(oid: string, options?: ReadOptions): Promise<Buffer>;
}

/** Where repositories come from: remotes through a cache, directories that stand for them, or both. */
export interface GitSource {
  /**
   * The repository at a URL, with the credentials that a project may use; without one, those of no project. Nothing is
   * dialled yet. Throws GitUrlError for a URL that may not be used.
   */
  open(url: string, options?: { readonly project?: string | undefined }): Promise<GitRepository>;
  /** Ends every process, timer and temporary file of the source. */
  close(): Promise<void>;
}
