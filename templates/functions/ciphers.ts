import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { byteLength, fromBytes, toBytes } from "../go/bytes.ts";
import { define, defineRandom } from "./define.ts";
import { decodeBase64 } from "./encoding.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";

const blockSize = 16;
const keySize = 32;
/** A hash takes a twentieth of a second by design, so that few of them are enough for a row. */
const stepsPerHash = 150_000;
/** bcrypt reads no more of a password. */
const maxPasswordBytes = 72;

/** Passwords and encryption. */
export const cipherFunctions: FunctionTable = {
  bcrypt: defineRandom("func(string) string", "the bcrypt hash of a password, at cost 10", ([password], context) =>
    bcryptHash(password, context),
  ),
  htpasswd: defineRandom(
    "func(string, string) string",
    "a line of an htpasswd file with the bcrypt hash of the password",
    ([user, password], context) =>
      user.includes(":") ? `invalid username: ${user}` : `${user}:${bcryptHash(password, context)}`,
  ),
  encryptAES: defineRandom(
    "func(string, string) (string, error)",
    "the second text encrypted with AES-256-CBC under the first, in Base64",
    ([password, text]) => (text === "" ? "" : encrypt(password, text)),
  ),
  decryptAES: define(
    "func(string, string) (string, error)",
    "the text that `encryptAES` encrypted under the first argument",
    ([password, encrypted]) => (encrypted === "" ? "" : decrypt(password, encrypted)),
  ),
};

function bcryptHash(password: string, context: FunctionContext): string {
  if (byteLength(password) > maxPasswordBytes) {
    return `failed to encrypt string with bcrypt: bcrypt: password length exceeds ${maxPasswordBytes} bytes`;
  }
  context.charge(stepsPerHash);
  const bcrypt = createRequire(import.meta.url)("bcryptjs") as typeof import("bcryptjs");
  return bcrypt.hashSync(password, `$2a$10$${bcrypt.encodeBase64(randomBytes(16), 16)}`);
}

function keyOf(password: string): Buffer {
  const key = Buffer.alloc(keySize);
  key.set(toBytes(password).subarray(0, keySize));
  return key;
}

function encrypt(password: string, text: string): string {
  const start = randomBytes(blockSize);
  const cipher = createCipheriv("aes-256-cbc", keyOf(password), start);
  return Buffer.concat([start, cipher.update(toBytes(text)), cipher.final()]).toString("base64");
}

/** As sprig decrypts: whatever number the last byte holds is taken for the length of the padding. */
function decrypt(password: string, encrypted: string): string {
  const bytes = decodeBase64(encrypted);
  if (typeof bytes === "string") throw new Error(bytes);
  if (bytes.length < 2 * blockSize || bytes.length % blockSize !== 0)
    throw new Error("the encrypted text is not in full blocks");
  const decipher = createDecipheriv("aes-256-cbc", keyOf(password), bytes.subarray(0, blockSize)).setAutoPadding(false);
  const text = Buffer.concat([decipher.update(bytes.subarray(blockSize)), decipher.final()]);
  const length = text.length - (text.at(-1) as number);
  if (length < 0) throw new Error("the padding is longer than the text, the password may be another");
  return fromBytes(text.subarray(0, length));
}
