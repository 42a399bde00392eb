import { hasRawBytes, toBytes } from "../../src/base/go-bytes.ts";

export { compareBytes, hasRawBytes, sortedKeys, toBytes } from "../../src/base/go-bytes.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const nonAscii = /[^\0-\x7f]/;

/** The string of these bytes. Bytes that are no UTF-8 become lone surrogates U+DC80 to U+DCFF, so `toBytes` gives them back. */
export function fromBytes(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    // Not UTF-8 as a whole: go through it character by character.
    return decodeMixed(bytes);
  }
}

function decodeMixed(bytes: Uint8Array): string {
  let text = "";
  let start = 0;
  for (let index = 0; index < bytes.length; ) {
    const size = runeSize(bytes, index);
    if (size > 0) {
      index += size;
      continue;
    }
    text += decoder.decode(bytes.subarray(start, index)) + String.fromCharCode(0xdc00 + (bytes[index] as number));
    index++;
    start = index;
  }
  return text + decoder.decode(bytes.subarray(start));
}

/** How many bytes the UTF-8 character at the index takes, 0 when there is none: as Go's `utf8.DecodeRune` judges. */
export function runeSize(bytes: Uint8Array, index: number): number {
  const first = bytes[index];
  if (first === undefined) return 0;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || index + size > bytes.length) return 0;
  if (!secondFits(first, bytes[index + 1] as number)) return 0;
  for (let offset = 2; offset < size; offset++) {
    if (((bytes[index + offset] as number) & 0xc0) !== 0x80) return 0;
  }
  return size;
}

/** Refuses overlong forms, surrogates and what lies above U+10FFFF. */
function secondFits(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0 && second <= 0xbf;
  if (first === 0xed) return second >= 0x80 && second <= 0x9f;
  if (first === 0xf0) return second >= 0x90 && second <= 0xbf;
  if (first === 0xf4) return second >= 0x80 && second <= 0x8f;
  return second >= 0x80 && second <= 0xbf;
}

/** The number of bytes: Go's `len` of a string. */
export function byteLength(text: string): number {
  if (!nonAscii.test(text)) return text.length;
  return hasRawBytes(text) ? toBytes(text).length : Buffer.byteLength(text);
}

/** The bytes from start to end of a string, as Go's `s[start:end]`: it may cut a character in two. */
export function sliceBytes(text: string, start: number, end?: number): string {
  if (!nonAscii.test(text)) return text.slice(start, end);
  return fromBytes(toBytes(text).subarray(start, end));
}

/** Joins cut characters whose bytes have come together again: needed before two strings with raw bytes are compared. */
export function normalizeBytes(text: string): string {
  return hasRawBytes(text) ? fromBytes(toBytes(text)) : text;
}

/** The text as it leaves the engine: every byte that is no UTF-8 becomes U+FFFD, as Go's JSON encoder writes it. */
export function toValidText(text: string): string {
  if (!hasRawBytes(text)) return text;
  return normalizeBytes(text).replace(/\p{Surrogate}/gu, "\ufffd");
}
