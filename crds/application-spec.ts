import { applicationSource, sourceTools } from "./application-source.ts";
import { flag, int64, list, object, type Shape, text, textMap, texts } from "./fields.ts";

/** A cluster, by URL or by name, and a namespace in it. */
export const applicationDestination = object(
  {
    name: text("The cluster's name. Only one of name and server may be set.").optional(),
    namespace: text("The namespace for resources that name none.").optional(),
    server: text("The URL of the cluster's API server.").optional(),
  },
  "The cluster and namespace to deploy to.",
);

const backoff = object(
  {
    duration: text("The first wait: 5s, 2m; a bare number counts seconds.").optional(),
    factor: int64("What the wait is multiplied with after each try.").optional(),
    maxDuration: text("The longest wait.").optional(),
  },
  "How long to wait between tries.",
);

/** How a failed sync is tried again. */
export const retryStrategy = object(
  {
    backoff: backoff.optional(),
    limit: int64("How often to try again; below 0 without end, 0 never.").optional(),
    refresh: flag("Looks for a newer revision on each try.").optional(),
  },
  "How a failed sync is tried again.",
);

const managedNamespaceMetadata = object(
  { annotations: textMap().optional(), labels: textMap().optional() },
  "Labels and annotations of a namespace that the sync creates.",
);

/** When and how an Application is synced. Automated sync is on when its block is there and not `enabled: false`. */
export const syncPolicy = object(
  {
    automated: object(
      {
        allowEmpty: flag("Lets a sync delete everything.").optional(),
        enabled: flag("Turns automated sync off when false.").optional(),
        prune: flag("Deletes resources that are no longer in the source.").optional(),
        selfHeal: flag("Syncs again when the cluster drifts.").optional(),
      },
      "Syncs without being asked.",
    ).optional(),
    managedNamespaceMetadata: managedNamespaceMetadata.optional(),
    retry: retryStrategy.optional(),
    syncOptions: texts("Options of every sync, such as CreateNamespace=true.").optional(),
  },
  "When and how to sync.",
);

/** Differences that do not count as drift. */
export const ignoreDifferences = list(
  object({
    group: text("The API group; empty for the core group.").optional(),
    jqPathExpressions: texts("jq paths of the fields.").optional(),
    jsonPointers: texts("JSON pointers of the fields.").optional(),
    kind: text("The kind."),
    managedFieldsManagers: texts("Field managers whose fields do not count.").optional(),
    name: text("The object; every one when absent.").optional(),
    namespace: text("The namespace; every one when absent.").optional(),
  }),
  "Fields whose differences do not count as drift.",
);

/** Facts for people; nothing acts on them. */
export const infoItems = list(
  object({ name: text("The name."), value: text("The value.") }),
  "Facts for people, such as links.",
);

/** Where to read dry sources, and where to push and sync their rendered manifests. */
export const sourceHydrator = object(
  {
    drySource: object(
      {
        ...sourceTools,
        path: text("The folder in the repository."),
        repoURL: text("The git repository."),
        targetRevision: text("The branch, tag or commit."),
      },
      "The source before hydration.",
    ),
    hydrateTo: object(
      { targetBranch: text("The branch.") },
      "A branch to push hydrated manifests to first.",
    ).optional(),
    syncSource: object(
      {
        path: text("The folder.", { minLength: 1, pattern: "^.{2,}|[^./]$" }),
        repoURL: text("The git repository, when it is not that of drySource.").optional(),
        targetBranch: text("The branch."),
      },
      "Where hydrated manifests are synced from.",
    ),
  },
  "Pushes rendered manifests to git and syncs from there.",
);

/** What an Application deploys, where to and how. `project` and `destination` are required. */
export const applicationSpec = object(
  {
    destination: applicationDestination,
    ignoreDifferences: ignoreDifferences.optional(),
    info: infoItems.optional(),
    project: text("The AppProject that it belongs to; empty counts as default."),
    revisionHistoryLimit: int64("How many past syncs to keep; 10 when absent.").optional(),
    source: applicationSource.optional(),
    sourceHydrator: sourceHydrator.optional(),
    sources: list(applicationSource, "Several sources; wins over source.").optional(),
    syncPolicy: syncPolicy.optional(),
  },
  "What to deploy, where to and how.",
);

/** What to deploy, where to and how. */
export type ApplicationSpec = Shape<typeof applicationSpec>;
/** A cluster, by URL or by name, and a namespace in it. */
export type ApplicationDestination = Shape<typeof applicationDestination>;
