import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./generated-files.ts";

/** `npm run generate`: writes every file that is made from the schemas. */
for (const [name, content] of generatedFiles()) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  mkdirSync(fileURLToPath(new URL(".", new URL(name, import.meta.url))), { recursive: true });
  writeFileSync(path, content);
  console.log(`${name} ${Math.ceil(content.length / 1024)} KiB`);
}
