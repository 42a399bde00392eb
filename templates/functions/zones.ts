import { dayNumber } from "./calendar.ts";
import { zoneLines } from "./zone-names.ts";

/** What a clock in a zone shows at a moment. */
export interface ZoneMoment {
  /** Seconds east of UTC. */
  readonly offset: number;
  /** `CET`; empty where a zone has no name, only an offset. */
  readonly abbreviation: string;
  readonly isSummer: boolean;
}

/** A Go `time.Location`. */
export interface Zone {
  readonly name: string;
  /** At so many seconds since 1970. */
  at(unix: bigint): ZoneMoment;
}

const secondsPerDay = 86_400;
/** 1800-01-01: before it every zone has its local mean time. */
const firstChange = -5_364_662_400n;
/** 400 years, after which the calendar repeats itself: far in the future an earlier year stands for one. */
const secondsPerEra = 146_097n * 86_400n;

/** A zone with the same offset always. */
export function fixedZone(name: string, offset: number): Zone {
  const moment = { offset, abbreviation: name, isSummer: false };
  return { name, at: () => moment };
}

export const utc = fixedZone("UTC", 0);

/** Zones that are an offset by name only: the platform takes them for that of a city. */
const fixedZones: { readonly [name: string]: number } = { EST: -5, MST: -7, HST: -10 };

let rulesByZone: Map<string, string> | undefined;
const loaded = new Map<string, Zone>();

/**
 * The zone of this name; UTC where there is none, as sprig has it. The local zone is UTC as well, on every machine: what a
 * template gives must not depend on where it is rendered.
 */
export function loadZone(name: string): Zone {
  if (name === "" || name === "UTC" || name === "Local") return utc;
  const known = loaded.get(name);
  if (known !== undefined) return known;
  rulesByZone ??= readZoneLines();
  const rules = rulesByZone.get(name);
  if (rules === undefined) return utc;
  const hours = Object.hasOwn(fixedZones, name) ? fixedZones[name] : undefined;
  const zone = hours === undefined ? new NamedZone(name, rules) : fixedZone(name, hours * 3600);
  loaded.set(name, zone);
  return zone;
}

function readZoneLines(): Map<string, string> {
  const rules = new Map<string, string>();
  for (const line of zoneLines.trim().split("\n")) {
    const bar = line.indexOf("|");
    for (const name of line.slice(bar + 1).split(" ")) rules.set(name, line.slice(0, bar));
  }
  return rules;
}

interface Rule extends ZoneMoment {
  /** The first day since 1970 on which it is no longer used. */
  readonly endDay: number;
}

function readRule(text: string): Rule | undefined {
  const match = /^(-?\d+)(!?)([^<]+)(?:<(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, minutes, mark, abbreviation = "", end] = match;
  const endDay = end === undefined ? Number.POSITIVE_INFINITY : Number(end);
  return { offset: Number(minutes) * 60, abbreviation, isSummer: mark === "!", endDay };
}

class NamedZone implements Zone {
  readonly name: string;
  private readonly rules: readonly Rule[];
  private readonly format: Intl.DateTimeFormat;

  constructor(name: string, rules: string) {
    this.name = name;
    this.rules = rules.split(" ").flatMap((text) => readRule(text) ?? []);
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  at(unix: bigint): ZoneMoment {
    const offset = this.offsetAt(unix);
    const day = Number(unix) / secondsPerDay;
    const known = this.rules.find((rule) => rule.offset === offset && day < rule.endDay);
    if (known !== undefined) return known;
    return { offset, abbreviation: offset % 60 === 0 ? numericName(offset / 60) : "LMT", isSummer: false };
  }

  private offsetAt(unix: bigint): number {
    const early = unix < firstChange ? firstChange : unix;
    const seconds = Number(early > 2n * secondsPerEra ? secondsPerEra + (early % secondsPerEra) : early);
    return this.localSeconds(seconds) - seconds;
  }

  private localSeconds(unix: number): number {
    const parts: { [type: string]: number } = {};
    for (const { type, value } of this.format.formatToParts(unix * 1000)) parts[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
    return dayNumber(year, month, day) * secondsPerDay + hour * 3600 + minute * 60 + second;
  }
}

/** `-03`, `+0530`. */
function numericName(minutes: number): string {
  const size = Math.abs(minutes);
  const hours = String(Math.floor(size / 60)).padStart(2, "0");
  const rest = size % 60 === 0 ? "" : String(size % 60).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${hours}${rest}`;
}
