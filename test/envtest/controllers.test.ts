import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, inject } from "vitest";

const real = inject("realServer");
const folder = join(import.meta.dirname, "../controllers");
const files = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));

describe.skipIf("missing" in real)("the controllers with a real kube-apiserver as their hub", () => {
  // Each file is a suite of its own, with a hub that is empty before it begins.
  for (const file of files) describe(file.replace(".test.ts", ""), async () => void (await import(join(folder, file))));
});
