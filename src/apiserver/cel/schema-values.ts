import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap } from "../managed-fields/json.ts";
import type { Schema } from "../resources.ts";
import { escapeName, unescapeName } from "./escape.ts";
import { parseFormattedDuration } from "./library/durations.ts";
import { parseDate, parseTimestamp } from "./library/timestamps.ts";
import { withObjectMeta } from "./schema-types.ts";
import {
  Dictionary,
  Duration,
  EvaluationError,
  List,
  type ListLike,
  noOverload,
  Unknown,
  type Value,
} from "./values.ts";

/** A value of an object as expressions see it by its schema. Throws where the two do not go together. */
export function jsonValue(json: Json, schema: Schema): Value {
  if (json === null) {
    if (schema.nullable === true) return null;
    throw new EvaluationError("invalid data, got null for schema with nullable=false");
  }
  if (schema["x-kubernetes-int-or-string"] === true) {
    if (typeof json === "string") return json;
    if (typeof json === "number" && Number.isInteger(json)) return BigInt(json);
    throw new EvaluationError("invalid data, expected XIntOrString value to be either a string or integer");
  }
  const read = schema.type !== undefined && Object.hasOwn(readers, schema.type) ? readers[schema.type] : undefined;
  if (read !== undefined) return read(json, schema);
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) return new Unknown(json);
  throw new EvaluationError(
    `invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ${schema.type ?? ""}`,
  );
}

const readers: { readonly [type: string]: (json: Json, schema: Schema) => Value } = {
  object: (json, schema) => {
    if (!isJsonMap(json)) throw unfit("a map for the provided schema with type=object");
    const isResource = schema["x-kubernetes-embedded-resource"] === true;
    return new ObjectMap(json, isResource ? withObjectMeta(schema) : schema);
  },
  array: (json, schema) => {
    if (!isJsonList(json)) throw unfit("an array for the provided schema with type=array");
    return new ObjectList(json, schema);
  },
  string: readText,
  number: (json) => {
    if (typeof json !== "number") throw unfit(`float, got ${goTypeOf(json)}`);
    return json;
  },
  integer: (json) => {
    if (typeof json !== "number" || !Number.isInteger(json)) throw unfit(`int, got ${goTypeOf(json)}`);
    return BigInt(json);
  },
  boolean: (json) => {
    if (typeof json !== "boolean") throw unfit(`bool, got ${goTypeOf(json)}`);
    return json;
  },
};

function unfit(expected: string): EvaluationError {
  return new EvaluationError(`invalid data, expected ${expected}`);
}

function goTypeOf(json: Json): string {
  if (isJsonMap(json)) return "map[string]interface {}";
  if (isJsonList(json)) return "[]interface {}";
  if (typeof json === "number") return Number.isInteger(json) ? "int64" : "float64";
  return typeof json === "boolean" ? "bool" : typeof json;
}

function readText(json: Json, { format }: Schema): Value {
  if (typeof json !== "string") throw unfit(`string, got ${goTypeOf(json)}`);
  switch (format) {
    case "duration":
      return new Duration(formatted(parseFormattedDuration(json), "duration", json));
    case "date":
      return formatted(parseDate(json), "date formatted string", json);
    case "date-time":
      return formatted(parseTimestamp(json.toUpperCase()), "date-time formatted string", json);
    case "byte":
      return new Uint8Array(Buffer.from(json, "base64"));
  }
  return json;
}

function formatted<T>(value: T | undefined, what: string, text: string): T {
  if (value === undefined) throw new EvaluationError(`Invalid ${what} ${text}`);
  return value;
}

class ObjectMap extends Dictionary {
  readonly #json: JsonMap;
  readonly #schema: Schema;
  readonly #size: number;

  constructor(json: JsonMap, schema: Schema) {
    super();
    this.#json = json;
    this.#schema = schema;
    this.#size = Object.keys(json).length;
  }

  override get json(): JsonMap {
    return this.#json;
  }

  get size(): number {
    return this.#size;
  }

  #schemaOf(name: string): Schema | undefined {
    const { properties, additionalProperties } = this.#schema;
    if (properties !== undefined) return Object.hasOwn(properties, name) ? properties[name] : undefined;
    return typeof additionalProperties === "object" ? additionalProperties : undefined;
  }

  find(key: Value): Value | undefined {
    if (typeof key !== "string") throw noOverload();
    const isObject = this.#schema.properties !== undefined;
    const name = isObject ? unescapeName(key) : key;
    const value = name === undefined ? undefined : getOwn(this.#json, name);
    // A field that is null is as good as absent; an entry of a map is not.
    if (value === undefined || (isObject && value === null)) return undefined;
    const schema = this.#schemaOf(name!);
    return schema === undefined ? undefined : jsonValue(value, schema);
  }

  keys(): Value[] {
    const known = Object.keys(this.#json).filter((name) => this.#schemaOf(name) !== undefined);
    return this.#schema.properties === undefined ? known : known.map((name) => escapeName(name) ?? name);
  }
}

class ObjectList extends List {
  readonly #json: readonly Json[];
  readonly #schema: Schema;
  readonly #values: Value[] = [];

  constructor(json: readonly Json[], schema: Schema) {
    super();
    this.#json = json;
    this.#schema = schema;
  }

  get size(): number {
    return this.#json.length;
  }

  at(index: number): Value {
    const known = this.#values[index];
    if (known !== undefined) return known;
    return (this.#values[index] = jsonValue(this.#json[index]!, this.#schema.items ?? {}));
  }

  override get like(): ListLike | undefined {
    const type = this.#schema["x-kubernetes-list-type"];
    if (type === "set") return sets;
    if (type !== "map") return undefined;
    const keys = this.#schema["x-kubernetes-list-map-keys"] ?? [];
    return { keyOf: (item) => keyOfItem(item, keys) };
  }
}

const sets: ListLike = { keyOf: (item) => `${typeof item} ${String(item)}` };

function keyOfItem(item: Value, keys: readonly string[]): string {
  const json = item instanceof Dictionary ? item.json : undefined;
  return JSON.stringify(keys.map((key) => (json === undefined ? null : (getOwn(json, key) ?? null))));
}
