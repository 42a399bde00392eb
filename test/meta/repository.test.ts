import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));

describe("the top level", () => {
  const folders = ["src", "generators", "templates", "crds", "test", "docs", "deploy", "examples"];
  const named = ["package.json", "package-lock.json", "tsconfig.json", "biome.json", "LICENSE"];

  test("holds what it should and nothing else", () => {
    const top = [...new Set(tracked.map((path) => path.split("/")[0] ?? ""))];
    const known = (name: string) =>
      folders.includes(name) || named.includes(name) || /^\./.test(name) || /\.md$|\.config\.(ts|mjs)$/.test(name);
    expect(top.filter((name) => !known(name))).toEqual([]);
  });

  test("the README opens with the two commands", () => {
    const commands = [...read("README.md").matchAll(/^\s*(npm install && npm .+)$/gm)].map((match) => match[1]);
    expect(commands.slice(0, 2)).toEqual(["npm install && npm run demo", "npm install && npm test"]);
  });

  test(".ci/run is executable bash that stops at the first failure", () => {
    expect(statSync(join(root, ".ci/run")).mode & 0o111).not.toBe(0);
    expect(read(".ci/run")).toMatch(/^#!.*bash\n[\s\S]*set -euo pipefail/);
  });
});

describe("the lock file", () => {
  const lock = JSON.parse(read("package-lock.json")) as {
    packages: { [path: string]: { resolved?: string; license?: string; dev?: boolean; devOptional?: boolean } };
  };

  test("carries no registry host", () => {
    const hosts = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith("http"));
    expect(hosts).toEqual([]);
  });

  test("what ships has a licence we may ship", () => {
    const allowed = /^\(?(MIT|MIT-0|BSD-2-Clause|BSD-3-Clause|ISC|Apache-2\.0|0BSD|BlueOak-1\.0\.0|Python-2\.0)\b/;
    // Came with packages that the project is bound to use; both let anybody ship them.
    const known = new Map([
      ["node_modules/argparse", "PSF-2.0"],
      ["node_modules/stream-buffers", "Unlicense"],
    ]);
    const manifests = Object.entries(lock.packages)
      .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.dev && !entry.devOptional)
      .map(([path, entry]) => ({ path, license: entry.license ?? installedLicense(path) }));
    expect(manifests.length).toBeGreaterThan(20);
    const refused = manifests.filter(({ license }) => license !== undefined && !allowed.test(license));
    expect(refused.filter(({ path, license }) => known.get(path) !== license)).toEqual([]);
  });
});

function installedLicense(path: string): string | undefined {
  const file = join(root, path, "package.json");
  if (!existsSync(file)) return undefined;
  const { license } = JSON.parse(readFileSync(file, "utf8")) as { license?: string };
  return license ?? "none named";
}

test("nothing names a machine's path", () => {
  const code = tracked.filter(
    (path) => /\.(ts|mjs|json|md|ya?ml|sh)$|^\.ci\//.test(path) && !path.startsWith("test/vectors/"),
  );
  const wrong = code.filter((path) => /(^|[^\w.$}])\/(work|root|home)\/[a-z]/m.test(read(path)));
  expect(wrong).toEqual([]);
});

test("no test is narrowed, and no unfinished work is marked in the sources", () => {
  const tests = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".test.ts"),
  );
  const narrowed = tests.filter((path) => /\b(it|test|describe)\.(only|todo)\(/.test(read(join("test", path))));
  expect(narrowed).toEqual([]);
  const marked = tracked.filter(
    (path) => /^(src|generators|templates|crds)\/.*\.ts$/.test(path) && /\b(TODO|FIXME|XXX)\b/.test(read(path)),
  );
  expect(marked).toEqual([]);
});
