import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the installed package: where `crds/manifests` is, whether we run from `dist/` or from the sources. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "crds", "manifests")) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
