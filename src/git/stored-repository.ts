import type { ObjectStore } from "./backend.ts";
import { GitObjectError, GitRevisionError } from "./errors.ts";
import type { GitLimits } from "./limits.ts";
import type { GitRepository, ReadOptions, ResolveOptions, TreeEntry, TreeListing } from "./repository.ts";
import { findRevision, isFullId, type Refs } from "./revision.ts";
import type { TreeReader } from "./tree-reader.ts";

/** Where a repository's refs and objects come from: a mirror of a remote, or a repository on this machine. */
export interface Origin {
  readonly url: string;
  readonly store: ObjectStore;
  /** The commit that every revision means, where there is only one. */
  commit?(options: ResolveOptions): string;
  refs(options: ResolveOptions): Promise<Refs>;
  /** Makes sure that the caller may read here at all. */
  admit(options: ResolveOptions): Promise<void>;
  /** Brings an object into the store where it is missing; false when it cannot be had. */
  obtain(wanted: string | "all", signal: AbortSignal | undefined): Promise<boolean>;
}

/** Reads a repository whose objects lie in a store on this machine. Repositories of one store share a reader. */
export class StoredRepository implements GitRepository {
  readonly #origin: Origin;
  readonly #reader: TreeReader;
  readonly #limits: GitLimits;

  constructor(origin: Origin, reader: TreeReader, limits: GitLimits) {
    this.#origin = origin;
    this.#reader = reader;
    this.#limits = limits;
  }

  get url(): string {
    return this.#origin.url;
  }

  resolve(revision: string, options: ResolveOptions = {}): Promise<string> {
    return this.#named(async () => {
      const commit = this.#origin.commit?.(options) ?? (await this.#find(revision, options));
      if (commit !== undefined) return commit;
      const shown = JSON.stringify(revision.slice(0, 200) || "HEAD");
      throw new GitRevisionError(`the repository has no revision ${shown}`, {
        details: { revision, remedy: "name a branch, a tag, a commit or a range of versions that exists" },
      });
    });
  }

  list(commit: string, path = ""): Promise<TreeListing> {
    return this.#named(async () => {
      await this.#origin.admit({});
      const entry = await this.#reader.entry(await this.#reader.rootTree(commit), path);
      if (entry?.mode !== "directory") throw new GitObjectError(`${path} is no directory of commit ${commit}`);
      return this.#reader.list(entry.oid, entry.path);
    });
  }

  entry(commit: string, path: string): Promise<TreeEntry | undefined> {
    return this.#named(async () => {
      await this.#origin.admit({});
      return this.#reader.entry(await this.#reader.rootTree(commit), path);
    });
  }

  follow(commit: string, path: string): Promise<TreeEntry | undefined> {
    return this.#named(async () => {
      await this.#origin.admit({});
      return this.#reader.follow(await this.#reader.rootTree(commit), path);
    });
  }

  readBlob(oid: string, options: ReadOptions = {}): Promise<Buffer> {
    return this.#named(async () => {
      await this.#origin.admit({ signal: options.signal });
      return this.#reader.blob(oid, Math.min(options.maxBytes ?? Number.POSITIVE_INFINITY, this.#limits.maxBlobBytes));
    });
  }

  #find(revision: string, options: ResolveOptions): Promise<string | undefined> {
    return isFullId(revision) ? this.#byId(revision.toLowerCase(), options) : this.#byName(revision, options);
  }

  async #byId(oid: string, options: ResolveOptions): Promise<string | undefined> {
    await this.#origin.admit(options);
    return (await this.#has(oid, options)) ? this.#reader.peel(oid) : undefined;
  }

  async #byName(revision: string, options: ResolveOptions): Promise<string | undefined> {
    const wanted = findRevision(await this.#origin.refs(options), revision, options.tagPrefix);
    if (wanted === undefined) return undefined;
    if (wanted.kind === "prefix") return this.#byPrefix(wanted.prefix, options);
    if (wanted.kind === "id") return this.#byId(wanted.oid, options);
    const { oid, peeled } = wanted.target;
    if (peeled !== undefined && (await this.#origin.store.has(peeled))) return this.#reader.peel(peeled);
    return (await this.#has(oid, options)) ? this.#reader.peel(oid) : undefined;
  }

  async #byPrefix(prefix: string, options: ResolveOptions): Promise<string | undefined> {
    const expand = () => this.#origin.store.expand(prefix);
    let oid = await expand();
    if (oid === undefined && (await this.#origin.obtain("all", options.signal))) oid = await expand();
    return oid === undefined ? undefined : this.#reader.peel(oid);
  }

  async #has(oid: string, { signal }: ResolveOptions): Promise<boolean> {
    if (await this.#origin.store.has(oid)) return true;
    if (!(await this.#origin.obtain(oid, signal))) return false;
    return this.#origin.store.has(oid);
  }

  /** Runs and names the repository in what goes wrong. */
  async #named<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error: unknown) {
      throw withRepository(error, this.#origin.url);
    }
  }
}

/** The same error with the repository in its message. */
export function withRepository(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error.message.includes(url)) return error;
  error.message = `repository ${url}: ${error.message}`;
  return error;
}
