/** A patch asks for something that Kubernetes' strategic merge refuses. The message says what. */
export class PatchRefused extends Error {}

type List = readonly unknown[];

/**
 * Lists of scalars: those of the patch taken out, or both united without duplicates. United, the patch's items come in its
 * order and the others in theirs; one that only the original has comes before one of the patch when the original had both
 * in that order. Throws PatchRefused for items of several types, null, lists and maps.
 */
export function mergeLists(below: List, patch: List, deletes: boolean): List {
  if (below.length === 0 && patch.length === 0) return below;
  checkScalars([...below, ...patch]);
  if (deletes) return below.filter((item) => !patch.includes(item));
  return arrange(...united(below, patch));
}

/**
 * The items of both without duplicates, the patch and the original that their order goes by. In apimachinery the last item
 * takes a duplicate's place, and that in the original itself where its slice has room for the patch: its capacity is the
 * next power of two.
 */
function united(below: List, patch: List): [items: List, patch: List, below: List] {
  const items = [...below, ...patch];
  let { length } = items;
  for (let i = 0; i < length; i++) {
    for (let j = i + 1; j < length; ) {
      if (items[i] === items[j]) items[j] = items[--length];
      else j++;
    }
  }
  const capacity = below.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(below.length));
  const isShared = below.length + patch.length <= capacity;
  return [items.slice(0, length), patch, isShared ? items.slice(0, below.length) : below];
}

export interface ListOrder {
  /** The merged list; undefined when neither side has it. */
  readonly list: List | undefined;
  readonly below: List | undefined;
  readonly over: List;
  /** What `$setElementOrder` gives. */
  readonly order: List;
}

/**
 * The list in the order that a patch sets: its items in that order, the others as in `mergeLists`. The patch's own list
 * must have that order too. Undefined when there is no list. Throws PatchRefused.
 */
export function reorder({ list, below = [], over, order }: ListOrder): List | undefined {
  if (order.length > 0 && over.length > 0) checkOrder(over, order);
  if (list === undefined) return undefined;
  if (below.length === 0 && over.length === 0) throw new PatchRefused("there are no items to put in order");
  checkScalars([...below, ...over]);
  return arrange(list, order, below);
}

function checkScalars(items: List): void {
  const kinds = new Set(items.map((item) => (typeof item === "bigint" ? "number" : typeof item)));
  if (kinds.size > 1) throw new PatchRefused("the items of a list are of several types");
  if (kinds.has("object")) throw new PatchRefused("a list holds maps, lists or null where scalars are needed");
}

/** Each item must come in the order list, and after the one before it. */
function checkOrder(items: List, order: List): void {
  let from = 0;
  for (const item of items) {
    const found = order.indexOf(item, from);
    if (found < 0)
      throw new PatchRefused(`the order does not fit the list: ${String(item)} is missing or out of order`);
    from = found + 1;
  }
}

function arrange(list: List, order: List, below: List): unknown[] {
  const wanted = sorted(
    list.filter((item) => order.includes(item)),
    order,
  );
  const rest = sorted(
    list.filter((item) => !order.includes(item)),
    below,
  );
  const arranged: unknown[] = [];
  while (wanted.length > 0 && rest.length > 0) {
    const [left, right] = [below.indexOf(rest[0]), below.indexOf(wanted[0])];
    arranged.push(left >= 0 && left < right ? rest.shift() : wanted.shift());
  }
  return [...arranged, ...wanted, ...rest];
}

/** By their place in a list. An item that the list lacks goes before those that stand in front of it, as in apimachinery. */
function sorted(items: readonly unknown[], order: List): unknown[] {
  const result: unknown[] = [];
  for (const item of items) {
    const place = order.indexOf(item);
    let at = result.length;
    while (at > 0 && goesBefore(place, order.indexOf(result[at - 1]))) at--;
    result.splice(at, 0, item);
  }
  return result;
}

function goesBefore(place: number, other: number): boolean {
  return place < 0 || other < 0 || place < other;
}
