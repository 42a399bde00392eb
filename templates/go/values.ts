import type { GoInt } from "../../src/base/go-int.ts";
import { isMapList, isNilList, isStringList, type Value } from "../../src/base/values.ts";

export { GoInt, type IntKind } from "../../src/base/go-int.ts";
export { nilMap } from "../../src/base/values.ts";

/**
 * The values of Go's text/template in JavaScript:
 *
 * | Go | here |
 * | --- | --- |
 * | nil (a key present with null) | `null` |
 * | no value (a missing key) | `undefined` |
 * | bool, string, float64 | boolean, string, number |
 * | every integer type | `GoInt` (the kind decides wrap-around, printing and errors) |
 * | map[string]any, []any | object with own properties only, array |
 * | map[string]string, []string, []map[string]any | the marked objects of `src/base/values.ts` |
 * | a nil slice, [][]any, []int and so on | an array marked by `markList` |
 * | time.Time, time.Duration, semver.Version, sprig's certificate … | a subclass of `GoObject` |
 *
 * Go strings are bytes. A string with bytes that are no UTF-8 holds each such byte 0x80 to 0xFF as the lone surrogate
 * U+DC80 to U+DCFF (the scheme of Python's surrogateescape), so that text stays text and no byte is lost.
 */
export type GoValue = Value | undefined | GoInt | GoObject | readonly GoValue[] | { readonly [key: string]: GoValue };

/** A Go value with a type of its own: printed by `toString` for `%v`, with methods and fields that templates may reach. */
export abstract class GoObject {
  /** As Go's `%T` writes it: `time.Time`, `*semver.Version`. */
  abstract readonly goType: string;
  /** Go's `%v`. */
  abstract toString(): string;
  /** The exported field or the method of this name; undefined when there is none. */
  abstract member(name: string): GoMember | undefined;

  /** As `reflect.Kind` names the kind under the type: `struct`, `ptr`, and `int64` for a duration. */
  get goKind(): string {
    return this.goType.startsWith("*") ? "ptr" : "struct";
  }

  /** The number under a type whose kind is an integer (a duration, a month): it compares and formats with `%d` as such. */
  integer(): GoInt | undefined {
    return undefined;
  }

  /** What `encoding/json` writes for the type; undefined where it has no method and no fields for that. */
  toJson(): GoValue {
    return undefined;
  }
}

/** A field (called without arguments) or a method of a `GoObject`. */
export interface GoMember {
  (...args: readonly GoValue[]): GoValue;
  /** Go types of the parameters of a method, to convert and check the arguments by; absent on a field. */
  readonly params?: readonly string[];
}

const listMark: unique symbol = Symbol("go list type");

/** Types of lists that differ from `[]any` in printing, JSON or errors: `nil` marks a nil `[]any` (or `[]string`), the rest are Go types. */
export type ListType =
  | "nil"
  | "nil []string"
  | "[][]interface {}"
  | "[]int"
  | "[]map[string]interface {}"
  | "[]string"
  | "[]uint8";

/** Marks a fresh list with the type that Go gives it. */
export function markList<T extends readonly GoValue[]>(list: T, type: ListType): T {
  Object.defineProperty(list, listMark, { value: type, enumerable: false });
  return list;
}

/** The mark of a list; undefined for a plain `[]any`. */
export function listType(list: readonly GoValue[]): ListType | undefined {
  const marked = (list as { [listMark]?: ListType })[listMark];
  if (marked !== undefined) return marked;
  if (isNilList(list)) return isStringList(list) ? "nil []string" : "nil";
  return isMapList(list) ? "[]map[string]interface {}" : undefined;
}
