import { isDay } from "../../schema/formats.ts";
import { Timestamp } from "../values.ts";

const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;
const date = /^\d{4}-\d\d-\d\d$/;

/** A time in RFC 3339; undefined for what is none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = text.length > 64 ? null : rfc3339.exec(text);
  if (match === null) return undefined;
  const [, day = "", clock = "", fraction = "", zone = ""] = match;
  const millis = Date.parse(`${day}T${clock}${zone}`);
  if (Number.isNaN(millis) || !isDay(day)) return undefined;
  const nanos = BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
  return new Timestamp(nanos, /00:00$/.test(zone) ? "Z" : zone);
}

export function parseDate(text: string): Timestamp | undefined {
  return date.test(text) ? parseTimestamp(`${text}T00:00:00Z`) : undefined;
}

/** In its zone, with what fraction there is. */
export function showTimestamp(timestamp: Timestamp): string {
  const [seconds, nanos] = timestamp.parts;
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(timestamp.zone) ?? [];
  const ahead = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const clock = new Date(Number(seconds) * 1000 + ahead).toISOString().replace(/\.\d+Z$/, "");
  const fraction = String(nanos).padStart(9, "0").replace(/0+$/, "");
  return `${clock}${fraction === "" ? "" : `.${fraction}`}${timestamp.zone}`;
}
