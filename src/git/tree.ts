import { GitObjectError } from "./errors.ts";
import type { EntryMode } from "./repository.ts";

/** An entry of one tree object. */
export interface TreeItem {
  readonly name: string;
  readonly mode: EntryMode;
  readonly oid: string;
}

export interface Tree {
  /** By the bytes of their names, as Go's `os.ReadDir` sorts them; git sorts a directory as if its name ended with a slash. */
  readonly items: readonly TreeItem[];
  readonly byName: ReadonlyMap<string, TreeItem>;
  /** Names that are not UTF-8, escaped. */
  readonly skipped: readonly string[];
}

/** By the type bits of a mode; what git writes besides is only the permission of an owner. */
const kinds: ReadonlyMap<number, EntryMode> = new Map([
  [0o040000, "directory"],
  [0o100000, "file"],
  [0o120000, "symlink"],
  [0o160000, "submodule"],
]);

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a tree object: `<octal mode> <name>\0<id>`, again and again. Throws GitObjectError for one that no honest git
 * writes: a name that is empty, `.`, `..`, any spelling of `.git`, or has a slash; a name twice; a type that there is not.
 */
export function parseTree(oid: string, content: Buffer): Tree {
  const idBytes = oid.length / 2;
  const sorted: { readonly key: string; readonly item: TreeItem }[] = [];
  const byName = new Map<string, TreeItem>();
  const skipped: string[] = [];
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0x00, space);
    if (space === -1 || end === -1 || end + 1 + idBytes > content.length) throw broken(oid, "it ends too early");
    const mode = parseMode(oid, content.toString("latin1", at, space));
    const bytes = content.subarray(space + 1, end);
    at = end + 1 + idBytes;
    const name = decode(bytes);
    if (name === undefined) {
      skipped.push(escaped(bytes));
      continue;
    }
    checkName(oid, name);
    if (byName.has(name)) throw broken(oid, `it has the name ${JSON.stringify(name)} twice`);
    const item: TreeItem = { name, mode, oid: content.toString("hex", end + 1, at) };
    byName.set(name, item);
    sorted.push({ key: bytes.toString("latin1"), item });
  }
  sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { items: sorted.map(({ item }) => item), byName, skipped };
}

function parseMode(oid: string, text: string): EntryMode {
  const bits = /^[0-7]{5,6}$/.test(text) ? Number.parseInt(text, 8) : 0;
  const kind = kinds.get(bits & 0o170000);
  if (kind === undefined) throw broken(oid, `it has an entry of the unknown mode ${JSON.stringify(text.slice(0, 12))}`);
  return kind === "file" && (bits & 0o100) !== 0 ? "executable" : kind;
}

function checkName(oid: string, name: string): void {
  const isReserved = name === "" || name === "." || name === ".." || /^\.git$/i.test(name) || /^git~1$/i.test(name);
  if (isReserved || name.includes("/")) throw broken(oid, `it has the dangerous name ${JSON.stringify(name)}`);
}

function decode(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    // The only failure of a strict decoder: the bytes are not UTF-8.
    return undefined;
  }
}

/** Bytes as text, with `\xNN` for those that are no printable ASCII. */
export function escaped(bytes: Buffer): string {
  return Array.from(bytes, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}

function broken(oid: string, why: string): GitObjectError {
  return new GitObjectError(`tree ${oid} cannot be used: ${why}`, {
    details: { remedy: "rewrite the commit that holds it" },
  });
}
