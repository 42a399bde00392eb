import { createHash } from "node:crypto";
import { GitNotFoundError, GitRevisionError, GitUnreachableError } from "../../src/git/errors.ts";
import type { EntryMode, GitRepository, GitSource, ResolveOptions, TreeEntry } from "../../src/git/repository.ts";

type Files = ReadonlyMap<string, string>;

const linkMark = "link:";

/** The content of a symbolic link to a path relative to the root. */
export function linkTo(path: string): string {
  return `${linkMark}${path}`;
}

function idOf(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** Repositories in memory. A repository can be made unreachable; what was asked of it is counted. */
export class MemoryGit implements GitSource {
  readonly repositories = new Map<string, MemoryRepository>();

  repository(url: string): MemoryRepository {
    const known = this.repositories.get(url) ?? new MemoryRepository(url);
    this.repositories.set(url, known);
    return known;
  }

  async open(url: string): Promise<GitRepository> {
    const repository = this.repositories.get(url);
    if (repository === undefined) throw new GitNotFoundError(`there is no repository ${url}`);
    return repository;
  }

  async close(): Promise<void> {
    this.repositories.clear();
  }
}

export class MemoryRepository implements GitRepository {
  readonly url: string;
  isReachable = true;
  /** Blobs that were read. */
  reads = 0;
  resolves: ResolveOptions[] = [];
  readonly #commits = new Map<string, Files>();
  readonly #branches = new Map<string, string>();
  readonly #blobs = new Map<string, string>();

  constructor(url: string) {
    this.url = url;
  }

  /** A commit with these files and nothing else; gives its id. */
  commit(files: Record<string, string>, branch = "main"): string {
    const id = idOf(`commit ${this.#commits.size} ${JSON.stringify(files)}`);
    this.#commits.set(id, new Map(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))));
    this.#branches.set(branch, id);
    return id;
  }

  async resolve(revision: string, options: ResolveOptions = {}): Promise<string> {
    this.resolves.push(options);
    if (!this.isReachable) throw new GitUnreachableError(`${this.url} can't be reached`);
    const name = revision === "" || revision === "HEAD" ? "main" : revision;
    const commit = this.#branches.get(name) ?? (this.#commits.has(name) ? name : undefined);
    if (commit === undefined) throw new GitRevisionError(`${this.url} has no revision ${revision}`);
    return commit;
  }

  async list(commit: string, path = ""): Promise<{ tree: string; entries: TreeEntry[]; skipped: string[] }> {
    const prefix = path === "" ? "" : `${path}/`;
    const files = [...this.#files(commit)].filter(([name]) => name.startsWith(prefix));
    return { tree: "", entries: files.map(([name, content]) => this.#entry(name, content)), skipped: [] };
  }

  async entry(commit: string, path: string): Promise<TreeEntry | undefined> {
    const files = this.#files(commit);
    const content = files.get(path);
    if (content !== undefined) return this.#entry(path, content);
    const prefix = path === "" ? "" : `${path}/`;
    const below = [...files].filter(([name]) => name.startsWith(prefix));
    if (below.length === 0) return undefined;
    return { path, mode: "directory", oid: idOf(JSON.stringify(below)) };
  }

  async follow(commit: string, path: string): Promise<TreeEntry | undefined> {
    const entry = await this.entry(commit, path);
    if (entry?.mode !== "symlink") return entry;
    return this.follow(commit, (this.#blobs.get(entry.oid) ?? "").slice(linkMark.length));
  }

  async readBlob(oid: string): Promise<Buffer> {
    this.reads++;
    return Buffer.from(this.#blobs.get(oid) ?? "");
  }

  #files(commit: string): Files {
    return this.#commits.get(commit) ?? new Map();
  }

  #entry(path: string, content: string): TreeEntry {
    const oid = idOf(content);
    this.#blobs.set(oid, content);
    const mode: EntryMode = content.startsWith(linkMark) ? "symlink" : "file";
    return { path, mode, oid };
  }
}
