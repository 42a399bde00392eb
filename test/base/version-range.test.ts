import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compareVersions, parseVersion, parseVersionRange, type Version } from "../../src/base/version-range.ts";

interface Vectors {
  readonly tags: readonly string[];
  readonly cases: readonly {
    readonly range: string;
    readonly matches?: readonly string[];
    readonly highest?: string;
    readonly error?: true;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/versions/ranges.json", import.meta.url), "utf8"),
) as Vectors;
const versions = vectors.tags.map(parseVersion).filter((version): version is Version => version !== undefined);

test("ranges hold the versions that Masterminds/semver says", () => {
  for (const { range, matches, highest, error } of vectors.cases) {
    const parsed = parseVersionRange(range);
    expect(parsed === undefined, range).toBe(error === true);
    if (parsed === undefined) continue;
    const found = versions.filter(parsed);
    expect(found.map(({ original }) => original).sort(), range).toEqual(matches);
    const top = found.reduce<Version | undefined>(
      (best, version) => (best === undefined || compareVersions(version, best) > 0 ? version : best),
      undefined,
    );
    expect(top?.original, range).toBe(highest);
  }
});

test.each(["", "main", "HEAD", "1.2.3.4", "feature/1.x", `1.${"9".repeat(300)}`])("%j is no version", (text) => {
  expect(parseVersion(text)).toBeUndefined();
});
