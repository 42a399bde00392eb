import type { DocumentV2, SchemaV2 } from "./document-v2.ts";

/**
 * OpenAPI v2 in the binary form that kubectl asks for (`gnostic`'s openapi.v2.Document). Field numbers are those of
 * OpenAPIv2.proto. A document may be sent in parts: protobuf merges messages that follow each other.
 */
export function encodeDocument(document: DocumentV2): Buffer {
  return join([
    text(1, document.swagger),
    message(2, [text(1, document.info.title), text(2, document.info.version)]),
    message(8, named(2, document.paths, pathItem)),
    message(9, named(1, document.definitions, schema)),
  ]);
}

type Chunk = Buffer | undefined;
type Fields = { readonly [name: string]: unknown };

function join(chunks: readonly Chunk[]): Buffer {
  return Buffer.concat(chunks.filter((chunk) => chunk !== undefined));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function delimited(field: number, payload: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(payload.length), payload]);
}

function text(field: number, value: unknown): Chunk {
  return typeof value === "string" && value !== "" ? delimited(field, Buffer.from(value)) : undefined;
}

function texts(field: number, values: unknown): Chunk[] {
  return Array.isArray(values) ? values.map((value) => text(field, value)) : [];
}

function flag(field: number, value: unknown): Chunk {
  return value === true ? Buffer.concat([varint(field * 8), varint(1)]) : undefined;
}

/** Negative bounds of lengths do not occur. */
function integer(field: number, value: unknown): Chunk {
  if (typeof value !== "number" || value <= 0 || !Number.isSafeInteger(value)) return undefined;
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function double(field: number, value: unknown): Chunk {
  if (typeof value !== "number" || value === 0) return undefined;
  const payload = Buffer.alloc(8);
  payload.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), payload]);
}

function message(field: number, chunks: readonly Chunk[]): Buffer {
  return delimited(field, join(chunks));
}

/** A map is a list of messages with a name (1) and a value (2). */
function named(field: number, map: Fields, encode: (value: never) => readonly Chunk[]): Chunk[] {
  return Object.entries(map).map(([name, value]) =>
    message(field, [delimited(1, Buffer.from(name)), message(2, encode(value as never))]),
  );
}

/** gnostic's `Any` holds YAML, of which JSON is a part. */
function any(field: number, value: unknown): Buffer {
  return message(field, [text(2, `${JSON.stringify(value)}\n`)]);
}

function extensions(field: number, fields: Fields): Chunk[] {
  return Object.entries(fields)
    .filter(([name]) => name.startsWith("x-"))
    .map(([name, value]) => message(field, [text(1, name), any(2, value)]));
}

function schema(fields: SchemaV2): readonly Chunk[] {
  const { properties, items, additionalProperties, type } = fields;
  const enumeration = Array.isArray(fields.enum) ? fields.enum : [];
  return [
    text(1, fields.$ref),
    text(2, fields.format),
    text(3, fields.title),
    text(4, fields.description),
    double(6, fields.multipleOf),
    double(7, fields.maximum),
    flag(8, fields.exclusiveMaximum),
    double(9, fields.minimum),
    flag(10, fields.exclusiveMinimum),
    integer(11, fields.maxLength),
    integer(12, fields.minLength),
    text(13, fields.pattern),
    integer(14, fields.maxItems),
    integer(15, fields.minItems),
    flag(16, fields.uniqueItems),
    integer(17, fields.maxProperties),
    integer(18, fields.minProperties),
    ...texts(19, fields.required),
    ...enumeration.map((value: unknown) => any(20, value)),
    additionalProperties === undefined ? undefined : message(21, additional(additionalProperties)),
    typeof type === "string" ? message(22, [text(1, type)]) : undefined,
    items === undefined ? undefined : message(23, [message(1, schema(items))]),
    properties === undefined ? undefined : message(25, named(1, properties, schema)),
    ...extensions(31, fields),
  ];
}

function additional(value: SchemaV2 | boolean): readonly Chunk[] {
  // A boolean is one of two choices: false has to be written too.
  return typeof value === "boolean" ? [Buffer.from([0x10, value ? 1 : 0])] : [message(1, schema(value))];
}

const methodFields: { readonly [method: string]: number } = { get: 2, put: 3, post: 4, delete: 5, patch: 7 };

function pathItem(item: Fields): readonly Chunk[] {
  const operations = Object.entries(methodFields)
    .filter(([method]) => item[method] !== undefined)
    .map(([method, field]) => message(field, operation(item[method] as Fields)));
  return [...operations, ...parameters(9, item.parameters)];
}

function operation(fields: Fields): readonly Chunk[] {
  return [
    ...texts(1, fields.tags),
    text(3, fields.description),
    text(5, fields.operationId),
    ...texts(6, fields.produces),
    ...texts(7, fields.consumes),
    ...parameters(8, fields.parameters),
    message(9, named(1, fields.responses as Fields, response)),
    ...texts(10, fields.schemes),
    ...extensions(13, fields),
  ];
}

function response(fields: Fields): readonly Chunk[] {
  const answer = fields.schema as SchemaV2 | undefined;
  const body = answer === undefined ? undefined : message(2, [message(1, schema(answer))]);
  return [message(1, [text(1, fields.description), body])];
}

function parameters(field: number, list: unknown): Chunk[] {
  return Array.isArray(list) ? list.map((one: Fields) => message(field, [message(1, [parameter(one)])])) : [];
}

function parameter(fields: Fields): Buffer {
  const { name, description, required, type, uniqueItems } = fields;
  const place = fields.in;
  if (place === "body") {
    const sent = message(5, schema(fields.schema as SchemaV2));
    return message(1, [text(1, description), text(2, name), text(3, place), flag(4, required), sent]);
  }
  const head = [flag(1, required), text(2, place), text(3, description), text(4, name)];
  const inQuery = place === "query";
  const tail = [text(inQuery ? 6 : 5, type), flag(inQuery ? 20 : 19, uniqueItems)];
  return message(2, [message(inQuery ? 3 : 4, [...head, ...tail])]);
}
