import {
  always,
  bool,
  boolsByKey,
  given,
  int,
  intOrString,
  listOf,
  raw,
  string,
  strings,
  stringsByKey,
  struct,
} from "./go-type.ts";

// The Go types of Argo CD's Application, from its published API types (pkg/apis/application/v1alpha1).

const nameValue = { name: always(string), value: always(string) };

const helm = struct("ApplicationSourceHelm", {
  valueFiles: strings,
  parameters: listOf(struct("HelmParameter", { name: string, value: string, forceString: bool })),
  releaseName: string,
  values: string,
  fileParameters: listOf(struct("HelmFileParameter", { name: string, path: string })),
  version: string,
  passCredentials: bool,
  ignoreMissingValueFiles: bool,
  skipCrds: bool,
  valuesObject: given(raw),
  namespace: string,
  kubeVersion: string,
  apiVersions: strings,
  skipTests: bool,
  skipSchemaValidation: bool,
});

const patchTarget = struct("KustomizeSelector", {
  group: string,
  version: string,
  kind: string,
  name: string,
  namespace: string,
  annotationSelector: string,
  labelSelector: string,
});

const kustomize = struct("ApplicationSourceKustomize", {
  namePrefix: string,
  nameSuffix: string,
  images: strings,
  commonLabels: stringsByKey,
  version: string,
  commonAnnotations: stringsByKey,
  forceCommonLabels: bool,
  forceCommonAnnotations: bool,
  namespace: string,
  commonAnnotationsEnvsubst: bool,
  replicas: listOf(struct("KustomizeReplica", { name: always(string), count: always(intOrString) })),
  patches: listOf(
    struct("KustomizePatch", { path: string, patch: string, target: given(patchTarget), options: boolsByKey }),
  ),
  components: strings,
  ignoreMissingComponents: bool,
  labelWithoutSelector: bool,
  kubeVersion: string,
  apiVersions: strings,
  labelIncludeTemplates: bool,
});

const jsonnetVariables = listOf(struct("JsonnetVar", { ...nameValue, code: bool }));

const directory = struct("ApplicationSourceDirectory", {
  recurse: bool,
  jsonnet: struct("ApplicationSourceJsonnet", { extVars: jsonnetVariables, tlas: jsonnetVariables, libs: strings }),
  exclude: string,
  include: string,
  disableExtensionFilter: bool,
});

const plugin = struct("ApplicationSourcePlugin", {
  name: string,
  env: listOf(struct("EnvEntry", nameValue)),
  parameters: listOf(
    struct("ApplicationSourcePluginParameter", {
      name: always(string),
      string: given(string),
      map: given(stringsByKey),
      array: given(strings),
    }),
  ),
});

const sourceTools = {
  helm: given(helm),
  kustomize: given(kustomize),
  directory: given(directory),
  plugin: given(plugin),
};

const source = struct("ApplicationSource", {
  repoURL: always(string),
  path: string,
  targetRevision: string,
  ...sourceTools,
  chart: string,
  ref: string,
  name: string,
  tagPrefix: string,
});

const retry = struct("RetryStrategy", {
  limit: int,
  backoff: given(struct("Backoff", { duration: string, factor: given(int), maxDuration: string })),
  refresh: bool,
});

const syncPolicy = struct("SyncPolicy", {
  automated: given(
    struct("SyncPolicyAutomated", {
      prune: given(bool),
      selfHeal: given(bool),
      allowEmpty: given(bool),
      enabled: given(bool),
    }),
  ),
  syncOptions: strings,
  retry: given(retry),
  managedNamespaceMetadata: given(
    struct("ManagedNamespaceMetadata", { labels: stringsByKey, annotations: stringsByKey }),
  ),
});

const ignoreDifferences = struct("ResourceIgnoreDifferences", {
  group: string,
  kind: always(string),
  name: string,
  namespace: string,
  jsonPointers: strings,
  jqPathExpressions: strings,
  managedFieldsManagers: strings,
});

const sourceHydrator = struct("SourceHydrator", {
  drySource: always(
    struct("DrySource", {
      repoURL: always(string),
      targetRevision: always(string),
      path: always(string),
      ...sourceTools,
    }),
  ),
  syncSource: always(struct("SyncSource", { targetBranch: always(string), path: always(string), repoURL: string })),
  hydrateTo: given(struct("HydrateTo", { targetBranch: always(string) })),
});

const infoItems = listOf(struct("Info", nameValue));

const spec = struct("ApplicationSpec", {
  source: given(source),
  destination: always(struct("ApplicationDestination", { server: string, namespace: string, name: string })),
  project: always(string),
  syncPolicy: given(syncPolicy),
  ignoreDifferences: listOf(ignoreDifferences),
  info: infoItems,
  revisionHistoryLimit: given(int),
  sources: listOf(source),
  sourceHydrator: given(sourceHydrator),
});

const metadata = struct("ObjectMeta", {
  name: string,
  namespace: string,
  labels: stringsByKey,
  annotations: stringsByKey,
  finalizers: { type: strings, presence: "filled", isUnited: true },
});

const force = { force: bool };

const syncOperation = struct("SyncOperation", {
  revision: string,
  prune: bool,
  dryRun: bool,
  syncStrategy: given(
    struct("SyncStrategy", {
      apply: given(struct("SyncStrategyApply", force)),
      hook: given(struct("SyncStrategyHook", force)),
    }),
  ),
  resources: listOf(
    struct("SyncOperationResource", { group: string, kind: always(string), name: always(string), namespace: string }),
  ),
  source: given(source),
  manifests: strings,
  syncOptions: strings,
  sources: listOf(source),
  revisions: strings,
  autoHealAttemptsCount: int,
});

const operation = struct("Operation", {
  sync: given(syncOperation),
  initiatedBy: always(struct("OperationInitiator", { username: string, automated: bool })),
  info: infoItems,
  retry: always(retry),
});

/** What a template gives: the metadata that ApplicationSet knows, and the spec. */
export const templateType = struct("ApplicationSetTemplate", { metadata: always(metadata), spec: always(spec) });

/** An Application as a patch sees it. Its status is dropped, since nothing but a controller may write it. */
export const applicationType = struct("Application", {
  kind: string,
  apiVersion: string,
  metadata: always(metadata),
  spec: always(spec),
  operation: given(operation),
});
