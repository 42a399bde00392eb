import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import type { GitEntry, GitTree } from "../../generators/ports.ts";
import { GenerationError } from "../base/errors.ts";
import { compareBytes } from "../base/go-bytes.ts";

const maxLinks = 40;

/**
 * A plain directory as one commit in which every file is tracked: no ignore rules, empty directories absent, symbolic
 * links kept as links. Object ids are those that git would give, found when they are asked for. `url` is the repository
 * that the directory stands for.
 */
export function plainTree(directory: string, url: string): GitTree {
  let walked: readonly GitEntry[] | undefined;
  const entries = (): readonly GitEntry[] => (walked ??= walk(directory, ""));
  return {
    get commit() {
      return treeId(directory, "");
    },
    entries: () => Promise.resolve(entries()),
    async read(path, maxBytes) {
      const found = follow(path, entries());
      if (found === undefined) throw noSuchFile(path, url);
      const file = join(directory, found.path);
      const { size } = statSync(file);
      if (size > maxBytes) {
        throw new GenerationError(`${path} of ${url} has ${size} bytes where ${maxBytes} are allowed`, {
          details: { file: path, repository: url },
        });
      }
      return readFileSync(file);
    },
  };
}

function noSuchFile(path: string, url: string): GenerationError {
  return new GenerationError(`${path} of ${url} is no file`, {
    details: { file: path, repository: url, remedy: "leave out directories and links that lead out of the repository" },
  });
}

/** The file that a path names, through links that stay inside the tree. */
function follow(path: string, entries: readonly GitEntry[]): GitEntry | undefined {
  const known = new Map(entries.map((entry) => [entry.path, entry]));
  let at = path;
  for (let links = 0; links < maxLinks; links++) {
    const link = firstLink(at, known);
    if (link === undefined) {
      const found = known.get(at);
      return found?.kind === "file" ? found : undefined;
    }
    const target = (link.entry as PlainEntry).target();
    if (target.startsWith("/")) return undefined;
    at = posix.normalize(posix.join(posix.dirname(link.entry.path), target, link.rest));
    if (at === ".." || at.startsWith("../")) return undefined;
  }
  return undefined;
}

/** The first part of a path that is a link, and what comes after it. */
function firstLink(path: string, known: ReadonlyMap<string, GitEntry>): { entry: GitEntry; rest: string } | undefined {
  const parts = path.split("/");
  for (let count = 1; count <= parts.length; count++) {
    const entry = known.get(parts.slice(0, count).join("/"));
    if (entry?.kind === "symlink") return { entry, rest: parts.slice(count).join("/") };
  }
  return undefined;
}

class PlainEntry implements GitEntry {
  readonly path: string;
  readonly kind: GitEntry["kind"];
  readonly #root: string;
  #oid: string | undefined;

  constructor(root: string, path: string, kind: GitEntry["kind"]) {
    this.#root = root;
    this.path = path;
    this.kind = kind;
  }

  get oid(): string {
    return (this.#oid ??= this.kind === "directory" ? treeId(this.#root, this.path) : blobId(this.#content()));
  }

  target(): string {
    return readlinkSync(join(this.#root, this.path));
  }

  #content(): Uint8Array {
    return this.kind === "symlink" ? Buffer.from(this.target(), "utf8") : readFileSync(join(this.#root, this.path));
  }
}

function walk(root: string, folder: string): GitEntry[] {
  return childrenOf(root, folder).flatMap((child): GitEntry[] => {
    const path = folder === "" ? child.name : `${folder}/${child.name}`;
    if (child.isSymbolicLink()) return [new PlainEntry(root, path, "symlink")];
    if (child.isFile()) return [new PlainEntry(root, path, "file")];
    const below = child.isDirectory() ? walk(root, path) : [];
    return below.length === 0 ? [] : [new PlainEntry(root, path, "directory"), ...below];
  });
}

function childrenOf(root: string, folder: string): Dirent[] {
  const children = readdirSync(join(root, folder), { withFileTypes: true }).filter(({ name }) => name !== ".git");
  return children.sort((a, b) => compareBytes(a.name, b.name));
}

function objectId(type: string, content: Uint8Array): string {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
}

function blobId(content: Uint8Array): string {
  return objectId("blob", content);
}

const modes = { directory: "40000", symlink: "120000", file: "100644", executable: "100755" } as const;

/** The id of a tree: its children with mode, name and id, a directory sorted as if its name ended in a slash. */
function treeId(root: string, folder: string): string {
  const lines = childrenOf(root, folder).flatMap((child) => {
    const path = folder === "" ? child.name : `${folder}/${child.name}`;
    const kind = child.isSymbolicLink() ? "symlink" : child.isDirectory() ? "directory" : "file";
    if (kind === "directory" && walk(root, path).length === 0) return [];
    const mode = kind === "file" && (statSync(join(root, path)).mode & 0o100) !== 0 ? "executable" : kind;
    const { oid } = new PlainEntry(root, path, kind);
    return [{ order: kind === "directory" ? `${child.name}/` : child.name, name: child.name, mode: modes[mode], oid }];
  });
  lines.sort((a, b) => compareBytes(a.order, b.order));
  const parts = lines.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]);
  return objectId("tree", Buffer.concat(parts));
}
