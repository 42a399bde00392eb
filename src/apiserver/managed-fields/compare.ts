import { type Atom, deduced, type ListAtom, type MapAtom, partFor } from "./atom.ts";
import { type FieldNode, type FieldSet, leaf, noFields, union } from "./field-set.ts";
import { isJsonList, isJsonMap, type Json, type JsonMap, jsonEqual } from "./json.ts";
import { itemsByElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import { allFields } from "./to-field-set.ts";

/** What changed between two values of one type; no path is in two of the sets. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

export const noChange: Comparison = { added: noFields, modified: noFields, removed: noFields };

export function compare(left: JsonMap, right: JsonMap, atom: Atom): Comparison {
  const found = compareValues(left, right, atom);
  if (found === undefined) return noChange;
  return {
    added: found.added ?? noFields,
    modified: found.modified ?? noFields,
    removed: found.removed ?? noFields,
  };
}

/** The nodes of a comparison below one path; absent where nothing changed. */
interface Found {
  readonly added?: FieldNode | undefined;
  readonly modified?: FieldNode | undefined;
  readonly removed?: FieldNode | undefined;
}

const modifiedHere: Found = { modified: leaf };

class Gathered implements Found {
  added: { [element: string]: FieldNode } | undefined;
  modified: { [element: string]: FieldNode } | undefined;
  removed: { [element: string]: FieldNode } | undefined;

  add(element: string, found: Found | undefined): void {
    if (found?.added !== undefined) (this.added ??= {})[element] = found.added;
    if (found?.modified !== undefined) (this.modified ??= {})[element] = found.modified;
    if (found?.removed !== undefined) (this.removed ??= {})[element] = found.removed;
  }

  orNothing(): Found | undefined {
    return (this.added ?? this.modified ?? this.removed) ? this : undefined;
  }
}

function compareValues(left: Json | undefined, right: Json | undefined, atom: Atom): Found | undefined {
  if (left === right) return undefined;
  if (left === undefined) return { added: allFields(right!, atom) };
  if (right === undefined) return { removed: allFields(left, atom) };
  const [leftPart, rightPart] = [partFor(atom, left), partFor(atom, right)];
  if (leftPart === rightPart || samePart(leftPart, rightPart)) return compareAs(rightPart, left, right);
  return joinFound(compareAs(leftPart, left, right), compareAs(rightPart, left, right));
}

function samePart(left: Atom, right: Atom): boolean {
  return left.scalar === right.scalar && left.list === right.list && left.map === right.map;
}

function joinFound(left: Found | undefined, right: Found | undefined): Found | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return {
    added: joinNode(left.added, right.added),
    modified: joinNode(left.modified, right.modified),
    removed: joinNode(left.removed, right.removed),
  };
}

function joinNode(left: FieldNode | undefined, right: FieldNode | undefined): FieldNode | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return union(left, right);
}

function compareAs(part: Atom, left: Json, right: Json): Found | undefined {
  if (part.map !== undefined) return compareMaps(part.map, left, right);
  if (part.scalar === undefined && part.list !== undefined) return compareLists(part.list, left, right);
  return jsonEqual(left, right) ? undefined : modifiedHere;
}

function compareMaps(atom: MapAtom, left: Json, right: Json): Found | undefined {
  const ours = isJsonMap(left) ? left : emptyMap;
  const theirs = isJsonMap(right) ? right : emptyMap;
  // Two empty maps are a leaf, so that null and {} stay apart.
  if (atom.atomic || (isEmpty(ours) && isEmpty(theirs))) return jsonEqual(left, right) ? undefined : modifiedHere;
  const gathered = new Gathered();
  for (const name in ours) gathered.add(...compareField(atom, name, ours[name], ownField(theirs, name)));
  for (const name in theirs) {
    if (!Object.hasOwn(ours, name)) gathered.add(...compareField(atom, name, undefined, theirs[name]));
  }
  return gathered.orNothing();
}

const emptyMap: JsonMap = {};

function isEmpty(map: JsonMap): boolean {
  for (const _ in map) return false;
  return true;
}

function ownField(map: JsonMap, name: string): Json | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function compareField(
  atom: MapAtom,
  name: string,
  left: Json | undefined,
  right: Json | undefined,
): [string, Found | undefined] {
  const field = atom.field(name);
  if (field !== undefined) return [field.element, compareValues(left, right, field.atom)];
  return [fieldElement(name), compareValues(left, right, atom.rest ?? deduced)];
}

function compareLists(atom: ListAtom, left: Json, right: Json): Found | undefined {
  const ours = isJsonList(left) ? left : [];
  const theirs = isJsonList(right) ? right : [];
  if (!atom.associative || (ours.length === 0 && theirs.length === 0)) {
    return jsonEqual(left, right) ? undefined : modifiedHere;
  }
  const ourItems = itemsByElement(atom, ours);
  const theirItems = itemsByElement(atom, theirs);
  const gathered = new Gathered();
  for (const [element, items] of ourItems) {
    gathered.add(element, compareItems(atom, items, theirItems.get(element) ?? []));
  }
  for (const [element, items] of theirItems) {
    if (!ourItems.has(element)) gathered.add(element, compareItems(atom, [], items));
  }
  return gathered.orNothing();
}

/** Items of one key. Duplicates cannot be told apart: together they are one value. */
function compareItems(atom: ListAtom, left: readonly Json[], right: readonly Json[]): Found | undefined {
  if (left.length <= 1 && right.length <= 1) return compareValues(left[0], right[0], atom.element);
  if (left.length >= 2 && right.length >= 2) return jsonEqual(left, right) ? undefined : modifiedHere;
  if (left.length >= 2) {
    return { ...(right.length > 0 && { added: allFields(right[0]!, atom.element) }), removed: leaf };
  }
  return { ...(left.length > 0 && { removed: allFields(left[0]!, atom.element) }), added: leaf };
}
