import { type Atom, deduced, type ListAtom, type MapAtom, partFor } from "./atom.ts";
import { type FieldNode, type FieldSet, leaf, noFields, withMember } from "./field-set.ts";
import { isJsonList, isJsonMap, type Json, type JsonMap } from "./json.ts";
import { itemsByElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";

/** Every leaf field and list item that a value mentions: what an applier owns of its configuration. */
export function toFieldSet(value: JsonMap, atom: Atom): FieldSet {
  return fieldsOf(value, atom) ?? noFields;
}

/** The node of a value without itself as a member, unless it is a leaf; undefined for an empty list or map. */
function fieldsOf(value: Json, atom: Atom): FieldNode | undefined {
  const part = partFor(atom, value);
  if (part.map !== undefined) return mapFields(part.map, value);
  if (part.scalar !== undefined) return leaf;
  return part.list === undefined ? undefined : listFields(part.list, value);
}

function mapFields(atom: MapAtom, value: Json): FieldNode | undefined {
  if (atom.atomic) return leaf;
  if (!isJsonMap(value)) return undefined;
  let node: { [element: string]: FieldNode } | undefined;
  for (const name in value) {
    const child = value[name]!;
    const field = atom.field(name);
    const below = fieldsOf(child, field?.atom ?? atom.rest ?? deduced);
    const own = field === undefined || isEmptyOrNull(child) ? withMember(below ?? leaf) : below;
    if (own !== undefined) (node ??= {})[field?.element ?? fieldElement(name)] = own;
  }
  return node;
}

function isEmptyOrNull(value: Json): boolean {
  return value === null || (isJsonMap(value) && Object.keys(value).length === 0);
}

function listFields(atom: ListAtom, value: Json): FieldNode | undefined {
  if (!atom.associative) return leaf;
  if (!isJsonList(value)) return undefined;
  let node: { [element: string]: FieldNode } | undefined;
  for (const [element, items] of itemsByElement(atom, value)) {
    // An item that is there twice cannot be told apart: it is owned as a whole.
    const below = items.length > 1 ? leaf : (fieldsOf(items[0]!, atom.element) ?? leaf);
    (node ??= {})[element] = withMember(below);
  }
  return node;
}

/** Every node of a value, parents included: what a value that is all new (or all gone) changes. */
export function allFields(value: Json, atom: Atom): FieldNode {
  const part = partFor(atom, value);
  if (part.map !== undefined) return part.map.atomic ? leaf : allMapFields(part.map, value);
  if (part.scalar !== undefined || part.list?.associative !== true) return leaf;
  return allListFields(part.list, value);
}

function allMapFields(atom: MapAtom, value: Json): FieldNode {
  if (!isJsonMap(value)) return leaf;
  let node: { [element: string]: FieldNode } | undefined;
  for (const name in value) {
    const field = atom.field(name);
    const child = allFields(value[name]!, field?.atom ?? atom.rest ?? deduced);
    (node ??= { ".": leaf })[field?.element ?? fieldElement(name)] = child;
  }
  return node ?? leaf;
}

function allListFields(atom: ListAtom, value: Json): FieldNode {
  if (!isJsonList(value) || value.length === 0) return leaf;
  const node: { [element: string]: FieldNode } = { ".": leaf };
  for (const [element, items] of itemsByElement(atom, value)) {
    node[element] = items.length > 1 ? leaf : allFields(items[0]!, atom.element);
  }
  return node;
}
