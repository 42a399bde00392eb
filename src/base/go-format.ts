import { sortedKeys } from "./go-bytes.ts";
import { GoInt } from "./go-int.ts";
import type { Value, ValueMap } from "./values.ts";

/** The formats of Go's `strconv.FormatFloat`. */
export type FloatFormat = "e" | "E" | "f" | "g" | "G" | "b" | "x" | "X";

/** Decimal digits without trailing zeros: the value is 0.DIGITS times ten to the power of `point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/**
 * A float64 as Go's `strconv.FormatFloat` writes it. A negative precision asks for the fewest digits that read back as the
 * same number; otherwise it counts digits after the point (`e`, `f`, `x`) or significant ones (`g`), rounded half to even
 * on the exact binary value.
 */
export function formatFloat(value: number, format: FloatFormat, precision = -1): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + formatMagnitude(Math.abs(value), format, precision);
}

function formatMagnitude(value: number, format: FloatFormat, precision: number): string {
  switch (format) {
    case "e":
      return exponential(value, precision);
    case "E":
      return exponential(value, precision).toUpperCase();
    case "f":
      return fixed(value, precision);
    case "g":
      return general(value, precision);
    case "G":
      return general(value, precision).toUpperCase();
    case "b":
      return binary(value);
    case "x":
      return hexadecimal(value, precision);
    case "X":
      return hexadecimal(value, precision).toUpperCase();
  }
}

function exponential(value: number, precision: number): string {
  const decimal = precision < 0 ? shortest(value) : rounded(value, precision + 1);
  return writeExponential(decimal, precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision);
}

function fixed(value: number, precision: number): string {
  const decimal = precision < 0 ? shortest(value) : roundedAt(value, precision);
  return writeFixed(decimal, precision < 0 ? Math.max(decimal.digits.length - decimal.point, 0) : precision);
}

function general(value: number, precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const decimal = wanted < 0 ? shortest(value) : rounded(value, wanted);
  const count = decimal.digits.length;
  const digits = wanted < 0 ? count : wanted;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= exponentLimit(wanted, decimal)) {
    return writeExponential(decimal, Math.max(Math.min(digits, count) - 1, 0));
  }
  return writeFixed(decimal, Math.max((digits > decimal.point ? count : digits) - decimal.point, 0));
}

/** The exponent from which `g` switches to the `e` form. */
function exponentLimit(precision: number, { digits, point }: Decimal): number {
  if (precision < 0) return 6;
  return precision > digits.length && digits.length >= point ? digits.length : precision;
}

function writeExponential({ digits, point }: Decimal, precision: number): string {
  const first = digits === "" ? "0" : digits.charAt(0);
  const rest = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, "0")}` : "";
  const exponent = digits === "" ? 0 : point - 1;
  return `${first}${rest}e${writeExponent(exponent)}`;
}

function writeExponent(exponent: number): string {
  return `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function writeFixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (precision <= 0) return whole;
  const zeros = point < 0 ? "0".repeat(Math.min(-point, precision)) : "";
  return `${whole}.${(zeros + digits.slice(Math.max(point, 0))).slice(0, precision).padEnd(precision, "0")}`;
}

function shortest(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const text = value.toExponential();
  const mark = text.indexOf("e");
  return { digits: text.slice(0, mark).replace(".", ""), point: Number(text.slice(mark + 1)) + 1 };
}

/** The value rounded to so many significant digits. */
function rounded(value: number, count: number): Decimal {
  return roundDecimal(exact(value), count);
}

/** The value rounded to so many digits after the point. */
function roundedAt(value: number, places: number): Decimal {
  const decimal = exact(value);
  return roundDecimal(decimal, decimal.point + places);
}

function roundDecimal(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: "", point: 0 };
  const kept = digits.slice(0, count);
  if (!roundsUp(digits, count)) return trimmed(kept, point);
  const next = (BigInt(`0${kept}`) + 1n).toString().padStart(count, "0");
  return trimmed(next, point + next.length - count);
}

function roundsUp(digits: string, count: number): boolean {
  const next = digits.charCodeAt(count) - 48;
  // Without trailing zeros, a last digit 5 is exactly half.
  if (next === 5 && count + 1 === digits.length) return count > 0 && digits.charCodeAt(count - 1) % 2 === 1;
  return next >= 5;
}

function trimmed(digits: string, point: number): Decimal {
  const short = digits.replace(/0+$/, "");
  return short === "" ? { digits: "", point: 0 } : { digits: short, point };
}

const view = new DataView(new ArrayBuffer(8));

/** Mantissa and exponent of two: value = mantissa times two to the power of exponent. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** All decimal digits of the binary value. */
function exact(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const { mantissa, exponent } = parts(value);
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return trimmed(digits, digits.length);
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trimmed(digits, digits.length + exponent);
}

function binary(value: number): string {
  const { mantissa, exponent } = parts(value);
  return `${mantissa}p${exponent >= 0 ? "+" : ""}${exponent}`;
}

function hexadecimal(value: number, precision: number): string {
  const { mantissa, exponent } = parts(value);
  if (mantissa === 0n) return `0x0${precision > 0 ? `.${"0".repeat(precision)}` : ""}p+00`;
  const shift = 53 - mantissa.toString(2).length;
  let scaled = mantissa << BigInt(shift);
  let power = exponent + 52 - shift;
  if (precision >= 0 && precision < 13) {
    scaled = roundBits(scaled, BigInt(52 - precision * 4));
    if (scaled >> 53n !== 0n) {
      scaled >>= 1n;
      power++;
    }
  }
  const fraction = (scaled & 0xfffffffffffffn).toString(16).padStart(13, "0");
  const tail = precision < 0 ? fraction.replace(/0+$/, "") : fraction.slice(0, precision).padEnd(precision, "0");
  return `0x1${tail === "" ? "" : `.${tail}`}p${writeExponent(power)}`;
}

/** Clears the lowest bits, rounding half to even. */
function roundBits(value: bigint, dropped: bigint): bigint {
  const kept = value >> dropped;
  const rest = value & ((1n << dropped) - 1n);
  const half = dropped === 0n ? 1n : 1n << (dropped - 1n);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  return (up ? kept + 1n : kept) << dropped;
}

/** A float64 as `%v` prints it: the shortest digits, `1e+06` from a million on, `1e-05` below 0.0001. */
export function formatGoFloat(value: number): string {
  // Small whole numbers are by far the most frequent.
  if (Number.isInteger(value) && value < 1e6 && value > -1e6 && !Object.is(value, -0)) return String(value);
  return formatFloat(value, "g");
}

/**
 * A plain parameter value as Go's `%v` prints it: `map[a:1 b:2]` with keys in byte order, `[a b]`, `<nil>`, floats as
 * `formatGoFloat`. A bigint is a float64 to Go.
 */
export function formatGoValue(value: Value): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return formatGoFloat(value);
    case "bigint":
      return formatGoFloat(Number(value));
    case "boolean":
      return value ? "true" : "false";
  }
  if (value === null || value === undefined) return "<nil>";
  if (value instanceof GoInt) return value.value.toString();
  if (Array.isArray(value)) return `[${value.map(formatGoValue).join(" ")}]`;
  const map = value as ValueMap;
  return `map[${sortedKeys(map)
    .map((key) => `${key}:${formatGoValue(map[key] as Value)}`)
    .join(" ")}]`;
}
