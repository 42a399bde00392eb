/**
 * Compares two map keys as Go's YAML encoder orders them: by code points, letters after everything else, runs of digits by
 * their number. The order is go-yaml's, quirks included: it is not transitive for some mixes of digits and letters.
 */
export function compareNatural(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  let at = 0;
  while (at < shared && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  if (at === shared) return left.length - right.length;
  const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
  // Nearly all keys differ first in two ASCII letters, or in a letter and something else.
  if (a < 0x80 && b < 0x80) {
    const [aLetter, bLetter] = [isLetter(a), isLetter(b)];
    if (aLetter || bLetter) return aLetter === bLetter ? a - b : bLetter ? -1 : 1;
  }
  return compareCodePoints(codePoints(left), codePoints(right));
}

function compareCodePoints(a: CodePoints, b: CodePoints): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    if (a[at] !== b[at]) return compareAt(a, b, at);
  }
  return a.length - b.length;
}

const maxRemembered = 1_000;
const longestRemembered = 2_000;
const remembered = new Map<string, readonly string[]>();

/** Keys in the order of `compareNatural`. Objects of one kind have the same keys, so orders are remembered. */
export function sortNatural(keys: readonly string[]): readonly string[] {
  if (keys.length < 2) return keys;
  const signature = keys.join("\n");
  const known = remembered.get(signature);
  if (known !== undefined && known.length === keys.length) return known;
  const sorted = keys.toSorted(compareNatural);
  // Without a line break in any key, the signature and the count tell the keys.
  if (signature.length > longestRemembered || keys.some((key) => key.includes("\n"))) return sorted;
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(signature, sorted);
  return sorted;
}

type CodePoints = { readonly [index: number]: number; readonly length: number };

function codePoints(text: string): CodePoints {
  const points = new Array<number>(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0xd800 && code <= 0xdfff) return Array.from(text, (character) => character.codePointAt(0) ?? 0);
    points[index] = code;
  }
  return points;
}

function compareAt(a: CodePoints, b: CodePoints, at: number): number {
  const [left, right] = [a[at] ?? 0, b[at] ?? 0];
  const [leftLetter, rightLetter] = [isLetter(left), isLetter(right)];
  if (leftLetter && rightLetter) return left - right;
  if (leftLetter || rightLetter) return rightLetter ? -1 : 1;
  // A zero inside a number counts as a digit of it, not as a leading one.
  const seed = (left === 0x30 || right === 0x30) && followsNumber(a, at) ? 1n : 0n;
  const [leftRun, rightRun] = [digitRun(a, at, seed), digitRun(b, at, seed)];
  if (leftRun.value < rightRun.value) return -1;
  if (leftRun.value > rightRun.value) return 1;
  return leftRun.end - rightRun.end || left - right;
}

function followsNumber(points: CodePoints, at: number): boolean {
  for (let index = at - 1; index >= 0 && isDigit(points[index] ?? 0); index--) {
    if (points[index] !== 0x30) return true;
  }
  return false;
}

/** The number that begins here, as an int64 that overflows like Go's. */
function digitRun(
  points: CodePoints,
  at: number,
  seed: bigint,
): { readonly value: number | bigint; readonly end: number } {
  let end = at;
  while (end < points.length && isDigit(points[end] ?? 0)) end++;
  if (end - at < 15) {
    let small = Number(seed);
    for (let index = at; index < end; index++) small = small * 10 + (points[index] ?? 0) - 0x30;
    return { value: small, end };
  }
  let value = seed;
  for (let index = at; index < end; index++)
    value = BigInt.asIntN(64, value * 10n + BigInt((points[index] ?? 0) - 0x30));
  return { value, end };
}

function isLetter(code: number): boolean {
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return /^\p{L}$/u.test(String.fromCodePoint(code));
}

function isDigit(code: number): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return /^\p{Nd}$/u.test(String.fromCodePoint(code));
}
