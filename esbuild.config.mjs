// Bundles the command line into dist/: one entry, chunks for what is loaded on demand, packages left in node_modules.
// With --if-changed it returns at once when no source is newer than the last build.
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const rooms = ["src", "generators", "templates", "crds"];
const stampFile = "dist/.stamp";

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

function stamp() {
  const hash = createHash("sha256");
  for (const path of [...rooms.flatMap((room) => [...files(room)]), "package.json", "esbuild.config.mjs"].sort()) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest("hex");
}

const now = stamp();
if (process.argv.includes("--if-changed") && existsSync(stampFile) && readFileSync(stampFile, "utf8") === now) {
  process.exit(0);
}
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist", { recursive: true });
await build({
  entryPoints: { fleetset: "src/cli/main.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  define: { __FLEETSET_VERSION__: JSON.stringify(version) },
  loader: { ".yaml": "text" },
  sourcemap: false,
  logLevel: "warning",
});
chmodSync("dist/fleetset.js", 0o755);
writeFileSync(stampFile, now);
