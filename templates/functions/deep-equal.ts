import { normalizeBytes } from "../go/bytes.ts";
import { goTypeOf, isGoMap, isList, isNilCollection } from "../go/go-types.ts";
import { GoInt, GoObject, type GoValue } from "../go/values.ts";
import { NodeMeter } from "./charge.ts";
import type { FunctionContext } from "./function.ts";
import { GoVersion } from "./semver.ts";

const maxNesting = 1_000;

type GoMap = { readonly [key: string]: GoValue };

/** Go's `reflect.DeepEqual`: the types must be the same, a nil list differs from an empty one, NaN is no equal of itself. */
export class DeepComparer {
  private readonly meter: NodeMeter;

  constructor(context: FunctionContext) {
    this.meter = new NodeMeter(context);
  }

  includes(list: readonly GoValue[], needle: GoValue): boolean {
    return list.some((item) => this.equal(item, needle));
  }

  equal(a: GoValue, b: GoValue, depth = 0): boolean {
    this.meter.add();
    if (typeof a === "string" && typeof b === "string") return a === b || normalizeBytes(a) === normalizeBytes(b);
    if (isFloat(a)) return isFloat(b) && Number(a) === Number(b);
    if (typeof a === "boolean") return a === b;
    if (a === null || a === undefined) return b === null || b === undefined;
    if (goTypeOf(a) !== goTypeOf(b)) return false;
    if (depth > maxNesting)
      throw new Error(`the values are nested more than ${maxNesting} levels deep or hold themselves`);
    return a === b || this.sameContent(a, b, depth);
  }

  private sameContent(a: GoValue, b: GoValue, depth: number): boolean {
    if (a instanceof GoInt && b instanceof GoInt) return a.value === b.value;
    if (a instanceof GoVersion && b instanceof GoVersion) return a.version.original === b.version.original;
    if (a instanceof GoObject && b instanceof GoObject) return a.toString() === b.toString();
    if (isNilCollection(a) !== isNilCollection(b)) return false;
    if (isList(a) && isList(b)) {
      return a.length === b.length && a.every((item, index) => this.equal(item, b[index], depth + 1));
    }
    return isGoMap(a) && isGoMap(b) && this.sameEntries(a, b, depth);
  }

  private sameEntries(a: GoMap, b: GoMap, depth: number): boolean {
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && this.equal(a[key], b[key], depth + 1));
  }
}

function isFloat(value: GoValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
