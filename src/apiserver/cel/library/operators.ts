import { spendWork } from "../budget.ts";
import { compareValues, valuesEqual } from "../equality.ts";
import { fn, method, type Overload } from "../overload.ts";
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  parameter,
  stringType,
  type Type,
  timestampType,
  typeOfType,
  uintType,
} from "../types.ts";
import {
  type Dictionary,
  type Duration,
  durationOf,
  EvaluationError,
  intOf,
  type List,
  PlainList,
  PlainMap,
  sizeOf,
  type Timestamp,
  TypeValue,
  timestampOf,
  typeNameOf,
  type Uint,
  uintOf,
  type Value,
} from "../values.ts";

const a = parameter("A");
const b = parameter("B");
const listOfA = listOf(a);
const mapOfAB = mapOf(a, b);

/** The interpreter does these itself; they are declared for their types. */
function special(): never {
  throw new EvaluationError("no such overload");
}

type Arithmetic = readonly [
  operator: string,
  id: string,
  ints: (left: bigint, right: bigint) => bigint,
  doubles: ((left: number, right: number) => number) | undefined,
];

function divided(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new EvaluationError("division by zero");
  return left / right;
}

function modulus(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new EvaluationError("modulus by zero");
  return left % right;
}

const arithmetic: readonly Arithmetic[] = [
  ["_+_", "add", (x, y) => x + y, (x, y) => x + y],
  ["_-_", "subtract", (x, y) => x - y, (x, y) => x - y],
  ["_*_", "multiply", (x, y) => x * y, (x, y) => x * y],
  ["_/_", "divide", divided, (x, y) => x / y],
  ["_%_", "modulo", modulus, undefined],
];

function numeric([operator, id, ints, doubles]: Arithmetic): Overload[] {
  const forInt = (x: bigint, y: bigint): Value => intOf(ints(x, y));
  const forUint = (x: Uint, y: Uint): Value => uintOf(ints(x.value, y.value));
  return [
    ...(doubles === undefined ? [] : [fn(operator, `${id}_double`, [doubleType, doubleType], doubleType, doubles)]),
    fn(operator, `${id}_int64`, [intType, intType], intType, forInt),
    fn(operator, `${id}_uint64`, [uintType, uintType], uintType, forUint),
  ];
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  spendWork(left.length + right.length);
  return new Uint8Array(Buffer.concat([left, right]));
}

/** Lists with a list type are added as such: items that are there already are not added again. */
function addLists(left: List, right: List): PlainList {
  spendWork(left.size + right.size);
  const { like } = left;
  if (like === undefined) return new PlainList([...left.toArray(), ...right.toArray()]);
  const items = new Map(left.toArray().map((item) => [like.keyOf(item), item]));
  for (const item of right.toArray()) items.set(like.keyOf(item), item);
  return new PlainList([...items.values()], like);
}

const plus = (x: bigint, y: bigint): bigint => x + y;
const minus = (x: bigint, y: bigint): bigint => x - y;

const timed: readonly Overload[] = [
  fn("_+_", "add_duration_duration", [durationType, durationType], durationType, (x: Duration, y: Duration) =>
    durationOf(plus(x.nanos, y.nanos)),
  ),
  fn("_+_", "add_duration_timestamp", [durationType, timestampType], timestampType, (x: Duration, y: Timestamp) =>
    timestampOf(plus(x.nanos, y.nanos), y.zone),
  ),
  fn("_+_", "add_timestamp_duration", [timestampType, durationType], timestampType, (x: Timestamp, y: Duration) =>
    timestampOf(plus(x.nanos, y.nanos), x.zone),
  ),
  fn("_-_", "subtract_duration_duration", [durationType, durationType], durationType, (x: Duration, y: Duration) =>
    durationOf(minus(x.nanos, y.nanos)),
  ),
  fn("_-_", "subtract_timestamp_duration", [timestampType, durationType], timestampType, (x: Timestamp, y: Duration) =>
    timestampOf(minus(x.nanos, y.nanos), x.zone),
  ),
  fn(
    "_-_",
    "subtract_timestamp_timestamp",
    [timestampType, timestampType],
    durationType,
    (x: Timestamp, y: Timestamp) => durationOf(minus(x.nanos, y.nanos)),
  ),
];

const orders: readonly (readonly [operator: string, id: string, holds: (order: number) => boolean])[] = [
  ["_<_", "less", (order) => order < 0],
  ["_<=_", "less_equals", (order) => order <= 0],
  ["_>_", "greater", (order) => order > 0],
  ["_>=_", "greater_equals", (order) => order >= 0],
];

const ordered: readonly (readonly [Type, Type, string])[] = [
  [boolType, boolType, "bool"],
  [intType, intType, "int64"],
  [intType, doubleType, "int64_double"],
  [intType, uintType, "int64_uint64"],
  [uintType, uintType, "uint64"],
  [uintType, doubleType, "uint64_double"],
  [uintType, intType, "uint64_int64"],
  [doubleType, doubleType, "double"],
  [doubleType, intType, "double_int64"],
  [doubleType, uintType, "double_uint64"],
  [stringType, stringType, "string"],
  [bytesType, bytesType, "bytes"],
  [timestampType, timestampType, "timestamp"],
  [durationType, durationType, "duration"],
];

const comparisons = orders.flatMap(([operator, id, holds]) =>
  ordered.map(([left, right, suffix]) =>
    fn(operator, `${id}_${suffix}`, [left, right], boolType, (x: Value, y: Value) => holds(compareValues(x, y))),
  ),
);

const sizes = [
  ["bytes", bytesType],
  ["list", listOfA],
  ["map", mapOfAB],
  ["string", stringType],
] as const;

function contains(item: Value, list: List): boolean {
  for (let index = 0; index < list.size; index++) if (valuesEqual(list.at(index), item)) return true;
  return false;
}

function insert(map: Dictionary, key: Value, value: Value): Dictionary {
  if (map.find(key) !== undefined) throw new EvaluationError(`insert failed: key ${String(key)} already exists`);
  const target = map instanceof PlainMap ? map : new PlainMap();
  target.set(key, value);
  return target;
}

function insertAll(map: Dictionary, entries: Dictionary): Dictionary {
  for (const key of entries.keys()) insert(map, key, entries.find(key)!);
  return map;
}

/** The operators, and the functions that macros come down to. */
export const operators: readonly Overload[] = [
  fn("_?_:_", "conditional", [boolType, a, a], a, special),
  fn("_&&_", "logical_and", [boolType, boolType], boolType, special),
  fn("_||_", "logical_or", [boolType, boolType], boolType, special),
  fn("!_", "logical_not", [boolType], boolType, (value: boolean) => !value),
  fn("@not_strictly_false", "not_strictly_false", [boolType], boolType, special),
  fn("_==_", "equals", [a, a], boolType, valuesEqual),
  fn("_!=_", "not_equals", [a, a], boolType, (x: Value, y: Value) => !valuesEqual(x, y)),
  fn("_+_", "add_bytes", [bytesType, bytesType], bytesType, concat),
  ...arithmetic.flatMap(numeric),
  ...timed,
  fn("_+_", "add_list", [listOfA, listOfA], listOfA, addLists),
  fn("_+_", "add_string", [stringType, stringType], stringType, (x: string, y: string) => {
    spendWork((x.length + y.length) / 100);
    return x + y;
  }),
  fn("-_", "negate_double", [doubleType], doubleType, (value: number) => -value),
  fn("-_", "negate_int64", [intType], intType, (value: bigint) => intOf(-value)),
  ...comparisons,
  fn("_[_]", "index_list", [listOfA, intType], a, special),
  fn("_[_]", "index_map", [mapOfAB, a], b, special),
  fn("@in", "in_list", [a, listOfA], boolType, contains),
  fn("@in", "in_map", [a, mapOfAB], boolType, (key: Value, map: Dictionary) => map.find(key) !== undefined),
  ...sizes.flatMap(([name, type]) => [
    fn("size", `size_${name}`, [type], intType, (value: Value) => BigInt(sizeOf(value))),
    method("size", `${name}_size`, [type], intType, (value: Value) => BigInt(sizeOf(value))),
  ]),
  fn("type", "type", [a], typeOfType(a), (value: Value) => new TypeValue(typeNameOf(value))),
  fn("dyn", "to_dyn", [a], dynType, (value: Value) => value),
  fn("cel.@mapInsert", "@mapInsert_map_key_value", [mapOfAB, a, b], mapOfAB, insert),
  fn("cel.@mapInsert", "@mapInsert_map_map", [mapOfAB, mapOfAB], mapOfAB, insertAll),
];
