import { GoInt, type GoValue } from "../go/values.ts";
import { define, defineRandom } from "./define.ts";
import type { FunctionContext, FunctionTable, TemplateFunction } from "./function.ts";
import { parseGoDuration, roundNanos, writeDuration } from "./go-duration.ts";
import { currentTime, GoTime, readTime, zeroTime } from "./go-time.ts";
import { parseGoInt } from "./parse-number.ts";
import { loadZone, utc } from "./zones.ts";

const second = 1_000_000_000n;
const htmlLayout = "2006-01-02";

const dateInZone = define(
  "func(string, any, string) string",
  "a date in a Go layout (`2006-01-02 15:04:05 MST`) and a time zone, UTC where there is none of that name",
  ([layout, date, zone], context) => timeOf(date, context).in(loadZone(zone)).format(layout),
);
const dateModify = define(
  "func(string, time.Time) time.Time",
  "a date moved by a duration such as `-1h30m`; unchanged where that is none",
  ([duration, date]) => orElse(() => modify(duration, date), date),
);
const mustDateModify = define(
  "func(string, time.Time) (time.Time, error)",
  "as `dateModify`, but fails where the text is no duration",
  ([duration, date]) => modify(duration, date),
);

/** Dates. A date is a time, or an integer (`int64`, `int`) of seconds since 1970; anything else counts as now. The local zone is UTC. */
export const dateFunctions: FunctionTable = {
  now: defineRandom("func() time.Time", "the current time", () => currentTime()),
  date: define(
    "func(string, any) string",
    "a date in a Go layout (`2006-01-02`), in UTC on every machine",
    ([layout, date], context) => timeOf(date, context).in(utc).format(layout),
  ),
  dateInZone,
  date_in_zone: renamed(dateInZone, "as `dateInZone`"),
  dateModify,
  date_modify: renamed(dateModify, "as `dateModify`"),
  mustDateModify,
  must_date_modify: renamed(mustDateModify, "as `mustDateModify`"),
  htmlDate: define("func(any) string", "a date as `2006-01-02`, in UTC on every machine", ([date], context) =>
    timeOf(date, context).in(utc).format(htmlLayout),
  ),
  htmlDateInZone: define("func(any, string) string", "a date as `2006-01-02` in a time zone", ([date, zone], context) =>
    timeOf(date, context).in(loadZone(zone)).format(htmlLayout),
  ),
  toDate: define(
    "func(string, string) time.Time",
    "the time that a text in a Go layout says; the year 1 where it is none",
    ([layout, text]) => orElse(() => readTime(layout, text), zeroTime),
  ),
  mustToDate: define(
    "func(string, string) (time.Time, error)",
    "as `toDate`, but fails where the text does not fit",
    ([layout, text]) => readTime(layout, text),
  ),
  unixEpoch: define("func(time.Time) string", "the seconds since 1970", ([date]) => String(date.unix)),
  ago: defineRandom("func(any) string", "the duration since a date, in seconds", ([date], context) =>
    writeDuration(roundNanos(since(timeOf(date, context)), second)),
  ),
  duration: define(
    "func(any) string",
    "so many seconds, a text or an int64, as a duration: `95` is `1m35s`",
    ([seconds]) => writeDuration(BigInt.asIntN(64, secondsOf(seconds) * second)),
  ),
  durationRound: define(
    "func(any) string",
    "a duration (a text, or an int64 of nanoseconds) in its largest unit: `2h10m5s` is `2h`",
    ([duration], context) => largestUnit(durationNanos(duration, context)),
  ),
};

function renamed(original: TemplateFunction, doc: string): TemplateFunction {
  return { ...original, doc };
}

function orElse(read: () => GoTime, fallback: GoTime): GoTime {
  try {
    return read();
  } catch {
    // Sprig drops the error of all functions without `must`.
    return fallback;
  }
}

function modify(duration: string, date: GoTime): GoTime {
  return date.add(parseGoDuration(duration));
}

function timeOf(date: GoValue, context: FunctionContext): GoTime {
  if (date instanceof GoTime) return date;
  if (date instanceof GoInt && /^int(?:32|64)?$/.test(date.kind)) return new GoTime(date.value, 0);
  context.run.nonDeterministic = true;
  return currentTime();
}

function secondsOf(value: GoValue): bigint {
  if (typeof value === "string") return parseGoInt(value, 10).value;
  return value instanceof GoInt && value.kind === "int64" ? value.value : 0n;
}

/** The time gone by; a duration holds 292 years at most, and Go stops there. */
function since(time: GoTime): bigint {
  const nanos = currentTime().total - time.total;
  const wrapped = BigInt.asIntN(64, nanos);
  if (wrapped === nanos) return nanos;
  return nanos > 0n ? (1n << 63n) - 1n : -(1n << 63n);
}

function durationNanos(value: GoValue, context: FunctionContext): bigint {
  if (value instanceof GoInt) return value.kind === "int64" ? value.value : 0n;
  if (value instanceof GoTime) {
    context.run.nonDeterministic = true;
    return since(value);
  }
  if (typeof value !== "string") return 0n;
  try {
    return parseGoDuration(value);
  } catch {
    // Sprig drops the error: what is no duration lasts nothing.
    return 0n;
  }
}

const units: readonly (readonly [string, bigint])[] = [
  ["y", 365n * 86_400n * second],
  ["mo", 30n * 86_400n * second],
  ["d", 86_400n * second],
  ["h", 3_600n * second],
  ["m", 60n * second],
  ["s", second],
];

/** How often the largest unit that is shorter than the duration goes into it. */
function largestUnit(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const found = units.find(([, unit]) => size > unit);
  return found === undefined ? "0s" : `${size / found[1]}${found[0]}`;
}
