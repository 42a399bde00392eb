import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { referencePages } from "./reference-pages.ts";

// `npm run generate`: writes the reference pages below docs/ from their sources.
const root = join(import.meta.dirname, "../..");
for (const [path, text] of Object.entries(await referencePages())) writeFileSync(join(root, path), text);
