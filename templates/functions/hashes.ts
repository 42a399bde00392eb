import { createHash, createHmac, scryptSync } from "node:crypto";
import { byteLength, toBytes } from "../go/bytes.ts";
import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";

/** Sums and derived passwords: always the same for the same arguments. */
export const hashFunctions: FunctionTable = {
  sha1sum: define("func(string) string", "the SHA-1 sum in hexadecimal digits", ([text]) => hexSum("sha1", text)),
  sha256sum: define("func(string) string", "the SHA-256 sum in hexadecimal digits", ([text]) => hexSum("sha256", text)),
  sha512sum: define("func(string) string", "the SHA-512 sum in hexadecimal digits", ([text]) => hexSum("sha512", text)),
  adler32sum: define("func(string) string", "the Adler-32 sum in decimal digits", ([text]) =>
    String(adler32(toBytes(text))),
  ),
  derivePassword: define(
    "func(uint32, string, string, string, string) string",
    "the Master Password of counter, kind (`maximum`, `long`, `medium`, `short`, `basic`, `pin`), password, user and site",
    ([counter, kind, password, user, site], context) => {
      // It takes a tenth of a second by design.
      context.charge(200_000);
      return derivePassword({ counter: Number(counter), kind, password, user, site });
    },
  ),
};

function hexSum(algorithm: string, text: string): string {
  return createHash(algorithm).update(toBytes(text)).digest("hex");
}

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

interface MasterPassword {
  readonly counter: number;
  readonly kind: string;
  readonly password: string;
  readonly user: string;
  readonly site: string;
}

const scope = "com.lyndir.masterpassword";

/** The shapes of each kind: every letter stands for one of a set of characters. */
const shapes: { readonly [kind: string]: readonly string[] } = {
  maximum: ["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
  long: (
    "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv " +
    "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv " +
    "CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno"
  ).split(" "),
  medium: ["CvcnoCvc", "CvcCvcno"],
  short: ["Cvcn"],
  basic: ["aaanaaan", "aannaaan", "aaannaaa"],
  pin: ["nnnn"],
};

const consonants = "BCDFGHJKLMNPQRSTVWXYZ";
const alphabetic = `AEIOUaeiou${consonants}${consonants.toLowerCase()}`;
const sets: { readonly [letter: string]: string } = {
  C: consonants,
  v: "aeiou",
  c: consonants.toLowerCase(),
  a: alphabetic,
  n: "0123456789",
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${alphabetic}0123456789!@#$%^&*()`,
};

function derivePassword({ counter, kind, password, user, site }: MasterPassword): string {
  const known = Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (known === undefined) return `cannot find password template ${kind}`;
  const salt = Buffer.concat([Buffer.from(scope), uint32(byteLength(user)), toBytes(user)]);
  const key = scryptSync(toBytes(password), salt, 64, { N: 32_768, r: 8, p: 2, maxmem: 128 << 20 });
  const message = Buffer.concat([Buffer.from(scope), uint32(byteLength(site)), toBytes(site), uint32(counter)]);
  const seed = createHmac("sha256", key).update(message).digest();
  const shape = known[(seed[0] as number) % known.length] as string;
  return Array.from(shape, (letter, index) => {
    const set = sets[letter] as string;
    return set.charAt((seed[index + 1] as number) % set.length);
  }).join("");
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
