import { type Atom, deduced, type ListAtom, type MapAtom, partFor } from "./atom.ts";
import { type FieldSet, forEachChild, isMember } from "./field-set.ts";
import { isJsonList, isJsonMap, type Json, type JsonMap, setOwn } from "./json.ts";
import { itemElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";

/** The value without the fields and items of a set. What becomes empty by that becomes null, as in Kubernetes. */
export function removeFields(value: JsonMap, fields: FieldSet, atom: Atom): JsonMap {
  return (remove(value, fields, atom) ?? {}) as JsonMap;
}

function remove(value: Json, fields: FieldSet, atom: Atom): Json {
  const part = partFor(atom, value);
  if (part.map !== undefined) return removeFromMap(part.map, value, fields);
  if (part.scalar !== undefined) return value;
  return part.list === undefined ? null : removeFromList(part.list, value, fields);
}

function removeFromMap(atom: MapAtom, value: Json, fields: FieldSet): Json {
  if (atom.atomic || !isJsonMap(value)) return null;
  const rest: { [name: string]: Json } = {};
  let isEmpty = true;
  for (const name in value) {
    const field = atom.field(name);
    const node = fields[field?.element ?? fieldElement(name)];
    if (node !== undefined && isMember(node)) continue;
    const child = node === undefined ? value[name]! : remove(value[name]!, node, field?.atom ?? atom.rest ?? deduced);
    setOwn(rest, name, child);
    isEmpty = false;
  }
  return isEmpty ? null : rest;
}

function removeFromList(atom: ListAtom, value: Json, fields: FieldSet): Json {
  if (!atom.associative || !isJsonList(value)) return null;
  const rest: Json[] = [];
  for (const item of value) {
    const element = itemElement(atom, item);
    const node = typeof element === "string" ? fields[element] : undefined;
    if (node !== undefined && isMember(node)) continue;
    rest.push(node === undefined ? item : remove(item, node, atom.element));
  }
  return rest.length === 0 ? null : rest;
}

/**
 * The set with every declared field on the way to a member as a member too: `a.b.c` brings `a` where `a` is a declared
 * field, but no key of a map and no list item.
 */
export function withNamedParents(set: FieldSet, atom: Atom | undefined): FieldSet {
  const node: { [element: string]: FieldSet } = {};
  if (set["."] !== undefined) node["."] = set["."];
  forEachChild(set, (element, child) => {
    const [type, isNamed] = childType(atom, element);
    const below = withNamedParents(child, type);
    node[element] = isNamed && !isMember(below) ? { ".": noChildren, ...below } : below;
  });
  return node;
}

const noChildren: FieldSet = Object.freeze({});

function childType(atom: Atom | undefined, element: string): [Atom | undefined, boolean] {
  if (element.startsWith("k:")) return [atom?.list?.element, false];
  if (!element.startsWith("f:") || atom?.map === undefined) return [undefined, false];
  const field = atom.map.field(element.slice(2));
  return field === undefined ? [atom.map.rest, false] : [field.atom, true];
}
