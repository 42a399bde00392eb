import { type GoMember, GoObject, type GoValue } from "../go/values.ts";
import { civilDate, dayNumber, dayOfYear, weekday } from "./calendar.ts";
import { UnsupportedJsonError } from "./json-error.ts";
import { type ClockTime, formatTime } from "./time-layout.ts";
import { timeMember } from "./time-members.ts";
import { parseTime } from "./time-parse.ts";
import { fixedZone, utc, type Zone } from "./zones.ts";

const billion = 1_000_000_000n;
const secondsPerDay = 86_400n;

/** A `time.Time`: a moment, and the zone that shows it. */
export class GoTime extends GoObject {
  readonly goType = "time.Time";
  /** Seconds since 1970. */
  readonly unix: bigint;
  /** Nanoseconds of the second. */
  readonly nanos: number;
  readonly zone: Zone;
  /** Nanoseconds since the process started, on times that `now` gave: Go prints them. */
  readonly monotonic: bigint | undefined;

  constructor(unix: bigint, nanos: number, zone: Zone = utc, monotonic?: bigint) {
    super();
    this.unix = BigInt.asIntN(64, unix);
    this.nanos = nanos;
    this.zone = zone;
    this.monotonic = monotonic;
  }

  /** Nanoseconds since 1970. */
  get total(): bigint {
    return this.unix * billion + BigInt(this.nanos);
  }

  /** As the clock of its zone shows it. */
  clock(): ClockTime {
    const { offset, abbreviation } = this.zone.at(this.unix);
    const local = this.unix + BigInt(offset);
    const ofDay = ((local % secondsPerDay) + secondsPerDay) % secondsPerDay;
    const number = Number((local - ofDay) / secondsPerDay);
    const seconds = Number(ofDay);
    return {
      ...civilDate(number),
      yearDay: dayOfYear(number),
      weekday: weekday(number),
      hour: Math.floor(seconds / 3600),
      minute: Math.floor(seconds / 60) % 60,
      second: seconds % 60,
      nanos: this.nanos,
      offset,
      abbreviation,
    };
  }

  format(layout: string): string {
    return formatTime(layout, this.clock());
  }

  in(zone: Zone): GoTime {
    return new GoTime(this.unix, this.nanos, zone);
  }

  add(nanos: bigint): GoTime {
    const total = this.total + nanos;
    const rest = ((total % billion) + billion) % billion;
    const monotonic = this.monotonic === undefined ? undefined : this.monotonic + nanos;
    return new GoTime((total - rest) / billion, Number(rest), this.zone, monotonic);
  }

  /** The same zone at another date and second of the day, which may be beyond their range. */
  withDate(
    date: { readonly year: number; readonly month: number; readonly day: number },
    secondsOfDay: number,
  ): GoTime {
    return dateIn(this.zone, date, secondsOfDay, this.nanos);
  }

  override toString(): string {
    const text = this.format("2006-01-02 15:04:05.999999999 -0700 MST");
    return this.monotonic === undefined ? text : `${text} m=${monotonicText(this.monotonic)}`;
  }

  override toJson(): GoValue {
    const { year, offset } = this.clock();
    if (year < 0 || year > 9999)
      throw new UnsupportedJsonError("error calling MarshalJSON: year outside of range [0,9999]");
    if (Math.abs(offset) >= 86_400) {
      throw new UnsupportedJsonError("error calling MarshalJSON: timezone hour outside of range [0,23]");
    }
    return this.format("2006-01-02T15:04:05.999999999Z07:00");
  }

  override member(name: string): GoMember | undefined {
    return timeMember(this, name);
  }
}

/** Go's zero time. */
export const zeroTime = new GoTime(-62_135_596_800n, 0);

function monotonicText(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? "-" : "+"}${size / billion}.${String(size % billion).padStart(9, "0")}`;
}

/** The current time, of the machine's clock. */
export function currentTime(): GoTime {
  const started = BigInt(Math.round(performance.timeOrigin * 1e6));
  const elapsed = BigInt(Math.round(performance.now() * 1e6));
  const total = started + elapsed;
  return new GoTime(total / billion, Number(total % billion), utc, elapsed);
}

/** A date and a clock time in a zone, as Go's `time.Date`: what is beyond its range runs over into the next larger unit. */
export function dateIn(
  zone: Zone,
  date: { readonly year: number; readonly month: number; readonly day: number },
  secondsOfDay: number,
  nanos: number,
): GoTime {
  const local = BigInt(dayNumber(date.year, date.month, date.day)) * secondsPerDay + BigInt(secondsOfDay);
  // The offset of the local time taken for UTC is right but near a change of it; then that of the result is.
  const guess = local - BigInt(zone.at(local).offset);
  return new GoTime(local - BigInt(zone.at(guess).offset), nanos, zone);
}

/** Reads a text in a layout, as Go's `time.ParseInLocation` in the local zone, which is UTC. */
export function readTime(layout: string, text: string): GoTime {
  const parsed = parseTime(layout, text);
  const { year, month = 1, day = 1, hour, minute, second, nanos, zoneName, offset } = parsed;
  const time = dateIn(utc, { year, month, day }, (hour * 60 + minute) * 60 + second, nanos);
  if (parsed.isUtc) return time;
  if (offset !== undefined) {
    const isLocal = offset === 0 && (zoneName === "" || zoneName === "UTC");
    return new GoTime(time.unix - BigInt(offset), nanos, isLocal ? utc : fixedZone(zoneName, offset));
  }
  if (zoneName === "") return time;
  // Go knows the name but not its offset, except that GMT may carry one: it is shown, but not taken off the time.
  const hours = zoneName.startsWith("GMT") ? Number(zoneName.slice(3) || 0) : 0;
  return new GoTime(time.unix, nanos, fixedZone(zoneName, hours * 3600));
}
