import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from "node:fs";
import { messageOf } from "../base/errors.ts";
import type { ObjectStore, ObjectType, StoredObject } from "./backend.ts";
import { GitLimitError, GitObjectError } from "./errors.ts";
import type { GitLimits } from "./limits.ts";
import type { ResolveOptions } from "./repository.ts";
import type { Refs } from "./revision.ts";
import type { Origin } from "./stored-repository.ts";

/** An object of a directory: in memory, or a file that is read when it is asked for. */
type Kept =
  | { readonly type: ObjectType; readonly content: Buffer }
  | { readonly type: "blob"; readonly file: Buffer; readonly size: number };

interface Item {
  readonly name: Buffer;
  readonly mode: "100644" | "100755" | "120000" | "40000";
  readonly oid: string;
}

const slash = Buffer.from("/");

/**
 * A plain directory that stands for a repository: one commit, whatever the revision, with every file tracked. No ignore
 * rules hold, empty directories are absent, symbolic links stay links, names `.git` and special files are left out.
 *
 * Blobs and trees have the ids that git gives them, so an id changes only with the content. The commit is made of the tree
 * alone: equal content, equal commit, wherever it lies and whenever it was written.
 */
export class DirectoryOrigin implements Origin {
  readonly url: string;
  readonly store: ObjectStore;
  readonly #path: string;
  readonly #limits: GitLimits;
  #objects = new Map<string, Kept>();
  #commit: string | undefined;

  constructor(path: string, url: string, limits: GitLimits) {
    this.url = url;
    this.#path = path;
    this.#limits = limits;
    this.store = {
      read: async (oid, maxBytes) => this.#read(oid, maxBytes),
      has: async (oid) => this.#objects.has(oid),
      expand: async () => this.#commit,
      reload: () => undefined,
      close: () => undefined,
    };
  }

  /** The commit that every revision means; the directory is read again only when asked to. */
  commit({ refresh }: ResolveOptions = {}): string {
    if (this.#commit === undefined || refresh === true) {
      const snapshot = new Snapshot(this.#limits);
      this.#commit = snapshot.take(this.#path);
      this.#objects = snapshot.objects;
    }
    return this.#commit;
  }

  async refs(options: ResolveOptions): Promise<Refs> {
    return new Map([["HEAD", { oid: this.commit(options) }]]);
  }

  async admit(): Promise<void> {
    this.commit();
  }

  async obtain(): Promise<boolean> {
    return true;
  }

  #read(oid: string, maxBytes: number): StoredObject | undefined {
    const kept = this.#objects.get(oid);
    if (kept === undefined) return undefined;
    const size = "file" in kept ? kept.size : kept.content.length;
    if (size > maxBytes) throw new GitLimitError(`object ${oid} has ${size} bytes, more than ${maxBytes}`);
    if (!("file" in kept)) return kept;
    const content = readFile(kept.file);
    if (idOf("blob", content) !== oid)
      throw new GitObjectError(`${kept.file.toString()} changed while it was being read`);
    return { type: "blob", content };
  }
}

/** One look at a directory. */
class Snapshot {
  readonly objects = new Map<string, Kept>();
  readonly #limits: GitLimits;
  #entries = 0;
  #bytes = 0;

  constructor(limits: GitLimits) {
    this.#limits = limits;
  }

  take(path: string): string {
    const tree = this.#directory(Buffer.from(path), 0) ?? this.#keep("tree", Buffer.alloc(0));
    const author = "fleetset <fleetset@localhost> 0 +0000";
    return this.#keep("commit", Buffer.from(`tree ${tree}\nauthor ${author}\ncommitter ${author}\n\nthe directory\n`));
  }

  /** The tree of a directory; undefined when nothing in it is tracked. */
  #directory(path: Buffer, depth: number): string | undefined {
    if (depth > this.#limits.maxDepth)
      throw new GitLimitError(`the directory is more than ${this.#limits.maxDepth} deep`);
    const items: Item[] = [];
    for (const found of list(path)) {
      if (found.name.toString("latin1").toLowerCase() === ".git") continue;
      const item = this.#item(Buffer.concat([path, slash, found.name]), found, depth);
      if (item !== undefined) items.push(item);
    }
    if (items.length === 0) return undefined;
    items.sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
    const rows = items.flatMap(({ name, mode, oid }) => [
      Buffer.from(`${mode} `),
      name,
      Buffer.from([0]),
      Buffer.from(oid, "hex"),
    ]);
    return this.#keep("tree", Buffer.concat(rows));
  }

  #item(path: Buffer, found: Dirent<Buffer>, depth: number): Item | undefined {
    if (++this.#entries > this.#limits.maxEntries) {
      throw new GitLimitError(`the directory has more than ${this.#limits.maxEntries} files and directories`);
    }
    const { name } = found;
    if (found.isDirectory()) {
      const oid = this.#directory(path, depth + 1);
      return oid === undefined ? undefined : { name, mode: "40000", oid };
    }
    if (found.isSymbolicLink()) return { name, mode: "120000", oid: this.#keep("blob", readlinkSync(path, "buffer")) };
    return found.isFile() ? this.#file(path, name) : undefined;
  }

  #file(path: Buffer, name: Buffer): Item {
    const { size, mode } = lstatSync(path);
    this.#bytes += size;
    if (this.#bytes > this.#limits.maxDirectoryBytes) {
      throw new GitLimitError(`the directory has more than ${this.#limits.maxDirectoryBytes} bytes`, {
        details: { remedy: "name a smaller directory, or a git repository" },
      });
    }
    const oid = idOf("blob", readFile(path));
    this.objects.set(oid, { type: "blob", file: path, size });
    return { name, mode: (mode & 0o100) === 0 ? "100644" : "100755", oid };
  }

  #keep(type: ObjectType, content: Buffer): string {
    const oid = idOf(type, content);
    this.objects.set(oid, { type, content });
    return oid;
  }
}

function list(path: Buffer): Dirent<Buffer>[] {
  try {
    return readdirSync(path, { withFileTypes: true, encoding: "buffer" });
  } catch (error: unknown) {
    throw unreadable(path, error);
  }
}

function readFile(path: Buffer): Buffer {
  try {
    return readRegular(path);
  } catch (error: unknown) {
    throw unreadable(path, error);
  }
}

/** Reads a file, and nothing else that may have taken its name since. */
function readRegular(path: Buffer): Buffer {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function unreadable(path: Buffer, error: unknown): GitObjectError {
  return new GitObjectError(`cannot read ${path.toString()}: ${messageOf(error)}`, { cause: error });
}

/** git sorts a directory as if its name ended with a slash. */
function sortKey({ name, mode }: Item): Buffer {
  return mode === "40000" ? Buffer.concat([name, slash]) : name;
}

function idOf(type: ObjectType, content: Buffer): string {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
}
