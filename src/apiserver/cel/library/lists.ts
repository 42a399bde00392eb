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
  parameter,
  stringType,
  timestampType,
  uintType,
} from "../types.ts";
import {
  Duration,
  durationOf,
  EvaluationError,
  intOf,
  List,
  noOverload,
  PlainList,
  typeNameOf,
  Uint,
  uintOf,
  type Value,
} from "../values.ts";

const t = parameter("T");
const listOfT = listOf(t);

const comparable = [
  ["int", intType],
  ["uint", uintType],
  ["double", doubleType],
  ["bool", boolType],
  ["duration", durationType],
  ["timestamp", timestampType],
  ["string", stringType],
  ["bytes", bytesType],
] as const;

const summable = [
  ["int", intType, 0n],
  ["uint", uintType, new Uint(0n)],
  ["double", doubleType, 0],
  ["duration", durationType, new Duration(0n)],
] as const;

function isSorted(list: List): boolean {
  const items = list.toArray();
  return items.every((item, index) => index === 0 || compareValues(items[index - 1]!, item) <= 0);
}

function add(left: Value, right: Value): Value {
  if (typeof left === "bigint" && typeof right === "bigint") return intOf(left + right);
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (left instanceof Uint && right instanceof Uint) return uintOf(left.value + right.value);
  if (left instanceof Duration && right instanceof Duration) return durationOf(left.nanos + right.nanos);
  throw noOverload();
}

function extreme(name: string, sign: number): (list: List) => Value {
  return (list) => {
    const [first, ...rest] = list.toArray();
    if (first === undefined) throw new EvaluationError(`${name} called on empty list`);
    return rest.reduce((best, item) => (compareValues(best, item) * sign > 0 ? item : best), first);
  };
}

function indexOf(list: List, item: Value): bigint {
  return BigInt(list.toArray().findIndex((one) => valuesEqual(one, item)));
}

function lastIndexOf(list: List, item: Value): bigint {
  return BigInt(list.toArray().findLastIndex((one) => valuesEqual(one, item)));
}

function slice(list: List, start: bigint, end: bigint): PlainList {
  const where = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) throw new EvaluationError(`${where}, negative indexes not supported`);
  if (start > end) throw new EvaluationError(`${where}, start index must be less than or equal to end index`);
  if (BigInt(list.size) < end) throw new EvaluationError(`${where}, list is length ${list.size}`);
  return new PlainList(list.toArray().slice(Number(start), Number(end)));
}

function flatten(list: List, depth = 1n): PlainList {
  if (depth < 0n) throw new EvaluationError("level must be non-negative");
  const items: Value[] = [];
  for (const item of list.toArray()) {
    if (!(item instanceof List) || depth === 0n) items.push(item);
    else for (const inner of flatten(item, depth - 1n).items) items.push(inner);
  }
  spendWork(items.length);
  return new PlainList(items);
}

function sortByKeys(list: List, keys: List): PlainList {
  const [first] = keys.toArray().map(typeNameOf);
  if (keys.toArray().some((key) => typeNameOf(key) !== first)) {
    throw new EvaluationError("list elements must have the same type");
  }
  const pairs = list.toArray().map((item, index) => [keys.at(index), item] as const);
  const sorted = pairs.sort(([left], [right]) => compareValues(left, right));
  return new PlainList(sorted.map(([, item]) => item));
}

function range(count: bigint): PlainList {
  spendWork(Number(count));
  return new PlainList(Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index)));
}

function distinct(list: List): PlainList {
  const seen: Value[] = [];
  for (const item of list.toArray()) if (!seen.some((one) => valuesEqual(one, item))) seen.push(item);
  return new PlainList(seen);
}

function has(list: List, item: Value): boolean {
  return list.toArray().some((one) => valuesEqual(one, item));
}

function containsAll(list: List, other: List): boolean {
  return other.toArray().every((item) => has(list, item));
}

/** Functions of lists: Kubernetes' own, CEL's extension, and sets. */
export const lists: readonly Overload[] = [
  ...comparable.flatMap(([name, type]) => [
    method("isSorted", `list_${name}_is_sorted_bool`, [listOf(type)], boolType, isSorted),
    method("max", `list_${name}_max_${name}`, [listOf(type)], type, extreme("max", -1)),
    method("min", `list_${name}_min_${name}`, [listOf(type)], type, extreme("min", 1)),
    method("sort", `list_${type.name}_sort`, [listOf(type)], listOf(type), (list: List) => sortByKeys(list, list)),
    method(
      "@sortByAssociatedKeys",
      `list_${type.name}_sortByAssociatedKeys`,
      [listOfT, listOf(type)],
      listOfT,
      sortByKeys,
    ),
  ]),
  ...summable.map(([name, type, zero]) =>
    method("sum", `list_${name}_sum_${name}`, [listOf(type)], type, (list: List) =>
      list.toArray().reduce<Value>(add, zero),
    ),
  ),
  method("indexOf", "list_a_index_of_int", [listOfT, t], intType, indexOf),
  method("lastIndexOf", "list_a_last_index_of_int", [listOfT, t], intType, lastIndexOf),
  method("slice", "list_slice", [listOfT, intType, intType], listOfT, slice),
  method("flatten", "list_flatten", [listOf(listOfT)], listOfT, (list: List) => flatten(list)),
  method("flatten", "list_flatten_int", [listOf(dynType), intType], listOf(dynType), flatten),
  method("reverse", "list_reverse", [listOfT], listOfT, (list: List) => new PlainList([...list.toArray()].reverse())),
  method("distinct", "list_distinct", [listOfT], listOfT, distinct),
  fn("lists.range", "lists_range", [intType], listOf(intType), range),
  fn("sets.contains", "list_sets_contains_list", [listOfT, listOfT], boolType, containsAll),
  fn(
    "sets.equivalent",
    "list_sets_equivalent_list",
    [listOfT, listOfT],
    boolType,
    (list: List, other: List) => containsAll(list, other) && containsAll(other, list),
  ),
  fn("sets.intersects", "list_sets_intersects_list", [listOfT, listOfT], boolType, (list: List, other: List) =>
    other.toArray().some((item) => has(list, item)),
  ),
];
