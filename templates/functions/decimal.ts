import { ratioToFloat } from "./ratio.ts";

/** A decimal number: `value × 10^exponent`. The float functions calculate with these, so that 0.1 + 0.2 is 0.3. */
export interface Decimal {
  readonly value: bigint;
  readonly exponent: number;
}

/** Digits after the point that a division gives. */
const divisionDigits = 16;

/** The shortest decimal that stands for this float64; NaN and the infinities have none. */
export function decimalOf(float: number): Decimal {
  if (!Number.isFinite(float)) {
    const name = Number.isNaN(float) ? "NaN" : float > 0 ? "+Inf" : "-Inf";
    throw new Error(`Cannot create a Decimal from ${name}`);
  }
  const [mantissa = "0", exponent = "0"] = float.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { value: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { value: valueAt(a, exponent) + valueAt(b, exponent), exponent };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { value: -b.value, exponent: b.exponent });
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent };
}

/** The quotient to 16 digits after the point, halves away from zero. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new Error("decimal division by 0");
  const shift = a.exponent - b.exponent + divisionDigits;
  const numerator = shift >= 0 ? a.value * 10n ** BigInt(shift) : a.value;
  const denominator = shift >= 0 ? b.value : b.value * 10n ** BigInt(-shift);
  const quotient = numerator / denominator;
  const rest = numerator - quotient * denominator;
  const isFar = 2n * absolute(rest) >= absolute(denominator);
  const away = numerator < 0n !== denominator < 0n ? -1n : 1n;
  return { value: isFar ? quotient + away : quotient, exponent: -divisionDigits };
}

/** The nearest float64. */
export function decimalToFloat(decimal: Decimal): number {
  const power = 10n ** BigInt(Math.abs(decimal.exponent));
  return decimal.exponent >= 0 ? ratioToFloat(decimal.value * power, 1n) : ratioToFloat(decimal.value, power);
}

function valueAt(decimal: Decimal, exponent: number): bigint {
  return decimal.value * 10n ** BigInt(decimal.exponent - exponent);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
