import type { Step } from "./machine.ts";

export interface WildmatchOptions {
  /** `*`, `?` and sets stop at slashes, and `**` as a whole component crosses them. */
  readonly isPathname: boolean;
  /** ASCII letters match in either case; the text is handed over in lower case. */
  readonly mayFold: boolean;
}

type Test = (code: number) => boolean;

const [slash, star, question, open, close, backslash, dash, colon] = [0x2f, 0x2a, 0x3f, 0x5b, 0x5d, 0x5c, 0x2d, 0x3a];
const never: Step = () => false;

const isUpper: Test = (code) => code >= 0x41 && code <= 0x5a;
const isLower: Test = (code) => code >= 0x61 && code <= 0x7a;
const isDigit: Test = (code) => code >= 0x30 && code <= 0x39;
const isAlpha: Test = (code) => isUpper(code) || isLower(code);
const isGraph: Test = (code) => code > 0x20 && code < 0x7f;

const posixClasses: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["alnum", (code) => isAlpha(code) || isDigit(code)],
  ["alpha", isAlpha],
  ["blank", (code) => code === 0x20 || code === 0x09],
  ["cntrl", (code) => code < 0x20 || code === 0x7f],
  ["digit", isDigit],
  ["graph", isGraph],
  ["lower", isLower],
  ["print", (code) => code === 0x20 || isGraph(code)],
  ["punct", (code) => isGraph(code) && !isAlpha(code) && !isDigit(code)],
  ["space", (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d)],
  ["upper", isUpper],
  ["xdigit", (code) => isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)],
]);

/**
 * The steps of a git wildcard pattern, over bytes. A pattern that git cannot read (a set without an end, an unknown class)
 * matches nothing, as in git.
 */
export function compileWildmatch(pattern: Uint8Array, options: WildmatchOptions): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < pattern.length) {
    const code = pattern[at]!;
    if (code === star) at = pushStar(pattern, at, steps, options);
    else if (code === open) {
      const [test, next] = parseSet(pattern, at + 1, options);
      steps.push(test);
      at = next;
    } else {
      if (code === question) steps.push((given) => !options.isPathname || given !== slash);
      else if (code === backslash) steps.push(at + 1 < pattern.length ? literal(pattern[++at]!, false) : never);
      else steps.push(literal(code, options.mayFold));
      at++;
    }
  }
  return steps;
}

function literal(code: number, mayFold: boolean): Step {
  const wanted = mayFold && isUpper(code) ? code + 0x20 : code;
  return (given) => given === wanted;
}

function pushStar(pattern: Uint8Array, start: number, steps: Step[], { isPathname }: WildmatchOptions): number {
  let at = start;
  while (pattern[at] === star) at++;
  const isComponent =
    at - start > 1 &&
    (start === 0 || pattern[start - 1] === slash) &&
    (at === pattern.length || pattern[at] === slash || (pattern[at] === backslash && pattern[at + 1] === slash));
  if (isPathname && isComponent && pattern[at] === slash) {
    steps.push("directories");
    return at + 1;
  }
  steps.push(!isPathname || isComponent ? "deep" : "star");
  return at;
}

/** Reads a set from after its `[`. The order of cases is git's: the first character may be a `]`. */
function parseSet(pattern: Uint8Array, start: number, options: WildmatchOptions): [Step, number] {
  let at = start;
  const isNegated = pattern[at] === 0x21 || pattern[at] === 0x5e;
  if (isNegated) at++;
  const tests: Test[] = [];
  let previous = 0;
  do {
    const member = parseMember(pattern, at, previous, options.mayFold);
    if (member === undefined) return [never, pattern.length];
    tests.push(member.test);
    previous = member.previous;
    at = member.next;
  } while (pattern[at] !== close);
  const test: Step = (code) =>
    tests.some((member) => member(code)) !== isNegated && !(options.isPathname && code === slash);
  return [test, at + 1];
}

interface Member {
  readonly test: Test;
  /** The character that a following dash would make a range of; 0 for none. */
  readonly previous: number;
  readonly next: number;
}

function parseMember(pattern: Uint8Array, at: number, previous: number, mayFold: boolean): Member | undefined {
  const code = pattern[at];
  if (code === undefined) return undefined;
  if (code === backslash) return plainMember(pattern[at + 1], at + 2);
  const after = pattern[at + 1];
  if (code === dash && previous !== 0 && after !== undefined && after !== close) {
    return parseRange(pattern, at + 1, previous, mayFold);
  }
  if (code === open && after === colon) return parsePosixClass(pattern, at, mayFold);
  return plainMember(code, at + 1);
}

function plainMember(code: number | undefined, next: number): Member | undefined {
  return code === undefined ? undefined : { test: (given) => given === code, previous: code, next };
}

function parseRange(pattern: Uint8Array, at: number, low: number, mayFold: boolean): Member | undefined {
  const isEscaped = pattern[at] === backslash;
  const high = pattern[isEscaped ? at + 1 : at];
  if (high === undefined) return undefined;
  const isWithin: Test = (code) => low <= code && code <= high;
  const test: Test = (code) => isWithin(code) || (mayFold && isLower(code) && isWithin(code - 0x20));
  return { test, previous: 0, next: isEscaped ? at + 2 : at + 1 };
}

function parsePosixClass(pattern: Uint8Array, at: number, mayFold: boolean): Member | undefined {
  const end = pattern.indexOf(close, at + 2);
  if (end === -1) return undefined;
  // Without a colon before the bracket it is no class but an ordinary set that holds a bracket.
  if (end === at + 2 || pattern[end - 1] !== colon) return plainMember(open, at + 1);
  const name = Buffer.from(pattern.subarray(at + 2, end - 1)).toString("latin1");
  const test = posixClasses.get(name);
  if (test === undefined) return undefined;
  const folded: Test = mayFold && name === "upper" ? isAlpha : test;
  return { test: folded, previous: 0, next: end + 1 };
}
