import { InvalidError, messageOf } from "../base/errors.ts";

/** A cron schedule: when it comes next after a moment. */
export interface Schedule {
  /** Milliseconds since 1970. */
  next(afterMs: number): number;
}

const zonePrefix = /^(?:CRON_)?TZ=(\S+)\s+/;
const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const fieldCount = 5;

/**
 * Reads a schedule as Argo CD's sync windows write it: five fields, `?` for `*`, a descriptor such as `@daily`, and a time
 * zone in front (`TZ=Europe/Berlin 0 6 * * *`) or beside. UTC where none is given. Throws InvalidError.
 */
export async function parseSchedule(text: string, timeZone = "UTC"): Promise<Schedule> {
  const prefix = zonePrefix.exec(text.trim());
  const zone = prefix?.[1] ?? timeZone;
  const given = text.trim().slice(prefix?.[0].length ?? 0);
  const expanded = Object.hasOwn(descriptors, given) ? (descriptors[given] as string) : given;
  const fields = expanded.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== fieldCount) throw badSchedule(text, `it has ${fields.length} fields, not ${fieldCount}`);
  const expression = fields.map((field) => (field === "?" ? "*" : field)).join(" ");
  const { CronTime } = await import("cron");
  try {
    const time = new CronTime(expression, zone);
    // Finds out here whether the schedule ever comes, and not when it should.
    time.getNextDateFrom(new Date(0), zone);
    return { next: (afterMs) => time.getNextDateFrom(new Date(afterMs), zone).toMillis() };
  } catch (cause: unknown) {
    throw badSchedule(text, messageOf(cause).split("\n")[0] ?? "", cause);
  }
}

function badSchedule(text: string, found: string, cause?: unknown): InvalidError {
  const remedy = "write minute, hour, day of month, month and day of week, and an IANA time zone";
  return new InvalidError(`the schedule ${JSON.stringify(text)} can't be read: ${found}`, {
    details: { remedy },
    cause,
  });
}
