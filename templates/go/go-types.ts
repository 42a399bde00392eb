import { isMapList, isStringList, isStringMap } from "../../src/base/values.ts";
import { GoInt, GoObject, type GoValue, type ListType, listType, nilMap } from "./values.ts";

/** The name of the type as Go's `%T` writes it: `float64`, `map[string]interface {}`, `<nil>` for no value. */
export function goTypeOf(value: GoValue): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "float64";
    case "boolean":
      return "bool";
  }
  if (value === null || value === undefined) return "<nil>";
  if (value instanceof GoInt) return value.kind;
  if (value instanceof GoObject) return value.goType;
  if (isList(value)) return listTypeOf(value);
  return isStringMap(value) ? "map[string]string" : "map[string]interface {}";
}

/** Go's `reflect.Kind`: `map`, `slice`, `float64`, `struct`, `ptr`, `invalid` for no value. */
export function kindOf(value: GoValue): string {
  if (value === null || value === undefined) return "invalid";
  if (value instanceof GoObject) return value.goKind;
  if (isList(value)) return "slice";
  return typeof value === "object" && !(value instanceof GoInt) ? "map" : goTypeOf(value);
}

/** The Go type of a list: `[]interface {}` unless it is marked. */
export function listTypeOf(list: readonly GoValue[]): Exclude<ListType, "nil" | "nil []string"> | "[]interface {}" {
  if (isStringList(list)) return "[]string";
  if (isMapList(list)) return "[]map[string]interface {}";
  const marked = listType(list);
  if (marked === "nil []string") return "[]string";
  return marked === undefined || marked === "nil" ? "[]interface {}" : marked;
}

/** Whether a list or a map is Go's nil one: `%#v` and JSON tell it from an empty one. */
export function isNilCollection(value: GoValue): boolean {
  if (isList(value)) return listType(value)?.startsWith("nil") ?? false;
  return value === nilMap;
}

/** A list of any type. */
export function isList(value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value);
}

/** A map of either type; its keys are own properties. */
export function isGoMap(value: GoValue): value is { readonly [key: string]: GoValue } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof GoInt) &&
    !(value instanceof GoObject)
  );
}
