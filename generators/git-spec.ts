import type { GeneratorSpec } from "../crds/generators.ts";
import { GenerationError } from "../src/base/errors.ts";
import type { GenerateContext } from "./generator.ts";

/** What is read from a tree of files, whether it comes from git or from a registry. */
export type TreeSpec = Pick<GeneratorSpec<"git">, "directories" | "files" | "pathParamPrefix" | "values">;

export function hasDirectories({ directories = [] }: TreeSpec): boolean {
  return directories.length > 0;
}

/** Refuses a spec that picks nothing, and warns of one whose files do not count. */
export function checkPatterns(spec: TreeSpec, { at, warn }: GenerateContext): void {
  const hasFiles = (spec.files ?? []).length > 0;
  if (hasDirectories(spec) && hasFiles) warn("files is ignored beside directories", `${at}.files`);
  if (hasDirectories(spec) || hasFiles) return;
  throw new GenerationError(`${at} has neither directories nor files`, {
    details: { field: at, remedy: "add a list of directories or of files" },
  });
}
