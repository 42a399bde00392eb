import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSet, named } from "../controllers/world.ts";
import { root } from "../support/cli.ts";
import { findKubectl } from "../support/kubectl.ts";

const run = promisify(execFile);
const kubectl = findKubectl();

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
}

let folder: string;
let packed: Packed;
let manifest: Manifest;

/** The packages that a user of fleetset gets, and none of those that its development needs. */
function installedPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev && !devOptional)
    .map(([path]) => path.slice("node_modules/".length));
}

// What npm would put into the package, laid out as npm would install it: the same files, without a registry. The suite of
// the longer tests installs the package itself.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleetset-package-"));
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    maxBuffer: 2 ** 24,
  });
  [packed] = JSON.parse(stdout) as [Packed];
  manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const modules = join(folder, "node_modules");
  for (const { path } of packed.files) cpSync(join(root, path), join(modules, "fleetset", path));
  for (const name of installedPackages()) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  mkdirSync(join(modules, ".bin"));
  for (const [name, path] of Object.entries(manifest.bin)) {
    chmodSync(join(modules, "fleetset", path), 0o755);
    symlinkSync(join("..", "fleetset", path), join(modules, ".bin", name));
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = () => ({
  ...{ PATH: [join(folder, "node_modules", ".bin"), process.env.PATH].join(delimiter), HOME: folder },
});

describe("the package", () => {
  it("holds the built program, the definitions and what every package has, and no source or test", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["package.json", "README.md", "LICENSE", "CHANGELOG.md", "dist/fleetset.js"]),
    );
    for (const file of readdirSync(join(root, "crds/manifests")).filter((name) => name.endsWith(".yaml"))) {
      expect(paths).toContain(`crds/manifests/${file}`);
    }
    expect(paths.filter((path) => /\.ts$|^(src|test|docs)\/|\/\./.test(path))).toEqual([]);
  });

  it("gives a working fleetset", async () => {
    const version = await run("fleetset", ["--version"], { env: environment(), cwd: folder });
    expect(version.stdout).toBe(`${manifest.version}\n`);
    const generating = run("fleetset", ["generate", "-f", "-", "--inventory", ".", "-o", "name"], {
      ...{ env: environment(), cwd: join(folder, "node_modules", ".bin") },
    });
    generating.child.stdin?.end(JSON.stringify(makeSet("fleet", { elements: named("a", "b") })));
    expect((await generating).stdout).toBe("application.argoproj.io/a\napplication.argoproj.io/b\n");
  });

  it(`gives kubectl its plugin${kubectl === undefined ? ", asked for by its own name since there is no kubectl" : ""}`, async () => {
    const [command, args] = kubectl === undefined ? ["kubectl-fleetset", []] : [kubectl.command, ["fleetset"]];
    const { stdout } = await run(command as string, [...(args as string[]), "--version"], {
      env: environment(),
      cwd: folder,
    });
    expect(stdout).toBe(`${manifest.version}\n`);
  });
});
