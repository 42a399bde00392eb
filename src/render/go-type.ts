/**
 * How Argo CD's Go types read and write a field. Rendering depends on it: an empty text, false or 0 of a plain field
 * disappears, that of a pointer stays, and a struct without `omitempty` is always written.
 */
export type Presence = "filled" | "given" | "always";

export type GoType =
  | { readonly kind: "string" | "bool" | "int" | "intOrString" | "raw" }
  | { readonly kind: "list"; readonly item: GoType }
  | { readonly kind: "map"; readonly value: GoType }
  | StructType;

export interface StructType {
  readonly kind: "struct";
  /** The Go type's name, which messages about patches use. */
  readonly name: string;
  /** In the order of the Go struct, in which its texts are rendered. */
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly type: GoType;
  readonly presence: Presence;
  /** A list that a strategic merge patch unites instead of replacing it. */
  readonly isUnited?: true;
}

export const string: GoType = { kind: "string" };
export const bool: GoType = { kind: "bool" };
export const int: GoType = { kind: "int" };
export const intOrString: GoType = { kind: "intOrString" };
/** `runtime.RawExtension`: any JSON, which a patch cannot look into. */
export const raw: GoType = { kind: "raw" };
export const strings: GoType = { kind: "list", item: string };
export const stringsByKey: GoType = { kind: "map", value: string };
export const boolsByKey: GoType = { kind: "map", value: bool };

export function listOf(item: GoType): GoType {
  return { kind: "list", item };
}

/** A struct's fields by name. A bare type is a plain field with `omitempty`, as most are. */
export function struct(name: string, fields: { readonly [field: string]: GoType | Field }): StructType {
  const entries = Object.entries(fields).map(
    ([field, type]) => [field, "presence" in type ? type : { type, presence: "filled" as const }] as const,
  );
  return { kind: "struct", name, fields: new Map(entries) };
}

/** A pointer: written whenever it is given, however empty. */
export function given(type: GoType): Field {
  return { type, presence: "given" };
}

/** A field without `omitempty`: written even when it is not given. */
export function always(type: GoType): Field {
  return { type, presence: "always" };
}

/** The field of a struct that a key names; undefined for other types and unknown keys. */
export function fieldNamed(type: GoType, key: string): Field | undefined {
  return type.kind === "struct" ? type.fields.get(key) : undefined;
}
