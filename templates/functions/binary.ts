import { fromBytes, normalizeBytes, toBytes } from "../go/bytes.ts";

const ascii = /^[\0-\x7f]*$/;

/**
 * A Go string as a string of its bytes, one character U+0000 to U+00FF for each. Go's functions on strings count and cut
 * bytes: on this form JavaScript's do the same. Plain ASCII is its own binary form.
 */
export function toBinary(text: string): string {
  return ascii.test(text) ? text : Buffer.from(toBytes(text)).toString("latin1");
}

/** The text of a binary string; bytes that are no UTF-8 become the lone surrogates of `templates/go/values.ts`. */
export function fromBinary(binary: string): string {
  return ascii.test(binary) ? binary : fromBytes(Buffer.from(binary, "latin1"));
}

/** Applies an operation on bytes to texts: each goes in as a binary string and the result comes back as text. */
export function onBytes(operation: (...binaries: string[]) => string, ...texts: string[]): string {
  return fromBinary(operation(...texts.map(toBinary)));
}

/** A text put together from pieces: halves of a character that meet become that character again, as bytes do by themselves. */
export function joined(text: string): string {
  return ascii.test(text) ? text : normalizeBytes(text);
}

/** A Go `int` as a number for lengths and positions; what is beyond any length stays far beyond. */
export function toSize(value: bigint): number {
  return Number(value);
}
