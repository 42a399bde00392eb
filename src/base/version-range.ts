/** A version as tags write it: `v1.2.3-rc.1+build`, also without minor and patch. */
export interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  /** Without the dash; empty for a release. */
  readonly prerelease: string;
  readonly original: string;
}

/** Whether a version lies in a range. */
export type VersionRange = (version: Version) => boolean;

interface Bound {
  readonly version: Version;
  /** How many of major, minor and patch the bound names; what is left out or written as x, X or * is open. */
  readonly named: 0 | 1 | 2 | 3;
}

type Check = (version: Version, bound: Bound) => boolean;

const versionText =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const boundText = String.raw`v?[0-9xX*]+(?:\.[0-9xX*]+){0,2}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const operatorText = String.raw`=|!=|>|<|>=|=>|<=|=<|~|~>|\^|`;
const hyphenRange = new RegExp(String.raw`\s*(${boundText})\s+-\s+(${boundText})\s*`, "g");
const conjunction = new RegExp(
  String.raw`^\s*(?:${operatorText})\s*${boundText}\s*(?:(?:\s+|,\s*)(?:${operatorText})\s*${boundText}\s*)*$`,
);
const comparison = new RegExp(String.raw`(${operatorText})\s*(${boundText})`, "g");
const boundParts = /^v?([0-9xX*]+)(?:\.([0-9xX*]+))?(?:\.([0-9xX*]+))?(-[^+]+)?/;
const maxLength = 256;
const maxNumber = 2n ** 64n;

/** Reads a version; undefined when the text is none. */
export function parseVersion(text: string): Version | undefined {
  const match = text.length > maxLength ? null : versionText.exec(text);
  if (match === null) return undefined;
  const [major, minor, patch] = [match[1], match[2], match[3]].map((digits) => BigInt(digits ?? "0"));
  const prerelease = match[4] ?? "";
  const isValid =
    [major!, minor!, patch!].every((number) => number < maxNumber) && !/(?:^|\.)0\d+(?:\.|$)/.test(prerelease);
  return isValid ? { numbers: [major!, minor!, patch!], prerelease, original: text } : undefined;
}

/**
 * Reads a range of versions; undefined when the text is none. A single version is a range too.
 *
 * Comparisons `= != > < >= <= ~ ^` beside spaces or commas hold together, `||` separates alternatives, `1.2 - 1.4` is a
 * span, `x`, `X` and `*` are open. Versions before a release match only where a comparison of the same alternative names
 * one. Rule: the documentation of Masterminds/semver version 3, which Argo CD reads target revisions with.
 */
export function parseVersionRange(text: string): VersionRange | undefined {
  if (text.length > maxLength) return undefined;
  const alternatives: VersionRange[] = [];
  for (const alternative of text.replace(hyphenRange, ">= $1, <= $2 ").split("||")) {
    const range = parseConjunction(alternative);
    if (range === undefined) return undefined;
    alternatives.push(range);
  }
  return (version) => alternatives.some((range) => range(version));
}

/** Below zero when the first version comes first, above zero when the second does; build metadata does not count. */
export function compareVersions(first: Version, second: Version): number {
  for (const [index, number] of first.numbers.entries()) {
    const other = second.numbers[index]!;
    if (number !== other) return number < other ? -1 : 1;
  }
  return comparePrereleases(first.prerelease, second.prerelease);
}

function comparePrereleases(first: string, second: string): number {
  if (first === second) return 0;
  if (first === "" || second === "") return first === "" ? 1 : -1;
  const [parts, others] = [first.split("."), second.split(".")];
  for (let index = 0; index < Math.max(parts.length, others.length); index++) {
    const order = comparePrereleaseParts(parts[index], others[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePrereleaseParts(part: string | undefined, other: string | undefined): number {
  if (part === other) return 0;
  if (part === undefined || other === undefined) return part === undefined ? -1 : 1;
  const [isNumber, isOtherNumber] = [/^\d+$/.test(part), /^\d+$/.test(other)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (isNumber) return BigInt(part) > BigInt(other) ? 1 : -1;
  return part > other ? 1 : -1;
}

function parseConjunction(text: string): VersionRange | undefined {
  if (!conjunction.test(text)) return undefined;
  const checks: { readonly check: Check; readonly bound: Bound }[] = [];
  for (const [, operator, bound] of text.matchAll(comparison)) {
    const parsed = parseBound(bound!);
    if (parsed === undefined) return undefined;
    checks.push({ check: operators[operator!]!, bound: parsed });
  }
  const mayBePrerelease = checks.some(({ bound }) => bound.version.prerelease !== "");
  return (version) =>
    (version.prerelease === "" || mayBePrerelease) && checks.every(({ check, bound }) => check(version, bound));
}

function parseBound(text: string): Bound | undefined {
  const match = boundParts.exec(text);
  if (match === null) return undefined;
  const given = [match[1], match[2], match[3]];
  const open = given.findIndex((part) => part === undefined || /^[xX*]$/.test(part));
  if (open === -1) {
    const version = parseVersion(text);
    return version && { version, named: 3 };
  }
  const numbers = [0, 1, 2].map((index) => (index < open ? given[index] : "0"));
  const version = parseVersion(`${numbers.join(".")}${match[4] ?? ""}`);
  return version && { version, named: open as 0 | 1 | 2 };
}

const isEqual: Check = (version, { version: bound }) => compareVersions(version, bound) === 0;

const isWithinTilde: Check = (version, { version: bound, named }) => {
  if (compareVersions(version, bound) < 0) return false;
  if ((named === 0 || named === 3) && bound.numbers.every((number) => number === 0n)) return true;
  return version.numbers[0] === bound.numbers[0] && (named === 1 || version.numbers[1] === bound.numbers[1]);
};

const isSame: Check = (version, bound) => (bound.named === 3 ? isEqual : isWithinTilde)(version, bound);

const isDifferent: Check = (version, { version: bound, named }) => {
  if (named === 1) return version.numbers[0] !== bound.numbers[0];
  if (named !== 2) return compareVersions(version, bound) !== 0;
  if (version.numbers[0] !== bound.numbers[0] || version.numbers[1] !== bound.numbers[1]) return true;
  return comparePrereleases(version.prerelease, bound.prerelease) !== 0;
};

const isAbove: Check = (version, { version: bound, named }) => {
  if (named === 0 || named === 3) return compareVersions(version, bound) > 0;
  if (version.numbers[0] !== bound.numbers[0]) return version.numbers[0] > bound.numbers[0];
  return named === 2 && version.numbers[1] > bound.numbers[1];
};

const isAtMost: Check = (version, { version: bound, named }) => {
  if (named === 3) return compareVersions(version, bound) <= 0;
  if (version.numbers[0] !== bound.numbers[0]) return version.numbers[0] < bound.numbers[0];
  return named === 1 || version.numbers[1] <= bound.numbers[1];
};

const isWithinCaret: Check = (version, { version: bound, named }) => {
  if (compareVersions(version, bound) < 0 || version.numbers[0] !== bound.numbers[0]) return false;
  if (bound.numbers[0] > 0n || named === 1) return true;
  if (version.numbers[1] !== bound.numbers[1]) return false;
  return bound.numbers[1] > 0n || named === 2 || version.numbers[2] === bound.numbers[2];
};

const isAtLeast: Check = (version, { version: bound }) => compareVersions(version, bound) >= 0;

const operators: { readonly [operator: string]: Check } = {
  "": isSame,
  "=": isSame,
  "!=": isDifferent,
  ">": isAbove,
  "<": (version, { version: bound }) => compareVersions(version, bound) < 0,
  ">=": isAtLeast,
  "=>": isAtLeast,
  "<=": isAtMost,
  "=<": isAtMost,
  "~": isWithinTilde,
  "~>": isWithinTilde,
  "^": isWithinCaret,
};
