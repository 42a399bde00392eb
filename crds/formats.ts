const uuid = (version: string): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, "i");
const dayOfYear = /^(\d{4})-(\d{2})-(\d{2})$/;
const timeOfDay = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(z|[-+]\d{2}:?\d{2})$/i;

/** The formats of text that an API server checks; it takes no notice of others. Names without their dashes. */
const formats: ReadonlyMap<string, (text: string) => boolean> = new Map<string, (text: string) => boolean>([
  ["datetime", isDateTime],
  ["date", isDate],
  [
    "duration",
    matches(
      /^-?(?:\d+(?:\.\d*)?\s*(?:ns|us|µs|μs|ms|s|m|h|d|w|nanos?|micros?|millis?|secs?|mins?|hours?|days?|weeks?)\s*)+$/,
    ),
  ],
  ["uri", (text) => URL.canParse(text) || text.startsWith("/")],
  ["email", matches(/^[^@\s]+@[^@\s]+$/)],
  [
    "hostname",
    matches(
      /^(?=.{1,255}$)[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,62}[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,62}[a-zA-Z0-9_])?)*\.?$/,
    ),
  ],
  ["ipv4", isIpv4],
  ["ipv6", isIpv6],
  ["cidr", isCidr],
  ["mac", matches(/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i)],
  ["uuid", matches(uuid("[0-9a-f]{4}"))],
  ["uuid3", matches(uuid("3[0-9a-f]{3}"))],
  ["uuid4", matches(uuid("4[0-9a-f]{3}"))],
  ["uuid5", matches(uuid("5[0-9a-f]{3}"))],
  ["byte", matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)],
  ["hexcolor", matches(/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i)],
]);

const uncheckedFormats: ReadonlySet<string> = new Set(
  "bsonobjectid isbn isbn10 isbn13 creditcard ssn rgbcolor password k8sshortname k8slongname".split(" "),
);

/** Whether an API server knows the format of text; one that it does not know it ignores. */
export function isCheckedFormat(format: string): boolean {
  const name = format.replaceAll("-", "");
  return formats.has(name) || uncheckedFormats.has(name);
}

/** Whether the text has the format; true for a format that is not checked. */
export function hasFormat(format: string, text: string): boolean {
  return formats.get(format.replaceAll("-", ""))?.(text) ?? true;
}

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => text.length < 4096 && pattern.test(text);
}

function isDate(text: string): boolean {
  const match = dayOfYear.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function isDateTime(text: string): boolean {
  const [date, time, ...more] = text.split(/t/i);
  return more.length === 0 && isDate(date ?? "") && timeOfDay.test(time ?? "");
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/.test(text) && !text.endsWith(".");
}

function isIpv6(text: string): boolean {
  return text.includes(":") && !/[^0-9a-fA-F:.]/.test(text) && URL.canParse(`http://[${text}]/`);
}

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  if (more.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return isIpv4(address) ? Number(bits) <= 32 : isIpv6(address) && Number(bits) <= 128;
}
