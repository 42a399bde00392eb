import { fromBytes, toBytes } from "./bytes.ts";

/** The ways in which one number literal may be read; which one counts depends on the parameter that it is given to. */
export interface NumberLiteral {
  readonly text: string;
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: { readonly real: number; readonly imaginary: number };
}

const intPattern = /^0[xX](_?[\da-fA-F])+$|^0[oO](_?[0-7])+$|^0[bB](_?[01])+$|^0(_?[0-7])*$|^[1-9](_?\d)*$/;
const decimalPattern = /^(\d+(_\d+)*)?(\.(\d+(_\d+)*)?)?([eE][+-]?\d+(_\d+)*)?$/;
const hexPattern =
  /^0[xX]_?([\da-fA-F]+(?:_[\da-fA-F]+)*)?(?:\.([\da-fA-F]+(?:_[\da-fA-F]+)*)?)?[pP]([+-]?\d+(?:_\d+)*)$/;
// The sign of an exponent does not part the halves.
const complexPattern = /^([+-]?[^+-]+?(?:[eEpP][+-]\d[\d_]*)?)([+-].*)i$/;
const looksLikeFloat = /[.eEpP]/;

/** Reads a number, a character or a complex literal. Throws an `Error` that quotes it when it is none. */
export function parseNumber(text: string): NumberLiteral {
  if (text.startsWith("'")) return parseCharacter(text);
  const complex = text.endsWith("i") ? complexPattern.exec(text) : null;
  if (complex !== null) return parseComplex(text, complex[1] ?? "", complex[2] ?? "");
  if (text.endsWith("i")) return parseImaginary(text);
  const magnitude = parseMagnitude(text.replace(/^[+-]/, ""));
  if (magnitude !== undefined) {
    const literal = fromInteger(text, magnitude);
    if (literal !== undefined) return literal;
  }
  return parseFloatLiteral(text);
}

function illegal(text: string): Error {
  return new Error(`illegal number syntax: ${JSON.stringify(text)}`);
}

function parseMagnitude(digits: string): bigint | undefined {
  if (!intPattern.test(digits)) return undefined;
  const plain = digits.replaceAll("_", "");
  return BigInt(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain);
}

function fromInteger(text: string, magnitude: bigint): NumberLiteral | undefined {
  const value = text.startsWith("-") ? -magnitude : magnitude;
  const int = BigInt.asIntN(64, value) === value ? value : undefined;
  const isUnsigned = !/^[+-]/.test(text) && BigInt.asUintN(64, value) === value;
  const uint = isUnsigned || int === 0n ? value : undefined;
  if (int === undefined && uint === undefined) return undefined;
  return { text, ...(int !== undefined && { int }), ...(uint !== undefined && { uint }), float: Number(value) };
}

function parseFloatLiteral(text: string): NumberLiteral {
  const float = parseGoFloat(text);
  if (float === undefined) throw illegal(text);
  if (!looksLikeFloat.test(text)) throw new Error(`integer overflow: ${JSON.stringify(text)}`);
  return { text, float, ...integersOf(float) };
}

/** A float literal without a fraction may stand where an integer is wanted. */
function integersOf(float: number): { readonly int?: bigint; readonly uint?: bigint } {
  if (!Number.isInteger(float)) return {};
  const value = BigInt(float);
  const int = BigInt.asIntN(64, value) === value ? { int: value } : {};
  return BigInt.asUintN(64, value) === value ? { ...int, uint: value } : int;
}

/** A float by Go's syntax for literals, hexadecimal ones with their exponent included; undefined when it is none or infinite. */
export function parseGoFloat(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const digits = text.replace(/^[+-]/, "");
  const hex = hexPattern.exec(digits);
  const value = hex === null ? parseDecimal(digits) : parseHex(hex);
  return value === undefined || !Number.isFinite(value) ? undefined : sign * value;
}

function parseDecimal(digits: string): number | undefined {
  return decimalPattern.test(digits) && /^\.?\d/.test(digits) ? Number(digits.replaceAll("_", "")) : undefined;
}

function parseHex([, whole = "", fraction = "", exponent = ""]: RegExpExecArray): number | undefined {
  const places = fraction.replaceAll("_", "");
  const digits = whole.replaceAll("_", "") + places;
  if (digits === "") return undefined;
  return Number(BigInt(`0x${digits}`)) * 2 ** (Number(exponent.replaceAll("_", "")) - 4 * places.length);
}

function parseImaginary(text: string): NumberLiteral {
  const imaginary = parseGoFloat(text.slice(0, -1));
  if (imaginary === undefined) throw illegal(text);
  return withComplex(text, 0, imaginary);
}

function parseComplex(text: string, first: string, second: string): NumberLiteral {
  const real = parseGoFloat(first);
  const imaginary = parseGoFloat(second);
  if (real === undefined || imaginary === undefined) throw illegal(text);
  return withComplex(text, real, imaginary);
}

function withComplex(text: string, real: number, imaginary: number): NumberLiteral {
  const complex = { real, imaginary };
  return imaginary === 0 ? { text, complex, float: real, ...integersOf(real) } : { text, complex };
}

function parseCharacter(text: string): NumberLiteral {
  const inner = text.slice(1, -1);
  if (inner === "" || inner === "'" || inner === '\\"') throw new Error("invalid syntax");
  const { point, length } = readCharacter(inner, "'");
  if (length !== inner.length) throw new Error(`malformed character constant: ${text}`);
  return { text, int: BigInt(point), uint: BigInt(point), float: point };
}

/** The value of a string literal between double quotes or backquotes. Throws `invalid syntax` for a bad escape. */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith("`")) return inner.replaceAll("\r", "");
  if (!inner.includes("\\")) return inner;
  return new Unquoter(inner).run();
}

class Unquoter {
  private readonly inner: string;
  private position = 0;
  private bytes: number[] = [];

  constructor(inner: string) {
    this.inner = inner;
  }

  run(): string {
    while (this.position < this.inner.length) {
      const { point, length, isByte } = readCharacter(this.inner.slice(this.position, this.position + 10), '"');
      if (isByte) this.bytes.push(point);
      else this.bytes.push(...toBytes(String.fromCodePoint(point)));
      this.position += length;
    }
    return fromBytes(Uint8Array.from(this.bytes));
  }
}

interface Character {
  readonly point: number;
  readonly length: number;
  readonly isByte: boolean;
}

const simpleEscapes: { readonly [letter: string]: number } = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  "\\": 0x5c,
};

/** The first character of a literal, an escape resolved. */
function readCharacter(text: string, quote: string): Character {
  const point = text.codePointAt(0) as number;
  if (point !== 0x5c) return { point, length: point > 0xffff ? 2 : 1, isByte: false };
  const letter = text.charAt(1);
  if (letter === quote) return { point: quote.charCodeAt(0), length: 2, isByte: false };
  const simple = Object.hasOwn(simpleEscapes, letter) ? simpleEscapes[letter] : undefined;
  if (simple !== undefined) return { point: simple, length: 2, isByte: false };
  return readNumericEscape(text);
}

const numericEscape = /^\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/;

function readNumericEscape(text: string): Character {
  const match = numericEscape.exec(text);
  if (match === null) throw new Error("invalid syntax");
  const [whole, byte, octal, short, long] = match;
  const point = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? "", 16) : Number.parseInt(octal, 8);
  const isByte = byte !== undefined || octal !== undefined;
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  if (isByte ? point > 0xff : point > 0x10ffff || isSurrogate) throw new Error("invalid syntax");
  return { point, length: whole.length, isByte };
}
