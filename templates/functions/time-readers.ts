import { dayNames, monthNames } from "./calendar.ts";

/** What a text says about a time: missing parts are undefined. Month, day and the day of the year count from 1. */
export interface ParsedTime {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  isUtc: boolean;
  /** Seconds east of UTC. */
  offset: number | undefined;
  zoneName: string;
  half: "am" | "pm" | undefined;
}

/** The text does not fit the part of the layout. */
export class Mismatch extends Error {}
/** The number fits, but no time has it. */
export class OutOfRange extends Error {}

/** What a part of a layout reads its value with. */
export interface Tools {
  number(isFixed: boolean, digits?: number): number;
  inRange(what: string, value: number, range: readonly [number, number]): number;
  name(names: readonly string[], length: number): number;
  take(length: number, fits: (found: string) => boolean): string;
  match(pattern: RegExp): string;
  optionalSpace(): void;
}

type Reader = (tools: Tools, time: ParsedTime) => void;

const month =
  (isFixed: boolean): Reader =>
  (tools, time) => {
    time.month = tools.inRange("month", tools.number(isFixed), [1, 12]);
  };
const day =
  (isFixed: boolean): Reader =>
  (tools, time) => {
    time.day = tools.number(isFixed);
  };
const hour =
  (isFixed: boolean, last: number): Reader =>
  (tools, time) => {
    time.hour = tools.inRange("hour", tools.number(isFixed), [0, last]);
  };
const minute =
  (isFixed: boolean): Reader =>
  (tools, time) => {
    time.minute = tools.inRange("minute", tools.number(isFixed), [0, 59]);
  };
const second =
  (isFixed: boolean): Reader =>
  (tools, time) => {
    time.second = tools.inRange("second", tools.number(isFixed), [0, 59]);
  };
const half =
  (am: string, pm: string): Reader =>
  (tools, time) => {
    time.half = tools.take(2, (found) => found === am || found === pm) === pm ? "pm" : "am";
  };

/** How each part of a layout but fractions and offsets is read, by its code. */
export const readers: { readonly [code: string]: Reader } = {
  "2006": (tools, time) => {
    time.year = tools.number(true, 4);
  },
  "06": (tools, time) => {
    const year = Number(tools.match(/^(?:[0-9]{2}|[+-][0-9])/));
    time.year = year >= 69 ? year + 1900 : year + 2000;
  },
  January: (tools, time) => {
    time.month = tools.name(monthNames, 9) + 1;
  },
  Jan: (tools, time) => {
    time.month = tools.name(monthNames, 3) + 1;
  },
  "01": month(true),
  "1": month(false),
  Monday: (tools) => tools.name(dayNames, 9),
  Mon: (tools) => tools.name(dayNames, 3),
  "02": day(true),
  "2": day(false),
  _2: (tools, time) => {
    tools.optionalSpace();
    time.day = tools.number(false);
  },
  "002": (tools, time) => {
    time.yearDay = tools.number(true, 3);
  },
  __2: (tools, time) => {
    tools.optionalSpace();
    tools.optionalSpace();
    time.yearDay = tools.number(false, 3);
  },
  "15": hour(false, 23),
  "03": hour(true, 12),
  "3": hour(false, 12),
  "04": minute(true),
  "4": minute(false),
  "05": second(true),
  "5": second(false),
  PM: half("AM", "PM"),
  pm: half("am", "pm"),
  MST: (tools, time) => {
    const found = tools.match(
      /^(?:UTC|ChST|MeST|GMT(?:[+-](?:0*(?:1[0-9]|2[0-3]|[0-9]))(?![0-9]))?|[+-]0*(?:1[0-9]|2[0-3]|[0-9])(?![0-9])|[A-Z]{4}T(?![A-Z])|(?:[A-Z]{3}T|WITA)(?![A-Z])|[A-Z]{3}(?![A-Z]))/,
    );
    if (found === "UTC") time.isUtc = true;
    else time.zoneName = found;
  },
};
