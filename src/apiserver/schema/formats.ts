import { isIP, isIPv4, isIPv6 } from "node:net";

const uuid = (version: string): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, "i");

const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const duration =
  /^(?:\d+(?:\.\d+)?\s*(?:ns|us|µs|ms|s|m|h|d|w|nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?)\s*)+$/;
const hostname =
  /^(?=.{1,253}$)[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*$/;

type FormatCheck = (text: string) => boolean;

/** The string formats that a server checks; a format that is not here is not checked. */
export const stringFormats: { readonly [format: string]: FormatCheck } = {
  "date-time": isDateTime,
  datetime: isDateTime,
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDay(text),
  duration: (text) => duration.test(text) || text === "0",
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hostname: (text) => hostname.test(text),
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  cidr: isCidr,
  mac: (text) => /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  uri: isRequestUri,
  uuid: (text) => uuid("[0-9a-f]").test(text),
  uuid3: (text) => uuid("3").test(text),
  uuid4: (text) => uuid("4").test(text),
  uuid5: (text) => uuid("5").test(text),
};

function isCidr(text: string): boolean {
  const match = /^(.+)\/(\d{1,3})$/.exec(text);
  const family = match === null ? 0 : isIP(match[1]!);
  return family !== 0 && Number(match![2]) <= (family === 4 ? 32 : 128);
}

function isRequestUri(text: string): boolean {
  return text.startsWith("/") || /^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+$/.test(text);
}

/** Whether the month of a date has such a day: JavaScript takes the 31st of every month. */
export function isDay(text: string): boolean {
  const millis = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  return dateTime.test(text) && !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10));
}
