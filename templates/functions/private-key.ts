import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { bytesOf, children, fromDer, integer, sequence, toDer } from "./asn1.ts";

/** A block of PEM text. */
export interface PemBlock {
  readonly type: string;
  readonly bytes: Buffer;
}

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n((?:[A-Za-z0-9+/=]*[ \t]*\r?\n)*)-----END \1-----/;

/** The first block of PEM in a text. */
export function readPem(text: string): PemBlock | undefined {
  const match = pemBlock.exec(text);
  if (match === null) return undefined;
  return { type: match[1] as string, bytes: Buffer.from(match[2] as string, "base64") };
}

export function writePem(type: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ""].join("\n");
}

/** A new key of the kind that sprig calls `rsa`, `dsa`, `ecdsa` or `ed25519`; undefined for any other. */
export function generateKey(kind: string): KeyObject | undefined {
  switch (kind) {
    case "":
    case "rsa":
      return generateRsaKey(4096);
    case "dsa":
      return generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 }).privateKey;
    case "ecdsa":
      return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    case "ed25519":
      return generateKeyPairSync("ed25519").privateKey;
    default:
      return undefined;
  }
}

export function generateRsaKey(bits: number): KeyObject {
  return generateKeyPairSync("rsa", { modulusLength: bits }).privateKey;
}

/** The key as PEM in the form that is customary for its kind. */
export function writeKey(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return key.export({ format: "pem", type: "pkcs1" }) as string;
  if (key.asymmetricKeyType === "ec") return key.export({ format: "pem", type: "sec1" }) as string;
  if (key.asymmetricKeyType === "dsa") return writePem("DSA PRIVATE KEY", dsaBytes(key));
  return key.export({ format: "pem", type: "pkcs8" }) as string;
}

const readable: { readonly [type: string]: (bytes: Buffer) => KeyObject } = {
  "PRIVATE KEY": (key) => createPrivateKey({ key, format: "der", type: "pkcs8" }),
  "RSA PRIVATE KEY": (key) => createPrivateKey({ key, format: "der", type: "pkcs1" }),
  "EC PRIVATE KEY": (key) => createPrivateKey({ key, format: "der", type: "sec1" }),
  "DSA PRIVATE KEY": (key) => createPrivateKey(writePem("DSA PRIVATE KEY", key)),
};

/** Reads a private key in PEM. No message of its errors holds anything of the key. */
export function readKey(text: string): KeyObject {
  const block = readPem(text);
  if (block === undefined) throw new Error("no PEM data in input");
  if (!/(?:^| )PRIVATE KEY$/.test(block.type))
    throw new Error(`no private key data in PEM block of type ${block.type}`);
  const read = Object.hasOwn(readable, block.type) ? readable[block.type] : undefined;
  if (read === undefined) throw new Error(`invalid private key type ${block.type.replace(/ ?PRIVATE KEY$/, "")}`);
  try {
    return read(block.bytes);
  } catch {
    // The library's message may quote the key.
    throw new Error(`the PEM block of type ${block.type} holds no such key`);
  }
}

/** Version, p, q, g, public and private value: the form of OpenSSL, which the platform reads but does not write. */
function dsaBytes(key: KeyObject): Buffer {
  const [, algorithm, wrapped] = children(fromDer(key.export({ format: "der", type: "pkcs8" })));
  const [prime, divisor, generator] = children(children(algorithm)[1]).map(bytesOf) as [Buffer, Buffer, Buffer];
  const secret = bytesOf(fromDer(bytesOf(wrapped)));
  const open = modularPower(toNumber(generator), toNumber(secret), toNumber(prime));
  const numbers = [Buffer.from([0]), prime, divisor, generator, toBuffer(open), secret];
  return toDer(sequence(...numbers.map(integer)));
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

function toBuffer(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
