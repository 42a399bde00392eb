import { comparePrereleases, compareVersions, parseVersion, type SemanticVersion } from "./semver-version.ts";

/** A constraint such as `~1.2`: where parts are `x` or absent, `wild` is the first of them. */
interface Constraint {
  readonly operator: string;
  readonly version: SemanticVersion;
  readonly wild: "major" | "minor" | "patch" | undefined;
}

/** Longer constraints than any real one would only cost time. */
const maxLength = 4_096;

const space = "[\\t\\n\\f\\r ]";
const versionPattern =
  "v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?" +
  "(-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";
const version = versionPattern.replaceAll(/\((?!\?)/g, "(?:");
const operator = "(?:!=|>=|=>|<=|=<|~>|[=<>~^])";
const single = new RegExp(`^(${operator}?)${space}*(${versionPattern})$`);
const each = new RegExp(`${operator}?${space}*${version}`, "g");
const range = new RegExp(`${space}*(${version})${space}+-${space}+(${version})${space}*`, "g");
// Written so that no part of a text can be matched in two ways: a run of spaces belongs to one place.
const item = `(?:${operator}${space}*)?${version}`;
const whole = new RegExp(`^${space}*${item}(?:(?:${space}*,${space}*|${space}+)${item})*${space}*$`);

/** Whether a version meets constraints as Masterminds/semver 3.4 reads them: `||` between groups, spaces or commas within. */
export function meetsConstraints(constraints: string, text: string): boolean {
  const groups = parseConstraints(constraints);
  const candidate = parseVersion(text);
  return groups.some((group) => {
    // A pre-release is looked at only by a group in which a constraint names one.
    if (candidate.prerelease !== "" && !group.some(({ version }) => version.prerelease !== "")) return false;
    return group.every((constraint) => (checks[constraint.operator] as Check)(candidate, constraint));
  });
}

function parseConstraints(text: string): readonly (readonly Constraint[])[] {
  if (text.length > maxLength) throw new Error(`the constraint is longer than ${maxLength} characters`);
  return withoutRanges(text)
    .split("||")
    .map((group) => {
      if (!whole.test(group)) throw new Error(`improper constraint: ${group}`);
      return Array.from(group.matchAll(each), ([found]) => parseConstraint(found));
    });
}

/** `1.2 - 1.4` stands for `>= 1.2, <= 1.4`. */
function withoutRanges(text: string): string {
  let rewritten = text;
  for (const [found, from, to] of text.matchAll(range))
    rewritten = rewritten.replace(found, () => `>= ${from}, <= ${to} `);
  return rewritten;
}

function parseConstraint(text: string): Constraint {
  const match = single.exec(text);
  if (match === null) throw new Error(`improper constraint: ${text}`);
  const [, operator = "", written = "", major = "", minor = "", patch = "", prerelease = ""] = match;
  if (isWild(major)) return constraint(operator, `0.0.0${prerelease}`, "major");
  if (isWild(minor)) return constraint(operator, `${major}.0.0${prerelease}`, "minor");
  if (isWild(patch)) return constraint(operator, `${major}${minor}.0${prerelease}`, "patch");
  return constraint(operator, written, undefined);
}

function constraint(operator: string, text: string, wild: Constraint["wild"]): Constraint {
  try {
    return { operator, version: parseVersion(text), wild };
  } catch (error: unknown) {
    throw new Error("constraint parser error", { cause: error });
  }
}

function isWild(part: string): boolean {
  return /^\.?[xX*]?$/.test(part);
}

type Check = (candidate: SemanticVersion, constraint: Constraint) => boolean;

const checks: { readonly [operator: string]: Check } = {
  "": isEqualOrTilde,
  "=": isEqualOrTilde,
  "!=": isNotEqual,
  ">": isGreater,
  "<": (candidate, { version }) => compareVersions(candidate, version) < 0,
  ">=": (candidate, { version }) => compareVersions(candidate, version) >= 0,
  "=>": (candidate, { version }) => compareVersions(candidate, version) >= 0,
  "<=": isAtMost,
  "=<": isAtMost,
  "~": isTilde,
  "~>": isTilde,
  "^": isCaret,
};

function isEqualOrTilde(candidate: SemanticVersion, constraint: Constraint): boolean {
  return constraint.wild === undefined
    ? compareVersions(candidate, constraint.version) === 0
    : isTilde(candidate, constraint);
}

function isNotEqual(candidate: SemanticVersion, { version, wild }: Constraint): boolean {
  if (wild === undefined) return compareVersions(candidate, version) !== 0;
  if (candidate.major !== version.major) return true;
  if (wild === "minor") return false;
  if (candidate.minor !== version.minor) return true;
  if (wild === "patch") return comparePrereleases(candidate.prerelease, version.prerelease) !== 0;
  return candidate.patch !== version.patch || compareVersions(candidate, version) !== 0;
}

function isGreater(candidate: SemanticVersion, { version, wild }: Constraint): boolean {
  if (wild === undefined || wild === "major") {
    return (
      candidate.major > version.major || (candidate.major === version.major && compareVersions(candidate, version) > 0)
    );
  }
  if (candidate.major !== version.major) return candidate.major > version.major;
  return wild === "patch" && candidate.minor > version.minor;
}

function isAtMost(candidate: SemanticVersion, { version, wild }: Constraint): boolean {
  if (wild === undefined) return compareVersions(candidate, version) <= 0;
  if (candidate.major !== version.major) return candidate.major < version.major;
  return wild === "minor" || candidate.minor <= version.minor;
}

/** At least the version, and of the same minor, or major where no minor is given. */
function isTilde(candidate: SemanticVersion, { version, wild }: Constraint): boolean {
  if (compareVersions(candidate, version) < 0) return false;
  const isZero = version.major === 0n && version.minor === 0n && version.patch === 0n;
  if (isZero && wild !== "minor" && wild !== "patch") return true;
  if (candidate.major !== version.major) return false;
  return wild === "minor" || candidate.minor === version.minor;
}

/** At least the version, with the same first part that is not 0. */
function isCaret(candidate: SemanticVersion, { version, wild }: Constraint): boolean {
  if (compareVersions(candidate, version) < 0) return false;
  if (version.major > 0n || wild === "minor") return candidate.major === version.major;
  if (candidate.major > 0n) return false;
  if (version.minor > 0n || wild === "patch") return candidate.minor === version.minor;
  return candidate.minor === 0n && candidate.patch === version.patch;
}
