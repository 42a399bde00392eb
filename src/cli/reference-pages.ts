import { commandReference } from "./reference.ts";

/** The generated pages, by path below the project's folder. */
export async function referencePages(): Promise<{ readonly [path: string]: string }> {
  const [{ functionReference }, { schemaReference }] = await Promise.all([
    import("../../templates/functions/reference.ts"),
    import("../../crds/reference.ts"),
  ]);
  const kinds = ["ApplicationSet", "Application", "AppProject"] as const;
  return {
    "docs/reference/cli.md": commandReference(),
    "docs/reference/functions.md": functionReference(),
    "docs/reference/fields.md": kinds.map(schemaReference).join("\n"),
  };
}
