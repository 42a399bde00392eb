/** The float64 nearest to a fraction, ties to even, as Go's `big.Rat.Float64`; infinite when it is too large. */
export function ratioToFloat(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const isNegative = numerator < 0n !== denominator < 0n;
  const value = positiveRatio(numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator);
  return isNegative ? -value : value;
}

function positiveRatio(numerator: bigint, denominator: bigint): number {
  // Scale so that the quotient has 64 or 65 bits: 53 to keep and the rest to round by.
  const shift = 64 - (bitLength(numerator) - bitLength(denominator));
  const scaled = shift >= 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  // A sticky bit stands for everything below, so that the rounding of the conversion is right.
  const quotient = scaled / divisor;
  const sticky = quotient * divisor === scaled ? quotient : quotient | 1n;
  return scale(sticky, -shift);
}

/** `mantissa × 2^exponent`, rounded once: below the normal range the bits that do not fit go before the conversion. */
function scale(mantissa: bigint, exponent: number): number {
  const top = bitLength(mantissa) + exponent;
  const lost = -1074 - exponent;
  if (top > 1025) return Infinity;
  if (top > -1021 || lost <= 0) return timesPowerOfTwo(Number(mantissa), exponent);
  const kept = mantissa >> BigInt(lost);
  const rest = mantissa - (kept << BigInt(lost));
  const half = 1n << BigInt(lost - 1);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  return Number(isUp ? kept + 1n : kept) * 5e-324;
}

/** `value × 2^exponent` in steps, since 2^exponent alone may be out of range. */
export function timesPowerOfTwo(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  while (left > 1000) {
    result *= 2 ** 1000;
    left -= 1000;
  }
  while (left < -1000) {
    result *= 2 ** -1000;
    left += 1000;
  }
  return result * 2 ** left;
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return 4 * (hex.length - 1) + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)));
}
