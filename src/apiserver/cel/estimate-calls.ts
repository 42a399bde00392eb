import { fixed, product, type Range, scaled, sum, unbounded, unknownSize } from "./estimates.ts";
import { listCost, perCharacter, perPatternCharacter } from "./runtime-cost.ts";
import type { Type } from "./types.ts";
import type { Value } from "./values.ts";

/** An argument as far as its cost goes. */
export interface Sized {
  readonly type: Type;
  readonly size: Range | undefined;
  readonly literal: Value | undefined;
  /** The size of an item by the schema, where the list stands in one. */
  itemSize(): Range | undefined;
}

export interface CallUse {
  readonly name: string;
  readonly id: string;
  readonly target: Sized | undefined;
  readonly args: readonly Sized[];
}

export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range | undefined;
}

type Estimate = (use: CallUse) => CallEstimate | undefined;

const one: CallEstimate = { cost: fixed(1) };

function sizeOf(sized: Sized | undefined): Range {
  return sized?.size ?? unknownSize;
}

function isText({ kind }: Type): boolean {
  return kind === "string" || kind === "bytes";
}

/** Walking over the argument. */
function walk(times = 1, keepsSize = false): Estimate {
  return ({ args }) => {
    const size = sizeOf(args[0]);
    return { cost: scaled(size, times * perCharacter), size: keepsSize ? size : undefined };
  };
}

const walkTarget: Estimate = ({ target }) => {
  const size = sizeOf(target);
  return { cost: scaled(size, perCharacter), size };
};

const eachItem: Estimate = ({ target }) => {
  const [item] = target?.type.parameters ?? [];
  if (item === undefined) return { cost: scaled(sizeOf(target), perCharacter) };
  const compare = isText(item) ? scaled(target?.itemSize() ?? unknownSize, perCharacter) : fixed(0);
  return { cost: product(sizeOf(target), sum(fixed(1), compare)) };
};

const replaced: Estimate = ({ target, args }) => {
  const size = sizeOf(target);
  const [old, next] = [sizeOf(args[0]), sizeOf(args[1])];
  let [count, kept]: readonly [Range, Range] = [fixed(0), fixed(0)];
  if (old.min === 0)
    [count, kept] = [
      { min: 0, max: Math.min(size.max + 1, unbounded) },
      { min: 0, max: size.max },
    ];
  else if (next.max <= old.min) kept = { min: 0, max: size.max };
  else count = { min: 0, max: Math.ceil(size.max / old.min) };
  return { cost: scaled(size, 2 * perCharacter), size: sum(product(count, next), kept) };
};

const splitUp: Estimate = ({ target, args }) => {
  const size = sizeOf(target);
  const limit = args[1]?.literal;
  const most = typeof limit === "bigint" ? (limit < 0n ? unbounded : Number(limit)) : size.max;
  return { cost: scaled(size, 2 * perCharacter), size: { min: 0, max: most } };
};

const joined: Estimate = ({ target, args }) => {
  const list = sizeOf(target);
  const items = product(list, target?.itemSize() ?? unknownSize);
  const gaps = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) };
  const size = args.length === 0 ? items : sum(items, product(sizeOf(args[0]), gaps));
  return { cost: scaled(size, perCharacter), size };
};

function matched(text: Range, pattern: Range): Range {
  return product(scaled(sum(text, fixed(1)), perCharacter), scaled(pattern, perPatternCharacter));
}

const found: Estimate = ({ target, args }) => {
  const size = sizeOf(target);
  return { cost: matched(size, sizeOf(args[0])), size: { min: 0, max: size.max } };
};

/** Comparing two addresses of 4 or 16 bytes. */
function containing(isNetwork: boolean): Estimate {
  return ({ id, args }) => {
    const size = { min: 4, max: 16 };
    const both = scaled(sum(size, size), perCharacter);
    const more = isNetwork ? sum(scaled(size, perCharacter), fixed(1)) : fixed(0);
    const parsed = id.endsWith("_string") ? scaled(sizeOf(args[0]), perCharacter) : fixed(0);
    return { cost: sum(both, more, parsed) };
  };
}

/** Making a list of that size. */
function making(factor: number, size: Range): CallEstimate {
  return { cost: sum(scaled(size, factor), fixed(1 + listCost)), size };
}

function intOf(sized: Sized | undefined, otherwise: number): number {
  const value = sized?.literal;
  return typeof value === "bigint" ? Number(value) : otherwise;
}

/** Comparing each item with each. */
function squared(pick: (use: CallUse) => Sized | undefined, item?: (use: CallUse) => Type | undefined): Estimate {
  return (use) => {
    const size = sizeOf(pick(use));
    const type = item?.(use);
    const factor = type !== undefined && isText(type) ? 2 + perCharacter : 2;
    return making(factor, product(size, size));
  };
}

const equality: Estimate = ({ args: [left, right] }) => {
  const isAtomic =
    left?.type.name === right?.type.name && /^(net\.|kubernetes\.(Quantity|Semver))/.test(left?.type.name ?? "");
  if (isAtomic) return one;
  const most = Math.min(sizeOf(left).max, sizeOf(right).max);
  return { cost: scaled({ min: most > 0 ? 1 : 0, max: most }, perCharacter) };
};

function listItem({ target }: CallUse): Type | undefined {
  return target?.type.parameters[0];
}

/** By name, where Kubernetes or CEL says more than that a call costs 1. */
const byName: { readonly [name: string]: Estimate } = {
  isSorted: eachItem,
  sum: eachItem,
  max: eachItem,
  min: eachItem,
  indexOf: eachItem,
  lastIndexOf: eachItem,
  url: walk(1, true),
  lowerAscii: walkTarget,
  upperAscii: walkTarget,
  substring: walkTarget,
  trim: walkTarget,
  replace: replaced,
  split: splitUp,
  join: joined,
  find: found,
  findAll: found,
  cidr: walk(),
  isIP: walk(),
  isCIDR: walk(),
  ip: (use) => (use.id === "cidr_ip" ? one : walk()(use)),
  "ip.isCanonical": walk(2),
  containsIP: containing(false),
  containsCIDR: containing(true),
  quantity: walk(),
  isQuantity: walk(),
  semver: walk(),
  isSemver: walk(),
  validate: ({ args }) => ({ cost: scaled(scaled(sizeOf(args[0]), perCharacter), 128 * perPatternCharacter) }),
  "_==_": equality,
  "_!=_": equality,
};

const comparison: Estimate = equality;

/** By overload. */
const byOverload: { readonly [id: string]: Estimate } = {
  string_format: ({ target }) => ({ cost: scaled(sizeOf(target), perCharacter) }),
  string_to_bytes: ({ args }) => {
    const { min, max } = sizeOf(args[0]);
    return { cost: scaled({ min, max }, perCharacter), size: { min, max: Math.min(max * 4, unbounded) } };
  },
  bytes_to_string: ({ args }) => {
    const { min, max } = sizeOf(args[0]);
    return { cost: scaled({ min, max }, perCharacter), size: { min: Math.floor(min / 4), max } };
  },
  strings_quote: ({ args }) => {
    const { min, max } = sizeOf(args[0]);
    const size = { min: min + 2, max: Math.min(max * 2 + 2, unbounded) };
    return { cost: scaled({ min, max }, perCharacter), size };
  },
  starts_with_string: walk(),
  ends_with_string: walk(),
  in_list: ({ args }) => ({ cost: sizeOf(args[1]) }),
  matches_string: ({ target, args }) => ({ cost: matched(sizeOf(target), sizeOf(args[0])) }),
  contains_string: ({ target, args }) => ({
    cost: product(scaled(sizeOf(target), perCharacter), scaled(sizeOf(args[0]), perCharacter)),
  }),
  add_string: ({ args }) => {
    const size = sum(sizeOf(args[0]), sizeOf(args[1]));
    return { cost: scaled(size, perCharacter), size };
  },
  add_bytes: ({ args }) => {
    const size = sum(sizeOf(args[0]), sizeOf(args[1]));
    return { cost: scaled(size, perCharacter), size };
  },
  add_list: ({ args }) => ({ cost: fixed(1), size: sum(sizeOf(args[0]), sizeOf(args[1])) }),
  ...Object.fromEntries(
    ["less", "less_equals", "greater", "greater_equals"].flatMap((name) => [
      [`${name}_string`, comparison],
      [`${name}_bytes`, comparison],
    ]),
  ),
  list_slice: ({ target, args }) => {
    const end = intOf(args[1], sizeOf(target).max);
    const size = end - intOf(args[0], 0);
    return making(1, fixed(size < 0 ? unbounded : size));
  },
  list_flatten: ({ target }) => making(1, sizeOf(target)),
  list_flatten_int: ({ target, args }) => making(intOf(args[0], unbounded), sizeOf(target)),
  lists_range: ({ args }) => making(1, fixed(intOf(args[0], unbounded))),
  list_reverse: ({ target }) => making(1, sizeOf(target)),
  list_distinct: squared(({ target }) => target),
};

const sorting = squared(({ target }) => target, listItem);
const sortingByKeys = squared(
  ({ args }) => args[0],
  ({ args }) => args[0]?.type.parameters[0],
);

/** What a call costs beside its arguments, and the size of what it gives. */
export function estimateCall(use: CallUse): CallEstimate {
  if (/^list_.*_sort$/.test(use.id)) return sorting(use) ?? one;
  if (/^list_.*_sortByAssociatedKeys$/.test(use.id)) return sortingByKeys(use) ?? one;
  return (byOverload[use.id] ?? byName[use.name])?.(use) ?? one;
}
