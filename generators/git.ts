import type { GeneratorSpec } from "../crds/generators.ts";
import { GenerationError } from "../src/base/errors.ts";
import type { Expansion, GenerateContext, Generator } from "./generator.ts";
import { generateDirectories } from "./git-directories.ts";
import { generateFiles } from "./git-files.ts";
import { checkPatterns, hasDirectories } from "./git-spec.ts";
import { readTree } from "./git-tree.ts";
import { intervalOf } from "./interval.ts";

/**
 * A row for each directory, or for each map in each file, that the patterns pick from one commit of a repository. With
 * both `directories` and `files` set, `files` is left alone. The AppProject of the set's template must exist unless its
 * name holds a tag.
 */
export const gitGenerator: Generator<"git"> = {
  kind: "git",
  async generate(spec, context): Promise<Expansion> {
    const project = await projectOf(context);
    checkPatterns(spec, context);
    const tree = await readTree("git", { repoURL: spec.repoURL, revision: spec.revision ?? "", project }, context);
    return hasDirectories(spec) ? generateDirectories(spec, tree, context) : generateFiles(spec, tree, context);
  },
  requeueAfterSeconds: (spec: GeneratorSpec<"git">, requeue) =>
    intervalOf(spec.requeueAfterSeconds, requeue.defaultSeconds),
};

/** The project whose repositories may be read; undefined when only a row will tell. */
async function projectOf({ ports, set, at }: GenerateContext): Promise<string | undefined> {
  if (set.project.includes("{{")) return undefined;
  if (await ports.projects.has(set.project, set.namespace)) return set.project;
  throw new GenerationError(`${at}: AppProject ${set.namespace}/${set.project || '""'} does not exist`, {
    details: {
      field: "spec.template.spec.project",
      object: `AppProject ${set.namespace}/${set.project}`,
      remedy: "create the project or name another one",
    },
  });
}
