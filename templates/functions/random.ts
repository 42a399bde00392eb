import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { GoInt } from "../go/values.ts";
import { toSize } from "./binary.ts";
import { defineRandom } from "./define.ts";
import type { FunctionContext, FunctionTable, TemplateFunction } from "./function.ts";
import { runesOf } from "./runes.ts";

const digits = "0123456789";
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");
/** `randomInt` takes ranges below 2^48 only. */
const maxRange = 2n ** 48n - 1n;

/** Random values: an Application that uses one changes each time it is rendered. */
export const randomFunctions: FunctionTable = {
  randAlphaNum: randomText("letters and digits", letters + digits),
  randAlpha: randomText("letters", letters),
  randNumeric: randomText("digits", digits),
  randAscii: randomText("printable ASCII characters", printable),
  randBytes: defineRandom("func(int) (string, error)", "so many random bytes in Base64", ([count], context) => {
    if (count < 0n) throw new Error("makeslice: len out of range");
    context.chargeBytes((toSize(count) * 4) / 3);
    return randomBytes(toSize(count)).toString("base64");
  }),
  randInt: defineRandom(
    "func(int, int) int",
    "an integer from the first up to before the second",
    ([from, to]) => new GoInt("int", randomBetween(from, to)),
  ),
  shuffle: defineRandom("func(string) string", "the characters in random order", ([text]) => shuffle(text)),
  uuidv4: defineRandom("func() string", "a random UUID", () => randomUUID()),
};

function randomText(what: string, alphabet: string): TemplateFunction {
  return defineRandom("func(int) string", `so many random ${what}`, ([count], context) =>
    pick(toSize(count), alphabet, context),
  );
}

/** A negative number gives nothing, as sprig drops that error. */
function pick(count: number, alphabet: string, context: FunctionContext): string {
  if (count <= 0) return "";
  context.chargeBytes(count);
  context.charge(count);
  let picked = "";
  for (let index = 0; index < count; index++) picked += alphabet.charAt(randomInt(alphabet.length));
  return picked;
}

function randomBetween(from: bigint, to: bigint): bigint {
  const range = BigInt.asIntN(64, to - from);
  if (range <= 0n) throw new Error("invalid argument to Intn");
  if (range <= maxRange) return from + BigInt(randomInt(Number(range)));
  return from + (randomBytes(16).readBigUInt64BE() % range);
}

function shuffle(text: string): string {
  const runes = runesOf(text);
  for (let last = runes.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [runes[last], runes[other]] = [runes[other] as string, runes[last] as string];
  }
  return runes.join("");
}
