import { isStringMap } from "../../src/base/values.ts";
import { goTypeOf, isGoMap, isList, kindOf } from "../go/go-types.ts";
import { GoObject, type GoValue, nilMap } from "../go/values.ts";
import { NodeMeter } from "./charge.ts";
import { isEmpty } from "./empty.ts";
import type { FunctionContext } from "./function.ts";

export type GoMap = { readonly [key: string]: GoValue };
export type MutableMap = { [key: string]: GoValue };

const maxNesting = 1_000;

export interface MergeOptions {
  readonly overwrites: boolean;
  readonly context: FunctionContext;
}

/** The one failure that `merge` swallows: it then gives an empty text. */
export class DifferentTypesError extends Error {
  constructor() {
    super("src and dst must be of same type");
    this.name = "DifferentTypesError";
  }
}

/** Puts a value under a key as an own property, whatever the key is called. */
export function setKey(map: MutableMap, key: string, value: GoValue): void {
  if (key !== "__proto__") map[key] = value;
  else Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Merges a map into another as mergo 1.0 does for sprig: maps into maps, and otherwise what is missing or empty in the
 * target is taken from the source, with `overwrites` everything. Values are shared, not copied. A nil in the source counts
 * only with `overwrites`.
 */
export function mergeMaps(target: MutableMap, source: GoMap, options: MergeOptions): void {
  new Merger(options).merge(target, source, 0);
}

class Merger {
  private readonly overwrites: boolean;
  private readonly meter: NodeMeter;

  constructor(options: MergeOptions) {
    this.overwrites = options.overwrites;
    this.meter = new NodeMeter(options.context);
  }

  merge(target: MutableMap, source: GoMap, depth: number): void {
    if (depth > maxNesting)
      throw new Error(`the maps are nested more than ${maxNesting} levels deep or hold themselves`);
    for (const key of Object.keys(source)) {
      this.meter.add();
      const current = Object.hasOwn(target, key) ? target[key] : undefined;
      if (!this.isTaken(current, source[key], depth)) continue;
      if (isStringMap(target) && !isStringMap(source)) {
        throw new Error("value of type interface {} is not assignable to type string");
      }
      setKey(target, key, source[key]);
    }
  }

  /** Merges maps in place, and says whether the source's value takes the place of the current one. */
  private isTaken(current: GoValue, value: GoValue, depth: number): boolean {
    if (value === null || value === undefined) return this.overwrites;
    if (isGoMap(value) && isGoMap(current)) {
      if (current !== nilMap) this.merge(current as MutableMap, value, depth + 1);
      return isEmpty(current);
    }
    if (!isList(value)) refuseMixed(current, value, this.overwrites);
    return this.overwrites || isEmpty(current);
  }
}

/** Structs and pointers in the target are compared with structs, pointers and maps of the source field by field. */
function refuseMixed(current: GoValue, value: GoValue, overwrites: boolean): void {
  const kind = kindOf(value);
  if (!(current instanceof GoObject) || (kind !== "map" && kind !== "struct" && kind !== "ptr")) return;
  if (current.goType === "sprig.certificate" && kind !== "struct") {
    throw new Error(`reflect: call of reflect.Value.Field on ${goTypeOf(value)}`);
  }
  if (current.goKind === "ptr" && kind !== "ptr" && !overwrites) throw new DifferentTypesError();
}
