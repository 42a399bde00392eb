import { stringList } from "../../src/base/values.ts";
import { isList, kindOf, listTypeOf } from "../go/go-types.ts";
import { type GoValue, markList } from "../go/values.ts";
import { toSize } from "./binary.ts";
import { toInt64 } from "./cast.ts";
import { chargeItems } from "./charge.ts";
import { DeepComparer } from "./deep-equal.ts";
import { define } from "./define.ts";
import { isEmpty } from "./empty.ts";
import type { FunctionContext, FunctionTable, TemplateFunction } from "./function.ts";

type List = readonly GoValue[];
// biome-ignore lint/suspicious/noExplicitAny: as in TemplateFunction
type Call = (args: readonly any[], context: FunctionContext) => GoValue;

const list = define("func(...any) []any", "a list of the values", (values) => [...values]);

/** Lists. Each function makes a new list, and takes lists of any type. */
export const listFunctions: FunctionTable = {
  list,
  tuple: { ...list, doc: "as `list`" },
  ...withMust("append", "func(any, any) []any", "the list with a value behind it", append),
  ...withMust("push", "func(any, any) []any", "as `append`", append),
  ...withMust("prepend", "func(any, any) []any", "the list with a value before it", ([items, value], context) => [
    value,
    ...itemsOf(items, "Cannot prepend on type", context),
  ]),
  ...withMust(
    "first",
    "func(any) any",
    "the first item, nil of an empty list",
    ([items], context) => itemsOf(items, "Cannot find first on type", context)[0] ?? null,
  ),
  ...withMust(
    "last",
    "func(any) any",
    "the last item, nil of an empty list",
    ([items], context) => itemsOf(items, "Cannot find last on type", context).at(-1) ?? null,
  ),
  ...withMust("rest", "func(any) []any", "all but the first item", ([items], context) =>
    orNil(itemsOf(items, "Cannot find rest on type", context), (found) => found.slice(1)),
  ),
  ...withMust("initial", "func(any) []any", "all but the last item", ([items], context) =>
    orNil(itemsOf(items, "Cannot find initial on type", context), (found) => found.slice(0, -1)),
  ),
  ...withMust("reverse", "func(any) []any", "the items backwards", ([items], context) =>
    [...itemsOf(items, "Cannot find reverse on type", context)].reverse(),
  ),
  ...withMust("uniq", "func(any) []any", "each item once, the first time it comes", ([items], context) =>
    uniq(itemsOf(items, "Cannot find uniq on type", context), context),
  ),
  ...withMust(
    "without",
    "func(any, ...any) []any",
    "the items that are none of the other values",
    ([items, ...omitted], context) => {
      const comparer = new DeepComparer(context);
      return itemsOf(items, "Cannot find without on type", context).filter((item) => !comparer.includes(omitted, item));
    },
  ),
  ...withMust("compact", "func(any) []any", "the items that are not empty", ([items], context) =>
    itemsOf(items, "Cannot compact on type", context).filter((item) => !isEmpty(item)),
  ),
  ...withMust(
    "has",
    "func(any, any) bool",
    "whether the second argument, a list, holds the first; the types must be the same",
    ([needle, items], context) =>
      items === null || items === undefined
        ? false
        : new DeepComparer(context).includes(itemsOf(items, "Cannot find has on type", context), needle),
  ),
  ...withMust(
    "slice",
    "func(any, ...any) any",
    "the items from one position up to another, to the end without that; not for strings",
    ([items, ...bounds], context) =>
      slice(itemsOf(items, "list should be type of slice or array but", context), bounds),
  ),
  ...withMust("chunk", "func(int, any) [][]any", "lists of so many items each", ([size, items], context) =>
    chunk(toSize(size), itemsOf(items, "Cannot chunk type", context)),
  ),
  concat: define("func(...any) any", "the items of all lists one after the other", (lists, context) =>
    concat(lists, context),
  ),
};

/** A function and its `must` twin, which sprig tells apart by how they fail: inside a template both end the rendering. */
function withMust(name: string, signature: string, doc: string, call: Call): { [name: string]: TemplateFunction } {
  const mustName = `must${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const result = signature.slice(signature.lastIndexOf(")") + 2);
  const mustSignature = `${signature.slice(0, -result.length)}(${result}, error)`;
  return { [name]: define(signature, doc, call), [mustName]: define(mustSignature, `as \`${name}\``, call) };
}

/** The items of a list of any type; anything else, nil too, is an error. */
function itemsOf(value: GoValue, complaint: string, context: FunctionContext): List {
  if (!isList(value)) {
    throw new Error(value === null || value === undefined ? `${complaint} nil` : `${complaint} ${kindOf(value)}`);
  }
  chargeItems(context, value.length);
  return value;
}

function append([items, value]: readonly GoValue[], context: FunctionContext): List {
  return [...itemsOf(items, "Cannot push on type", context), value];
}

/** Of an empty list Go gives the nil list, which JSON writes as null. */
function orNil(items: List, make: (items: List) => List): List {
  return items.length === 0 ? markList([], "nil") : make(items);
}

function uniq(items: List, context: FunctionContext): List {
  const comparer = new DeepComparer(context);
  const found: GoValue[] = [];
  const texts = new Set<string>();
  for (const item of items) {
    if (typeof item === "string" ? texts.has(item) : comparer.includes(found, item)) continue;
    if (typeof item === "string") texts.add(item);
    found.push(item);
  }
  return found;
}

function slice(items: List, bounds: readonly GoValue[]): GoValue {
  if (items.length === 0) return null;
  const start = bounds.length > 0 ? Number(toInt64(bounds[0])) : 0;
  const end = bounds.length > 1 ? Number(toInt64(bounds[1])) : items.length;
  if (start < 0 || end < start || end > items.length) {
    throw new Error(`slice index out of bounds: [${start}:${end}] of ${items.length} items`);
  }
  return sameType(items, items.slice(start, end));
}

/** A part of a list has its type: a part of `[]string` is one too. */
function sameType(items: List, part: GoValue[]): List {
  const type = listTypeOf(items);
  if (type === "[]string") return stringList(part as string[]);
  return type === "[]interface {}" ? part : markList(part, type);
}

/** As sprig counts: the last list takes what is left, and a size below 1 fails unless it comes out at no list at all. */
function chunk(size: number, items: List): List {
  const count = size === 0 ? -1 : Math.floor((items.length - 1) / size) + 1;
  if (count < 0 || (count > 0 && size < 0)) throw new Error(`chunks of ${size} items: makeslice: len out of range`);
  const chunks: List[] = [];
  for (let index = 0; index < count; index++) chunks.push(items.slice(index * size, (index + 1) * size));
  return markList(chunks, "[][]interface {}");
}

function concat(lists: readonly GoValue[], context: FunctionContext): List {
  const joined: GoValue[] = [];
  for (const items of lists) {
    for (const item of itemsOf(items, "Cannot concat as list a value of type", context)) joined.push(item);
  }
  return joined.length === 0 ? markList([], "nil") : joined;
}
