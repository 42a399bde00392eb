import type { Value } from "./values.ts";

/** What a plain scalar stands for. `str` and `timestamp` both read as text; only writing tells them apart. */
export type ScalarKind = "null" | "bool" | "int" | "float" | "str" | "timestamp";

export interface Scalar {
  readonly kind: ScalarKind;
  readonly value: Value;
}

const named: ReadonlyMap<string, Scalar> = new Map(namedScalars());
const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d{2}):(\d{2})))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/;
const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$/;
const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const pointFloat = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;
const signedBits = /^0b[-+][01]+$/;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;
const maxUint64 = 2n ** 64n - 1n;

/**
 * Resolves a plain scalar as YAML 1.1 is read in Kubernetes (go-yaml v2 under sigs.k8s.io/yaml): `y`, `on` and `no` are
 * booleans, `017` is octal, `1_000` a thousand, while base-60 numbers and dates stay text.
 */
export function resolvePlain(text: string): Scalar {
  const first = text.charCodeAt(0);
  if (!mayResolve(first)) return text === "" ? namedNull : { kind: "str", value: text };
  const known = named.get(text);
  if (known !== undefined) return known;
  if (first === 0x2e) return pointFloat.test(text) ? floatOr(text) : { kind: "str", value: text };
  if (isDigit(first) || first === 0x2b || first === 0x2d) return resolveNumber(text);
  return { kind: "str", value: text };
}

/** Whether Go's encoder would have to quote the text, since unquoted it would read as something else than text. */
export function readsAsText(text: string): boolean {
  const first = text.charCodeAt(0);
  if (!mayResolve(first)) return text !== "";
  return resolvePlain(text).kind === "str" && !isBase60(text);
}

const namedNull: Scalar = { kind: "null", value: null };

function namedScalars(): (readonly [string, Scalar])[] {
  const entry = (kind: ScalarKind, value: Value, words: string): (readonly [string, Scalar])[] =>
    words.split(" ").map((word) => [word, { kind, value }] as const);
  return [
    ...entry("bool", true, "y Y yes Yes YES true True TRUE on On ON"),
    ...entry("bool", false, "n N no No NO false False FALSE off Off OFF"),
    ...entry("null", null, "~ null Null NULL"),
    ...entry("float", Number.NaN, ".nan .NaN .NAN"),
    ...entry("float", Number.POSITIVE_INFINITY, ".inf .Inf .INF +.inf +.Inf +.INF"),
    ...entry("float", Number.NEGATIVE_INFINITY, "-.inf -.Inf -.INF"),
  ];
}

/** Most text begins with a character that no number, boolean or null begins with. */
function mayResolve(first: number): boolean {
  if (isDigit(first) || first === 0x2b || first === 0x2d || first === 0x2e || first === 0x7e) return true;
  const lower = first | 0x20;
  return lower === 0x79 || lower === 0x6e || lower === 0x74 || lower === 0x66 || lower === 0x6f;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function resolveNumber(text: string): Scalar {
  if (isTimestamp(text)) return { kind: "timestamp", value: text };
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  if (integer.test(plain)) {
    const int = readInteger(plain);
    if (int !== undefined) return { kind: "int", value: int };
  }
  if (decimal.test(plain)) return floatOr(plain, text);
  if (signedBits.test(plain)) return { kind: "int", value: Number.parseInt(plain.slice(2), 2) };
  return { kind: "str", value: text };
}

/** The integer, or undefined when it fits neither int64 nor, without a sign, uint64. */
function readInteger(plain: string): number | bigint | undefined {
  if (plain.length < 16 && plain.charCodeAt(0) !== 0x30 && isDigit(plain.charCodeAt(0))) return Number(plain);
  const signed = plain[0] === "-" || plain[0] === "+";
  const digits = signed ? plain.slice(1) : plain;
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase();
  const magnitude = BigInt(octal);
  const value = plain[0] === "-" ? -magnitude : magnitude;
  if (value < minInt64 || value > (signed ? maxInt64 : maxUint64)) return undefined;
  return asNumber(value);
}

/** A number where a double holds the integer exactly, else the bigint. */
export function asNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Go's ParseFloat refuses what overflows; such text stays text. */
function floatOr(plain: string, text: string = plain): Scalar {
  const value = Number(plain);
  return Number.isFinite(value) ? { kind: "float", value } : { kind: "str", value: text };
}

/** The four layouts that Go's reader takes for a timestamp, with a date that exists. */
function isTimestamp(text: string): boolean {
  const match = text.charCodeAt(4) === 0x2d ? timestamp.exec(text) : null;
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const clock = [match[4] ?? match[9], match[5] ?? match[10], match[6] ?? match[11]].map((part) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate())
    return false;
  if (Number(match[7] ?? 0) > 24 || Number(match[8] ?? 0) >= 60) return false;
  return (clock[0] ?? 0) < 24 && (clock[1] ?? 0) < 60 && (clock[2] ?? 0) < 60;
}

/** `12:30:45`: text here, but a number to other YAML 1.1 readers, so Go quotes it. */
function isBase60(text: string): boolean {
  return text.includes(":") && /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}
