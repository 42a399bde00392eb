/** Go's integer types. */
export type IntKind = "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16" | "uint32" | "uint64";

const bits: { readonly [K in IntKind]: number } = {
  int: 64,
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
};

/** A Go integer: the constructor wraps around at the width of its kind, as Go's arithmetic does. */
export class GoInt {
  readonly kind: IntKind;
  readonly value: bigint;

  constructor(kind: IntKind, value: bigint | number) {
    this.kind = kind;
    const wide = BigInt(value);
    this.value = kind.startsWith("u") ? BigInt.asUintN(bits[kind], wide) : BigInt.asIntN(bits[kind], wide);
  }

  /** A number in JSON, exact at any size. */
  toJSON(): number | bigint {
    const number = Number(this.value);
    return Number.isSafeInteger(number) ? number : this.value;
  }
}
