import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

const magic = 0xbeefc0de;
const metaLength = 160;
const smallestPage = 4096;

/**
 * Says what is wrong with an LMDB file before it is mapped: LMDB takes an empty file for a new store, and reading a
 * mapped page that the file does not hold ends the process.
 */
export function damageOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const metas = readMetas(file);
    if (metas === undefined) return "it is not an LMDB store";
    const newest = metas[1].transaction > metas[0].transaction ? metas[1] : metas[0];
    const needed = (newest.lastPage + 1n) * BigInt(newest.pageSize);
    return BigInt(size) < needed ? `it is cut off: ${size} of ${needed} bytes are there` : undefined;
  } finally {
    closeSync(file);
  }
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

/** The two first pages describe the newest transaction and the one before. */
function readMetas(file: number): [Meta, Meta] | undefined {
  const first = readMeta(file, 0);
  if (first === undefined) return undefined;
  const second = readMeta(file, Math.max(first.pageSize, smallestPage));
  return second === undefined ? undefined : [first, second];
}

function readMeta(file: number, offset: number): Meta | undefined {
  const page = Buffer.alloc(metaLength);
  if (readSync(file, page, 0, metaLength, offset) < metaLength || page.readUInt32LE(24) !== magic) return undefined;
  return {
    pageSize: page.readUInt32LE(48),
    lastPage: page.readBigUInt64LE(144),
    transaction: page.readBigUInt64LE(152),
  };
}
