import { goQuoted } from "../../validation/go-quote.ts";
import { fn, method, type Overload } from "../overload.ts";
import { semverType } from "../type-names.ts";
import { boolType, intType, stringType } from "../types.ts";
import { EvaluationError, Extension } from "../values.ts";

/** A semantic version; its build data counts for nothing. */
class Semver extends Extension {
  readonly typeName = semverType.name;
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];

  constructor(numbers: readonly bigint[], pre: readonly string[]) {
    super();
    this.numbers = numbers;
    this.pre = pre;
  }

  equals(other: Extension): boolean {
    return other instanceof Semver && compare(this, other) === 0n;
  }
}

const identifier = /^[0-9A-Za-z-]+$/;

function fail(message: string): never {
  throw new EvaluationError(message);
}

function parse(text: string): Semver {
  if (text === "") return fail("Version string empty");
  const parts = text.split(".");
  if (parts.length < 3) return fail("No Major.Minor.Patch elements found");
  const [major = "", minor = "", ...others] = parts;
  const [, patch = "", pre, build] = /^([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(others.join(".")) ?? [];
  const numbers = [numberOf(major, "major"), numberOf(minor, "minor"), numberOf(patch, "patch")];
  for (const one of build?.split(".") ?? []) checkBuild(one);
  return new Semver(numbers, (pre?.split(".") ?? []).map(checkPrerelease));
}

function numberOf(text: string, name: string): bigint {
  const shown = goQuoted(text);
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  if (!/^\d*$/.test(text)) return fail(`Invalid character(s) found in ${name} number ${shown}`);
  if (text.length > 1 && text.startsWith("0")) return fail(`${title} number must not contain leading zeroes ${shown}`);
  if (text === "") return fail('strconv.ParseUint: parsing "": invalid syntax');
  if (text.length > 20) return fail(`strconv.ParseUint: parsing ${shown}: value out of range`);
  return BigInt(text);
}

function checkPrerelease(text: string): string {
  if (text === "") return fail("Prerelease is empty");
  if (/^0\d+$/.test(text)) return fail(`Numeric PreRelease version must not contain leading zeroes ${goQuoted(text)}`);
  return identifier.test(text) ? text : fail(`Invalid character(s) found in prerelease ${goQuoted(text)}`);
}

function checkBuild(text: string): void {
  if (text === "") fail("Build meta data is empty");
  if (!identifier.test(text)) fail(`Invalid character(s) found in build meta data ${goQuoted(text)}`);
}

/** Takes a leading `v`, missing parts and leading zeros too. */
function parseTolerant(text: string): Semver {
  const plain = text.replace(/^v/, "");
  const [major = "", minor, ...others] = plain.split(".");
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(others.length === 0 ? [] : [others.join(".")])];
  const bare = parts.map((part) =>
    part.length > 1 ? part.replace(/^0+(?=\d)/, "").replace(/^0+(?=\D|$)/, "0") : part,
  );
  if (bare.length < 3 && /[+-]/.test(bare.at(-1)!)) {
    return fail("short version cannot contain PreRelease/Build meta data");
  }
  while (bare.length < 3) bare.push("0");
  return parse(bare.join("."));
}

function compare(left: Semver, right: Semver): bigint {
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index]!;
    if (number !== other) return number < other ? -1n : 1n;
  }
  if (left.pre.length === 0 || right.pre.length === 0) {
    return BigInt(Number(right.pre.length > 0) - Number(left.pre.length > 0));
  }
  for (const [index, one] of left.pre.entries()) {
    const other = right.pre[index];
    if (other === undefined) return 1n;
    if (one !== other) return compareIdentifiers(one, other);
  }
  return left.pre.length < right.pre.length ? -1n : 0n;
}

function compareIdentifiers(left: string, right: string): bigint {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (isNumber !== isOtherNumber) return isNumber ? -1n : 1n;
  if (isNumber) return BigInt(left) < BigInt(right) ? -1n : 1n;
  return left < right ? -1n : 1n;
}

function isSemver(text: string, isTolerant = false): boolean {
  try {
    read(text, isTolerant);
    return true;
  } catch (error: unknown) {
    if (!(error instanceof EvaluationError)) throw error;
    return false;
  }
}

function read(text: string, isTolerant = false): Semver {
  return isTolerant ? parseTolerant(text) : parse(text);
}

const two = [semverType, semverType];

function numberAt(index: number): (version: Semver) => bigint {
  return ({ numbers }) => numbers[index]!;
}

/** Semantic versions. */
export const semvers: readonly Overload[] = [
  fn("semver", "string_to_semver", [stringType], semverType, (text: string) => read(text)),
  fn("semver", "string_bool_to_semver", [stringType, boolType], semverType, read),
  fn("isSemver", "is_semver_string", [stringType], boolType, (text: string) => isSemver(text)),
  fn("isSemver", "is_semver_string_bool", [stringType, boolType], boolType, isSemver),
  method("isGreaterThan", "semver_is_greater_than", two, boolType, (x: Semver, y: Semver) => compare(x, y) > 0n),
  method("isLessThan", "semver_is_less_than", two, boolType, (x: Semver, y: Semver) => compare(x, y) < 0n),
  method("compareTo", "semver_compare_to", two, intType, compare),
  method("major", "semver_major", [semverType], intType, numberAt(0)),
  method("minor", "semver_minor", [semverType], intType, numberAt(1)),
  method("patch", "semver_patch", [semverType], intType, numberAt(2)),
];
