import { type Atom, deduced, type ListAtom, type MapAtom, partFor } from "./atom.ts";
import { isJsonList, isJsonMap, type Json, type JsonMap, setOwn } from "./json.ts";
import { itemElement } from "./list-items.ts";

/**
 * The live value with the applied one laid over it: applied leaves win, nothing is removed, keyed lists merge by item
 * (order of the applied list for what both hold). Both must have been checked against the type before.
 */
export function mergeApplied(live: JsonMap, applied: JsonMap, atom: Atom): JsonMap {
  return (merge(live, applied, atom) ?? {}) as JsonMap;
}

function merge(live: Json | undefined, applied: Json | undefined, atom: Atom): Json | undefined {
  if (applied === undefined || live === applied) return live;
  if (live === undefined) return mergeAs(partFor(atom, applied), undefined, applied);
  return mergeAs(partFor(atom, applied), live, applied);
}

function mergeAs(part: Atom, live: Json | undefined, applied: Json): Json | undefined {
  if (part.map !== undefined) return mergeMaps(part.map, live, applied);
  if (part.scalar === undefined && part.list !== undefined) return mergeLists(part.list, live, applied);
  return applied;
}

function mergeMaps(atom: MapAtom, live: Json | undefined, applied: Json): Json | undefined {
  const ours = live !== undefined && isJsonMap(live) ? live : {};
  const theirs = isJsonMap(applied) ? applied : {};
  const bothEmpty = Object.keys(ours).length === 0 && Object.keys(theirs).length === 0;
  if (atom.atomic || bothEmpty) return applied;
  const merged: { [name: string]: Json } = {};
  for (const name in ours) {
    const value = Object.hasOwn(theirs, name) ? mergeField(atom, name, ours[name], theirs[name]) : ours[name];
    if (value !== undefined) setOwn(merged, name, value);
  }
  for (const name in theirs) {
    const value = Object.hasOwn(ours, name) ? undefined : mergeField(atom, name, undefined, theirs[name]);
    if (value !== undefined) setOwn(merged, name, value);
  }
  return merged;
}

function mergeField(atom: MapAtom, name: string, live: Json | undefined, applied: Json | undefined): Json | undefined {
  return merge(live, applied, atom.field(name)?.atom ?? atom.rest ?? deduced);
}

function mergeLists(atom: ListAtom, live: Json | undefined, applied: Json): Json | undefined {
  const ours = live !== undefined && isJsonList(live) ? live : [];
  const theirs = isJsonList(applied) ? applied : [];
  if (!atom.associative || (ours.length === 0 && theirs.length === 0)) return applied;
  return new ListMerge(atom, ours, theirs).run();
}

interface Indexed {
  readonly elements: readonly string[];
  /** Undefined value: the element stands there twice and does not merge. */
  readonly items: ReadonlyMap<string, Json | undefined>;
}

function indexItems(atom: ListAtom, list: readonly Json[]): Indexed {
  const items = new Map<string, Json | undefined>();
  const elements: string[] = [];
  for (const item of list) {
    const element = itemElement(atom, item) as string;
    items.set(element, items.has(element) ? undefined : item);
    elements.push(element);
  }
  return { elements, items };
}

/**
 * Walks both lists at once. Items that only the live list has stay where they are relative to their neighbours, items
 * of both take the order of the applied list, new ones come where the applied list has them.
 */
class ListMerge {
  readonly #atom: ListAtom;
  readonly #live: readonly Json[];
  readonly #ours: Indexed;
  readonly #theirs: Indexed;
  readonly #shared: string[];
  readonly #done = new Set<string>();
  readonly #out: Json[] = [];
  #left = 0;
  #right = 0;

  constructor(atom: ListAtom, live: readonly Json[], applied: readonly Json[]) {
    this.#atom = atom;
    this.#live = live;
    this.#ours = indexItems(atom, live);
    this.#theirs = indexItems(atom, applied);
    this.#shared = this.#theirs.elements.filter((element) => this.#ours.items.has(element));
  }

  run(): readonly Json[] {
    const [ours, theirs] = [this.#ours.elements, this.#theirs.elements];
    while (this.#left < ours.length || this.#right < theirs.length) {
      if (this.#left < ours.length && this.#right < theirs.length && this.#stepTogether()) continue;
      if (this.#left < ours.length && this.#stepLeft()) continue;
      if (this.#right < theirs.length) this.#stepRight();
    }
    return this.#out;
  }

  /** Both stand at the same item, or the live one is shared and its turn comes later. */
  #stepTogether(): boolean {
    const element = this.#ours.elements[this.#left]!;
    if (element === this.#theirs.elements[this.#right]) {
      this.#take(element);
      this.#left++;
      this.#right++;
      this.#shared.shift();
      return true;
    }
    const next = this.#shared[0];
    if (!this.#theirs.items.has(element) || next === undefined || next === element) return false;
    this.#left++;
    return true;
  }

  /** An item of the live list alone; one that was merged already is passed over and the applied list goes on. */
  #stepLeft(): boolean {
    const element = this.#ours.elements[this.#left]!;
    if (!this.#theirs.items.has(element)) {
      this.#out.push(this.#live[this.#left]!);
      this.#left++;
      return true;
    }
    if (this.#done.has(element)) this.#left++;
    return false;
  }

  #stepRight(): void {
    const element = this.#theirs.elements[this.#right]!;
    this.#take(element);
    this.#right++;
    if (this.#shared[0] === element) this.#shared.shift();
  }

  #take(element: string): void {
    this.#done.add(element);
    const merged = merge(this.#ours.items.get(element), this.#theirs.items.get(element), this.#atom.element);
    if (merged !== undefined) this.#out.push(merged);
  }
}
