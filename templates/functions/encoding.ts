import { fromBytes, toBytes } from "../go/bytes.ts";
import { fromBinary, toBinary } from "./binary.ts";
import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";

const alphabet64 = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const alphabet32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Encodings. What cannot be decoded gives the text of the error, as in sprig. */
export const encodingFunctions: FunctionTable = {
  b64enc: define("func(string) string", "the text in Base64", ([text]) =>
    Buffer.from(toBytes(text)).toString("base64"),
  ),
  b64dec: define("func(string) string", "the text from Base64; the message of the error where it is none", ([text]) => {
    const decoded = decodeBase64(text);
    return typeof decoded === "string" ? decoded : fromBytes(decoded);
  }),
  b32enc: define("func(string) string", "the text in Base32", ([text]) => encodeBase32(toBytes(text))),
  b32dec: define("func(string) string", "the text from Base32; the message of the error where it is none", ([text]) =>
    decodeBase32(text),
  ),
};

/** Go's `base64.StdEncoding`: the bytes, or the message of the error with the position of the first bad byte. */
export function decodeBase64(text: string): Uint8Array | string {
  const bytes = toBinary(text);
  const bad = badBase64Position(bytes);
  return bad === undefined ? Buffer.from(bytes, "base64") : `illegal base64 data at input byte ${bad}`;
}

function badBase64Position(bytes: string): number | undefined {
  let digits = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes.charAt(at);
    if (byte === "\n" || byte === "\r") continue;
    if (byte === "=") return badPadding(bytes, at, digits % 4);
    if (!alphabet64.has(byte)) return at;
    digits++;
  }
  return digits % 4 === 0 ? undefined : bytes.length - (digits % 4);
}

/** Where the padding that starts here is wrong, after so many digits of its group. */
function badPadding(bytes: string, first: number, digits: number): number | undefined {
  if (digits < 2) return first;
  let at = skipNewlines(bytes, first + 1);
  if (digits === 2) {
    if (at === bytes.length) return at;
    if (bytes.charAt(at) !== "=") return at - 1;
    at = skipNewlines(bytes, at + 1);
  }
  return at < bytes.length ? at : undefined;
}

function skipNewlines(bytes: string, start: number): number {
  let at = start;
  while (bytes.charAt(at) === "\n" || bytes.charAt(at) === "\r") at++;
  return at;
}

function encodeBase32(bytes: Uint8Array): string {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += alphabet32.charAt((held >> (bits - 5)) & 31);
  }
  if (bits > 0) out += alphabet32.charAt((held << (5 - bits)) & 31);
  return out.padEnd(Math.ceil(out.length / 8) * 8, "=");
}

/** Go's `base32.StdEncoding`. */
function decodeBase32(text: string): string {
  const input = toBinary(text).replace(/[\r\n]/g, "");
  const digits: number[] = [];
  for (let start = 0; start < input.length; start += 8) {
    const group = readBase32Group(input, start);
    if (typeof group === "string") return group;
    digits.push(...group);
    if (group.length < 8) break;
  }
  return fromBinary(packBase32(digits));
}

/** The digits of one group of eight, fewer before its padding; or the message of the error. */
function readBase32Group(input: string, start: number): readonly number[] | string {
  const digits: number[] = [];
  for (let index = 0; index < 8; index++) {
    const at = start + index;
    if (at >= input.length) return corrupt32(input.length - index);
    const byte = input.charAt(at);
    const left = input.length - at - 1;
    if (byte === "=" && index >= 2 && left < 8) return paddedGroup(input, at, digits);
    const digit = alphabet32.indexOf(byte);
    if (digit < 0) return corrupt32(at);
    digits.push(digit);
  }
  return digits;
}

function paddedGroup(input: string, at: number, digits: readonly number[]): readonly number[] | string {
  const index = digits.length;
  const left = input.length - at - 1;
  if (left + index < 7) return corrupt32(input.length);
  for (let offset = 0; offset < 7 - index; offset++) {
    const byte = input.charAt(at + 1 + offset);
    if (byte !== "" && byte !== "=") return corrupt32(at + offset);
  }
  return index === 3 || index === 6 ? corrupt32(at) : digits;
}

function packBase32(digits: readonly number[]): string {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    held = ((held << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += String.fromCharCode((held >> bits) & 0xff);
  }
  return out;
}

function corrupt32(position: number): string {
  return `illegal base32 data at input byte ${position}`;
}
