import type { ObjectStore, ObjectType, StoredObject } from "./backend.ts";
import { GitLimitError, GitObjectError } from "./errors.ts";
import type { GitLimits } from "./limits.ts";
import { Memo } from "./memo.ts";
import type { TreeEntry, TreeListing } from "./repository.ts";
import { parseTree, type Tree, type TreeItem } from "./tree.ts";

/** How many entries of trees and listings are remembered. */
const rememberedEntries = 500_000;
const rememberedCommits = 10_000;
const rememberedBlobBytes = 64 * 1024;
const rememberedBytes = 32 * 1024 * 1024;
const maxCommitBytes = 16 * 1024 * 1024;
const maxTagDepth = 8;
const maxLinks = 40;
const maxLinkBytes = 4_096;
const maxPathLength = 4_096;

/** Reads commits and trees from a store. Every tree is read once, however many commits share it. */
export class TreeReader {
  readonly #store: ObjectStore;
  readonly #limits: GitLimits;
  readonly #trees = new Memo<Tree>(rememberedEntries);
  readonly #listings = new Memo<TreeListing>(rememberedEntries);
  readonly #blobs = new Memo<Buffer>(rememberedBytes);
  readonly #treeOfCommit = new Memo<string>(rememberedCommits);

  constructor(store: ObjectStore, limits: GitLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** The commit that an object leads to: itself, or what an annotated tag stands for. Undefined where it is missing. */
  async peel(oid: string): Promise<string | undefined> {
    let current = oid;
    for (let depth = 0; depth < maxTagDepth; depth++) {
      const object = await this.#store.read(current, maxCommitBytes);
      if (object === undefined) return undefined;
      if (object.type === "commit") return current;
      const target = object.type === "tag" ? header(object, "object") : undefined;
      if (target === undefined) throw new GitObjectError(`object ${oid} is a ${object.type} and leads to no commit`);
      current = target;
    }
    throw new GitObjectError(`tag ${oid} points to tags more than ${maxTagDepth} deep`);
  }

  async rootTree(commit: string): Promise<string> {
    const known = this.#treeOfCommit.get(commit);
    if (known !== undefined) return known;
    const tree = header(await this.#object(commit, "commit", maxCommitBytes), "tree");
    if (tree === undefined) throw new GitObjectError(`commit ${commit} names no tree`);
    this.#treeOfCommit.set(commit, tree, 1);
    return tree;
  }

  async tree(oid: string): Promise<Tree> {
    const known = this.#trees.get(oid);
    if (known !== undefined) return known;
    const { content } = await this.#object(oid, "tree", this.#limits.maxTreeBytes);
    const tree = parseTree(oid, content);
    this.#trees.set(oid, tree, tree.items.length + 1);
    return tree;
  }

  async list(treeOid: string, path: string): Promise<TreeListing> {
    const key = `${treeOid}:${path}`;
    const known = this.#listings.get(key);
    if (known !== undefined) return known;
    const trees = await this.#treesBelow(treeOid);
    const listing = new Walk(trees, this.#limits).run(treeOid, path);
    this.#listings.set(key, listing, listing.entries.length + 1);
    return listing;
  }

  async entry(rootOid: string, path: string): Promise<TreeEntry | undefined> {
    let current: TreeEntry = { path: "", mode: "directory", oid: rootOid };
    for (const name of path.split("/")) {
      if (name === "" || name === ".") continue;
      if (current.mode !== "directory") return undefined;
      const item = (await this.tree(current.oid)).byName.get(name);
      if (item === undefined) return undefined;
      current = { path: below(current.path, item.name), mode: item.mode, oid: item.oid };
    }
    return current;
  }

  /** As `entry`, but symbolic links on the way and at the end are followed, inside the tree. */
  async follow(rootOid: string, path: string): Promise<TreeEntry | undefined> {
    const todo = path.split("/").reverse();
    const stack: TreeEntry[] = [{ path: "", mode: "directory", oid: rootOid }];
    for (let links = 0; todo.length > 0; ) {
      const name = todo.pop()!;
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (stack.length === 1) throw new GitObjectError(`${path} leads out of the repository`);
        stack.pop();
        continue;
      }
      const found = await this.#step(stack.at(-1)!, name, path);
      if (found === undefined) return undefined;
      if (found.mode !== "symlink") stack.push(found);
      else if (++links > maxLinks) throw new GitObjectError(`${path} leads through a circle of symbolic links`);
      else todo.push(...(await this.#target(found)).split("/").reverse());
    }
    return stack.at(-1);
  }

  /** The content of a blob; that of small ones is remembered, since most files are the same from commit to commit. */
  async blob(oid: string, maxBytes: number): Promise<Buffer> {
    const known = this.#blobs.get(oid);
    if (known !== undefined && known.length <= maxBytes) return known;
    const { content } = await this.#object(oid, "blob", maxBytes);
    if (content.length > rememberedBlobBytes) return content;
    // A copy of its own: a part of a larger buffer would keep all of that.
    const kept = Buffer.from(content);
    this.#blobs.set(oid, kept, kept.length + 100);
    return kept;
  }

  async #step(from: TreeEntry, name: string, path: string): Promise<TreeEntry | undefined> {
    if (from.mode === "submodule")
      throw new GitObjectError(`${path} leads into the submodule ${from.path}, and submodules are not read`);
    if (from.mode !== "directory") return undefined;
    const item: TreeItem | undefined = (await this.tree(from.oid)).byName.get(name);
    return item && { path: below(from.path, item.name), mode: item.mode, oid: item.oid };
  }

  async #target(link: TreeEntry): Promise<string> {
    const target = (await this.blob(link.oid, maxLinkBytes)).toString("utf8");
    if (target.startsWith("/")) throw new GitObjectError(`the symbolic link ${link.path} leads out of the repository`);
    return target;
  }

  async #object(oid: string, type: ObjectType, maxBytes: number): Promise<StoredObject> {
    const object = await this.#store.read(oid, maxBytes);
    if (object === undefined) throw new GitObjectError(`${type} ${oid} is not in the repository`);
    if (object.type !== type) throw new GitObjectError(`object ${oid} is a ${object.type}, not a ${type}`);
    return object;
  }

  /** All trees at and below one, read level by level. */
  async #treesBelow(rootOid: string): Promise<ReadonlyMap<string, Tree>> {
    const found = new Map<string, Tree>();
    let level = [rootOid];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > this.#limits.maxDepth) throw tooDeep(this.#limits.maxDepth);
      const trees = await Promise.all(level.map((oid) => this.tree(oid)));
      const next = new Set<string>();
      for (const [index, tree] of trees.entries()) {
        found.set(level[index]!, tree);
        for (const { mode, oid } of tree.items) if (mode === "directory" && !found.has(oid)) next.add(oid);
      }
      if (found.size + next.size > this.#limits.maxEntries) throw tooMany(this.#limits.maxEntries);
      level = [...next];
    }
    return found;
  }
}

/** A walk over trees that have been read. The same tree may stand in many places, so the entries are counted here. */
class Walk {
  readonly #trees: ReadonlyMap<string, Tree>;
  readonly #limits: GitLimits;
  readonly #entries: TreeEntry[] = [];
  readonly #skipped: string[] = [];

  constructor(trees: ReadonlyMap<string, Tree>, limits: GitLimits) {
    this.#trees = trees;
    this.#limits = limits;
  }

  run(treeOid: string, path: string): TreeListing {
    this.#visit(treeOid, path, 0);
    return { tree: treeOid, entries: this.#entries, skipped: this.#skipped };
  }

  #visit(treeOid: string, path: string, depth: number): void {
    if (depth > this.#limits.maxDepth) throw tooDeep(this.#limits.maxDepth);
    const tree = this.#trees.get(treeOid)!;
    for (const name of tree.skipped) this.#skipped.push(below(path, name));
    if (path.length > maxPathLength)
      throw new GitLimitError(`the repository has paths longer than ${maxPathLength} characters`);
    for (const { name, mode, oid } of tree.items) {
      const entry: TreeEntry = { path: below(path, name), mode, oid };
      this.#entries.push(entry);
      if (this.#entries.length + this.#skipped.length > this.#limits.maxEntries) throw tooMany(this.#limits.maxEntries);
      if (mode === "directory") this.#visit(oid, entry.path, depth + 1);
    }
  }
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

/** The value of a header of a commit or a tag. */
function header({ content }: StoredObject, name: string): string | undefined {
  const end = content.indexOf("\n\n");
  const head = content.toString("latin1", 0, end === -1 ? content.length : end);
  return new RegExp(`^${name} ([0-9a-f]{40,64})$`, "m").exec(head)?.[1];
}

function tooDeep(maxDepth: number): GitLimitError {
  return new GitLimitError(`the repository has directories more than ${maxDepth} deep`);
}

function tooMany(maxEntries: number): GitLimitError {
  return new GitLimitError(`the repository has more than ${maxEntries} files and directories in one commit`, {
    details: { remedy: "read a directory of it, or raise the limit" },
  });
}
