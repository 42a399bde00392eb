import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  nullType,
  opaque,
  optionalOf,
  stringType,
  structType,
  type Type,
  timestampType,
  typeOfType,
  typeType,
  uintType,
} from "./types.ts";

export const addressType = opaque("net.IP");
export const networkType = opaque("net.CIDR");
export const urlType = structType("kubernetes.URL");
export const quantityType = structType("kubernetes.Quantity");
export const semverType = structType("kubernetes.Semver");
export const namedFormatType = structType("kubernetes.NamedFormat");

const named: readonly Type[] = [
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  nullType,
  stringType,
  timestampType,
  typeType,
  uintType,
  listOf(dynType),
  mapOf(dynType, dynType),
  optionalOf(dynType),
  addressType,
  networkType,
];

/** The names of types as expressions may write them, and the types that the names have themselves. */
export const typeNames: ReadonlyMap<string, Type> = new Map(named.map((type) => [type.name, typeOfType(type)]));
