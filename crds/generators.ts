import { type ApplicationSetTemplate, applicationTemplate } from "./application-template.ts";
import { anyJson, flag, type JsonObject, list, object, record, type Shape, text, textMap, texts } from "./fields.ts";
import { type LabelSelector, labelSelector } from "./object-meta.ts";
import { pullRequestFilters, pullRequestProviders } from "./pull-request.ts";
import { requeueAfterSeconds, scmFilters, scmProviders } from "./scm-provider.ts";

export type { ApplicationSetTemplate } from "./application-template.ts";
export type { Json, JsonObject } from "./fields.ts";
export type { LabelSelector } from "./object-meta.ts";

const template = applicationTemplate
  .meta({ description: "Overrides parts of the set's template for these rows." })
  .optional();
const values = textMap("Further parameters; they may use those of the row.").optional();
const pathItem = (what: string) =>
  object({ exclude: flag("Leaves out what the pattern matches.").optional(), path: text(`A pattern of ${what}.`) });

const repositoryFields = {
  directories: list(pathItem("directories"), "A row for each directory that a pattern matches.").optional(),
  files: list(pathItem("JSON or YAML files"), "A row for each map in the files that a pattern matches.").optional(),
  pathParamPrefix: text("A prefix for the path parameters: PREFIX.path.").optional(),
  requeueAfterSeconds,
  template,
  values,
};

/** The schemas of the generators that read something themselves, by kind. */
export const leafGenerators = {
  list: object(
    {
      elements: list(anyJson(), "One map of parameters for each row.").optional(),
      elementsYaml: text("YAML text with a list of maps, one for each row.").optional(),
      template,
    },
    "Rows written in the set itself.",
  ),
  clusters: object(
    {
      flatList: flag("Gives one row with all clusters under `clusters`.").optional(),
      selector: labelSelector
        .meta({
          description: "Which cluster Secrets; an empty one also selects the local cluster.",
          "x-kubernetes-map-type": "atomic",
        })
        .optional(),
      template,
      values,
    },
    "A row for each registered cluster.",
  ),
  git: object(
    { ...repositoryFields, repoURL: text("The repository."), revision: text("The branch, tag or commit.") },
    "A row for each directory, or for each map in each file, of a git repository.",
  ),
  scmProvider: object(
    {
      ...scmProviders,
      cloneProtocol: text("ssh or https: which URL of a repository to give.").optional(),
      filters: scmFilters.optional(),
      requeueAfterSeconds,
      template,
      values,
    },
    "A row for each repository of an organization.",
  ),
  clusterDecisionResource: object(
    {
      configMapRef: text("The ConfigMap that says which kind to read and how."),
      labelSelector: labelSelector
        .meta({ description: "Which resources to read, by label.", "x-kubernetes-map-type": "atomic" })
        .optional(),
      name: text("Which resource to read, by name.").optional(),
      requeueAfterSeconds,
      template,
      values,
    },
    "A row for each cluster that a resource decides on.",
  ),
  pullRequest: object(
    {
      ...pullRequestProviders,
      continueOnRepoNotFoundError: flag(
        "Takes a repository that does not exist for one without pull requests.",
      ).optional(),
      filters: pullRequestFilters.optional(),
      requeueAfterSeconds,
      template,
      values,
    },
    "A row for each open pull request of a repository.",
  ),
  plugin: object(
    {
      configMapRef: object({ name: text("Its name.") }, "The ConfigMap with the URL and token of the plugin."),
      input: object(
        { parameters: record(anyJson(), "Sent to the plugin as they are.").optional() },
        "What the plugin is asked with.",
      ).optional(),
      requeueAfterSeconds,
      template,
      values,
    },
    "The rows that an HTTP service answers with.",
  ),
  oci: object(
    { ...repositoryFields, repoURL: text("The repository, oci://…"), revision: text("The tag or digest.") },
    "A row for each directory, or for each map in each file, of an OCI artifact.",
  ),
} as const;

/** The schemas of the generators that fleetset adds: they stand in `spec.fleet.generators` only. */
export const addedGenerators = {
  configMap: object(
    {
      key: text("The key whose YAML or JSON holds a map or a list of maps; without it all data is one row.").optional(),
      labelSelector: labelSelector
        .meta({ description: "Which ConfigMaps to read, by label.", "x-kubernetes-map-type": "atomic" })
        .optional(),
      name: text("Which ConfigMap to read, by name.").optional(),
      requeueAfterSeconds,
      template,
      values,
    },
    "A row for each map in ConfigMaps.",
  ),
} as const;

const postSelector = labelSelector
  .meta({ description: "Keeps only rows whose parameters match.", "x-kubernetes-map-type": "atomic" })
  .optional();

const terminalFields = {
  list: leafGenerators.list.optional(),
  clusters: leafGenerators.clusters.optional(),
  git: leafGenerators.git.optional(),
  scmProvider: leafGenerators.scmProvider.optional(),
  clusterDecisionResource: leafGenerators.clusterDecisionResource.optional(),
  pullRequest: leafGenerators.pullRequest.optional(),
  plugin: leafGenerators.plugin.optional(),
  oci: leafGenerators.oci.optional(),
  selector: postSelector,
};

/** An entry at the third level: no generator that combines others. */
export const terminalGenerator = object(terminalFields);

/** A matrix or merge at the second level, which the schema keeps as free JSON; its entries are terminal ones. */
export const nestedCombination = {
  matrix: object({ generators: list(terminalGenerator) }),
  merge: object({ generators: list(terminalGenerator), mergeKeys: texts() }),
} as const;

/** An entry at the second level: a matrix or merge in it is free JSON to the schema. */
export const nestedGenerator = object({
  ...terminalFields,
  matrix: anyJson("A matrix of two terminal generators.").optional(),
  merge: anyJson("A merge of terminal generators.").optional(),
});

const children = (description: string) => list(nestedGenerator, description);

/** The schema of each kind of generator; its keys are the kinds. */
export const generatorSchemas = {
  ...leafGenerators,
  matrix: object(
    { generators: children("The two generators to combine; the second may use parameters of the first."), template },
    "Every row of one generator with every row of another.",
  ),
  merge: object(
    {
      generators: children("The generators; later ones add to rows of the first."),
      mergeKeys: texts("The parameters by which rows belong together."),
      template,
    },
    "The rows of one generator, completed by those of others.",
  ),
} as const;

/** An entry at the first level. */
export const applicationSetGenerator = object({
  ...terminalFields,
  matrix: generatorSchemas.matrix.optional(),
  merge: generatorSchemas.merge.optional(),
});

/** The kinds of generators. */
export type GeneratorKind = keyof typeof generatorSchemas | keyof typeof addedGenerators;

/** The kinds that read something themselves. */
export type LeafKind = keyof typeof leafGenerators;

/** What stands under a generator's key, as code sees it: children of a matrix or merge are entries at every level. */
export type GeneratorSpec<K extends GeneratorKind> = K extends "matrix"
  ? MatrixSpec
  : K extends "merge"
    ? MergeSpec
    : K extends keyof typeof addedGenerators
      ? Shape<(typeof addedGenerators)[K]>
      : K extends keyof typeof generatorSchemas
        ? Shape<(typeof generatorSchemas)[K]>
        : never;

/** Every row of one generator with every row of another: exactly two entries, or more in `spec.fleet.generators`. */
export interface MatrixSpec {
  readonly generators: readonly GeneratorEntry[];
  readonly template?: ApplicationSetTemplate | undefined;
}

/** Rows of the first generator completed by those of the others with the same values under the keys. */
export interface MergeSpec {
  readonly generators: readonly GeneratorEntry[];
  readonly mergeKeys: readonly string[];
  readonly template?: ApplicationSetTemplate | undefined;
}

/** One entry of a list of generators: normally one kind, and beside it a selector over the rows. */
export type GeneratorEntry = { readonly [K in GeneratorKind]?: GeneratorSpec<K> | undefined } & {
  readonly selector?: LabelSelector | undefined;
} & EntryExtensions;

/** What an entry may have beside its generator in `spec.fleet.generators`, at every level. */
export interface EntryExtensions {
  /** A template that gives `true` for the rows to keep. */
  readonly when?: string | undefined;
  /** Of a later child of a matrix: rows without a partner in it stay. */
  readonly optional?: boolean | undefined;
  /** Of an optional child: the parameters of rows without a partner. */
  readonly defaults?: JsonObject | undefined;
  /** Of a child of a merge: what its rows call the merge keys. */
  readonly keys?: { readonly [mergeKey: string]: string } | undefined;
}

/** An entry of `spec.generators`. */
export type ApplicationSetGenerator = GeneratorEntry;
/** An entry of a matrix or merge at the first level, as the schema knows it. */
export type NestedGenerator = Shape<typeof nestedGenerator>;
/** An entry of a matrix or merge at the second level. */
export type TerminalGenerator = Shape<typeof terminalGenerator>;
