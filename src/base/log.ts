import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import { FleetError, messageOf } from "./errors.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";
export type LogFormat = "text" | "json";

/** Facts beside a message. An `Error` is written as its message and reason, a value under a secret's name is left out. */
export interface LogFacts {
  readonly [name: string]: unknown;
}

/** The log. Messages are lower case sentences, what changes stands in the facts. No secret gets through it. */
export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
  /** A log that adds these facts to each line. */
  with(facts: LogFacts): Log;
}

export interface LogOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Default `text`. */
  readonly format?: LogFormat;
  /** Takes one line, ended by a newline. */
  readonly write: (line: string) => void;
  readonly clock?: Clock;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const secretName = /token|passw|secret(?!name)|authorization|credential|cookie|private|keydata|certdata|apikey/i;
const urlCredentials = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9+/_.~=-]{8,}/gi;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const maxDepth = 4;
const maxTextLength = 4_000;

/** A text without credentials in URLs and authorization headers, and cut to a sane length. */
export function redactText(text: string): string {
  const short = text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
  return short.replace(urlCredentials, "$1***@").replace(bearer, "$1 ***").replace(privateKey, "***");
}

function redact(name: string, value: unknown, depth = 0): unknown {
  if (value === undefined || value === null) return value;
  if (secretName.test(name)) return "***";
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof FleetError) return redactText(`${value.reason}: ${value.message}`);
  if (value instanceof Error) return redactText(messageOf(value));
  if (typeof value !== "object") return value;
  if (depth >= maxDepth) return "…";
  if (Array.isArray(value)) return value.map((item) => redact("", item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(key, item, depth + 1)]));
}

function redactFacts(facts: LogFacts): Record<string, unknown> {
  return redact("", facts) as Record<string, unknown>;
}

function asText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

type Formatter = (level: LogLevel, at: string, message: string, facts: Record<string, unknown>) => string;

const formatters: Readonly<Record<LogFormat, Formatter>> = {
  json: (level, at, message, facts) => JSON.stringify({ level, time: at, msg: message, ...facts }),
  text(level, at, message, facts) {
    const pairs = Object.entries(facts).filter(([, value]) => value !== undefined);
    const tail = pairs.map(([name, value]) => ` ${name}=${asText(value)}`).join("");
    return `${at} ${level.padEnd(5)} ${message.replaceAll("\n", "\\n")}${tail}`;
  },
};

export function openLog(options: LogOptions): Log {
  const { level = "info", format = "text", write, clock = systemClock } = options;
  const make = (base: Record<string, unknown>): Log => {
    const at = (lineLevel: LogLevel) => (message: string, facts?: LogFacts) => {
      if (ranks[lineLevel] < ranks[level]) return;
      const all = facts === undefined ? base : { ...base, ...redactFacts(facts) };
      write(`${formatters[format](lineLevel, new Date(clock.now()).toISOString(), redactText(message), all)}\n`);
    };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      with: (facts) => make({ ...base, ...redactFacts(facts) }),
    };
  };
  return make({});
}

/** A log that keeps nothing. */
export const silentLog: Log = openLog({ level: "silent", write: () => undefined });
