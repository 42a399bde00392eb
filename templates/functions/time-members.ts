import { toBytes } from "../go/bytes.ts";
import { GoInt, type GoMember, GoObject, type GoValue, markList } from "../go/values.ts";
import { GoCalendarName, GoDuration, nanosOf } from "./go-duration.ts";
import { bind, goInt, type MethodTable, method, withResults } from "./member.ts";
import type { ClockTime } from "./time-layout.ts";
import { utc, type Zone } from "./zones.ts";

/** Nanoseconds from 1970 back to Go's zero time. */
const yearOne = -62_135_596_800_000_000_000n;
const minInt64 = -(1n << 63n);
const maxInt64 = (1n << 63n) - 1n;

/** What the methods ask of a time. */
export interface Moment extends GoObject {
  readonly unix: bigint;
  readonly nanos: number;
  readonly zone: Zone;
  /** Nanoseconds since 1970. */
  readonly total: bigint;
  clock(): ClockTime;
  in(zone: Zone): Moment;
  add(nanos: bigint): Moment;
  withDate(date: { readonly year: number; readonly month: number; readonly day: number }, secondsOfDay: number): Moment;
  format(layout: string): string;
}

/** A `*time.Location`, which times give away. */
class GoLocation extends GoObject {
  readonly goType = "*time.Location";
  readonly zone: Zone;

  constructor(zone: Zone) {
    super();
    this.zone = zone;
  }

  override toString(): string {
    return this.zone.name;
  }

  override member(name: string): GoMember | undefined {
    return bind(locationMethods, name, this);
  }
}

const locationMethods: MethodTable<GoLocation> = { String: method([], (self) => self.toString()) };

/** The method of a time with this name. */
export function timeMember(time: Moment, name: string): GoMember | undefined {
  return bind(methods, name, time);
}

const shown = (read: (clock: ClockTime) => number) => method([], (self: Moment) => goInt(read(self.clock())));
const count = (read: (time: Moment) => bigint) => method([], (self: Moment) => new GoInt("int64", read(self)));
const comparison = (accepts: (order: number) => boolean) =>
  method(["time"], (self: Moment, other: Moment) => accepts(order(self, other)));

const methods: MethodTable<Moment> = {
  Year: shown(({ year }) => year),
  Month: method([], (self) => new GoCalendarName("time.Month", self.clock().month)),
  Day: shown(({ day }) => day),
  Weekday: method([], (self) => new GoCalendarName("time.Weekday", self.clock().weekday)),
  YearDay: shown(({ yearDay }) => yearDay),
  Hour: shown(({ hour }) => hour),
  Minute: shown(({ minute }) => minute),
  Second: shown(({ second }) => second),
  Nanosecond: shown(({ nanos }) => nanos),
  Unix: count((time) => time.unix),
  UnixMilli: count((time) => time.unix * 1_000n + BigInt(Math.floor(time.nanos / 1_000_000))),
  UnixMicro: count((time) => time.unix * 1_000_000n + BigInt(Math.floor(time.nanos / 1_000))),
  UnixNano: count((time) => time.total),
  IsZero: method([], (self) => self.total === yearOne),
  IsDST: method([], (self) => self.zone.at(self.unix).isSummer),
  After: comparison((found) => found > 0),
  Before: comparison((found) => found < 0),
  Equal: comparison((found) => found === 0),
  Compare: method(["time"], (self, other: Moment) => goInt(order(self, other))),
  Add: method(["any"], (self, duration: GoValue) => self.add(nanosOf(duration))),
  AddDate: method(["int", "int", "int"], (self, years: bigint, months: bigint, days: bigint) =>
    addDate(self, Number(years), Number(months), Number(days)),
  ),
  Sub: method(["time"], (self, other: Moment) => new GoDuration(saturated(self.total - other.total))),
  Round: method(["any"], (self, duration: GoValue) => rounded(self, nanosOf(duration), true)),
  Truncate: method(["any"], (self, duration: GoValue) => rounded(self, nanosOf(duration), false)),
  UTC: method([], (self) => self.in(utc)),
  Local: method([], (self) => self.in(utc)),
  In: method(["any"], (self, location: GoValue) => {
    if (!(location instanceof GoLocation)) throw new Error("wrong type for value; expected *time.Location");
    return self.in(location.zone);
  }),
  Location: method([], (self) => new GoLocation(self.zone)),
  Format: method(["string"], (self, layout: string) => self.format(layout)),
  String: method([], (self) => self.toString()),
  MarshalJSON: method([], (self) => bytesOf(JSON.stringify(self.toJson()))),
  MarshalText: method([], (self) => bytesOf(self.toJson() as string)),
  Date: withResults("Date", 3),
  Clock: withResults("Clock", 3),
  Zone: withResults("Zone", 2),
  ZoneBounds: withResults("ZoneBounds", 2),
  ISOWeek: withResults("ISOWeek", 2),
};

function order(a: Moment, b: Moment): number {
  return a.total === b.total ? 0 : a.total < b.total ? -1 : 1;
}

function addDate(time: Moment, years: number, months: number, days: number): Moment {
  const { year, month, day, hour, minute, second } = time.clock();
  const date = { year: year + years, month: month + months, day: day + days };
  if (![date.year, date.month, date.day].every((part) => Math.abs(part) < 1e9))
    throw new Error("the date is out of range");
  return time.withDate(date, (hour * 60 + minute) * 60 + second);
}

/** Rounds on the time since the year 1, as Go does. */
function rounded(time: Moment, unit: bigint, toNearest: boolean): Moment {
  const bare = time.in(time.zone);
  if (unit <= 0n) return bare;
  const since = time.total - yearOne;
  const rest = ((since % unit) + unit) % unit;
  return toNearest && rest + rest >= unit ? bare.add(unit - rest) : bare.add(-rest);
}

function saturated(nanos: bigint): bigint {
  if (nanos > maxInt64) return maxInt64;
  return nanos < minInt64 ? minInt64 : nanos;
}

function bytesOf(text: string): GoValue {
  return markList(
    Array.from(toBytes(text), (byte) => new GoInt("uint8", byte)),
    "[]uint8",
  );
}
