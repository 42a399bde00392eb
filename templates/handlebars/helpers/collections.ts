import { sortedKeys } from "../../../src/base/go-bytes.ts";
import { isMap } from "../../../src/base/values.ts";
import { type HelperContext, type HelperTable, helper } from "../helper.ts";
import { memberOf } from "../reference.ts";
import { textOf } from "../show.ts";
import { countArg, describe, listArg, mapArg, numberArg, textArg } from "./arguments.ts";
import { areEqual } from "./conditions.ts";

export const collectionHelpers: HelperTable = {
  lookup: helper(
    "lookup MAP KEY",
    "the entry of a map or list under a key of any form; nothing when it lacks it",
    (context, value, key) =>
      isMap(value) || Array.isArray(value) ? memberOf(value, textArg(key, "lookup", context)) : undefined,
  ),
  join: helper("join LIST SEPARATOR", "the items as one text", (context, a, b) => {
    const [list, separator] = Array.isArray(b) ? [b, a] : [a, b];
    return joinItems(listArg(list, "join", context), textArg(separator, "join", context), context);
  }),
  split: helper("split TEXT SEPARATOR", "the parts of a text as a list", (context, text, separator) =>
    textArg(text, "split", context).split(textArg(separator, "split", context)),
  ),
  first: helper("first LIST", "the first item", (context, list) => listArg(list, "first", context)[0]),
  last: helper("last LIST", "the last item", (context, list) => listArg(list, "last", context).at(-1)),
  item: helper(
    "item LIST INDEX",
    "the item at an index from 0; nothing when there is none",
    (context, list, index) => listArg(list, "item", context)[countArg(index, "item", context)],
  ),
  length: helper("length VALUE", "how many items, entries or characters there are", (context, value) => {
    if (typeof value === "string") return [...value].length;
    if (Array.isArray(value)) return value.length;
    return Object.keys(mapArg(value, "length", context)).length;
  }),
  keys: helper("keys MAP", "the keys, sorted", (context, map) => sortedKeys(mapArg(map, "keys", context))),
  has: helper("has COLLECTION ITEM", "whether a list holds the item, a map the key or a text the text", hasItem),
  contains: helper("contains COLLECTION ITEM", "the same as has", hasItem),
  list: helper("list A …", "the values as a list", (_context, ...values) =>
    values.filter((value) => value !== undefined),
  ),
  add: helper("add A B", "the sum", (context, a, b) => numberArg(a, "add", context) + numberArg(b, "add", context)),
  sub: helper("sub A B", "A less B", (context, a, b) => numberArg(a, "sub", context) - numberArg(b, "sub", context)),
  mul: helper("mul A B", "the product", (context, a, b) => numberArg(a, "mul", context) * numberArg(b, "mul", context)),
};

function hasItem(context: HelperContext, collection: unknown, item: unknown): boolean {
  if (collection === undefined || collection === null) return false;
  if (Array.isArray(collection)) return collection.some((entry) => areEqual(entry, item));
  if (isMap(collection)) return Object.hasOwn(collection, textArg(item, "has", context));
  return textArg(collection, "has", context).includes(textArg(item, "has", context));
}

function joinItems(items: readonly unknown[], separator: string, context: HelperContext): string {
  const texts = items.map((item) => {
    const text = textOf(item);
    if (text === undefined) throw context.fail(`join cannot print ${describe(item)}`);
    return text;
  });
  context.chargeBytes(texts.reduce((size, text) => size + text.length + separator.length, 0));
  return texts.join(separator);
}
