import { GoInt, GoObject, type GoValue } from "../go/values.ts";
import { parseGoFloat, parseGoInt } from "./parse-number.ts";

const twoTo63 = 2 ** 63;

/**
 * A value as sprig's `int64` makes it (by spf13/cast): floats are cut, text is read with Go's base prefixes (`0x1F`, `010`
 * is 8, `1_000`, `3.0`), true is 1, and whatever is no number is 0.
 */
export function toInt64(value: GoValue): bigint {
  if (value instanceof GoInt) return BigInt.asIntN(64, value.value);
  switch (typeof value) {
    case "number":
      return floatToInt64(value);
    case "bigint":
      return floatToInt64(Number(value));
    case "boolean":
      return value ? 1n : 0n;
    case "string": {
      const parsed = parseGoInt(withoutZeroDecimal(value), 0);
      return parsed.error === undefined ? parsed.value : 0n;
    }
  }
  return calendarNumber(value) ?? 0n;
}

/** A value as sprig's `float64` makes it: text is read as Go's `strconv.ParseFloat` does, and what is no number is 0. */
export function toFloat64(value: GoValue): number {
  if (value instanceof GoInt) return Number(value.value);
  switch (typeof value) {
    case "number":
      return value;
    case "bigint":
      return Number(value);
    case "boolean":
      return value ? 1 : 0;
    case "string": {
      const parsed = parseGoFloat(value);
      return parsed.error === undefined ? parsed.value : 0;
    }
  }
  return Number(calendarNumber(value) ?? 0n);
}

/** Go's conversion of a float64 to int64 on amd64: cut towards zero, and the least integer for what does not fit. */
export function floatToInt64(value: number): bigint {
  const cut = Math.trunc(value);
  return cut >= -twoTo63 && cut < twoTo63 ? BigInt(cut) : -(1n << 63n);
}

/** Months and weekdays count as integers; other types over integers, such as a duration, do not. */
function calendarNumber(value: GoValue): bigint | undefined {
  if (!(value instanceof GoObject)) return undefined;
  return value.goType === "time.Month" || value.goType === "time.Weekday" ? value.integer()?.value : undefined;
}

/** `3.0` reads as the integer 3: the point and the zeros after it go, and (a quirk of the original) points after those. */
function withoutZeroDecimal(text: string): string {
  return text.replace(/\.0+\.*$/, "");
}
