/**
 * A Kubernetes quantity in the form that a server stores: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`.
 * Follows the canonical form described for `resource.Quantity`: no fraction, the largest suffix that keeps the value exact,
 * never finer than a nano. What is no quantity comes back as it is: refusing it is validation's work.
 */
export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== "string" && typeof value !== "number") return value;
  const text = String(value);
  const match = text.length > maxLength ? null : pattern.exec(text);
  if (match === null) return value;
  const [, sign = "", digits = "", suffix = ""] = match;
  const binary = binarySuffixes.indexOf(suffix);
  const amount = { ...parseDecimal(digits), negative: sign === "-" };
  if (binary >= 0) return binaryText(amount, binary + 1);
  const exponent = /^[eE][+-]?\d+$/.test(suffix) ? Number(suffix.slice(1)) : decimalSuffixes.get(suffix);
  if (exponent === undefined || Math.abs(exponent) > maxExponent) return value;
  return decimalText({ ...amount, exponent: amount.exponent + exponent }, exponentStyle(suffix));
}

/** `units` × 10^`exponent`, without its sign. */
interface Amount {
  readonly units: bigint;
  readonly exponent: number;
  readonly negative: boolean;
}

const maxLength = 64;
const maxExponent = 30;
const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?$/;
const binarySuffixes = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const suffixOfExponent: ReadonlyMap<number, string> = new Map(
  [...decimalSuffixes].map(([text, power]) => [power, text]),
);

function exponentStyle(suffix: string): boolean {
  return suffix.length > 1;
}

function parseDecimal(digits: string): { units: bigint; exponent: number } {
  const [whole = "", fraction = ""] = digits.split(".");
  return { units: BigInt(`${whole}${fraction}` || "0"), exponent: -fraction.length };
}

/** Multiplied by 10^9, rounded away from zero as the server does. */
function inNanos(amount: Amount): bigint {
  const shift = amount.exponent + 9;
  if (shift >= 0) return amount.units * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (amount.units + divisor - 1n) / divisor;
}

function decimalText(amount: Amount, withExponent: boolean): string {
  let units = inNanos(amount);
  if (units === 0n) return "0";
  let exponent = -9;
  while (units % 1000n === 0n && exponent < 18) {
    units /= 1000n;
    exponent += 3;
  }
  const suffix = withExponent ? (exponent === 0 ? "" : `e${exponent}`) : suffixOfExponent.get(exponent);
  return `${amount.negative ? "-" : ""}${units}${suffix}`;
}

function binaryText(amount: Amount, power: number): string {
  const nanos = inNanos({ ...amount, units: amount.units * 1024n ** BigInt(power) });
  const exact = nanos % 1_000_000_000n === 0n;
  let units = nanos / 1_000_000_000n;
  if (!exact || units < 1024n) return decimalText({ units: nanos, exponent: -9, negative: amount.negative }, false);
  let index = -1;
  while (units % 1024n === 0n && index < binarySuffixes.length - 1) {
    units /= 1024n;
    index++;
  }
  return `${amount.negative ? "-" : ""}${units}${binarySuffixes[index] ?? ""}`;
}

const maxComparedLength = 32;

function nanosOf(value: unknown): bigint | undefined {
  const text = String(value);
  const match = text.length > maxComparedLength ? null : pattern.exec(text);
  if (match === null) return undefined;
  const [, sign = "", digits = "", suffix = ""] = match;
  const amount = { ...parseDecimal(digits), negative: false };
  const binary = binarySuffixes.indexOf(suffix);
  const power =
    /^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : (decimalSuffixes.get(suffix) ?? 0);
  if (Math.abs(power) > maxExponent) return undefined;
  const scaled =
    binary >= 0
      ? { ...amount, units: amount.units * 1024n ** BigInt(binary + 1) }
      : { ...amount, exponent: amount.exponent + power };
  const nanos = inNanos(scaled);
  return sign === "-" ? -nanos : nanos;
}

/** Less than, equal to or greater than 0, as a sort function; 0 where one is no quantity. */
export function compareQuantities(a: unknown, b: unknown): number {
  const [left, right] = [nanosOf(a), nanosOf(b)];
  if (left === undefined || right === undefined || left === right) return 0;
  return left < right ? -1 : 1;
}
