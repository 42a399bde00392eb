const encoder = new TextEncoder();
const loneSurrogate = /\p{Surrogate}/u;
const anySurrogate = /[\ud800-\udfff]/;

/**
 * Go strings are bytes. A string of ours that holds bytes which are no UTF-8 has each of them, 0x80 to 0xFF, as the lone
 * surrogate U+DC80 to U+DCFF (the scheme of Python's surrogateescape). True when there is one.
 */
export function hasRawBytes(text: string): boolean {
  return anySurrogate.test(text) && loneSurrogate.test(text);
}

/** The bytes of a Go string: UTF-8, with each lone surrogate U+DC80 to U+DCFF as the one byte that it stands for. */
export function toBytes(text: string): Uint8Array {
  if (!hasRawBytes(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const unit = character.length === 1 ? character.charCodeAt(0) : 0;
    if (unit >= 0xdc80 && unit <= 0xdcff) bytes.push(unit - 0xdc00);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/**
 * Compares two strings by their bytes, as Go orders map keys and strings; negative, zero or positive. UTF-16 order differs:
 * it puts an emoji before U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    return left >= 0xd800 || right >= 0xd800 ? compareEncoded(a, b) : left - right;
  }
  return a.length - b.length;
}

function compareEncoded(a: string, b: string): number {
  return Buffer.compare(toBytes(a), toBytes(b));
}

/** The keys of a map in byte order: the order in which Go prints, ranges over and encodes maps. */
export function sortedKeys(map: { readonly [key: string]: unknown }): string[] {
  const keys = Object.keys(map);
  return keys.length > 1 ? keys.sort(compareBytes) : keys;
}
