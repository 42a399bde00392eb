import { definitions } from "./definitions.ts";
import { manifestText } from "./manifest.ts";
import { schemaModule } from "./schema-module.ts";

/** What `npm run generate` writes: file names relative to this folder, and their contents. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...definitions.map((definition) => [`manifests/${definition.plural}.yaml`, manifestText(definition)] as const),
    ["manifests/schemas.ts", schemaModule(definitions)],
  ]);
}
