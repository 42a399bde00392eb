import type { Schema } from "../resources.ts";
import { escapeName } from "./escape.ts";
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  stringType,
  structType,
  type Type,
  timestampType,
} from "./types.ts";

/** What a schema says of the values that expressions see: their type, and bounds of their size. */
export interface Declared {
  readonly type: Type | "list" | "map" | "object";
  /** The most items, entries or characters there can be. */
  readonly most: number;
  /** The fewest bytes of JSON that a value takes. */
  readonly least: number;
  readonly item?: Declared;
  /** By escaped name. */
  readonly fields?: ReadonlyMap<string, Declared>;
}

/** What one request can hold. */
export const mostBytes = 3 * 1024 * 1024;

const text: Schema = { type: "string" };
const objectMeta: Schema = { type: "object", properties: { name: text, generateName: text } };

/** The schema of a resource with what rules may always look at. */
export function withObjectMeta(schema: Schema): Schema {
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  const names = metadata?.properties;
  const isText = (one: Schema | undefined): boolean => one?.type === "string";
  const isWhole = isText(kind) && isText(apiVersion) && isText(names?.name) && isText(names?.generateName);
  if (isWhole) return schema;
  return { ...schema, properties: { ...schema.properties, kind: text, apiVersion: text, metadata: objectMeta } };
}

function isOn(schema: Schema, extension: string): boolean {
  return schema[extension] === true;
}

function numberAt(schema: Schema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? Math.max(0, value) : undefined;
}

/** What expressions see of a schema; undefined where it is kept from them. */
export function declare(
  schema: Schema,
  isResource = isOn(schema, "x-kubernetes-embedded-resource"),
): Declared | undefined {
  if (isOn(schema, "x-kubernetes-int-or-string")) {
    const most = numberAt(schema, "maxLength");
    return { type: dynType, most: most === undefined ? mostBytes - 2 : most * 4, least: 1 };
  }
  const own = isResource ? withObjectMeta(schema) : schema;
  switch (own.type) {
    case "array":
      return declareList(own);
    case "object":
      return typeof own.additionalProperties === "object"
        ? declareMap(own, own.additionalProperties)
        : declareObject(own);
    case "string":
      return declareText(own);
    case "boolean":
      return { type: boolType, most: 0, least: 4 };
    case "number":
      return { type: doubleType, most: 0, least: 1 };
    case "integer":
      return { type: intType, most: 0, least: 1 };
  }
  return undefined;
}

function declareList(schema: Schema): Declared | undefined {
  const item = schema.items === undefined ? undefined : declare(schema.items);
  if (item === undefined) return undefined;
  const most = numberAt(schema, "maxItems") ?? Math.floor((mostBytes - 2) / (item.least + 1));
  return { type: "list", most, least: 2, item };
}

function declareMap(schema: Schema, values: Schema): Declared | undefined {
  const item = declare(values);
  if (item === undefined) return undefined;
  const most = numberAt(schema, "maxProperties") ?? Math.floor((mostBytes - 2) / (item.least + 6));
  return { type: "map", most, least: 2, item };
}

function declareObject(schema: Schema): Declared {
  const required = new Set(schema.required ?? []);
  const fields = new Map<string, Declared>();
  let least = 2;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const field = declare(property);
    if (field === undefined) continue;
    const escaped = escapeName(name);
    if (escaped !== undefined) fields.set(escaped, field);
    if (required.has(name) && property.default === undefined) least += Buffer.byteLength(name) + field.least + 4;
  }
  return { type: "object", most: 0, least, fields };
}

const formats: { readonly [format: string]: Declared } = {
  duration: { type: durationType, most: 32, least: 3 },
  date: { type: timestampType, most: 12, least: 12 },
  "date-time": { type: timestampType, most: 32, least: 21 },
};

function declareText(schema: Schema): Declared {
  const { format = "" } = schema;
  if (Object.hasOwn(formats, format)) return formats[format]!;
  const most = numberAt(schema, "maxLength");
  if (format === "byte") return { type: bytesType, most: most ?? mostBytes - 2, least: 2 };
  // A character can take four bytes.
  if (most !== undefined) return { type: stringType, most: most * 4, least: 2 };
  const allowed = schema.enum ?? [];
  if (allowed.length === 0) return { type: stringType, most: mostBytes - 2, least: 2 };
  const lengths = allowed.map((one) => (typeof one === "string" ? Buffer.byteLength(one) : 0));
  return { type: stringType, most: Math.max(...lengths), least: 2 };
}

/** The type for the checker; objects are named after the way to them. */
export function typeOfDeclared(declared: Declared, name: string): Type {
  const { type, item, fields } = declared;
  if (type === "list") return listOf(typeOfDeclared(item!, `${name}.@idx`));
  if (type === "map") return mapOf(stringType, typeOfDeclared(item!, `${name}.@elem`));
  if (type !== "object") return type;
  const types = [...fields!].map(([field, one]) => [field, typeOfDeclared(one, `${name}.${field}`)] as const);
  return structType(name, new Map(types));
}
