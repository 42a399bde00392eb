export type TypeKind =
  | "bool"
  | "bytes"
  | "double"
  | "dyn"
  | "duration"
  | "error"
  | "int"
  | "list"
  | "map"
  | "null"
  | "opaque"
  | "parameter"
  | "string"
  | "struct"
  | "timestamp"
  | "type"
  | "uint";

/** A type of CEL. Those without parameters are compared by kind and name. */
export interface Type {
  readonly kind: TypeKind;
  readonly name: string;
  readonly parameters: readonly Type[];
  /** The fields of an object, under their escaped names. */
  readonly fields?: ReadonlyMap<string, Type>;
}

function simple(kind: TypeKind, name: string = kind): Type {
  return { kind, name, parameters: [] };
}

export const boolType = simple("bool");
export const bytesType = simple("bytes");
export const doubleType = simple("double");
export const dynType = simple("dyn");
export const durationType = simple("duration", "google.protobuf.Duration");
export const errorType = simple("error", "!error!");
export const intType = simple("int");
export const nullType = simple("null", "null_type");
export const stringType = simple("string");
export const timestampType = simple("timestamp", "google.protobuf.Timestamp");
export const typeType = simple("type");
export const uintType = simple("uint");

export function listOf(item: Type): Type {
  return { kind: "list", name: "list", parameters: [item] };
}

export function mapOf(key: Type, value: Type): Type {
  return { kind: "map", name: "map", parameters: [key, value] };
}

export function parameter(name: string): Type {
  return simple("parameter", name);
}

export function opaque(name: string, ...parameters: readonly Type[]): Type {
  return { kind: "opaque", name, parameters };
}

export function optionalOf(value: Type): Type {
  return opaque("optional_type", value);
}

export function typeOfType(type: Type): Type {
  return { kind: "type", name: "type", parameters: [type] };
}

export function structType(name: string, fields: ReadonlyMap<string, Type> = new Map()): Type {
  return { kind: "struct", name, parameters: [], fields };
}

export function isDyn(type: Type): boolean {
  return type.kind === "dyn";
}

export function isDynOrError(type: Type): boolean {
  return type.kind === "dyn" || type.kind === "error";
}

/** What an optional holds; undefined for other types. */
export function optionalValue(type: Type): Type | undefined {
  return type.kind === "opaque" && type.name === "optional_type" ? type.parameters[0] : undefined;
}

export function sameType(left: Type, right: Type): boolean {
  if (left === right) return true;
  if (left.kind !== right.kind || left.name !== right.name || left.parameters.length !== right.parameters.length) {
    return false;
  }
  return left.parameters.every((one, index) => sameType(one, right.parameters[index]!));
}

const shownKinds: { readonly [kind in TypeKind]?: string } = {
  duration: "duration",
  error: "!error!",
  null: "null",
  timestamp: "timestamp",
};

/** The type as messages show it. */
export function showType(type: Type): string {
  const known = shownKinds[type.kind];
  if (known !== undefined) return known;
  if (type.parameters.length === 0) return type.name;
  return `${type.name}(${type.parameters.map(showType).join(", ")})`;
}
