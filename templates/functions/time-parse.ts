import { dayNumber, daysInMonth } from "./calendar.ts";
import { type LayoutPart, layoutParts } from "./time-layout.ts";
import { Mismatch, OutOfRange, type ParsedTime, readers, type Tools } from "./time-readers.ts";

/** Reads a time as Go's `time.Parse` does; throws where the text does not fit the layout. */
export function parseTime(layout: string, text: string): ParsedTime {
  return new TimeReader(layout, text).read();
}

class TimeReader {
  private readonly layout: string;
  private readonly text: string;
  private rest: string;
  private readonly time: ParsedTime = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    isUtc: false,
    offset: undefined,
    zoneName: "",
    half: undefined,
  };

  constructor(layout: string, text: string) {
    this.layout = layout;
    this.text = text;
    this.rest = text;
  }

  read(): ParsedTime {
    const parts = layoutParts(this.layout);
    for (const [index, part] of parts.entries()) this.part(part, parts[index + 1]);
    if (this.rest !== "") throw this.error(`extra text: ${JSON.stringify(this.rest)}`);
    const { time } = this;
    if (time.half === "pm" && time.hour < 12) time.hour += 12;
    else if (time.half === "am" && time.hour === 12) time.hour = 0;
    this.settleDay();
    return time;
  }

  private part({ prefix, code }: LayoutPart, next: LayoutPart | undefined): void {
    const held = this.rest;
    try {
      this.skip(prefix);
      if (code !== "") this.value(code, next);
    } catch (error: unknown) {
      if (error instanceof OutOfRange) throw this.error(`${error.message} out of range`);
      if (!(error instanceof Mismatch)) throw error;
      throw this.error(`cannot parse ${JSON.stringify(held)} as ${JSON.stringify(code === "" ? prefix : code)}`);
    }
  }

  private error(problem: string): Error {
    return new Error(`parsing time ${JSON.stringify(this.text)} as ${JSON.stringify(this.layout)}: ${problem}`);
  }

  /** The text between the parts; spaces may be more or fewer, and none at the end. */
  private skip(prefix: string): void {
    for (const [piece] of prefix.matchAll(/ +|[^ ]+/g)) {
      if (piece.startsWith(" ")) {
        if (this.rest !== "" && !this.rest.startsWith(" ")) throw new Mismatch();
        this.rest = this.rest.replace(/^ +/, "");
      } else this.take(piece.length, (found) => found === piece);
    }
  }

  /** Cuts off so many characters that fit. */
  private take(length: number, fits: (found: string) => boolean): string {
    const found = this.rest.slice(0, length);
    if (found.length < length || !fits(found)) throw new Mismatch();
    this.rest = this.rest.slice(length);
    return found;
  }

  private match(pattern: RegExp): string {
    const found = pattern.exec(this.rest);
    if (found === null) throw new Mismatch();
    this.rest = this.rest.slice(found[0].length);
    return found[0];
  }

  private value(code: string, next: LayoutPart | undefined): void {
    const { time } = this;
    const reader = readers[code];
    if (reader !== undefined) reader(this.tools, time);
    else if (/^[.,]/.test(code)) this.fraction(code);
    else this.zoneOffset(code);
    // Fractions of a second are taken also where the layout has none.
    const isSecond = code === "5" || code === "05";
    if (isSecond && !/^[.,]/.test(next?.code ?? "")) this.fraction(".9");
  }

  private readonly tools: Tools = {
    number: (isFixed, digits = 2) =>
      Number(this.match(isFixed ? new RegExp(`^[0-9]{${digits}}`) : new RegExp(`^[0-9]{1,${digits}}`))),
    inRange: (what, value, [low, high]) => {
      if (value < low || value > high) throw new OutOfRange(what);
      return value;
    },
    name: (names, length) => {
      const lower = this.rest.toLowerCase();
      const index = names.findIndex((name) => lower.startsWith(name.slice(0, length).toLowerCase()));
      if (index < 0) throw new Mismatch();
      this.rest = this.rest.slice(Math.min((names[index] as string).length, length));
      return index;
    },
    take: (length, fits) => this.take(length, fits),
    match: (pattern) => this.match(pattern),
    optionalSpace: () => {
      if (this.rest.startsWith(" ")) this.rest = this.rest.slice(1);
    },
  };

  private fraction(code: string): void {
    if (code.charAt(1) === "0") {
      const digits = this.take(code.length, (found) => /^[.,][0-9]+$/.test(found));
      this.time.nanos = nanosOf(digits);
      return;
    }
    const found = /^[.,][0-9]+/.exec(this.rest);
    if (found === null) return;
    this.rest = this.rest.slice(found[0].length);
    this.time.nanos = nanosOf(found[0]);
  }

  private zoneOffset(code: string): void {
    if (code.startsWith("Z") && this.rest.startsWith("Z")) {
      this.rest = this.rest.slice(1);
      this.time.isUtc = true;
      return;
    }
    const shape = code.slice(1).replace(/[0-9]/g, "\\d");
    const found = this.match(new RegExp(`^[+-]${shape}`));
    const [hours = 0, minutes = 0, seconds = 0] = (found.match(/[0-9]{2}/g) ?? []).map(Number);
    if (hours > 24) throw new OutOfRange("time zone offset hour");
    if (minutes > 60) throw new OutOfRange("time zone offset minute");
    if (seconds > 60) throw new OutOfRange("time zone offset second");
    this.time.offset = (found.startsWith("-") ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds);
  }

  /** The day of the year gives month and day; either way they must exist. */
  private settleDay(): void {
    const { time } = this;
    if (time.yearDay !== undefined) this.settleYearDay(time.yearDay);
    const month = time.month ?? 1;
    const day = time.day ?? 1;
    if (day < 1 || day > daysInMonth(time.year, month)) throw this.error("day out of range");
  }

  private settleYearDay(yearDay: number): void {
    const { time } = this;
    const days = dayNumber(time.year + 1, 1, 1) - dayNumber(time.year, 1, 1);
    if (yearDay < 1 || yearDay > days) throw this.error("day-of-year out of range");
    let month = 12;
    let first = dayOfMonthStart(time.year, month);
    while (first >= yearDay) first = dayOfMonthStart(time.year, --month);
    if (time.month !== undefined && time.month !== month) throw this.error("day-of-year does not match month");
    if (time.day !== undefined && time.day !== yearDay - first) throw this.error("day-of-year does not match day");
    time.month = month;
    time.day = yearDay - first;
  }
}

/** Days of the year before a month. */
function dayOfMonthStart(year: number, month: number): number {
  return dayNumber(year, month, 1) - dayNumber(year, 1, 1);
}

function nanosOf(fraction: string): number {
  return Number(fraction.slice(1, 10).padEnd(9, "0"));
}
