import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

const head = 10;
const plainKey = /^[\x20-\x7e]{1,700}$/;

/** What stands under one key of the store: a version and a text, under a checksum that covers the key, too. */
export interface StoredRecord {
  readonly version: number;
  readonly text: string;
}

/** Bytes 0 to 3 checksum of the rest and the key, 4 to 9 version, then the text as UTF-8. */
export function writeRecord(key: string, { version, text }: StoredRecord): Buffer {
  const record = Buffer.allocUnsafe(head + Buffer.byteLength(text));
  record.writeUIntLE(version, 4, 6);
  record.write(text, head, "utf8");
  record.writeUInt32LE(checksum(key, record), 0);
  return record;
}

/** Undefined for one that is not what was written under this key. */
export function readRecord(key: string, record: Buffer): StoredRecord | undefined {
  if (record.length < head || record.readUInt32LE(0) !== checksum(key, record)) return undefined;
  return { version: record.readUIntLE(4, 6), text: record.toString("utf8", head) };
}

function checksum(key: string, record: Buffer): number {
  return crc32(record.subarray(4), crc32(key));
}

/** A part of a key as the store takes it: names may be longer than its keys, and hold what those can't. */
export function filedKey(key: string): string {
  return isFiledPlain(key) ? key : `#${createHash("sha256").update(key, "utf16le").digest("hex")}`;
}

/** Whether a key is filed as it is; otherwise it has to be read from the object. */
export function isFiledPlain(key: string): boolean {
  return plainKey.test(key) && !key.startsWith("#");
}
