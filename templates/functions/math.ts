import { formatValue } from "../go/format.ts";
import { GoInt, type GoValue, markList } from "../go/values.ts";
import { toFloat64, toInt64 } from "./cast.ts";
import {
  addDecimals,
  type Decimal,
  decimalOf,
  decimalToFloat,
  divideDecimals,
  multiplyDecimals,
  subtractDecimals,
} from "./decimal.ts";
import { define } from "./define.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";
import { parseGoInt } from "./parse-number.ts";
import { timesPowerOfTwo } from "./ratio.ts";

const largest = define("func(any, ...any) int64", "the largest of the integers", ([first, ...others]) =>
  fold64((a, b) => (b > a ? b : a), first, others),
);

/** Numbers. Arguments of any type are read as `int64` or `float64` read them, so that text and nil count too. */
export const mathFunctions: FunctionTable = {
  int: define(
    "func(any) int",
    "the value as an integer; text is read with base prefixes (`010` is 8), no number is 0",
    ([value]) => new GoInt("int", toInt64(value)),
  ),
  int64: define("func(any) int64", "as `int`, of the type int64", ([value]) => int64(toInt64(value))),
  float64: define("func(any) float64", "the value as a float; no number is 0", ([value]) => toFloat64(value)),
  atoi: define(
    "func(string) int",
    "decimal digits as an integer, 0 for anything else",
    ([text]) => new GoInt("int", parseGoInt(text, 10).value),
  ),
  toDecimal: define("func(any) int64", "octal digits as an integer: `755` is 493", ([value]) => {
    const parsed = parseGoInt(formatValue(value), 8);
    return int64(parsed.error === undefined ? parsed.value : 0n);
  }),
  add1: define("func(any) int64", "the integer plus 1", ([value]) => int64(toInt64(value) + 1n)),
  add: define("func(...any) int64", "the sum of the integers, which wraps around at 64 bits", (values) =>
    fold64((a, b) => a + b, new GoInt("int", 0), values),
  ),
  sub: define("func(any, any) int64", "the first integer minus the second", ([a, b]) => int64(toInt64(a) - toInt64(b))),
  mul: define("func(any, ...any) int64", "the product of the integers", ([first, ...others]) =>
    fold64((a, b) => BigInt.asIntN(64, a * b), first, others),
  ),
  div: define("func(any, any) int64", "the first integer divided by the second, towards zero", ([a, b]) =>
    int64(toInt64(a) / divisor(b)),
  ),
  mod: define("func(any, any) int64", "the remainder, with the sign of the first integer", ([a, b]) =>
    int64(toInt64(a) % divisor(b)),
  ),
  max: largest,
  biggest: { ...largest, doc: "as `max`" },
  min: define("func(any, ...any) int64", "the least of the integers", ([first, ...others]) =>
    fold64((a, b) => (b < a ? b : a), first, others),
  ),
  add1f: define("func(any) float64", "the number plus 1, in decimals: 0.1 gives 1.1", ([value]) =>
    foldDecimals(addDecimals, value, [1]),
  ),
  addf: define("func(...any) float64", "the sum in decimals: 0.1 and 0.2 give 0.3", (values) =>
    foldDecimals(addDecimals, 0, values),
  ),
  subf: define("func(any, ...any) float64", "the first number minus the others, in decimals", ([first, ...others]) =>
    foldDecimals(subtractDecimals, first, others),
  ),
  mulf: define("func(any, ...any) float64", "the product in decimals", ([first, ...others]) =>
    foldDecimals(multiplyDecimals, first, others),
  ),
  divf: define(
    "func(any, ...any) float64",
    "the first number divided by the others, to 16 digits after the point",
    ([first, ...others]) => foldDecimals(divideDecimals, first, others),
  ),
  maxf: define("func(any, ...any) float64", "the largest of the floats", ([first, ...others]) =>
    (others as GoValue[]).map(toFloat64).reduce(goMax, toFloat64(first)),
  ),
  minf: define("func(any, ...any) float64", "the least of the floats", ([first, ...others]) =>
    (others as GoValue[]).map(toFloat64).reduce(goMin, toFloat64(first)),
  ),
  floor: define("func(any) float64", "the whole number at or below", ([value]) => Math.floor(toFloat64(value))),
  ceil: define("func(any) float64", "the whole number at or above", ([value]) => Math.ceil(toFloat64(value))),
  round: define(
    "func(any, int, ...float64) float64",
    "the number to so many digits, up from .5 or from the third argument; negative ones are cut downwards",
    ([value, places, from]) => round(toFloat64(value), Number(places), from ?? 0.5),
  ),
  until: define("func(int) []int", "the integers from 0 up to (or down to) before the number", ([count], context) =>
    ints(steps({ start: 0n, stop: count, step: count < 0n ? -1n : 1n }, context)),
  ),
  untilStep: define(
    "func(int, int, int) []int",
    "the integers from the first up to before the second, in steps of the third",
    ([start, stop, step], context) => ints(steps({ start, stop, step }, context)),
  ),
  seq: define(
    "func(...int) string",
    "as the shell's `seq`: END, START END or START STEP END, with spaces between",
    (bounds, context) => {
      const range = seqRange(bounds);
      if (range === undefined) return "";
      const numbers = steps(range, context);
      context.chargeBytes(numbers.length * 2);
      return numbers.join(" ");
    },
  ),
};

function int64(value: bigint): GoInt {
  return new GoInt("int64", value);
}

function fold64(operation: (a: bigint, b: bigint) => bigint, first: GoValue, others: readonly GoValue[]): GoInt {
  return int64(others.map(toInt64).reduce(operation, toInt64(first)));
}

function divisor(value: GoValue): bigint {
  const number = toInt64(value);
  if (number === 0n) throw new Error("integer divide by zero");
  return number;
}

function foldDecimals(
  operation: (a: Decimal, b: Decimal) => Decimal,
  first: GoValue,
  others: readonly GoValue[],
): number {
  const start = decimalOf(toFloat64(first));
  return decimalToFloat(others.reduce<Decimal>((sum, value) => operation(sum, decimalOf(toFloat64(value))), start));
}

/** Go's `math.Max`: an infinity wins over NaN. */
function goMax(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
}

function goMin(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);
}

function round(value: number, places: number, from: number): number {
  const power = powerOfTen(places);
  const digits = power * value;
  const isUp = digits - Math.trunc(digits) >= from;
  return (isUp ? Math.ceil(digits) : Math.floor(digits)) / power;
}

/** Go's `math.Pow(10, n)`: by squaring, whose last bits differ from those of JavaScript's power. */
function powerOfTen(places: number): number {
  if (places === 0) return 1;
  if (places === 1) return 10;
  if (Math.abs(places) > 400) return places > 0 ? Infinity : 0;
  let mantissa = 1;
  let exponent = 0;
  let square = 0.625;
  let squareExponent = 4;
  for (let left = Math.abs(places); left !== 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      mantissa *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  return places < 0 ? timesPowerOfTwo(1 / mantissa, -exponent) : timesPowerOfTwo(mantissa, exponent);
}

interface Range {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
}

/** The integers of a range without its stop; counted before they are made. */
function steps({ start, stop, step }: Range, context: FunctionContext): bigint[] {
  const span = stop - start;
  const isEmptyRange = span < 0n ? step >= 0n : step <= 0n;
  if (isEmptyRange || span === 0n) return [];
  const size = step < 0n ? -step : step;
  const length = ((span < 0n ? -span : span) + size - 1n) / size;
  context.charge(Number(length));
  return Array.from({ length: Number(length) }, (_, index) => start + step * BigInt(index));
}

function ints(numbers: readonly bigint[]): GoValue {
  return markList(
    numbers.map((number) => new GoInt("int", number)),
    "[]int",
  );
}

function seqRange(bounds: readonly bigint[]): Range | undefined {
  if (bounds.length === 0 || bounds.length > 3) return undefined;
  const start = bounds.length === 1 ? 1n : (bounds[0] as bigint);
  const end = bounds.at(-1) as bigint;
  const direction = end < start ? -1n : 1n;
  const step = bounds.length === 3 ? (bounds[1] as bigint) : direction;
  if (direction < 0n && step > 0n) return undefined;
  return { start, stop: BigInt.asIntN(64, end + direction), step };
}
