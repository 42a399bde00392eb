import type { Expansion, GenerateContext, Generator } from "./generator.ts";
import { generateDirectories } from "./git-directories.ts";
import { generateFiles } from "./git-files.ts";
import { checkPatterns, hasDirectories } from "./git-spec.ts";
import { readTree } from "./git-tree.ts";
import { intervalOf } from "./interval.ts";

/**
 * A row for each directory, or for each map in each file, that the patterns pick from an OCI artifact. Rows are those of
 * the git generator; file patterns are doublestar globs. The revision is looked up on every evaluation, so that a tag that
 * was pushed over counts. The AppProject of the set's template need not exist.
 */
export const ociGenerator: Generator<"oci"> = {
  kind: "oci",
  async generate(spec, context): Promise<Expansion> {
    checkPatterns(spec, context);
    const { repoURL, revision } = spec;
    const tree = await readTree("oci", { repoURL, revision, project: projectOf(context) }, context);
    return hasDirectories(spec) ? generateDirectories(spec, tree, context) : generateFiles(spec, tree, context);
  },
  requeueAfterSeconds: (spec, requeue) => intervalOf(spec.requeueAfterSeconds, requeue.defaultSeconds),
};

/** A project that only a row will tell has no login of its own. */
function projectOf({ set }: GenerateContext): string | undefined {
  return set.project.includes("{{") ? undefined : set.project;
}
