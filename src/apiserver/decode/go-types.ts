import { isJsonList, isJsonMap, type Json, type JsonMap, setOwn } from "../managed-fields/json.ts";
import type { KubeObject, Schema } from "../resources.ts";

/** A value that does not fit its Go type; the message is that of Go's decoder. */
export class GoTypeError extends Error {
  /** The words of the converter that reads strategically patched objects, where they are others. */
  readonly conversion: string | undefined;

  constructor(message: string, conversion?: string) {
    super(message);
    this.conversion = conversion;
  }
}

/** What Go's decoder makes of a built-in object: fields that the types lack are dropped, and named. */
export interface GoDecoded {
  readonly object: KubeObject;
  readonly unknown: readonly string[];
}

/** Reads an object as its Go type would be. Throws a `GoTypeError` for the first value of a wrong type. */
export function decodeAsGo(object: KubeObject, schema: Schema): GoDecoded {
  const unknown: string[] = [];
  const decoded = decode({ value: object as Json, schema, path: "", struct: "" }, unknown) as KubeObject;
  return { object: decoded, unknown };
}

interface Place {
  readonly value: Json;
  readonly schema: Schema;
  readonly path: string;
  /** The struct that holds the field, as messages name it. */
  readonly struct: string;
}

function decode(place: Place, unknown: string[]): Json {
  const { value, schema } = place;
  // Null is the zero value of every type; a bare schema takes anything.
  if (value === null) return value;
  if (schema["x-kubernetes-int-or-string"] === true) return decodeNumberOrText(place);
  if (schema.type === undefined) return value;
  if (schema.type === "object") return decodeMap(place, unknown);
  if (schema.type === "array") return decodeList(place, unknown);
  return decodeScalar(place);
}

function decodeMap(place: Place, unknown: string[]): Json {
  const { value, schema, path } = place;
  if (!isJsonMap(value)) throw wrongType(place);
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) return value;
  const struct = structName(schema) ?? place.struct;
  const kept: { [name: string]: Json } = {};
  let hasChanged = false;
  for (const name of Object.keys(value)) {
    const next = decodeField(value, name, { schema, path, struct }, unknown);
    if (next !== value[name]) hasChanged = true;
    if (next !== undefined) setOwn(kept, name, next);
  }
  return hasChanged ? kept : value;
}

function decodeField(
  map: JsonMap,
  name: string,
  { schema, path, struct }: { readonly schema: Schema; readonly path: string; readonly struct: string },
  unknown: string[],
): Json | undefined {
  const value = map[name]!;
  const at = path === "" ? name : `${path}.${name}`;
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, name)) {
    return decode({ value, schema: properties[name]!, path: at, struct }, unknown);
  }
  // The values of a map are named by the map itself.
  if (typeof additionalProperties === "object") {
    if (value === null) return zeroOf(additionalProperties);
    return decode({ value, schema: additionalProperties, path, struct }, unknown);
  }
  if (properties === undefined) return value;
  unknown.push(at);
  return undefined;
}

const zeros: { readonly [type: string]: Json } = { string: "", integer: 0, number: 0, boolean: false };

/** A key that is there with null holds the zero value. */
function zeroOf({ type = "" }: Schema): Json {
  return Object.hasOwn(zeros, type) ? zeros[type]! : null;
}

function decodeList(place: Place, unknown: string[]): Json {
  const { value, schema, path, struct } = place;
  if (!isJsonList(value)) throw wrongType(place);
  const { items } = schema;
  if (items === undefined) return value;
  let decoded: Json[] | undefined;
  for (const [index, item] of value.entries()) {
    const next = decode({ value: item, schema: items, path: `${path}[${index}]`, struct }, unknown);
    if (next !== item) (decoded ??= [...value])[index] = next;
  }
  return decoded ?? value;
}

const quantity = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const quantityMessage = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function decodeNumberOrText(place: Place): Json {
  const { value, schema } = place;
  if (schema.format === "quantity") {
    if (typeof value === "number" || (typeof value === "string" && quantity.test(value))) return value;
    throw new GoTypeError(quantityMessage);
  }
  if (typeof value === "string" || Number.isInteger(value)) return value;
  throw wrongType(place, typeof value === "number" ? "int32" : "string");
}

const integerTypes: { readonly [format: string]: readonly [type: string, limit: number] } = {
  int32: ["int32", 2 ** 31],
  int64: ["int64", 2 ** 63],
};

function decodeScalar(place: Place): Json {
  const { value, schema } = place;
  if (schema.type === "integer") {
    const [type, limit] = integerTypes[schema.format ?? "int64"] ?? integerTypes.int64!;
    if (typeof value === "number" && Number.isInteger(value) && value >= -limit && value < limit) return value;
    throw wrongType(place, type);
  }
  if (schema.type === "number" ? typeof value === "number" : typeof value === schema.type) {
    return schema.type === "string" ? decodeText(value as string, schema) : value;
  }
  throw wrongType(place, goScalarType(schema));
}

function goScalarType({ type, format }: Schema): string {
  if (type === "boolean") return "bool";
  if (type === "number") return "float64";
  return format === "byte" ? "[]uint8" : "string";
}

function decodeText(text: string, schema: Schema): Json {
  if (schema.format === "byte") checkBase64(text);
  if (schema.format === "date-time" && text !== "" && Number.isNaN(Date.parse(text))) throw wrongTime(text);
  return text;
}

/** Go's decoder names the first byte that is not base64; line breaks are allowed. */
function checkBase64(text: string): void {
  const body = text.replace(/[\r\n]/g, "");
  const stray = body.search(/[^A-Za-z0-9+/=]/);
  const padding = body.search(/=/);
  const wrongPadding = padding >= 0 && !/^={1,2}$/.test(body.slice(padding)) ? padding : -1;
  if (stray < 0 && wrongPadding < 0 && body.length % 4 === 0) return;
  const at = stray >= 0 ? stray : wrongPadding >= 0 ? wrongPadding + 1 : body.length - (body.length % 4);
  throw new GoTypeError(`illegal base64 data at input byte ${at}`);
}

function wrongTime(text: string): GoTypeError {
  const layout = "2006-01-02T15:04:05Z07:00";
  const quoted = JSON.stringify(text);
  return new GoTypeError(`parsing time ${quoted} as ${JSON.stringify(layout)}: cannot parse ${quoted} as "2006"`);
}

/** `PodSpec` of `v1.PodSpec`. */
function structName(schema: Schema): string | undefined {
  const type = schema["x-go-type"];
  return typeof type === "string" ? type.slice(type.lastIndexOf(".") + 1) : undefined;
}

function goTypeOf(schema: Schema): string {
  if (typeof schema["x-go-type"] === "string") return schema["x-go-type"];
  if (schema.type === "array") return `[]${schema.items === undefined ? "interface {}" : goTypeOf(schema.items)}`;
  if (schema.type === "object") {
    const value = schema.additionalProperties;
    return `map[string]${typeof value === "object" ? goTypeOf(value) : "interface {}"}`;
  }
  if (schema.type === "integer") return schema.format ?? "int64";
  return schema.type === "boolean" ? "bool" : (schema.type ?? "interface {}");
}

function jsonTypeOf(value: Json): string {
  if (isJsonList(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" || typeof value === "number" ? typeof value : "object";
}

/** Numbers of the right kind that do not fit are told with their value. */
function unfit(value: Json, { type }: Schema): string {
  const isMisfit = typeof value === "number" && (type === "integer" || !Number.isInteger(value));
  return isMisfit ? `number ${value}` : jsonTypeOf(value);
}

function wrongType(place: Place, type = goTypeOf(place.schema)): GoTypeError {
  const { value, schema, path, struct } = place;
  const field = path.replace(/\[\d+\]/g, "");
  const target = field === "" ? "Go value" : `Go struct field ${struct}.${field}`;
  return new GoTypeError(
    `json: cannot unmarshal ${unfit(value, schema)} into ${target} of type ${type}`,
    conversion(place),
  );
}

function conversion({ value, schema }: Place): string | undefined {
  const kind = goKindOf(value);
  if (schema["x-kubernetes-int-or-string"] === true) return undefined;
  if (schema.type === "array") return `cannot restore slice from ${kind}`;
  if (schema.type === "object") {
    return schema.properties === undefined ? `cannot restore map from ${kind}` : `cannot restore struct from: ${kind}`;
  }
  // Go converts integers to text and numbers to each other, which is refused by name; the rest has no conversion at all.
  const hasConversion =
    (kind === "int64" && schema.type === "string") || (kind === "float64" && schema.type === "integer");
  return hasConversion ? `cannot convert ${kind} to ${goTypeOf(schema)}` : `unrecognized type: ${baseTypeOf(schema)}`;
}

function goKindOf(value: Json): string {
  if (isJsonList(value)) return "slice";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "string" : "map";
}

function baseTypeOf({ type, format }: Schema): string {
  if (type === "integer") return format ?? "int64";
  if (type === "number") return "float64";
  return type === "boolean" ? "bool" : "string";
}
