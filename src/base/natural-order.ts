/**
 * Compares two map keys as Go's YAML encoder orders them: by code points, letters after everything else, runs of digits by
 * their number. The order is go-yaml's, quirks included: it is not transitive for some mixes of digits and letters.
 */
export function compareNatural(left: string, right: string): number {
  const [a, b] = [codePoints(left), codePoints(right)];
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    if (a[at] !== b[at]) return compareAt(a, b, at);
  }
  return a.length - b.length;
}

/** Sorts keys in place by `compareNatural` and returns them. */
export function sortNatural(keys: string[]): string[] {
  return keys.length < 2 ? keys : keys.sort(compareNatural);
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
  if (leftRun.value !== rightRun.value) return leftRun.value < rightRun.value ? -1 : 1;
  return leftRun.end - rightRun.end || left - right;
}

function followsNumber(points: CodePoints, at: number): boolean {
  for (let index = at - 1; index >= 0 && isDigit(points[index] ?? 0); index--) {
    if (points[index] !== 0x30) return true;
  }
  return false;
}

/** The number that begins here, as an int64 that overflows like Go's. */
function digitRun(points: CodePoints, at: number, seed: bigint): { readonly value: bigint; readonly end: number } {
  let value = seed;
  let end = at;
  while (end < points.length && isDigit(points[end] ?? 0)) {
    value = BigInt.asIntN(64, value * 10n + BigInt((points[end] ?? 0) - 0x30));
    end++;
  }
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
