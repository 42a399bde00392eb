import { isMap, newRecord } from "../base/values.ts";
import { isEmpty } from "./decode.ts";
import type { Field, GoType, StructType } from "./go-type.ts";

type Fields = { readonly [key: string]: unknown };

/**
 * A generator's template over that of the set, as Argo CD merges them: the generator's values win unless they are empty
 * (false, 0 and "" are, also where the field is a pointer), maps are united key by key by the same rule, lists are taken
 * whole. Neither side is changed.
 */
export function mergeTemplates(over: Fields, base: Fields, type: StructType): Fields {
  const merged: { [key: string]: unknown } = newRecord<unknown>();
  for (const [name, field] of type.fields) {
    const value = mergeField(own(over, name), own(base, name), field);
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) && fields[name] !== null ? fields[name] : undefined;
}

function mergeField(over: unknown, base: unknown, { type }: Field): unknown {
  if (over === undefined) return base;
  if (base === undefined) return over;
  return mergeValues(over, base, type);
}

function mergeValues(over: unknown, base: unknown, type: GoType): unknown {
  if (type.kind === "struct") return mergeTemplates(over as Fields, base as Fields, type);
  if (type.kind === "map" && isMap(over) && isMap(base)) return mergeMaps(over, base);
  // The bytes of raw JSON count, and even {} has some.
  if (type.kind === "raw") return over;
  return isEmpty(over) && !isEmpty(base) ? base : over;
}

function mergeMaps(over: Fields, base: Fields): Fields {
  const merged: { [key: string]: unknown } = Object.assign(newRecord<unknown>(), base, over);
  for (const key of Object.keys(base)) {
    if (Object.hasOwn(over, key) && isEmpty(over[key])) merged[key] = base[key];
  }
  return merged;
}
