import { createHash } from "node:crypto";
import type { GitEntry, GitTree } from "../../../generators/ports.ts";
import { GenerationError } from "../../base/errors.ts";
import { compareBytes } from "../../base/go-bytes.ts";
import type { OciLimits } from "./limits.ts";
import { readTar, type TarMember } from "./tar.ts";

type Node =
  | { readonly kind: "file"; readonly content: Uint8Array }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "directory" };

const maxLinks = 40;
const maxPathLength = 4_096;

export interface ArchiveFacts {
  readonly digest: string;
  /** A Helm chart's archive has one directory at its root, which is no part of the paths. */
  readonly isChart: boolean;
  readonly limits: OciLimits;
}

/** The files of an archive as a tree at a digest. Throws a GenerationError for an archive that cannot be used. */
export function treeOfTar(archive: Uint8Array, { digest, isChart, limits }: ArchiveFacts): GitTree {
  const nodes = new Map<string, Node>();
  const roots = new Set<string>();
  for (const member of readTar(archive)) {
    const whole = pathOf(member.name);
    const slash = whole.indexOf("/");
    if (whole !== "") roots.add(slash < 0 ? whole : whole.slice(0, slash));
    const path = isChart ? whole.slice(slash < 0 ? whole.length : slash + 1) : whole;
    if (path !== "") addNode(nodes, path, nodeOf(member, nodes));
    if (nodes.size > limits.maxEntries) {
      throw new GenerationError(`it has more than ${limits.maxEntries} files and directories`);
    }
  }
  if (isChart && roots.size > 1) throw new GenerationError(`its chart has ${roots.size} directories at its root`);
  return treeOf(nodes, digest);
}

/** From the root, without a slash at either end. Throws a GenerationError for a name that leads out of the archive. */
function pathOf(name: string): string {
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." || part.includes("\0")) throw outside(name);
    parts.push(part);
  }
  const path = parts.join("/");
  if (path.length > maxPathLength) throw outside(`${name.slice(0, 80)}…`);
  return path;
}

function outside(name: string): GenerationError {
  return new GenerationError(`its layer holds ${JSON.stringify(name)}, which is no path inside of it`);
}

function nodeOf(member: TarMember, nodes: ReadonlyMap<string, Node>): Node {
  if (member.kind === "file") return { kind: "file", content: member.content };
  if (member.kind === "directory") return { kind: "directory" };
  if (member.kind === "symlink") return { kind: "symlink", target: member.target };
  const linked = nodes.get(pathOf(member.target));
  return linked?.kind === "file" ? linked : { kind: "symlink", target: `/${member.target}` };
}

/** Adds the directories above it too; of two with one name the later one counts. */
function addNode(nodes: Map<string, Node>, path: string, node: Node): void {
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    const above = path.slice(0, slash);
    if (nodes.get(above)?.kind !== "directory") nodes.set(above, { kind: "directory" });
  }
  nodes.set(path, node);
}

function treeOf(nodes: ReadonlyMap<string, Node>, digest: string): GitTree {
  const entries = entriesOf(nodes);
  return {
    commit: digest,
    entries: async () => entries,
    async read(path, maxBytes) {
      const content = contentAt(nodes, path);
      if (content === undefined)
        throw new GenerationError(`${digest} has no file ${path}, or a link that leads nowhere in it`);
      if (content.length <= maxBytes) return content;
      throw new GenerationError(`${path} of ${digest} has ${content.length} bytes where ${maxBytes} are allowed`);
    },
  };
}

/** In the order of a walk; the id of a directory is made of all that is in it. */
function entriesOf(nodes: ReadonlyMap<string, Node>): readonly GitEntry[] {
  const inOrder = [...nodes.keys()].map((path) => path.replaceAll("/", "\0")).sort(compareBytes);
  const paths = inOrder.map((path) => path.replaceAll("\0", "/"));
  const ids = new Map<string, string>();
  const content = new Map<string, string[]>();
  for (const path of paths.toReversed()) {
    const id = idOf(nodes.get(path), content.get(path) ?? []);
    ids.set(path, id);
    const above = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    const beside = content.get(above);
    if (beside === undefined) content.set(above, [`${path} ${id}`]);
    else beside.push(`${path} ${id}`);
  }
  return paths.map((path) => ({ path, kind: nodes.get(path)?.kind ?? "file", oid: ids.get(path) ?? "" }));
}

function idOf(node: Node | undefined, below: readonly string[]): string {
  const hash = createHash("sha256").update(`${node?.kind}\n`);
  if (node?.kind === "file") hash.update(node.content);
  else if (node?.kind === "symlink") hash.update(node.target);
  else for (const line of below) hash.update(`${line}\n`);
  return hash.digest("hex");
}

/** Follows links inside the tree and never out of it; undefined where a path leads to no file. */
function contentAt(nodes: ReadonlyMap<string, Node>, wanted: string): Uint8Array | undefined {
  let rest = wanted.split("/");
  let done: string[] = [];
  for (let links = 0; rest.length > 0; ) {
    const [part = "", ...after] = rest;
    rest = after;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (done.pop() === undefined) return undefined;
      continue;
    }
    const node = nodes.get([...done, part].join("/"));
    if (node === undefined) return undefined;
    if (node.kind !== "symlink") {
      done = [...done, part];
      continue;
    }
    if (++links > maxLinks || node.target.startsWith("/")) return undefined;
    rest = [...node.target.split("/"), ...rest];
  }
  const found = nodes.get(done.join("/"));
  return found?.kind === "file" ? found.content : undefined;
}
