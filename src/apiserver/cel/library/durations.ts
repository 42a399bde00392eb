import type { Duration } from "../values.ts";

const units: { readonly [unit: string]: bigint } = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const part = /(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gy;

/** Nanoseconds of a duration as Go writes one: `1h30m`, `-1.5s`, `0`. Undefined for what is none. */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0n;
  if (rest === "" || rest.length > 128) return undefined;
  let nanos = 0n;
  let end = 0;
  for (const [whole, digits = "", fraction = "", unit = ""] of rest.matchAll(part)) {
    if (digits === "" && fraction === "") return undefined;
    const size = units[unit]!;
    nanos += BigInt(digits || "0") * size;
    if (fraction !== "") nanos += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
    end += whole.length;
  }
  if (end !== rest.length || nanos >= 2n ** 63n) return undefined;
  return sign === "-" ? -nanos : nanos;
}

/** Seconds with what fraction there is: `90s`, `1.5s`. */
export function showDuration({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${nanos < 0n ? "-" : ""}${size / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}s`;
}

const long: { readonly [unit: string]: bigint } = {
  ...units,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** A duration as the OpenAPI format has it, which also knows days, weeks and units in full. */
export function parseFormattedDuration(text: string): bigint | undefined {
  const strict = parseDuration(text);
  if (strict !== undefined) return strict;
  let nanos = 0n;
  for (const [, digits = "", fraction = "", name = ""] of text.matchAll(/(\d+)(?:\.(\d+))?\s*([a-z\u00b5]+)/gi)) {
    const unit = longNames.find(([pattern]) => pattern.test(name))?.[1];
    if (unit === undefined) return undefined;
    const size = long[unit]!;
    nanos += BigInt(digits) * size;
    if (fraction !== "") nanos += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  return nanos;
}

const longNames: readonly (readonly [RegExp, string])[] = [
  [/^(ns|nano(second)?s?)$/i, "ns"],
  [/^(us|\u00b5s|micro(second)?s?)$/i, "us"],
  [/^(ms|milli(second)?s?)$/i, "ms"],
  [/^(s|sec(ond)?s?)$/i, "s"],
  [/^(m|min(ute)?s?)$/i, "m"],
  [/^(h|hr|hours?)$/i, "h"],
  [/^(d|days?)$/i, "d"],
  [/^(w|wk|weeks?)$/i, "w"],
];
