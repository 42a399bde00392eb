import { method, type Overload } from "../overload.ts";
import { durationType, intType, stringType, timestampType } from "../types.ts";
import { type Duration, EvaluationError, type Timestamp } from "../values.ts";

type Part = (date: Date, nanos: bigint) => number;

const parts: { readonly [name: string]: Part } = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: (date) => Math.floor((startOfDay(date) - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (_, nanos) => Number(nanos / 1_000_000n),
};

const overloadNames: { readonly [name: string]: string } = {
  getFullYear: "year",
  getMonth: "month",
  getDayOfYear: "day_of_year",
  getDayOfMonth: "day_of_month",
  getDate: "day_of_month_1_based",
  getDayOfWeek: "day_of_week",
  getHours: "hours",
  getMinutes: "minutes",
  getSeconds: "seconds",
  getMilliseconds: "milliseconds",
};

function startOfDay(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
}

function partOf(part: Part, timestamp: Timestamp, zone = "UTC"): bigint {
  const [seconds, nanos] = timestamp.parts;
  const millis = Number(seconds) * 1000;
  return BigInt(part(new Date(millis + offsetOf(zone, millis)), nanos));
}

/** Milliseconds by which a zone is ahead of UTC: `02:00`, `-08:00`, or a name. */
function offsetOf(zone: string, millis: number): number {
  const [, sign, hours, minutes] = /^([+-]?)(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours !== undefined) return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (zone === "UTC" || zone === "") return 0;
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    const name = format.formatToParts(millis).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    return offsetOf(name.replace("GMT", "") || "UTC", millis);
  } catch (error: unknown) {
    if (!(error instanceof RangeError)) throw error;
    throw new EvaluationError(`unknown time zone ${zone}`);
  }
}

const spans: readonly (readonly [name: string, id: string, nanos: bigint])[] = [
  ["getHours", "duration_to_hours", 3_600_000_000_000n],
  ["getMinutes", "duration_to_minutes", 60_000_000_000n],
  ["getSeconds", "duration_to_seconds", 1_000_000_000n],
  ["getMilliseconds", "duration_to_milliseconds", 1_000_000n],
];

/** The parts of times and durations. */
export const times: readonly Overload[] = [
  ...Object.entries(parts).flatMap(([name, part]) => {
    const id = `timestamp_to_${overloadNames[name]}`;
    return [
      method(name, id, [timestampType], intType, (time: Timestamp) => partOf(part, time)),
      method(name, `${id}_with_tz`, [timestampType, stringType], intType, (time: Timestamp, zone: string) =>
        partOf(part, time, zone),
      ),
    ];
  }),
  ...spans.map(([name, id, nanos]) =>
    method(name, id, [durationType], intType, (span: Duration) => span.nanos / nanos),
  ),
];
