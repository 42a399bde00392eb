/** The bytes are no message of the kind they claim to be. */
export class ProtobufError extends Error {}

export interface WireField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 bytes with a length, 5 four bytes. */
  readonly wireType: number;
  readonly bytes: Buffer;
  /** Of a varint. */
  readonly value: bigint;
}

const maxVarintBytes = 10;

/** Goes through one message field by field; every length is checked against what is there. */
export function* readFields(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let index = 0; index < maxVarintBytes; index++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError("a number ends too early");
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return value;
    }
    throw new ProtobufError("a number is too long");
  };
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw new ProtobufError("a field ends too early");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    const number = Math.floor(tag / 8);
    if (wireType === 0) yield { number, wireType, bytes: empty, value: varint() };
    else if (wireType === 1 || wireType === 5)
      yield { number, wireType, bytes: take(wireType === 1 ? 8 : 4), value: 0n };
    else if (wireType === 2) yield { number, wireType, bytes: take(Number(varint())), value: 0n };
    else throw new ProtobufError(`wire type ${wireType} is not known`);
  }
}

const empty = Buffer.alloc(0);
const decoder = new TextDecoder("utf-8", { fatal: true });

export function readText(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (error: unknown) {
    throw new ProtobufError("a text is not valid UTF-8", { cause: error });
  }
}

/** A number that JSON can hold; integers beyond a double stay big. */
export function readInteger(value: bigint): number | bigint {
  const signed = BigInt.asIntN(64, value);
  const small = Number(signed);
  return Number.isSafeInteger(small) ? small : signed;
}
