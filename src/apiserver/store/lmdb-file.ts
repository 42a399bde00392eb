import { closeSync, openSync } from "node:fs";
import { Damage, PageReader, type Tree } from "./lmdb-page.ts";

const magic = 0xbeefc0de;
const at = { magic: 24, pageSize: 48, free: 48, main: 96, lastPage: 144, transaction: 152 } as const;
const metaLength = 168;
const smallestPage = 512;
const largestPage = 65_536;

/** What stands in a store's file. */
export interface StoreFile {
  /** Values of the unnamed database: the store keeps its format there. */
  readonly values: ReadonlyMap<string, Buffer>;
}

/**
 * Reads the pages of an LMDB file before it is mapped, and throws `Damage` at the first that is wrong. LMDB trusts its file:
 * it takes an empty one for a new store, and a page that points out of the file or out of itself ends the process, or
 * worse, gets written over. Values are not looked at, only where they stand.
 */
export function checkStoreFile(path: string): StoreFile {
  const file = openSync(path, "r");
  try {
    const meta = newestMeta(file);
    const reader = new PageReader(file, meta.pageSize, meta.lastPage);
    const values = new Map<string, Buffer>();
    reader.readTree(meta.main, ({ key, value, isTree }) => {
      if (isTree) reader.readTree(treeAt(value(), 0));
      else values.set(key.toString("latin1"), value());
    });
    checkFreePages(reader, meta.free);
    return { values };
  } finally {
    closeSync(file);
  }
}

/**
 * Pages listed as free are written over next: none of them may be in use. A list is its length, then pages; a negative
 * number before a page says how many follow from it, and 0 is no page.
 */
function checkFreePages(reader: PageReader, tree: Tree): void {
  const lists: Buffer[] = [];
  reader.readTree(tree, ({ value }) => void lists.push(value()));
  for (const list of lists) {
    const count = list.length < 8 ? 0 : PageReader.long(list, 0);
    if (count * 8 + 8 > list.length) throw new Damage("its list of free pages is damaged");
    for (let index = 1; index <= count; index++) {
      const entry = Number(list.readBigInt64LE(index * 8));
      const isRange = entry < 0 && index < count;
      const first = isRange ? Number(list.readBigInt64LE(++index * 8)) : entry;
      if (first > 0 && !reader.isFree(first, isRange ? -entry : 1)) {
        throw new Damage(`its list of free pages holds page ${first}, which is in use or not there`);
      }
    }
  }
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
  readonly free: Tree;
  readonly main: Tree;
}

/** The two first pages describe the newest transaction and the one before. */
function newestMeta(file: number): Meta {
  const first = readMeta(file, 0);
  const second = readMeta(file, first.pageSize);
  if (second.pageSize !== first.pageSize) throw new Damage("its two first pages contradict each other");
  return second.transaction > first.transaction ? second : first;
}

function readMeta(file: number, offset: number): Meta {
  const page = PageReader.bytes(file, offset, metaLength);
  const pageSize = page?.readUInt32LE(at.pageSize) ?? 0;
  const isPage = pageSize >= smallestPage && pageSize <= largestPage && (pageSize & (pageSize - 1)) === 0;
  if (page === undefined || page.readUInt32LE(at.magic) !== magic || !isPage)
    throw new Damage("it is not an LMDB store");
  return {
    pageSize,
    lastPage: PageReader.long(page, at.lastPage),
    transaction: PageReader.long(page, at.transaction),
    free: { ...treeAt(page, at.free), isNumbered: true },
    main: treeAt(page, at.main),
  };
}

/** How LMDB describes a tree: flags, depth, page counts, entries, root. */
function treeAt(bytes: Buffer, offset: number): Tree {
  return {
    depth: bytes.readUInt16LE(offset + 6),
    entries: PageReader.long(bytes, offset + 32),
    root: PageReader.long(bytes, offset + 40),
    isNumbered: false,
  };
}
