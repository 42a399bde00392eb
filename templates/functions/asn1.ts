import { createRequire } from "node:module";
import type { asn1 } from "node-forge";

/** One ASN.1 value, as node-forge has it. */
export type Asn1 = asn1.Asn1;

type Forge = typeof import("node-forge");

let library: Forge | undefined;

/** Loads the library on first use: few templates make keys. */
function forge(): Forge {
  library ??= createRequire(import.meta.url)("node-forge") as Forge;
  return library;
}

const tags = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  oid: 6,
  utf8: 12,
  sequence: 16,
  set: 17,
  printable: 19,
  utcTime: 23,
  generalizedTime: 24,
} as const;

function universal(type: keyof typeof tags, isConstructed: boolean, value: string | Asn1[]): Asn1 {
  return forge().asn1.create(0, tags[type] as asn1.Type, isConstructed, value);
}

export function sequence(...items: Asn1[]): Asn1 {
  return universal("sequence", true, items);
}

export function set(...items: Asn1[]): Asn1 {
  return universal("set", true, items);
}

export function boolean(value: boolean): Asn1 {
  return universal("boolean", false, value ? "\xff" : "\0");
}

/** A number that is not negative, from its big-endian bytes. */
export function integer(bytes: Uint8Array): Asn1 {
  const start = bytes.findIndex((byte) => byte !== 0);
  const bare = start < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(start));
  return universal("integer", false, ((bare[0] as number) >= 0x80 ? "\0" : "") + bare.toString("latin1"));
}

export function oid(dotted: string): Asn1 {
  return universal("oid", false, forge().asn1.oidToDer(dotted).getBytes());
}

export function octets(bytes: Uint8Array): Asn1 {
  return universal("octetString", false, Buffer.from(bytes).toString("latin1"));
}

export function bits(bytes: Uint8Array, unused = 0): Asn1 {
  return universal("bitString", false, String.fromCharCode(unused) + Buffer.from(bytes).toString("latin1"));
}

/** Text as X.509 names hold it: the plainer of the two types that can. */
export function nameText(text: Uint8Array): Asn1 {
  const binary = Buffer.from(text).toString("latin1");
  return universal(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(binary) ? "printable" : "utf8", false, binary);
}

/** A time to the second: two digits for the years from 1950 to 2049, else four. */
export function time(seconds: bigint): Asn1 {
  const date = new Date(Number(seconds) * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new Error("cannot represent time as GeneralizedTime");
  const digits = date.toISOString().replace(/[-:T]|\..*/g, "");
  const isShort = year >= 1950 && year < 2050;
  return universal(isShort ? "utcTime" : "generalizedTime", false, `${isShort ? digits.slice(2) : digits}Z`);
}

/** A value under a tag of its context, constructed or as bare bytes. */
export function tagged(tag: number, value: Uint8Array | Asn1[]): Asn1 {
  const isConstructed = Array.isArray(value);
  return forge().asn1.create(
    0x80,
    tag,
    isConstructed,
    isConstructed ? value : Buffer.from(value as Uint8Array).toString("latin1"),
  );
}

export function toDer(value: Asn1): Buffer {
  return Buffer.from(forge().asn1.toDer(value).getBytes(), "latin1");
}

/** Reads one value; throws where the bytes are none. */
export function fromDer(bytes: Uint8Array): Asn1 {
  return forge().asn1.fromDer(Buffer.from(bytes).toString("latin1"));
}

/** The values inside a constructed one. */
export function children(value: Asn1 | undefined): Asn1[] {
  if (value === undefined || typeof value.value === "string") throw new Error("malformed ASN.1 value");
  return value.value;
}

/** The bytes of a value that holds no others. */
export function bytesOf(value: Asn1 | undefined): Buffer {
  if (value === undefined || typeof value.value !== "string") throw new Error("malformed ASN.1 value");
  return Buffer.from(value.value, "latin1");
}
