import { InvalidError } from "./errors.ts";
import { formatFloat } from "./go-format.ts";
import { GoInt } from "./go-int.ts";
import { sortNatural } from "./natural-order.ts";
import { chooseStyle, isMultiline, isSurelyPlain, ScalarWriter, wellFormed } from "./yaml-scalar-writer.ts";
import { asNumber, readsAsText } from "./yaml-scalars.ts";

const maxDepth = 1000;
const maxSimpleKeyBytes = 128;

/**
 * Writes a JSON value as sigs.k8s.io/yaml does, byte for byte: keys in natural order, lists not indented under their key,
 * text folded after 80 columns, quotes only where YAML 1.1 needs them. Entries that are undefined are left out. Ends with a
 * line break. Throws InvalidError for infinity, NaN, functions and symbols.
 */
export function formatYaml(value: unknown): string {
  const writer = new ValueWriter();
  writer.root(value);
  return writer.out;
}

class ValueWriter extends ScalarWriter {
  #depth = 0;

  root(value: unknown): void {
    this.indent = -1;
    this.#node(value, false);
    this.indent = -1;
    this.writeIndent();
  }

  #node(value: unknown, inMapping: boolean): void {
    if (typeof value === "string") this.#text(value, false);
    else if (value instanceof GoInt) this.plain(formatScalar(value.value));
    else if (typeof value !== "object" || value === null) this.plain(formatScalar(value));
    else if (Array.isArray(value)) this.#sequence(value, inMapping);
    else this.#mapping(value as { readonly [key: string]: unknown });
  }

  #text(value: string, isKey: boolean): void {
    if (isSurelyPlain(value) && readsAsText(value)) {
      this.plain(value);
      return;
    }
    const text = wellFormed(value);
    this.scalar(text, chooseStyle(text, readsAsText(text)), isKey);
  }

  #sequence(items: readonly unknown[], inMapping: boolean): void {
    if (items.length === 0) {
      this.indicator("[]", true, false, false);
      return;
    }
    const outer = this.#enter(inMapping && !this.indention);
    for (const item of items) {
      this.writeIndent();
      this.indicator("-", true, false, true);
      this.#node(item === undefined ? null : item, false);
    }
    this.#leave(outer);
  }

  #mapping(map: { readonly [key: string]: unknown }): void {
    const keys = definedKeys(map);
    if (keys.length === 0) {
      this.indicator("{}", true, false, false);
      return;
    }
    const outer = this.#enter(false);
    for (const key of sortNatural(keys)) this.#entry(key, map[key]);
    this.#leave(outer);
  }

  #entry(key: string, value: unknown): void {
    this.writeIndent();
    if (isSurelyPlain(key) && key.length <= maxSimpleKeyBytes && readsAsText(key)) {
      this.raw(`${key}:`);
    } else if (isSimpleKey(key)) {
      this.#text(key, true);
      this.indicator(":", false, false, false);
    } else {
      this.indicator("?", true, false, true);
      this.#text(key, false);
      this.writeIndent();
      this.indicator(":", true, false, true);
    }
    this.#node(value, true);
  }

  #enter(indentless: boolean): number {
    if (++this.#depth > maxDepth)
      throw new InvalidError(`cannot write a value nested more than ${maxDepth} levels deep as YAML`);
    const outer = this.indent;
    if (outer < 0) this.indent = 0;
    else if (!indentless) this.indent = outer + 2;
    return outer;
  }

  #leave(outer: number): void {
    this.#depth--;
    this.indent = outer;
  }
}

function definedKeys(map: { readonly [key: string]: unknown }): readonly string[] {
  const keys = Object.keys(map);
  return keys.some((key) => map[key] === undefined) ? keys.filter((key) => map[key] !== undefined) : keys;
}

function isSimpleKey(key: string): boolean {
  if (isMultiline(key)) return false;
  return key.length <= maxSimpleKeyBytes / 3 || Buffer.byteLength(key) <= maxSimpleKeyBytes;
}

function formatScalar(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "bigint") return formatBigint(value);
  throw new InvalidError(`cannot write a ${typeof value} as YAML`);
}

/** What Go makes of a JSON number on its way to YAML: digits while it fits 64 bits, else the shortest float. */
function formatNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value + 0);
  if (!Number.isFinite(value)) throw new InvalidError("cannot write infinity or NaN as YAML");
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) return String(value);
  return formatFloat(value, "g");
}

function formatBigint(value: bigint): string {
  const number = asNumber(value);
  if (typeof number === "number" || (value >= -(2n ** 63n) && value < 2n ** 64n)) return String(value);
  return formatFloat(Number(value), "g");
}
