import { GenerationError } from "../../base/errors.ts";

/** A member of an archive, its name as it is written there. Content is a view into the archive. */
export interface TarMember {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "hardlink";
  /** Where a link leads. */
  readonly target: string;
  readonly content: Uint8Array;
}

interface Overrides {
  path?: string;
  linkpath?: string;
  size?: number;
}

const block = 512;
const maxMetaBytes = 1 << 20;
const kinds: { readonly [flag: string]: TarMember["kind"] } = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "5": "directory",
  "2": "symlink",
  "1": "hardlink",
};

/**
 * The members of an archive in its order: ustar with the extensions of pax and GNU. Devices and pipes are left out.
 * Throws a GenerationError for bytes that are no archive or that break off. Form: POSIX.1-2017, pax, and the GNU tar manual.
 */
export function* readTar(archive: Uint8Array): Generator<TarMember> {
  let next: Overrides = {};
  let at = 0;
  while (at + block <= archive.length) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    checkSum(header, at);
    const flag = String.fromCharCode(header[156] ?? 0);
    const size = sizeOf(header, flag, next);
    const content = archive.subarray(at + block, at + block + size);
    if (content.length < size) throw wrong("breaks off");
    at += block + Math.ceil(size / block) * block;
    if (flag === "x" || flag === "L" || flag === "K") {
      next = { ...next, ...metaOf(flag, content) };
    } else if (flag !== "g") {
      const member = memberOf(header, flag, content, next);
      if (member !== undefined) yield member;
      next = {};
    }
  }
}

function memberOf(header: Uint8Array, flag: string, content: Uint8Array, next: Overrides): TarMember | undefined {
  if (flag === "S") throw wrong("holds a sparse file");
  const kind = kinds[flag];
  if (kind === undefined) return undefined;
  const name = next.path ?? nameOf(header);
  const target = next.linkpath ?? textAt(header, 157, 100);
  // Archives older than the flag for directories end their names in a slash.
  const isDirectory = kind === "file" && name.endsWith("/");
  return { name, kind: isDirectory ? "directory" : kind, target, content };
}

function nameOf(header: Uint8Array): string {
  const name = textAt(header, 0, 100);
  const isPosix = textAt(header, 257, 6) === "ustar" && header[263] === 0x30;
  const prefix = isPosix ? textAt(header, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Only files have content; what a header of anything else says of a size does not count, but for metadata. */
function sizeOf(header: Uint8Array, flag: string, next: Overrides): number {
  const isMeta = "xgLK".includes(flag);
  if (!isMeta && kinds[flag] !== "file") return 0;
  const size = isMeta ? numberAt(header, 124, 12) : (next.size ?? numberAt(header, 124, 12));
  if (!Number.isSafeInteger(size) || size < 0 || (isMeta && size > maxMetaBytes))
    throw wrong("has a member of a wrong size");
  return size;
}

/** Octal digits, or with the highest bit set a number of base 256. */
function numberAt(header: Uint8Array, start: number, length: number): number {
  const first = header[start] ?? 0;
  if ((first & 0x80) !== 0) {
    const rest = header.subarray(start + 1, start + length);
    return rest.reduce((number, byte) => number * 256 + byte, first & 0x7f);
  }
  const digits = textAt(header, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : Number.NaN;
}

function textAt(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
}

function checkSum(header: Uint8Array, at: number): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(header, 148, 8)) throw wrong(`is no archive at byte ${at}`);
}

function metaOf(flag: string, content: Uint8Array): Overrides {
  const text = Buffer.from(content).toString("utf8");
  if (flag === "L") return { path: text.replace(/\0.*$/s, "") };
  if (flag === "K") return { linkpath: text.replace(/\0.*$/s, "") };
  return paxOf(content);
}

/** Records of the form `LENGTH KEY=VALUE\n`; the length counts bytes and the whole record. */
function paxOf(content: Uint8Array): Overrides {
  const found: Overrides = {};
  for (let at = 0; at < content.length; ) {
    const head = /^(\d{1,7}) ([^=]*)=/.exec(Buffer.from(content.subarray(at, at + 300)).toString("latin1"));
    const length = Number(head?.[1] ?? 0);
    if (head === null || length <= head[0].length || at + length > content.length)
      throw wrong("has a wrong pax header");
    const value = Buffer.from(content.subarray(at + head[0].length, at + length - 1)).toString("utf8");
    if (head[2] === "path" || head[2] === "linkpath") found[head[2]] = value;
    if (head[2] === "size") found.size = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    at += length;
  }
  return found;
}

function wrong(problem: string): GenerationError {
  return new GenerationError(`its layer ${problem}`);
}
