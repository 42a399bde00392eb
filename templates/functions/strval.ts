import { fromBytes } from "../go/bytes.ts";
import { formatValue } from "../go/format.ts";
import { isList, listTypeOf } from "../go/go-types.ts";
import type { GoValue } from "../go/values.ts";
import { GoInt } from "../go/values.ts";

/** A value as sprig's `toString` writes it: bytes as text, anything else as `%v`. */
export function strval(value: GoValue): string {
  if (isList(value) && listTypeOf(value) === "[]uint8") return fromBytes(Uint8Array.from(value, toByte));
  return formatValue(value);
}

function toByte(item: GoValue): number {
  return item instanceof GoInt ? Number(item.value) : 0;
}

/** The items as strings without the nil ones, as `join` and `toStrings` see a value: what is no list is a list of one. */
export function toTexts(value: GoValue): string[] {
  if (value === null || value === undefined) return [];
  if (!isList(value)) return [strval(value)];
  if (listTypeOf(value) === "[]string") return value as string[];
  return value.filter((item) => item !== null && item !== undefined).map(strval);
}
