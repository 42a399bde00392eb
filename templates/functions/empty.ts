import { GoComplex } from "../go/complex.ts";
import { isList } from "../go/go-types.ts";
import { GoInt, GoObject, type GoValue } from "../go/values.ts";

/** Whether sprig counts a value as not given: nil, false, 0, and what has no length. Dates and versions are always given. */
export function isEmpty(value: GoValue): boolean {
  if (value === null || value === undefined || value === false || value === "" || value === 0) return true;
  if (typeof value !== "object") return value === 0n;
  if (value instanceof GoInt) return value.value === 0n;
  if (value instanceof GoComplex) return value.real === 0 && value.imaginary === 0;
  if (value instanceof GoObject) return value.integer()?.value === 0n;
  return isList(value) ? value.length === 0 : !hasKeys(value as { readonly [key: string]: GoValue });
}

function hasKeys(map: { readonly [key: string]: GoValue }): boolean {
  for (const key in map) if (Object.hasOwn(map, key)) return true;
  return false;
}
