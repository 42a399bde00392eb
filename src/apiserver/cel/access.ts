import {
  Dictionary,
  EvaluationError,
  List,
  none,
  noOverload,
  Optional,
  type PlainMap,
  typeNameOf,
  Uint,
  type Value,
} from "./values.ts";

export function* entriesOf(range: Value, isPair: boolean): Generator<readonly [Value, Value]> {
  if (range instanceof List) {
    for (let index = 0; index < range.size; index++) {
      const item = range.at(index);
      yield isPair ? [BigInt(index), item] : [item, item];
    }
  } else if (range instanceof Dictionary) {
    for (const key of range.keys()) yield [key, isPair ? (range.find(key) ?? null) : key];
  } else {
    throw new EvaluationError(`got '${goTypes[typeNameOf(range)] ?? "types.Null"}', expected iterable type`);
  }
}

/** What Go calls the types of values. */
const goTypes: { readonly [type: string]: string } = {
  bool: "types.Bool",
  bytes: "types.Bytes",
  double: "types.Double",
  "google.protobuf.Duration": "types.Duration",
  "google.protobuf.Timestamp": "types.Timestamp",
  int: "types.Int",
  string: "types.String",
  uint: "types.Uint",
};

export function addEntry(map: PlainMap, key: Value, value: Value, isOptional: boolean): void {
  const own = isOptional ? optionalOf(value) : value;
  if (own !== undefined) map.set(key, own);
}

export function optionalOf(value: Value): Value | undefined {
  if (!(value instanceof Optional)) throw noOverload();
  return value.value;
}

export function hasField(value: Value, field: string): boolean {
  if (value instanceof Optional) return value.value !== undefined && hasField(value.value, field);
  if (!(value instanceof Dictionary)) throw noOverload();
  return value.find(field) !== undefined;
}

/** The entry of a list or a map. What is taken from an optional is one itself. Throws where there is none. */
export function at(value: Value, key: Value): Value {
  if (value instanceof Optional) return maybeAt(value, key);
  const found = entryAt(value, key);
  if (found !== undefined) return found;
  throw new EvaluationError(value instanceof List ? `index out of bounds: ${show(key)}` : `no such key: ${show(key)}`);
}

export function maybeAt(value: Value, key: Value): Optional {
  const held = value instanceof Optional ? value.value : value;
  if (held === undefined) return none;
  const found = entryAt(held, key);
  return found === undefined ? none : new Optional(found);
}

function entryAt(value: Value, key: Value): Value | undefined {
  if (value instanceof Dictionary) return value.find(key);
  if (!(value instanceof List)) return undefined;
  const index = typeof key === "bigint" ? Number(key) : key instanceof Uint ? Number(key.value) : key;
  if (typeof index !== "number") throw new EvaluationError(`unsupported index type '${typeNameOf(key)}' in list`);
  return Number.isInteger(index) && index >= 0 && index < value.size ? value.at(index) : undefined;
}

function show(key: Value): string {
  return key instanceof Uint ? String(key.value) : String(key);
}
