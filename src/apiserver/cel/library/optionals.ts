import { fn, method, type Overload } from "../overload.ts";
import { boolType, dynType, intType, listOf, mapOf, optionalOf, parameter, stringType } from "../types.ts";
import {
  Dictionary,
  Duration,
  EvaluationError,
  List,
  none,
  noOverload,
  Optional,
  PlainList,
  Uint,
  type Value,
} from "../values.ts";

const k = parameter("K");
const v = parameter("V");
const optionalOfV = optionalOf(v);
const listOfV = listOf(v);
const mapOfKV = mapOf(k, v);

/** The interpreter does these itself; they are declared for their types. */
function special(): never {
  throw noOverload();
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === "" || value === 0 || value === 0n) return true;
  if (value instanceof List || value instanceof Dictionary) return value.size === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  return value instanceof Optional && value.value === undefined;
}

function held({ value }: Optional): Value {
  if (value === undefined) throw new EvaluationError("optional.none() dereference");
  return value;
}

function unwrap(list: List): PlainList {
  const values = list.toArray().map((item) => {
    if (!(item instanceof Optional)) throw new EvaluationError(`value ${String(item)} is not optional`);
    return item.value;
  });
  return new PlainList(values.filter((value) => value !== undefined));
}

/** Values that may be missing. */
export const optionals: readonly Overload[] = [
  fn("optional.of", "optional_of", [v], optionalOfV, (value: Value) => new Optional(value)),
  fn("optional.ofNonZeroValue", "optional_ofNonZeroValue", [v], optionalOfV, (value: Value) =>
    isZero(value) ? none : new Optional(value),
  ),
  fn("optional.none", "optional_none", [], optionalOfV, () => none),
  method("value", "optional_value", [optionalOfV], v, held),
  method("hasValue", "optional_hasValue", [optionalOfV], boolType, ({ value }: Optional) => value !== undefined),
  method("or", "optional_or_optional", [optionalOfV, optionalOfV], optionalOfV, special),
  method("orValue", "optional_orValue_value", [optionalOfV, v], v, special),
  fn("_?._", "select_optional_field", [dynType, stringType], optionalOfV, special),
  fn("_[?_]", "list_optindex_optional_int", [listOfV, intType], optionalOfV, special),
  fn("_[?_]", "optional_list_optindex_optional_int", [optionalOf(listOfV), intType], optionalOfV, special),
  fn("_[?_]", "map_optindex_optional_value", [mapOfKV, k], optionalOfV, special),
  fn("_[?_]", "optional_map_optindex_optional_value", [optionalOf(mapOfKV), k], optionalOfV, special),
  fn("_[_]", "optional_list_index_int", [optionalOf(listOfV), intType], optionalOfV, special),
  fn("_[_]", "optional_map_index_value", [optionalOf(mapOfKV), k], optionalOfV, special),
  method("first", "list_first", [listOfV], optionalOfV, (list: List) =>
    list.size === 0 ? none : new Optional(list.at(0)),
  ),
  method("last", "list_last", [listOfV], optionalOfV, (list: List) =>
    list.size === 0 ? none : new Optional(list.at(list.size - 1)),
  ),
  fn("optional.unwrap", "optional_unwrap", [listOf(optionalOfV)], listOfV, unwrap),
  method("unwrapOpt", "optional_unwrapOpt", [listOf(optionalOfV)], listOfV, unwrap),
];
