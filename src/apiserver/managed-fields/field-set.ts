/**
 * Sets of field paths, held in the very form in which Kubernetes writes them (`FieldsV1`): a node is a plain object whose
 * keys are path elements (`f:name`, `k:{"name":"a"}`, `v:"a"`, `i:0`). A node is itself a member of the set when it is
 * empty or has the key `.`; the root is never a member, and an empty root is the empty set. Nodes are never changed once
 * built, so sets share parts freely. Element keys always carry a prefix, hence none can reach an object's prototype.
 */
export interface FieldNode {
  readonly [element: string]: FieldNode;
}

export type FieldSet = FieldNode;

type Draft = { [element: string]: FieldNode };

/** The one leaf: a member without children. */
export const leaf: FieldNode = Object.freeze({});

/** The empty set. */
export const noFields: FieldSet = leaf;

const self = ".";

function isBare(node: FieldNode): boolean {
  for (const _ in node) return false;
  return true;
}

export function isMember(node: FieldNode): boolean {
  return node[self] !== undefined || isBare(node);
}

/** The node with itself as a member. */
export function withMember(node: FieldNode): FieldNode {
  return isMember(node) ? node : { [self]: leaf, ...node };
}

export function isEmptySet(set: FieldSet): boolean {
  return isBare(set);
}

/** All members of either. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || isBare(right)) return left;
  if (isBare(left)) return right;
  return joinChildren(left, right);
}

function joinNodes(left: FieldNode, right: FieldNode): FieldNode {
  if (left === right) return left;
  if (isBare(left)) return withMember(right);
  if (isBare(right)) return withMember(left);
  return joinChildren(left, right);
}

function joinChildren(left: FieldNode, right: FieldNode): FieldNode {
  const joined: Draft = { ...left };
  for (const element in right) {
    const before = joined[element];
    joined[element] = before === undefined ? right[element]! : joinNodes(before, right[element]!);
  }
  return joined;
}

/** The members of both. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return left === right ? left : (commonChildren(left, right, false) ?? noFields);
}

function commonNodes(left: FieldNode, right: FieldNode): FieldNode | undefined {
  const member = isMember(left) && isMember(right);
  return commonChildren(left, right, member) ?? (member ? leaf : undefined);
}

function commonChildren(left: FieldNode, right: FieldNode, member: boolean): FieldNode | undefined {
  let common: Draft | undefined;
  for (const element in left) {
    const other = right[element];
    if (element === self || other === undefined) continue;
    const node = commonNodes(left[element]!, other);
    if (node !== undefined) (common ??= member ? { [self]: leaf } : {})[element] = node;
  }
  return common;
}

/** The members of the left one that the right one lacks; a parent is not its children and stays without them. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  if (isBare(right)) return left;
  if (left === right) return noFields;
  return lessChildren(left, right, false, false) ?? noFields;
}

/** As `difference`, but a member of the right one takes everything below it away too. */
export function recursiveDifference(left: FieldSet, right: FieldSet): FieldSet {
  if (isBare(right)) return left;
  return lessChildren(left, right, false, true) ?? noFields;
}

function lessNodes(left: FieldNode, right: FieldNode, recursive: boolean): FieldNode | undefined {
  const removed = isMember(right);
  if (recursive && removed) return undefined;
  const member = isMember(left) && !removed;
  return lessChildren(left, right, member, recursive) ?? (member ? leaf : undefined);
}

function lessChildren(left: FieldNode, right: FieldNode, member: boolean, recursive: boolean): FieldNode | undefined {
  let rest: Draft | undefined;
  for (const element in left) {
    if (element === self) continue;
    const other = right[element];
    const node = other === undefined ? left[element] : lessNodes(left[element]!, other, recursive);
    if (node !== undefined) (rest ??= member ? { [self]: leaf } : {})[element] = node;
  }
  return rest;
}

export function hasPath(set: FieldSet, path: readonly string[]): boolean {
  let node: FieldNode | undefined = set;
  for (const element of path) {
    node = node?.[element];
    if (node === undefined) return false;
  }
  return path.length > 0 && isMember(node);
}

/** A set of one path, for building filters. */
export function setOf(...paths: readonly (readonly string[])[]): FieldSet {
  return paths.reduce<FieldSet>((set, path) => union(set, path.reduceRight<FieldNode>(nest, leaf)), noFields);
}

function nest(node: FieldNode, element: string): FieldNode {
  return { [element]: node };
}

/** Calls back for every child element of a node. */
export function forEachChild(node: FieldNode, visit: (element: string, child: FieldNode) => void): void {
  for (const element in node) if (element !== self) visit(element, node[element]!);
}

/** Every member path, parents before their children. */
export function memberPaths(set: FieldSet, compare: (left: string, right: string) => number): string[][] {
  const paths: string[][] = [];
  collect(set, [], compare, paths);
  return paths;
}

function collect(node: FieldNode, prefix: string[], compare: (a: string, b: string) => number, out: string[][]): void {
  const elements = Object.keys(node).filter((element) => element !== self);
  elements.sort(compare);
  // Members of one node come first, then what lies below its children, as Kubernetes lists conflicts.
  for (const element of elements) if (isMember(node[element]!)) out.push([...prefix, element]);
  for (const element of elements) collect(node[element]!, [...prefix, element], compare, out);
}

/** Whether both hold the same members. */
export function sameSet(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  const elements = Object.keys(left);
  if (elements.length !== Object.keys(right).length) return false;
  for (const element of elements) {
    const other = right[element];
    if (other === undefined || !sameSet(left[element]!, other)) return false;
  }
  return true;
}

/**
 * A set as it came off the wire, cleaned: unknown kinds of elements go, the rest becomes nodes of ours.
 * Undefined when it is no set at all.
 */
export function readSet(fields: unknown, normalize: (element: string) => string | undefined): FieldSet | undefined {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return undefined;
  const draft: Draft = {};
  for (const [key, value] of Object.entries(fields)) {
    const element = key === self ? self : normalize(key);
    const child = element === undefined ? undefined : readSet(value, normalize);
    if (element !== undefined && child !== undefined) draft[element] = element === self ? leaf : child;
  }
  return draft;
}
