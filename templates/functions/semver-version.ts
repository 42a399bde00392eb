const maxUint64 = (1n << 64n) - 1n;

/** A version as Masterminds/semver 3 reads it: `v1.2` counts as 1.2.0, leading zeros are dropped. */
export interface SemanticVersion {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  /** The text that was read. */
  readonly original: string;
}

const pattern =
  /^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** Reads a version; throws where the text is none. */
export function parseVersion(text: string): SemanticVersion {
  const match = pattern.exec(text);
  if (match === null) throw new Error("invalid semantic version");
  const [, major = "0", minor = ".0", patch = ".0", prerelease = "", metadata = ""] = match;
  const version = {
    major: segment(major),
    minor: segment(minor.slice(1)),
    patch: segment(patch.slice(1)),
    prerelease,
    metadata,
    original: text,
  };
  checkPrerelease(prerelease);
  return version;
}

/** The version as text, without a leading `v`. */
export function writeVersion({ major, minor, patch, prerelease, metadata }: SemanticVersion): string {
  return `${major}.${minor}.${patch}${prerelease === "" ? "" : `-${prerelease}`}${metadata === "" ? "" : `+${metadata}`}`;
}

/** Below 0, 0 or above it, as the first version comes before, with or after the second. Metadata does not count. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  const release =
    compareNumbers(a.major, b.major) || compareNumbers(a.minor, b.minor) || compareNumbers(a.patch, b.patch);
  if (release !== 0 || a.prerelease === b.prerelease) return release;
  if (a.prerelease === "") return 1;
  return b.prerelease === "" ? -1 : comparePrereleases(a.prerelease, b.prerelease);
}

/** Part by part: numbers by size and before names, fewer parts before more. */
export function comparePrereleases(a: string, b: string): number {
  const left = a.split(".");
  const right = b.split(".");
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index] ?? "", right[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? -1 : 1;
  const isNumberA = isUint64(a);
  const isNumberB = isUint64(b);
  if (isNumberA && isNumberB) return BigInt(a) > BigInt(b) ? 1 : -1;
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a > b ? 1 : -1;
}

function compareNumbers(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function segment(digits: string): bigint {
  const bare = digits.replace(/^0+(?=.)/, "");
  if (!isUint64(bare)) throw new Error(`error parsing version segment: ${digits} is out of range`);
  return BigInt(bare);
}

function isUint64(text: string): boolean {
  return /^[0-9]+$/.test(text) && (text.length < 20 || BigInt(text.slice(0, 4096)) <= maxUint64);
}

/** Throws where a numeric part starts with 0: the characters have been checked before. */
export function checkPrerelease(prerelease: string): void {
  if (prerelease !== "" && prerelease.split(".").some((part) => /^0[0-9]+$/.test(part))) {
    throw new Error("version segment starts with 0");
  }
}
