import { fn, type Overload } from "../overload.ts";
import { addressType, networkType } from "../type-names.ts";
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  stringType,
  type Type,
  timestampType,
  uintType,
} from "../types.ts";
import {
  type Duration,
  durationOf,
  EvaluationError,
  intOf,
  type Timestamp,
  timestampOf,
  type Uint,
  uintOf,
  type Value,
} from "../values.ts";
import { parseDuration, showDuration } from "./durations.ts";
import { parseTimestamp, showTimestamp } from "./timestamps.ts";

function failed(from: string, to: Type): EvaluationError {
  return new EvaluationError(`type conversion error from '${from}' to '${to.name}'`);
}

function found<T>(value: T | undefined, to: Type): T {
  if (value === undefined) throw failed("string", to);
  return value;
}

const booleans: { readonly [text: string]: boolean } = {
  "1": true,
  t: true,
  T: true,
  TRUE: true,
  true: true,
  True: true,
  "0": false,
  f: false,
  F: false,
  FALSE: false,
  false: false,
  False: false,
};

function textToBool(text: string): boolean {
  return found(Object.hasOwn(booleans, text) ? booleans[text] : undefined, boolType);
}

function textToInt(text: string): bigint {
  const value = /^[+-]?\d{1,20}$/.test(text) ? BigInt(text.replace("+", "")) : undefined;
  const isRight = value !== undefined && value >= -(2n ** 63n) && value < 2n ** 63n;
  return found(isRight ? value : undefined, intType);
}

function textToUint(text: string): Uint {
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  return uintOf(found(value !== undefined && value < 2n ** 64n ? value : undefined, uintType));
}

const specialDoubles: { readonly [text: string]: number } = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "+infinity": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  "-infinity": Number.NEGATIVE_INFINITY,
};

function textToDouble(text: string): number {
  const name = text.toLowerCase();
  if (Object.hasOwn(specialDoubles, name)) return specialDoubles[name]!;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  return found(isNumber && Number.isFinite(Number(text)) ? Number(text) : undefined, doubleType);
}

function doubleToInt(value: number): bigint {
  if (!(value > -(2 ** 63) && value < 2 ** 63)) throw new EvaluationError("integer overflow");
  return BigInt(Math.trunc(value));
}

function doubleToUint(value: number): Uint {
  if (!(value >= 0 && value < 2 ** 64)) throw new EvaluationError("unsigned integer overflow");
  return uintOf(BigInt(Math.trunc(value)));
}

/** As Go writes a double in its shortest form: an exponent of at least two digits below 1e-4 and from 1e6 on. */
export function showDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return String(value);
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function bytesToText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch (error: unknown) {
    if (!(error instanceof TypeError)) throw error;
    throw new EvaluationError("invalid UTF-8 in bytes, cannot convert to string");
  }
}

const same = (value: Value): Value => value;
const shown = (value: { toString(): string }): string => value.toString();

/** The functions that are named after types. */
export const conversions: readonly Overload[] = [
  fn("bool", "bool_to_bool", [boolType], boolType, same),
  fn("bool", "string_to_bool", [stringType], boolType, textToBool),
  fn("bytes", "bytes_to_bytes", [bytesType], bytesType, same),
  fn("bytes", "string_to_bytes", [stringType], bytesType, (text: string) => new Uint8Array(Buffer.from(text))),
  fn("double", "double_to_double", [doubleType], doubleType, same),
  fn("double", "int64_to_double", [intType], doubleType, (value: bigint) => Number(value)),
  fn("double", "string_to_double", [stringType], doubleType, textToDouble),
  fn("double", "uint64_to_double", [uintType], doubleType, (value: Uint) => Number(value.value)),
  fn("duration", "duration_to_duration", [durationType], durationType, same),
  fn("duration", "int64_to_duration", [intType], durationType, (value: bigint) => durationOf(value)),
  fn("duration", "string_to_duration", [stringType], durationType, (text: string) =>
    durationOf(found(parseDuration(text), durationType)),
  ),
  fn("int", "int64_to_int64", [intType], intType, same),
  fn("int", "double_to_int64", [doubleType], intType, doubleToInt),
  fn("int", "duration_to_int64", [durationType], intType, (value: Duration) => value.nanos),
  fn("int", "string_to_int64", [stringType], intType, textToInt),
  fn("int", "timestamp_to_int64", [timestampType], intType, (value: Timestamp) => value.parts[0]),
  fn("int", "uint64_to_int64", [uintType], intType, (value: Uint) => intOf(value.value)),
  fn("string", "string_to_string", [stringType], stringType, same),
  fn("string", "bool_to_string", [boolType], stringType, (value: boolean) => String(value)),
  fn("string", "bytes_to_string", [bytesType], stringType, bytesToText),
  fn("string", "double_to_string", [doubleType], stringType, showDouble),
  fn("string", "duration_to_string", [durationType], stringType, showDuration),
  fn("string", "int64_to_string", [intType], stringType, (value: bigint) => String(value)),
  fn("string", "timestamp_to_string", [timestampType], stringType, showTimestamp),
  fn("string", "uint64_to_string", [uintType], stringType, (value: Uint) => String(value.value)),
  fn("string", "ip_to_string", [addressType], stringType, shown),
  fn("string", "cidr_to_string", [networkType], stringType, shown),
  fn("timestamp", "timestamp_to_timestamp", [timestampType], timestampType, same),
  fn("timestamp", "int64_to_timestamp", [intType], timestampType, (value: bigint) =>
    timestampOf(value * 1_000_000_000n),
  ),
  fn("timestamp", "string_to_timestamp", [stringType], timestampType, (text: string) => {
    const { nanos, zone } = found(parseTimestamp(text), timestampType);
    return timestampOf(nanos, zone);
  }),
  fn("uint", "uint64_to_uint64", [uintType], uintType, same),
  fn("uint", "double_to_uint64", [doubleType], uintType, doubleToUint),
  fn("uint", "int64_to_uint64", [intType], uintType, (value: bigint) => uintOf(value)),
  fn("uint", "string_to_uint64", [stringType], uintType, textToUint),
];
