import { dayNames, monthNames } from "./calendar.ts";

/** What stands for one part of a time in a Go layout, such as `2006` or `Jan`. */
export interface LayoutPart {
  /** The text before it. */
  readonly prefix: string;
  /** Empty at the end of the layout. */
  readonly code: string;
}

/** A time as a clock and a calendar show it. */
export interface ClockTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly yearDay: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanos: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly abbreviation: string;
}

const code =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?!\d)/g;

/** The parts of a layout in order; what follows the last is the prefix of an empty one. */
export function layoutParts(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let end = 0;
  for (const match of layout.matchAll(code)) {
    parts.push({ prefix: layout.slice(end, match.index), code: match[0] });
    end = match.index + match[0].length;
  }
  parts.push({ prefix: layout.slice(end), code: "" });
  return parts;
}

/** Writes a time in a Go layout. */
export function formatTime(layout: string, time: ClockTime): string {
  return layoutParts(layout)
    .map(({ prefix, code }) => prefix + formatPart(code, time))
    .join("");
}

function formatPart(code: string, time: ClockTime): string {
  const writer = writers[code];
  if (writer !== undefined) return writer(time);
  if (/^[.,]/.test(code)) return fractionText(code, time.nanos);
  return code === "" ? "" : offsetText(code, time.offset);
}

const hour12 = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12);

const writers: { readonly [code: string]: (time: ClockTime) => string } = {
  "2006": ({ year }) => padded(year, 4),
  "06": ({ year }) => padded(Math.abs(year) % 100, 2),
  January: ({ month }) => monthNames[month - 1] as string,
  Jan: ({ month }) => (monthNames[month - 1] as string).slice(0, 3),
  "01": ({ month }) => padded(month, 2),
  "1": ({ month }) => String(month),
  Monday: ({ weekday }) => dayNames[weekday] as string,
  Mon: ({ weekday }) => (dayNames[weekday] as string).slice(0, 3),
  "02": ({ day }) => padded(day, 2),
  _2: ({ day }) => String(day).padStart(2),
  "2": ({ day }) => String(day),
  "002": ({ yearDay }) => padded(yearDay, 3),
  __2: ({ yearDay }) => String(yearDay).padStart(3),
  "15": ({ hour }) => padded(hour, 2),
  "03": ({ hour }) => padded(hour12(hour), 2),
  "3": ({ hour }) => String(hour12(hour)),
  "04": ({ minute }) => padded(minute, 2),
  "4": ({ minute }) => String(minute),
  "05": ({ second }) => padded(second, 2),
  "5": ({ second }) => String(second),
  PM: ({ hour }) => (hour >= 12 ? "PM" : "AM"),
  pm: ({ hour }) => (hour >= 12 ? "pm" : "am"),
  MST: ({ abbreviation, offset }) => (abbreviation === "" ? offsetText("-0700", offset) : abbreviation),
};

/** Zeros keep all digits, nines drop trailing zeros, and with none left the point too. */
function fractionText(code: string, nanos: number): string {
  const digits = padded(nanos, 9)
    .slice(0, code.length - 1)
    .padEnd(code.length - 1, "0");
  if (code.charAt(1) === "0") return code.charAt(0) + digits;
  const trimmed = digits.slice(0, 9).replace(/0+$/, "");
  return trimmed === "" ? "" : code.charAt(0) + trimmed;
}

/** `-07:00` and its kin; those with `Z` write just that for UTC. */
function offsetText(code: string, offset: number): string {
  if (offset === 0 && code.startsWith("Z")) return "Z";
  const minutes = Math.trunc(offset / 60);
  const size = Math.abs(minutes);
  const colon = code.includes(":") ? ":" : "";
  const hours = (minutes < 0 ? "-" : "+") + padded(Math.floor(size / 60), 2);
  if (code.length === 3) return hours;
  const rest = colon + padded(size % 60, 2);
  if (code.length < 7) return hours + rest;
  const seconds = minutes < 0 ? -offset % 60 : offset % 60;
  return hours + rest + colon + padded(seconds, 2);
}

function padded(value: number, width: number): string {
  return (value < 0 ? "-" : "") + String(Math.abs(value)).padStart(width, "0");
}
