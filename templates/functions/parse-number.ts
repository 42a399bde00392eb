import { ratioToFloat } from "./ratio.ts";

const maxInt64 = (1n << 63n) - 1n;
const minInt64 = -(1n << 63n);
const twoTo64 = 1n << 64n;

/** What Go's `strconv` answers: the value, which is the nearest one when it is out of range, and the error. */
export interface Parsed<T> {
  readonly value: T;
  readonly error?: "syntax" | "range";
}

/** The literals that `strconv.ParseInt` takes with base 0: prefixes decide the base, single underscores may part digits. */
const basedLiterals: readonly (readonly [RegExp, string])[] = [
  [/^0[xX](?:_?[0-9a-fA-F])+$/, "0x"],
  [/^0[bB](?:_?[01])+$/, "0b"],
  [/^0[oO](?:_?[0-7])+$/, "0o"],
  [/^0(?:_?[0-7])*$/, "0o"],
  [/^[1-9](?:_?[0-9])*$/, ""],
];

const digitsOfBase: { readonly [base: number]: RegExp } = { 8: /^[0-7]+$/, 10: /^[0-9]+$/ };

/** Go's `strconv.ParseInt(text, base, 64)`. */
export function parseGoInt(text: string, base: 0 | 8 | 10): Parsed<bigint> {
  const sign = /^[+-]/.test(text) ? text.charAt(0) : "";
  const digits = text.slice(sign.length);
  const literal = toJsLiteral(digits, base);
  if (literal === undefined) {
    // Go stops reading at the digit that overflows, so that it never sees what is wrong behind it.
    const read = base === 10 ? bigLiteral("", /^[0-9]*/.exec(digits)?.[0] ?? "") : "0";
    return BigInt(read.slice(0, 70)) >= twoTo64
      ? inInt64(sign === "-" ? -twoTo64 : twoTo64)
      : { value: 0n, error: "syntax" };
  }
  // More digits than 64 bits have in any base are out of range, and reading them would only cost time.
  const value = literal.length > 70 ? twoTo64 : BigInt(literal);
  return inInt64(sign === "-" ? -value : value);
}

function inInt64(value: bigint): Parsed<bigint> {
  if (value > maxInt64) return { value: maxInt64, error: "range" };
  if (value < minInt64) return { value: minInt64, error: "range" };
  return { value };
}

/** The digits as a literal that BigInt reads, without leading zeros. */
function toJsLiteral(digits: string, base: 0 | 8 | 10): string | undefined {
  if (base !== 0)
    return digitsOfBase[base]?.test(digits) === true ? bigLiteral(base === 8 ? "0o" : "", digits) : undefined;
  const found = basedLiterals.find(([pattern]) => pattern.test(digits));
  if (found === undefined) return undefined;
  const [, prefix] = found;
  const bare = digits.replaceAll("_", "");
  return prefix === "0x" || prefix === "0b" || bare.startsWith("0o") || bare.startsWith("0O")
    ? bigLiteral(prefix, bare.slice(2))
    : bigLiteral(prefix, bare);
}

function bigLiteral(prefix: string, digits: string): string {
  return prefix + (digits.replace(/^0+/, "") || "0");
}

const decimalFloat = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const hexFloat = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?\d+(?:_\d+)*)$/;
const infinity = /^([+-]?)inf(?:inity)?$/i;

/** Go's `strconv.ParseFloat(text, 64)`: decimal and hexadecimal floats, `inf`, `nan`. */
export function parseGoFloat(text: string): Parsed<number> {
  if (decimalFloat.test(text)) return inRange(Number(text.replaceAll("_", "")));
  const infinite = infinity.exec(text);
  if (infinite !== null) return { value: infinite[1] === "-" ? -Infinity : Infinity };
  if (/^nan$/i.test(text)) return { value: Number.NaN };
  const hex = hexFloat.exec(text);
  const digits = ((hex?.[2] ?? "") + (hex?.[3] ?? "")).replaceAll("_", "");
  if (hex === null || digits === "") return { value: 0, error: "syntax" };
  return hexValue(hex, digits);
}

function hexValue(hex: RegExpExecArray, digits: string): Parsed<number> {
  const mantissa = BigInt(`0x${digits}`);
  const fraction = (hex[3] ?? "").replaceAll("_", "").length;
  const exponent = Number((hex[4] as string).replaceAll("_", "")) - 4 * fraction;
  const sign = hex[1] === "-" ? -1 : 1;
  if (mantissa === 0n) return { value: sign * 0 };
  if (exponent > 2_000) return { value: sign * Infinity, error: "range" };
  if (exponent < -2_000 - 4 * digits.length) return { value: sign * 0 };
  const value =
    exponent >= 0 ? ratioToFloat(mantissa << BigInt(exponent), 1n) : ratioToFloat(mantissa, 1n << BigInt(-exponent));
  return inRange(sign * value);
}

function inRange(value: number): Parsed<number> {
  return Number.isFinite(value) ? { value } : { value, error: "range" };
}
