import { readSync } from "node:fs";

/** What is wrong with a store's file, as the end of a sentence about it. */
export class Damage extends Error {}

export interface Tree {
  readonly depth: number;
  readonly entries: number;
  /** The number of the page at the top; none in an empty tree. */
  readonly root: number;
  /** Whether its keys are numbers of 64 bits, and not bytes. */
  readonly isNumbered: boolean;
}

export interface Entry {
  readonly key: Buffer;
  /** Whether the value describes a database of its own. */
  readonly isTree: boolean;
  value(): Buffer;
}

export type Visit = (entry: Entry) => void;

/** Goes along the keys of a tree, which only ever rise. */
class KeyOrder {
  readonly #compare: (left: Buffer, right: Buffer) => number;
  #last: Buffer | undefined;
  #bound: Buffer | undefined;

  constructor(tree: Tree) {
    this.#compare = tree.isNumbered ? compareNumbers : Buffer.compare;
  }

  /** Takes the next key. False: it does not belong here. */
  accepts(key: Buffer): boolean {
    const isRising = this.#last === undefined || this.#compare(this.#last, key) < 0;
    const isBound = this.#bound === undefined || this.#compare(this.#bound, key) <= 0;
    this.#last = key;
    return isRising && isBound;
  }

  /** Takes the key from which on a page has entries. */
  acceptsBound(key: Buffer): boolean {
    this.#bound = key;
    return this.#last === undefined || this.#compare(this.#last, key) < 0;
  }
}

function compareNumbers(left: Buffer, right: Buffer): number {
  if (left.length < numberLength || right.length < numberLength) return left.length - right.length;
  return PageReader.long(left, 0) - PageReader.long(right, 0);
}

interface Walk {
  readonly tree: Tree;
  readonly order: KeyOrder;
  readonly visit: Visit | undefined;
}

interface Child {
  readonly number: number;
  readonly node: number;
  readonly isFirst: boolean;
  readonly depth: number;
}

const headerLength = 24;
const nodeLength = 8;
const treeLength = 48;
const numberLength = 8;
const kinds = { branch: 1, leaf: 2, overflow: 4 } as const;
const bigData = 1;
const treeData = 2;
const duplicates = 4;
/** Above it a number is no page: an empty tree names the highest there is. */
const highest = Number.MAX_SAFE_INTEGER;
const outOfPage = "points out of itself";

/** Follows the trees of one transaction from page to page. */
export class PageReader {
  readonly #file: number;
  readonly #pageSize: number;
  readonly #lastPage: number;
  /** One bit for each page that was met: no page stands in two places. */
  readonly #seen: Uint8Array;

  constructor(file: number, pageSize: number, lastPage: number) {
    this.#file = file;
    this.#pageSize = pageSize;
    this.#lastPage = lastPage;
    if (lastPage > 2 ** 40) throw new Damage("its first pages are damaged");
    this.#seen = new Uint8Array((lastPage >> 3) + 1);
  }

  static bytes(file: number, offset: number, length: number): Buffer | undefined {
    const bytes = Buffer.allocUnsafe(length);
    return readSync(file, bytes, 0, length, offset) === length ? bytes : undefined;
  }

  /** A number of 64 bits. Exact up to 2^53, and above it still above. */
  static long(bytes: Buffer, offset: number): number {
    return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 2 ** 32;
  }

  /** Reads all pages of a tree, and tells of each entry in order. */
  readTree(tree: Tree, visit?: Visit): void {
    if (tree.root > highest) {
      if (tree.entries > 0) throw new Damage("a tree of it has lost its root");
      return;
    }
    const count = this.#readPage(tree.root, tree.depth, { tree, order: new KeyOrder(tree), visit });
    if (count !== tree.entries) throw new Damage(`it holds ${count} of ${tree.entries} entries`);
  }

  /** Whether pages are within the file and, as far as trees were read, in none of them. */
  isFree(first: number, count: number): boolean {
    if (first < 2 || first + count - 1 > this.#lastPage) return false;
    for (let number = first; number < first + count; number++) {
      if ((this.#seen[number >> 3]! & (1 << (number & 7))) !== 0) return false;
    }
    return true;
  }

  /** Gives back the number of entries at and below a page. */
  #readPage(number: number, depth: number, walk: Walk): number {
    const page = this.#page(number);
    const isLeaf = depth === 1;
    const count = this.#countOf(page, number, isLeaf ? kinds.leaf : kinds.branch);
    let total = 0;
    for (let index = 0; index < count; index++) {
      const node = this.#nodeAt(page, number, index);
      if (isLeaf) this.#readLeaf(page, number, node, walk);
      else total += this.#readChild(page, { number, node, isFirst: index === 0, depth }, walk);
    }
    return isLeaf ? count : total;
  }

  /** The first child of a page begins where the page does, and has no key. */
  #readChild(page: Buffer, { number, node, isFirst, depth }: Child, walk: Walk): number {
    const key = this.#keyOf(page, number, node, walk);
    if (!isFirst && !walk.order.acceptsBound(key)) throw damaged(number, "is out of order");
    const child = page.readUInt32LE(node) + page.readUInt16LE(node + 4) * 2 ** 32;
    return this.#readPage(child, depth - 1, walk);
  }

  #page(number: number, length = this.#pageSize): Buffer {
    if (number < 2 || number > this.#lastPage) throw new Damage(`it points to page ${number}, which it does not have`);
    this.#see(number);
    const page = PageReader.bytes(this.#file, number * this.#pageSize, length);
    if (page === undefined) throw new Damage(`it is cut off before page ${number} of ${this.#lastPage + 1}`);
    if (PageReader.long(page, 0) !== number) throw new Damage(`page ${number} is damaged: it holds something else`);
    return page;
  }

  #see(number: number): void {
    const [byte, bit] = [number >> 3, 1 << (number & 7)];
    if ((this.#seen[byte]! & bit) !== 0) throw new Damage(`page ${number} stands in two places`);
    this.#seen[byte]! |= bit;
  }

  #countOf(page: Buffer, number: number, kind: number): number {
    const [flags, lower, upper] = [page.readUInt16LE(18), page.readUInt16LE(20), page.readUInt16LE(22)];
    if ((flags & 0x7f) !== kind) throw new Damage(`page ${number} is damaged: it is of another kind than it should be`);
    if (lower > upper || (lower & 1) !== 0 || upper > this.#pageSize - headerLength) throw damaged(number, outOfPage);
    if (kind === kinds.branch && lower < 4) throw damaged(number, "leads nowhere");
    return lower >> 1;
  }

  /** Where an entry begins in its page. */
  #nodeAt(page: Buffer, number: number, index: number): number {
    const node = page.readUInt16LE(headerLength + index * 2) + headerLength;
    if (node < headerLength + page.readUInt16LE(22) || node + nodeLength > this.#pageSize) {
      throw damaged(number, outOfPage);
    }
    return node;
  }

  #keyOf(page: Buffer, number: number, node: number, { tree }: Walk): Buffer {
    const length = page.readUInt16LE(node + 6);
    const start = node + nodeLength;
    if (start + length > this.#pageSize) throw damaged(number, outOfPage);
    if (tree.isNumbered && length !== numberLength && length !== 0) throw damaged(number, "is out of order");
    return page.subarray(start, start + length);
  }

  #readLeaf(page: Buffer, number: number, node: number, walk: Walk): void {
    const flags = page.readUInt16LE(node + 4);
    const size = page.readUInt32LE(node);
    const key = this.#keyOf(page, number, node, walk);
    const value = node + nodeLength + key.length;
    const isBig = (flags & bigData) !== 0;
    const isTree = (flags & treeData) !== 0;
    if ((flags & duplicates) !== 0) throw damaged(number, "holds what no store of fleetset holds");
    if (value + (isBig ? headerLength : size) > this.#pageSize) throw damaged(number, outOfPage);
    if (isTree && size !== treeLength) throw damaged(number, "describes a tree wrongly");
    const overflow = isBig ? PageReader.long(page, value) : 0;
    if (isBig) this.#readOverflow(overflow, size);
    if (key.length === 0 || !walk.order.accepts(key)) throw damaged(number, "is out of order");
    walk.visit?.({
      key,
      isTree,
      value: () => (isBig ? this.#overflow(overflow, size) : page.subarray(value, value + size)),
    });
  }

  /** A value too long for a page has pages of its own, the first of which says how many. */
  #readOverflow(number: number, size: number): void {
    const head = this.#page(number, headerLength);
    // A value that got shorter keeps its pages.
    const pages = head.readUInt32LE(20);
    if ((head.readUInt16LE(18) & kinds.overflow) === 0 || pages * this.#pageSize < headerLength + size) {
      throw damaged(number, "is not the value it should be");
    }
    const last = number + pages - 1;
    const end = number * this.#pageSize + headerLength + size;
    if (last > this.#lastPage || PageReader.bytes(this.#file, end - 1, 1) === undefined) {
      throw new Damage(`it is cut off before the end of page ${last}`);
    }
    for (let more = number + 1; more <= last; more++) this.#see(more);
  }

  #overflow(number: number, size: number): Buffer {
    const bytes = PageReader.bytes(this.#file, number * this.#pageSize + headerLength, size);
    if (bytes === undefined) throw new Damage(`it is cut off within page ${number}`);
    return bytes;
  }
}

function damaged(number: number, how: string): Damage {
  return new Damage(`page ${number} is damaged: it ${how}`);
}
