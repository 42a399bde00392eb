import { type FloatFormat, formatFloat } from "../../src/base/go-format.ts";
import { toBytes } from "./bytes.ts";
import { canBackquote, isPrintable, quoteGo, quoteRune, runeText } from "./quote.ts";

/** What stands between `%` and the verb. */
export interface PrintFlags {
  sharp: boolean;
  zero: boolean;
  plus: boolean;
  minus: boolean;
  space: boolean;
  /** `%#v`: Go syntax. */
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

/** A verb with nothing between it and the percent sign. */
export function noFlags(): PrintFlags {
  return {
    sharp: false,
    zero: false,
    plus: false,
    minus: false,
    space: false,
    sharpV: false,
    width: undefined,
    precision: undefined,
  };
}

/** Pads to the width, counted in characters: with zeros (also before text) when asked for, never on the right. */
export function pad(text: string, flags: PrintFlags, zero = flags.zero): string {
  if (flags.width === undefined) return text;
  const missing = flags.width - characterCount(text);
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (zero ? "0" : " ").repeat(missing) + text;
}

function characterCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff) index++;
    count++;
  }
  return count;
}

/** A string or the bytes of one under a verb; undefined when the verb is none for strings. */
export function printString(text: string, verb: string, flags: PrintFlags): string | undefined {
  switch (verb) {
    case "v":
      return flags.sharpV ? quoted(text, flags) : pad(truncated(text, flags), flags);
    case "s":
      return pad(truncated(text, flags), flags);
    case "x":
      return hexString(text, flags, "0x");
    case "X":
      return hexString(text, flags, "0X");
    case "q":
      return quoted(text, flags);
  }
  return undefined;
}

function truncated(text: string, flags: PrintFlags): string {
  const { precision } = flags;
  if (precision === undefined || text.length <= precision) return text;
  let end = 0;
  for (let count = 0; count < precision && end < text.length; count++) {
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

function quoted(text: string, flags: PrintFlags): string {
  const cut = truncated(text, flags);
  return pad(flags.sharp && canBackquote(cut) ? `\`${cut}\`` : quoteGo(cut, flags.plus), flags);
}

function hexString(text: string, flags: PrintFlags, prefix: string): string {
  const bytes = toBytes(text).subarray(0, flags.precision);
  if (bytes.length === 0) return pad("", flags);
  const separator = flags.space ? (flags.sharp ? ` ${prefix}` : " ") : "";
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const body = (prefix === "0X" ? digits.map((pair) => pair.toUpperCase()) : digits).join(separator);
  return pad((flags.sharp ? prefix : "") + body, flags);
}

/** A boolean under a verb; undefined when the verb is none for booleans. */
export function printBool(value: boolean, verb: string, flags: PrintFlags): string | undefined {
  return verb === "t" || verb === "v" ? pad(String(value), flags) : undefined;
}

/** An integer under a verb; `signed` tells int from uint, which `%#v` writes in hexadecimal. */
export function printInteger(value: bigint, signed: boolean, verb: string, flags: PrintFlags): string | undefined {
  switch (verb) {
    case "v":
      return flags.sharpV && !signed
        ? integer(value, 16, verb, { ...flags, sharp: true })
        : integer(value, 10, verb, flags);
    case "d":
      return integer(value, 10, verb, flags);
    case "b":
      return integer(value, 2, verb, flags);
    case "o":
    case "O":
      return integer(value, 8, verb, flags);
    case "x":
    case "X":
      return integer(value, 16, verb, flags);
    case "c":
      return pad(runeText(Number(BigInt.asUintN(64, value))), flags);
    case "q":
      return pad(quoteRune(Number(BigInt.asUintN(64, value)), flags.plus), flags);
    case "U":
      return unicode(BigInt.asUintN(64, value), flags);
  }
  return undefined;
}

function integer(value: bigint, base: number, verb: string, flags: PrintFlags): string {
  if (flags.precision === 0 && value === 0n) return pad("", flags, false);
  const sign = value < 0n ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  const plain = (value < 0n ? -value : value).toString(base);
  const digits = (verb === "X" ? plain.toUpperCase() : plain).padStart(leastDigits(flags, sign), "0");
  return pad(sign + integerPrefix(digits, base, verb, flags) + digits, flags, false);
}

/** A precision asks for digits; without one, the zero flag fills the width with them. */
function leastDigits(flags: PrintFlags, sign: string): number {
  if (flags.precision !== undefined) return flags.precision;
  if (!flags.zero || flags.minus || flags.width === undefined) return 0;
  return flags.width - sign.length;
}

function integerPrefix(digits: string, base: number, verb: string, flags: PrintFlags): string {
  const marker = verb === "O" ? "0o" : "";
  if (!flags.sharp) return marker;
  if (base === 2) return "0b";
  if (base === 16) return verb === "X" ? "0X" : "0x";
  if (base === 8) return marker + (digits.startsWith("0") ? "" : "0");
  return marker;
}

function unicode(value: bigint, flags: PrintFlags): string {
  const digits = value
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 0), "0");
  const character = value <= 0x10ffffn ? runeText(Number(value)) : "";
  const shown = flags.sharp && character !== "" && isPrintable(character) ? ` '${character}'` : "";
  return pad(`U+${digits}${shown}`, flags, false);
}

const floatVerbs: { readonly [verb: string]: readonly [FloatFormat, number] } = {
  v: ["g", -1],
  b: ["b", -1],
  g: ["g", -1],
  G: ["G", -1],
  x: ["x", -1],
  X: ["X", -1],
  f: ["f", 6],
  F: ["f", 6],
  e: ["e", 6],
  E: ["E", 6],
};

/** A float64 under a verb; undefined when the verb is none for floats. */
export function printFloat(value: number, verb: string, flags: PrintFlags): string | undefined {
  const known = Object.hasOwn(floatVerbs, verb) ? floatVerbs[verb] : undefined;
  if (known === undefined) return undefined;
  const precision = flags.precision ?? known[1];
  const text = formatFloat(value, known[0], precision);
  const negative = text.startsWith("-");
  const magnitude = negative || text.startsWith("+") ? text.slice(1) : text;
  const sign = negative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  if (!Number.isFinite(value)) {
    const infinitySign = sign === "" && !Number.isNaN(value) && text.startsWith("+") ? "+" : sign;
    return pad((Number.isNaN(value) ? sign : infinitySign) + magnitude, flags, false);
  }
  const body = flags.sharp && known[0] !== "b" ? withPoint(magnitude, known[0], precision) : magnitude;
  return padNumber(sign, body, flags);
}

/** Zeros go between the sign and the digits. */
function padNumber(sign: string, body: string, flags: PrintFlags): string {
  if (sign === "" || !flags.zero || flags.minus || flags.width === undefined) return pad(sign + body, flags);
  return sign + body.padStart(flags.width - sign.length, "0");
}

/** The sharp flag: a decimal point always, and for `g` the zeros that the shortest form drops. */
function withPoint(text: string, format: FloatFormat, precision: number): string {
  const mark = format === "x" || format === "X" ? text.search(/p/i) : text.search(/e/i);
  const number = mark < 0 ? text : text.slice(0, mark);
  const tail = mark < 0 ? "" : text.slice(mark);
  const pointed = number.includes(".") ? number : `${number}.`;
  if (format !== "g" && format !== "G" && format !== "x") return pointed + tail;
  // Go counts the x of the prefix as a digit.
  const significant = format === "x" ? pointed.slice(1) : pointed;
  const counted = significant.replace(".", "").replace(/^0+(?=.)/, "");
  const wanted = precision < 0 ? 6 : precision;
  return pointed + "0".repeat(Math.max(wanted - counted.length, 0)) + tail;
}

/** A complex number as `(1+2i)` under the verbs of floats. */
export function printComplex(real: number, imaginary: number, verb: string, flags: PrintFlags): string | undefined {
  const first = printFloat(real, verb, flags);
  const second = printFloat(imaginary, verb, { ...flags, plus: true });
  return first === undefined || second === undefined ? undefined : `(${first}${second}i)`;
}
