import { GoInt, type GoMember, GoObject, type GoValue } from "../go/values.ts";
import { dayNames, monthNames } from "./calendar.ts";
import { bind, type MethodTable, method } from "./member.ts";

const second = 1_000_000_000n;
const units: { readonly [unit: string]: bigint } = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3_600n * second,
};
const maxInt64 = (1n << 63n) - 1n;

/** A `time.Duration`, in nanoseconds. */
export class GoDuration extends GoObject {
  readonly goType = "time.Duration";
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.nanos = BigInt.asIntN(64, nanos);
  }

  override get goKind(): string {
    return "int64";
  }

  override integer(): GoInt {
    return new GoInt("int64", this.nanos);
  }

  override toString(): string {
    return writeDuration(this.nanos);
  }

  override member(name: string): GoMember | undefined {
    return bind(methods, name, this);
  }
}

const methods: MethodTable<GoDuration> = {
  String: method([], (self) => self.toString()),
  Hours: method([], (self) => inUnits(self.nanos, 3_600n * second)),
  Minutes: method([], (self) => inUnits(self.nanos, 60n * second)),
  Seconds: method([], (self) => inUnits(self.nanos, second)),
  Milliseconds: method([], (self) => new GoInt("int64", self.nanos / 1_000_000n)),
  Microseconds: method([], (self) => new GoInt("int64", self.nanos / 1_000n)),
  Nanoseconds: method([], (self) => new GoInt("int64", self.nanos)),
  Abs: method(
    [],
    (self) => new GoDuration(self.nanos < 0n ? (self.nanos === -maxInt64 - 1n ? maxInt64 : -self.nanos) : self.nanos),
  ),
  Truncate: method(["any"], (self, to: GoValue) => {
    const unit = nanosOf(to);
    return unit <= 0n ? self : new GoDuration(self.nanos - (self.nanos % unit));
  }),
  Round: method(["any"], (self, to: GoValue) => new GoDuration(roundNanos(self.nanos, nanosOf(to)))),
};

/** The nanoseconds of an argument that Go takes as a duration: one, or an integer literal. */
export function nanosOf(value: GoValue): bigint {
  if (value instanceof GoDuration) return value.nanos;
  if (value instanceof GoInt && value.kind === "int") return value.value;
  throw new Error("wrong type for value; expected time.Duration");
}

/** To the nearest multiple, halves away from zero. */
export function roundNanos(nanos: bigint, unit: bigint): bigint {
  if (unit <= 0n) return nanos;
  const isNegative = nanos < 0n;
  const size = isNegative ? -nanos : nanos;
  const rest = size % unit;
  const rounded = rest + rest < unit ? size - rest : size + unit - rest;
  if (rounded > maxInt64) return isNegative ? -maxInt64 - 1n : maxInt64;
  return isNegative ? -rounded : rounded;
}

function inUnits(nanos: bigint, unit: bigint): number {
  return Number(nanos / unit) + Number(nanos % unit) / Number(unit);
}

/** Go's form of a duration: `1h2m3.5s`, and below a second `1.5ms`. */
export function writeDuration(nanos: bigint): string {
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  if (size === 0n) return "0s";
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${fraction(size, 3)}\u00b5s`;
  if (size < second) return `${sign}${fraction(size, 6)}ms`;
  const minutes = size / (60n * second);
  const seconds = `${fraction(size % (60n * second), 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? "" : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function fraction(value: bigint, digits: number): string {
  const power = 10n ** BigInt(digits);
  const rest = String(value % power)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return `${value / power}${rest === "" ? "" : `.${rest}`}`;
}

/** Reads a duration such as `1h30m` or `-1.5s` as Go's `time.ParseDuration`, in nanoseconds. */
export function parseGoDuration(text: string): bigint {
  const quoted = JSON.stringify(text);
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0n;
  let total = 0n;
  let rest = unsigned;
  do {
    const match = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest) as RegExpExecArray;
    const [number, whole = "", part = ""] = match;
    if (whole === "" && part === "") throw new Error(`time: invalid duration ${quoted}`);
    const unit = (/^[^.0-9]*/.exec(rest.slice(number.length)) as RegExpExecArray)[0];
    if (unit === "") throw new Error(`time: missing unit in duration ${quoted}`);
    const size = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (size === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    total += BigInt(whole.slice(0, 40) || 0) * size + partOfUnit(part, size);
    if (whole.length > 40 || total > maxInt64 + 1n) throw new Error(`time: invalid duration ${quoted}`);
    rest = rest.slice(number.length + unit.length);
  } while (rest !== "");
  const isNegative = text.startsWith("-");
  if (!isNegative && total > maxInt64) throw new Error(`time: invalid duration ${quoted}`);
  return isNegative ? -total : total;
}

/** As Go calculates it: in floats, with the digits that 63 bits hold. */
function partOfUnit(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > maxInt64 / 10n) break;
    value = value * 10n + BigInt(digit);
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** A month or a day of the week: an integer that prints as a name. */
export class GoCalendarName extends GoObject {
  readonly goType: "time.Month" | "time.Weekday";
  private readonly number: number;

  constructor(goType: "time.Month" | "time.Weekday", number: number) {
    super();
    this.goType = goType;
    this.number = number;
  }

  override get goKind(): string {
    return "int";
  }

  override integer(): GoInt {
    return new GoInt("int", this.number);
  }

  override toString(): string {
    return (this.goType === "time.Month" ? monthNames[this.number - 1] : dayNames[this.number]) as string;
  }

  override member(name: string): GoMember | undefined {
    return bind(nameMethods, name, this);
  }
}

const nameMethods: MethodTable<GoCalendarName> = { String: method([], (self) => self.toString()) };
