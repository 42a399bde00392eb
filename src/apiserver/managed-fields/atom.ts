import type { Schema } from "../resources.ts";
import { fieldElement } from "./path-element.ts";

export type ScalarType = "numeric" | "string" | "boolean" | "untyped";

/** How lists of a field merge: as one value, as a set of scalars (no keys), or item by item by their keys. */
export interface ListAtom {
  readonly associative: boolean;
  readonly keys: readonly string[];
  readonly element: Atom;
  /** Defaults of key fields, which stand in for a key that an item omits. */
  readonly keyDefaults: ReadonlyMap<string, unknown>;
}

export interface FieldAtom {
  readonly element: string;
  readonly atom: Atom;
}

/** How a map or struct merges; `field` knows declared names only, `rest` is the type of all other keys if any may be there. */
export interface MapAtom {
  readonly atomic: boolean;
  readonly rest: Atom | undefined;
  /** A map of anything, of which the schema says nothing. */
  readonly untyped: boolean;
  field(name: string): FieldAtom | undefined;
}

/** The type of a field as merging sees it. More than one part is there when the schema leaves the type open. */
export interface Atom {
  readonly scalar: ScalarType | undefined;
  readonly list: ListAtom | undefined;
  readonly map: MapAtom | undefined;
}

/** Anything, as one value. */
export const untypedAtomic: Atom = {
  scalar: "untyped",
  get list(): ListAtom {
    return { associative: false, keys: [], element: untypedAtomic, keyDefaults: noDefaults };
  },
  get map(): MapAtom {
    return { atomic: true, rest: untypedAtomic, untyped: true, field: () => undefined };
  },
};

/** Anything: maps merge key by key, lists as one value. The type of everything where no schema says more. */
export const deduced: Atom = {
  scalar: "untyped",
  get list(): ListAtom {
    return deducedList;
  },
  get map(): MapAtom {
    return deducedMap;
  },
};

const noDefaults: ReadonlyMap<string, unknown> = new Map();
const deducedList: ListAtom = { associative: false, keys: [], element: untypedAtomic, keyDefaults: noDefaults };
const deducedMap: MapAtom = { atomic: false, rest: deduced, untyped: true, field: () => undefined };

const atoms = new WeakMap<Schema, Atom>();
const preservingAtoms = new WeakMap<Schema, Atom>();

/**
 * The merge type of a schema node, made on first use (schemas may be cyclic). `x-kubernetes-preserve-unknown-fields`
 * opens a node and everything below it to undeclared fields, hence two kinds of atoms per node.
 */
export function atomOf(schema: Schema | undefined, preserving = false): Atom {
  if (schema === undefined) return deduced;
  const open = preserving || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const known = open ? preservingAtoms : atoms;
  let atom = known.get(schema);
  if (atom === undefined) known.set(schema, (atom = new SchemaAtom(schema, open)));
  return atom;
}

class SchemaAtom implements Atom {
  readonly scalar: ScalarType | undefined;
  readonly #schema: Schema;
  readonly #open: boolean;
  #list: ListAtom | undefined;
  #map: MapAtom | undefined;

  constructor(schema: Schema, open: boolean) {
    this.#schema = schema;
    this.#open = open;
    this.scalar = scalarOf(schema);
  }

  get list(): ListAtom | undefined {
    if (this.#schema.type !== "array" && this.#schema.type !== undefined) return undefined;
    return (this.#list ??= listAtom(this.#schema, this.#open));
  }

  get map(): MapAtom | undefined {
    if (this.#schema.type !== "object" && this.#schema.type !== undefined) return undefined;
    return (this.#map ??= new SchemaMap(this.#schema, this.#open));
  }
}

const scalarTypes: { readonly [type: string]: ScalarType } = {
  integer: "numeric",
  number: "numeric",
  boolean: "boolean",
};

function scalarOf(schema: Schema): ScalarType | undefined {
  if (schema.type === "object" || schema.type === "array") return undefined;
  if (schema.type !== "string") return schema.type === undefined ? "untyped" : scalarTypes[schema.type];
  return schema.format === undefined || schema.format === "" || schema.format === "byte" ? "string" : "untyped";
}

function listAtom(schema: Schema, open: boolean): ListAtom {
  const element = schema.items === undefined ? untypedAtomic : atomOf(schema.items, open);
  const keys = listKeys(schema);
  if (keys === undefined) return { associative: false, keys: [], element, keyDefaults: noDefaults };
  const properties = schema.items?.properties ?? {};
  const defaults = keys.map((key) => [key, properties[key]?.default ?? properties[key]?.["x-go-zero"]] as const);
  return {
    associative: true,
    keys,
    element,
    keyDefaults: new Map(defaults.filter(([, value]) => value !== undefined)),
  };
}

/** Undefined for a list that is one value. */
function listKeys(schema: Schema): readonly string[] | undefined {
  const listType = schema["x-kubernetes-list-type"];
  if (listType === "set") return [];
  if (listType === "map") return schema["x-kubernetes-list-map-keys"] ?? [];
  const strategy = schema["x-kubernetes-patch-strategy"];
  if (listType !== undefined || (strategy !== "merge" && strategy !== "merge,retainKeys")) return undefined;
  const key = schema["x-kubernetes-patch-merge-key"];
  return key === undefined ? [] : [key];
}

class SchemaMap implements MapAtom {
  readonly atomic: boolean;
  readonly rest: Atom | undefined;
  readonly untyped: boolean;
  readonly #schema: Schema;
  readonly #open: boolean;
  readonly #fields = new Map<string, FieldAtom | undefined>();

  constructor(schema: Schema, open: boolean) {
    this.#schema = schema;
    this.#open = open;
    this.atomic = schema["x-kubernetes-map-type"] === "atomic";
    this.rest = restOf(schema, open);
    this.untyped = schema.properties === undefined && (this.rest === deduced || this.rest?.scalar === "untyped");
  }

  field(name: string): FieldAtom | undefined {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const properties = this.#schema.properties;
    if (properties === undefined || !Object.hasOwn(properties, name)) return undefined;
    const field = { element: fieldElement(name), atom: atomOf(properties[name], this.#open) };
    this.#fields.set(name, field);
    return field;
  }
}

function restOf(schema: Schema, open: boolean): Atom | undefined {
  const additional = schema.additionalProperties;
  if (typeof additional === "object") return atomOf(additional, open);
  if (additional !== undefined) return additional ? deduced : undefined;
  const declaresNone = schema.properties === undefined || Object.keys(schema.properties).length === 0;
  return open || declaresNone ? deduced : undefined;
}

/** The parts of an atom that can hold a value of this kind; all of them for null and for what fits none. */
export function partFor(atom: Atom, value: unknown): Atom {
  if (value === undefined || value === null) return atom;
  if (typeof value !== "object") return atom.scalar === undefined ? atom : scalarPart(atom.scalar);
  if (Array.isArray(value)) return atom.list === undefined ? atom : listPart(atom);
  return atom.map === undefined ? atom : mapPart(atom);
}

const scalarParts = new Map<ScalarType, Atom>();
const listParts = new WeakMap<Atom, Atom>();
const mapParts = new WeakMap<Atom, Atom>();

function scalarPart(scalar: ScalarType): Atom {
  let part = scalarParts.get(scalar);
  if (part === undefined) scalarParts.set(scalar, (part = { scalar, list: undefined, map: undefined }));
  return part;
}

function listPart(atom: Atom): Atom {
  if (atom.scalar === undefined && atom.map === undefined) return atom;
  let part = listParts.get(atom);
  if (part === undefined) listParts.set(atom, (part = { scalar: undefined, list: atom.list, map: undefined }));
  return part;
}

function mapPart(atom: Atom): Atom {
  if (atom.scalar === undefined && atom.list === undefined) return atom;
  let part = mapParts.get(atom);
  if (part === undefined) mapParts.set(atom, (part = { scalar: undefined, list: undefined, map: atom.map }));
  return part;
}
