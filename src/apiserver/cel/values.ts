import type { JsonMap } from "../managed-fields/json.ts";

/** A value of CEL: int is a bigint, double a number, the rest are their JavaScript counterparts or classes of here. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | List
  | Dictionary
  | TypeValue
  | Optional
  | Extension
  | Unknown;

/** An evaluation that went wrong; the message is what a kube-apiserver would say. */
export class EvaluationError extends Error {}

export function noOverload(): EvaluationError {
  return new EvaluationError("no such overload");
}

export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

const billion = 1_000_000_000n;

/** Nanoseconds since 1970; years 1 to 9999. The zone is that of the text it was read from, and only shown. */
export class Timestamp {
  readonly nanos: bigint;
  readonly zone: string;

  constructor(nanos: bigint, zone = "Z") {
    this.nanos = nanos;
    this.zone = zone;
  }

  /** The milliseconds as Date has them, and the nanoseconds of the second. */
  get parts(): readonly [seconds: bigint, nanos: bigint] {
    const rest = ((this.nanos % billion) + billion) % billion;
    return [(this.nanos - rest) / billion, rest];
  }
}

export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class TypeValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A value that may be missing. */
export class Optional {
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export const none = new Optional(undefined);

/** A value of one of Kubernetes' libraries: an address, a quantity, a URL. */
export abstract class Extension {
  abstract readonly typeName: string;
  /** What makes two values of one type equal. */
  abstract equals(other: Extension): boolean;
}

/** A value without a schema: only compared. */
export class Unknown {
  readonly json: unknown;

  constructor(json: unknown) {
    this.json = json;
  }
}

export abstract class List {
  abstract readonly size: number;
  abstract at(index: number): Value;

  /** The items as objects hold them, where they come from one: what sets and keyed lists are compared by. */
  get like(): ListLike | undefined {
    return undefined;
  }

  toArray(): Value[] {
    return Array.from({ length: this.size }, (_, index) => this.at(index));
  }
}

/** How lists with a list type behave: equality without order, addition as a union. */
export interface ListLike {
  keyOf(item: Value): string;
}

export class PlainList extends List {
  readonly items: Value[];
  readonly #like: ListLike | undefined;

  constructor(items: Value[], like?: ListLike) {
    super();
    this.items = items;
    this.#like = like;
  }

  get size(): number {
    return this.items.length;
  }

  override get like(): ListLike | undefined {
    return this.#like;
  }

  at(index: number): Value {
    return this.items[index]!;
  }

  override toArray(): Value[] {
    return this.items;
  }
}

export abstract class Dictionary {
  abstract readonly size: number;
  abstract find(key: Value): Value | undefined;
  abstract keys(): Value[];

  /** The object behind it, with the fields that no schema knows. */
  get json(): JsonMap | undefined {
    return undefined;
  }
}

/** The key of a JavaScript map for a key of CEL: numbers of all types are alike. Undefined for what can be no key. */
function mapKey(key: Value): string | undefined {
  if (typeof key === "string") return `s${key}`;
  if (typeof key === "boolean") return `b${key}`;
  if (typeof key === "bigint") return `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === "number" && Number.isInteger(key)) return `n${BigInt(key)}`;
  return undefined;
}

export class PlainMap extends Dictionary {
  readonly #entries = new Map<string, readonly [Value, Value]>();

  get size(): number {
    return this.#entries.size;
  }

  find(key: Value): Value | undefined {
    const own = mapKey(key);
    return own === undefined ? undefined : this.#entries.get(own)?.[1];
  }

  keys(): Value[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  set(key: Value, value: Value): void {
    const own = mapKey(key);
    if (own === undefined || typeof key === "number") {
      throw new EvaluationError(`unsupported key type: ${typeNameOf(key)}`);
    }
    this.#entries.set(own, [key, value]);
  }
}

type Guard = readonly [is: (value: object) => boolean, name: string | ((value: never) => string)];

const guards: readonly Guard[] = [
  [(value) => value instanceof List, "list"],
  [(value) => value instanceof Dictionary, "map"],
  [(value) => value instanceof Uint, "uint"],
  [(value) => value instanceof Timestamp, "google.protobuf.Timestamp"],
  [(value) => value instanceof Duration, "google.protobuf.Duration"],
  [(value) => value instanceof Uint8Array, "bytes"],
  [(value) => value instanceof TypeValue, "type"],
  [(value) => value instanceof Optional, "optional_type"],
  [(value) => value instanceof Extension, (value: Extension) => value.typeName],
];

/** The name of a value's type, as `type()` gives it. */
export function typeNameOf(value: Value): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "bigint":
      return "int";
    case "number":
      return "double";
    case "boolean":
      return "bool";
  }
  if (value === null) return "null_type";
  const name = guards.find(([is]) => is(value))?.[1] ?? "unknown";
  return typeof name === "string" ? name : name(value as never);
}

const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

/** A number within the bounds of int. Throws beyond them. */
export function intOf(value: bigint): bigint {
  if (value < smallest || value > largest) throw new EvaluationError("integer overflow");
  return value;
}

export function uintOf(value: bigint): Uint {
  if (value < 0n || value >= 2n ** 64n) throw new EvaluationError("unsigned integer overflow");
  return new Uint(value);
}

const mostDuration = 2n ** 63n;

export function durationOf(nanos: bigint): Duration {
  if (nanos < -mostDuration || nanos >= mostDuration) throw new EvaluationError("integer overflow");
  return new Duration(nanos);
}

const firstTime = -62_135_596_800n * billion;
const lastTime = 253_402_300_800n * billion;

export function timestampOf(nanos: bigint, zone?: string): Timestamp {
  if (nanos < firstTime || nanos >= lastTime) throw new EvaluationError("timestamp overflow");
  return new Timestamp(nanos, zone);
}

/** Characters, not UTF-16 units. */
export function sizeOfText(text: string): number {
  let size = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff) size--;
  }
  return size;
}

/** What `size()` gives; 1 for what has no size. */
export function sizeOf(value: Value): number {
  if (typeof value === "string") return sizeOfText(value);
  if (value instanceof List || value instanceof Dictionary) return value.size;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Optional && value.value !== undefined) return sizeOf(value.value);
  return 1;
}
