import type { Timestamp } from "../values.ts";

const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;
const date = /^\d{4}-\d\d-\d\d$/;

/** Nanoseconds since 1970 of a time in RFC 3339; undefined for what is none. */
export function parseTimestamp(text: string): bigint | undefined {
  const match = text.length > 64 ? null : rfc3339.exec(text);
  if (match === null) return undefined;
  const [, day = "", clock = "", fraction = "", zone = ""] = match;
  const millis = Date.parse(`${day}T${clock}${zone}`);
  if (Number.isNaN(millis) || !isDay(day)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** JavaScript takes the 31st of every month. */
function isDay(text: string): boolean {
  const millis = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text);
}

export function parseDate(text: string): bigint | undefined {
  return date.test(text) ? parseTimestamp(`${text}T00:00:00Z`) : undefined;
}

/** In UTC, with what fraction there is. */
export function showTimestamp(timestamp: Timestamp): string {
  const [seconds, nanos] = timestamp.parts;
  const clock = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, "");
  const fraction = String(nanos).padStart(9, "0").replace(/0+$/, "");
  return `${clock}${fraction === "" ? "" : `.${fraction}`}Z`;
}
