import type { GeneratorKind } from "../crds/generators.ts";
import { clusterDecisionResourceGenerator } from "./cluster-decision-resource.ts";
import { clustersGenerator } from "./clusters.ts";
import { configMapGenerator } from "./config-map.ts";
import type { Generator } from "./generator.ts";
import { gitGenerator } from "./git.ts";
import { listGenerator } from "./list.ts";
import { matrixGenerator } from "./matrix.ts";
import { mergeGenerator } from "./merge.ts";
import { ociGenerator } from "./oci.ts";
import { pluginGenerator } from "./plugin.ts";
import { pullRequestGenerator } from "./pull-request.ts";
import { scmProviderGenerator } from "./scm-provider.ts";

/** The one list of generators. Its order is that of the fields of Argo CD's type: the rows of an entry with several come in it. */
export const generators: { readonly [K in GeneratorKind]: Generator<K> } = {
  list: listGenerator,
  clusters: clustersGenerator,
  git: gitGenerator,
  scmProvider: scmProviderGenerator,
  clusterDecisionResource: clusterDecisionResourceGenerator,
  pullRequest: pullRequestGenerator,
  matrix: matrixGenerator,
  merge: mergeGenerator,
  plugin: pluginGenerator,
  oci: ociGenerator,
  configMap: configMapGenerator,
};
