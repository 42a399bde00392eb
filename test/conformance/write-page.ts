import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { conformancePage } from "./page.ts";

// Part of `npm run generate`.
writeFileSync(join(import.meta.dirname, "../../docs/conformance.md"), conformancePage());
