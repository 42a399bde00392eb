import { isMap, newRecord } from "../base/values.ts";
import { withExactKeys } from "./fold-keys.ts";
import type { Field, GoType, StructType } from "./go-type.ts";

/** A value does not have the type that its field has; `path` is from the root of what was decoded. */
export class TypeMismatch extends Error {
  readonly path: string;

  constructor(path: string, wanted: string, value: unknown) {
    super(`${path === "" ? "it" : path} is ${describe(value)} where ${wanted} is needed`);
    this.path = path;
  }
}

type Fields = { [key: string]: unknown };

/**
 * A value as Argo CD writes it after reading it into its types: fields that the type does not have are dropped, empty plain
 * ones too, and those that are always written are there. The value is not changed. Throws TypeMismatch.
 */
export function decodeStruct(value: unknown, type: StructType, path = ""): Fields {
  const fields: Fields = newRecord<unknown>();
  if (value !== null && value !== undefined && !isMap(value)) throw new TypeMismatch(path, "a map", value);
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const given = withExactKeys((value ?? {}) as Fields, type, (entry, name) => {
    decodeField(entry, type.fields.get(name) as Field, at(name));
  });
  for (const [name, field] of type.fields) {
    const found = decodeField(Object.hasOwn(given, name) ? given[name] : undefined, field, at(name));
    if (found !== undefined) fields[name] = found;
  }
  return fields;
}

function decodeField(value: unknown, { type, presence }: Field, path: string): unknown {
  if (value === undefined || value === null) return presence === "always" ? emptyValue(type, path) : undefined;
  const decoded = decodeValue(value, type, path);
  return presence === "filled" && isEmpty(decoded) ? undefined : decoded;
}

/** What Go writes for a value that was not given. */
export function emptyValue(type: GoType, path = ""): unknown {
  switch (type.kind) {
    case "struct":
      return decodeStruct(undefined, type, path);
    case "string":
      return "";
    case "bool":
      return false;
    case "int":
    case "intOrString":
      return 0;
    case "list":
    case "map":
    case "raw":
      return null;
  }
}

/** Whether Go's `omitempty` and `omitzero` leave the value out. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === "" || value === false || value === 0 || value === 0n || value === null;
}

export function decodeValue(value: unknown, type: GoType, path: string): unknown {
  switch (type.kind) {
    case "struct":
      return decodeStruct(value, type, path);
    case "list":
      return decodeList(value, type.item, path);
    case "map":
      return decodeMap(value, type.value, path);
    case "raw":
      return value;
    default:
      return decodeScalar(value, type.kind, path);
  }
}

function decodeList(value: unknown, item: GoType, path: string): unknown[] {
  if (!Array.isArray(value)) throw new TypeMismatch(path, "a list", value);
  return value.map((entry, index) =>
    entry === null || entry === undefined ? emptyValue(item, path) : decodeValue(entry, item, `${path}[${index}]`),
  );
}

function decodeMap(value: unknown, type: GoType, path: string): Fields {
  if (!isMap(value)) throw new TypeMismatch(path, "a map", value);
  const map: Fields = newRecord<unknown>();
  for (const [key, entry] of Object.entries(value)) {
    map[key] = entry === null ? emptyValue(type, path) : decodeValue(entry, type, `${path}[${key}]`);
  }
  return map;
}

function decodeScalar(value: unknown, kind: "string" | "bool" | "int" | "intOrString", path: string): unknown {
  if (kind === "string" && typeof value !== "string") throw new TypeMismatch(path, "a text", value);
  if (kind === "bool" && typeof value !== "boolean") throw new TypeMismatch(path, "true or false", value);
  if (kind === "int" && !isInteger(value, 64)) throw new TypeMismatch(path, "a whole number of 64 bits", value);
  if (kind === "intOrString" && typeof value !== "string" && !isInteger(value, 32)) {
    throw new TypeMismatch(path, "a whole number of 32 bits or a text", value);
  }
  return value;
}

function isInteger(value: unknown, bits: 32 | 64): boolean {
  if (typeof value === "number" && !Number.isInteger(value)) return false;
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  return BigInt.asIntN(bits, BigInt(value)) === BigInt(value);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? "a text" : `a ${typeof value === "boolean" ? "boolean" : "number"}`;
}
