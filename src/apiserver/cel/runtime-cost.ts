import type { Overload } from "./overload.ts";
import { Dictionary, Extension, List, sizeOf, type Value } from "./values.ts";

/** What walking over a text once costs for each of its characters. */
export const perCharacter = 0.1;
/** What a pattern costs for each of its characters. */
export const perPatternCharacter = 0.25;
export const listCost = 10;
export const mapCost = 30;

type Cost = (args: readonly Value[], overload: Overload) => number;

function walk(times = 1, at = 0): Cost {
  return (args) => Math.ceil(sizeOf(args[at]!) * times * perCharacter);
}

const one: Cost = () => 1;

function pattern(size: (args: readonly Value[]) => number): Cost {
  return (args) => Math.ceil((1 + sizeOf(args[0]!)) * perCharacter) * Math.ceil(size(args) * perPatternCharacter);
}

const regular = pattern((args) => sizeOf(args[1]!));

function smaller([left, right]: readonly Value[]): number {
  if (left instanceof Extension) return 1;
  return Math.ceil(Math.min(sizeOf(left!), sizeOf(right!)) * perCharacter);
}

function both([left, right]: readonly Value[]): number {
  return Math.ceil((sizeOf(left!) + sizeOf(right!)) * perCharacter);
}

/** The cost of walking over a value with all that is in it. */
function traversal(value: Value): number {
  if (typeof value === "string" || value instanceof Uint8Array) return Math.floor(value.length * perCharacter);
  if (value instanceof List) return value.toArray().reduce<number>((sum, item) => sum + traversal(item), 0);
  if (!(value instanceof Dictionary)) return 1;
  return value.keys().reduce<number>((sum, key) => sum + traversal(key) + traversal(value.find(key) ?? null), 0);
}

function joined([list, separator]: readonly Value[]): number {
  if (!(list instanceof List)) return 1;
  const own = list.toArray().reduce<number>((sum, item) => sum + sizeOf(item), 0);
  const size = own + (separator === undefined ? 0 : sizeOf(separator) * Math.max(0, list.size - 1));
  return Math.ceil(size * 2 * perCharacter);
}

/** Comparing each item with each. */
function square(at: number): Cost {
  return (args) => {
    const list = args[at];
    if (!(list instanceof List) || list.size === 0) return 1 + listCost;
    const first = list.at(0);
    const factor = typeof first === "string" || first instanceof Uint8Array ? 2 + perCharacter : 2;
    return Math.ceil(list.size * list.size * factor) + 1 + listCost;
  };
}

function containsAddress(extra: number, text: string): Cost {
  return (args, { id }) => {
    const parsed = id === text ? Math.ceil(sizeOf(args[1]!) * perCharacter) : 0;
    return 1 + extra + parsed;
  };
}

function flattened([list, depth]: readonly Value[]): number {
  return sizeOf(list!) * (depth === undefined ? 1 : Number(depth)) + 1 + listCost;
}

function sliced([, start, end]: readonly Value[]): number {
  return Math.max(0, Number(end) - Number(start)) + 1 + listCost;
}

/** By name, for what costs other than 1. */
const byName: { readonly [name: string]: Cost } = {
  isSorted: (args) => traversal(args[0]!),
  sum: (args) => traversal(args[0]!),
  max: (args) => traversal(args[0]!),
  min: (args) => traversal(args[0]!),
  indexOf: (args) => traversal(args[0]!),
  lastIndexOf: (args) => traversal(args[0]!),
  url: walk(),
  lowerAscii: walk(),
  upperAscii: walk(),
  substring: walk(),
  trim: walk(),
  replace: walk(2),
  split: walk(2),
  join: joined,
  find: regular,
  findAll: regular,
  matches: regular,
  cidr: walk(),
  isIP: walk(),
  isCIDR: walk(),
  ip: (args, overload) => (overload.isMethod ? 1 : walk()(args, overload)),
  "ip.isCanonical": walk(2),
  containsIP: containsAddress(0, "cidr_contains_ip_string"),
  containsCIDR: containsAddress(2, "cidr_contains_cidr_string"),
  quantity: walk(),
  isQuantity: walk(),
  semver: walk(),
  isSemver: walk(),
  validate: (args) => Math.ceil((1 + sizeOf(args[1]!)) * perCharacter) * 32,
  startsWith: walk(1, 1),
  endsWith: walk(1, 1),
  contains: (args) => Math.ceil(sizeOf(args[0]!) * perCharacter) * Math.ceil(sizeOf(args[1]!) * perCharacter),
  "strings.quote": walk(),
  format: walk(),
  "_==_": smaller,
  "_!=_": smaller,
  slice: sliced,
  flatten: flattened,
  "lists.range": (args) => Math.max(0, Number(args[0])) + 1 + listCost,
  reverse: (args) => sizeOf(args[0]!) + 1 + listCost,
  distinct: square(0),
  sort: square(0),
  "@sortByAssociatedKeys": square(1),
};

/** By overload, where one name does different things. */
const byOverload: { readonly [id: string]: Cost } = {
  in_list: (args) => sizeOf(args[1]!),
  add_string: both,
  add_bytes: both,
  string_to_bytes: walk(),
  bytes_to_string: walk(),
  ...Object.fromEntries(
    ["less", "less_equals", "greater", "greater_equals"].flatMap((name) => [
      [`${name}_string`, smaller],
      [`${name}_bytes`, smaller],
    ]),
  ),
};

/** What a call costs, known before it is made. */
export function callCost(overload: Overload, args: readonly Value[]): number {
  return (byOverload[overload.id] ?? byName[overload.name] ?? one)(args, overload);
}
