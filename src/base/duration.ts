import { InvalidError } from "./errors.ts";

const unitMs: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const part = /([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)/y;
// Go counts nanoseconds in an int64.
const longestMs = 2 ** 63 / 1e6;

/**
 * Milliseconds of a duration as Go writes it: `5s`, `1h30m`, `1.5h`, `-2m`, `0`. Throws InvalidError; `what` names the
 * field in its message.
 */
export function parseDuration(text: string, what = "the duration"): number {
  const unsigned = /^[-+]/.test(text) ? text.slice(1) : text;
  if (unsigned === "0") return 0;
  let total = 0;
  let at = 0;
  while (at < unsigned.length) {
    part.lastIndex = at;
    const match = part.exec(unsigned);
    if (match === null) throw invalid(text, what);
    total += Number(match[1]) * (unitMs[match[2] ?? ""] ?? 0);
    at = part.lastIndex;
  }
  if (unsigned === "" || total >= longestMs) throw invalid(text, what);
  return text.startsWith("-") ? -total : total;
}

/** As `parseDuration`, but a bare number counts seconds, as in the retry backoff of an Application. */
export function parseDurationOrSeconds(text: string, what = "the duration"): number {
  return /^[-+]?[0-9]+$/.test(text) ? Number(text) * 1_000 : parseDuration(text, what);
}

function invalid(text: string, what: string): InvalidError {
  return new InvalidError(`${what} is ${JSON.stringify(text.slice(0, 40))}, which is no duration`, {
    details: { remedy: "write a number with a unit: 30s, 5m, 1h30m" },
  });
}
