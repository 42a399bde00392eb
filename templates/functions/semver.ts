import { toBytes } from "../go/bytes.ts";
import { GoInt, type GoMember, GoObject, type GoValue, markList } from "../go/values.ts";
import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";
import { bind, goInt, type MethodTable, method } from "./member.ts";
import { meetsConstraints } from "./semver-range.ts";
import {
  checkPrerelease,
  compareVersions,
  parseVersion,
  type SemanticVersion,
  writeVersion,
} from "./semver-version.ts";

/** Versions. */
export const semverFunctions: FunctionTable = {
  semver: define(
    "func(string) (*semver.Version, error)",
    "a version with `.Major`, `.Minor`, `.Patch`, `.Prerelease`, `.Metadata`, `.Original`, `.IncMinor`, `.Compare` and so on",
    ([text]) => new GoVersion(parseVersion(text), true),
  ),
  semverCompare: define(
    "func(string, string) (bool, error)",
    "whether the second text, a version, meets the constraints of the first (`^1.2`, `>=1.20.0-0 <2`); a pre-release needs one there",
    ([constraints, version]) => meetsConstraints(constraints, version),
  ),
};

/** A version. `semver` gives pointers; the methods that count up give plain values, which have fewer methods. */
export class GoVersion extends GoObject {
  readonly goType: string;
  readonly version: SemanticVersion;

  constructor(version: SemanticVersion, isPointer: boolean) {
    super();
    this.version = version;
    this.goType = isPointer ? "*semver.Version" : "semver.Version";
  }

  /** The zero value of the same type. */
  zero(): GoVersion {
    const version = { major: 0n, minor: 0n, patch: 0n, prerelease: "", metadata: "", original: "" };
    return new GoVersion(version, this.goKind === "ptr");
  }

  override toString(): string {
    return writeVersion(this.version);
  }

  override toJson(): GoValue {
    return this.toString();
  }

  override member(name: string): GoMember | undefined {
    const own = bind(valueMethods, name, this);
    return own === undefined && this.goKind === "ptr" ? bind(pointerMethods, name, this) : own;
  }
}

const number = (read: (version: SemanticVersion) => bigint) =>
  method([], (self: GoVersion) => new GoInt("uint64", read(self.version)));

const valueMethods: MethodTable<GoVersion> = {
  String: method([], (self) => self.toString()),
  Major: number((version) => version.major),
  Minor: number((version) => version.minor),
  Patch: number((version) => version.patch),
  Prerelease: method([], (self) => self.version.prerelease),
  Metadata: method([], (self) => self.version.metadata),
  IncMajor: method([], (self) =>
    changed(self, { major: self.version.major + 1n, minor: 0n, patch: 0n, prerelease: "", metadata: "" }),
  ),
  IncMinor: method([], (self) =>
    changed(self, { minor: self.version.minor + 1n, patch: 0n, prerelease: "", metadata: "" }),
  ),
  IncPatch: method([], (self) => {
    const step = self.version.prerelease === "" ? 1n : 0n;
    return changed(self, { patch: self.version.patch + step, prerelease: "", metadata: "" });
  }),
  SetPrerelease: method(["string"], (self, prerelease: string) => {
    checkIdentifiers(prerelease, "invalid prerelease string");
    checkPrerelease(prerelease);
    return changed(self, { prerelease });
  }),
  SetMetadata: method(["string"], (self, metadata: string) => {
    checkIdentifiers(metadata, "invalid metadata string");
    return changed(self, { metadata });
  }),
  Value: method([], (self) => self.toString()),
  MarshalText: method([], (self) => bytesOf(self.toString())),
  MarshalJSON: method([], (self) => bytesOf(`"${self.toString()}"`)),
};

const comparison = (accepts: (order: number) => boolean) =>
  method(["*semver.Version"], (self: GoVersion, other: GoVersion) =>
    accepts(compareVersions(self.version, other.version)),
  );

const pointerMethods: MethodTable<GoVersion> = {
  Original: method([], (self) => self.version.original),
  Compare: method(["*semver.Version"], (self, other: GoVersion) => goInt(compareVersions(self.version, other.version))),
  Equal: comparison((order) => order === 0),
  LessThan: comparison((order) => order < 0),
  LessThanEqual: comparison((order) => order <= 0),
  GreaterThan: comparison((order) => order > 0),
  GreaterThanEqual: comparison((order) => order >= 0),
};

function changed(self: GoVersion, change: Partial<SemanticVersion>): GoVersion {
  const version = { ...self.version, ...change };
  const original = (self.version.original.startsWith("v") ? "v" : "") + writeVersion(version);
  return new GoVersion({ ...version, original }, false);
}

function checkIdentifiers(text: string, complaint: string): void {
  if (text !== "" && !/^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/.test(text)) throw new Error(complaint);
}

function bytesOf(text: string): GoValue {
  return markList(
    Array.from(toBytes(text), (byte) => new GoInt("uint8", byte)),
    "[]uint8",
  );
}
