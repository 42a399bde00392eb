import { applicationSource } from "./application-source.ts";
import {
  applicationDestination,
  ignoreDifferences,
  infoItems,
  retryStrategy,
  sourceHydrator,
  type syncPolicy,
} from "./application-spec.ts";
import { choice, flag, int64, list, moment, object, type Shape, text, textMap, texts } from "./fields.ts";

const syncOperation = object(
  {
    autoHealAttemptsCount: int64("How often self-healing has tried.").optional(),
    dryRun: flag("Writes nothing.").optional(),
    manifests: texts("Manifests to sync instead of those of the source.").optional(),
    prune: flag("Deletes resources that are no longer in the source.").optional(),
    resources: list(
      object({
        group: text().optional(),
        kind: text(),
        name: text(),
        namespace: text().optional(),
      }),
      "Only these resources are synced.",
    ).optional(),
    revision: text("The revision to sync to.").optional(),
    revisions: texts("The revisions of several sources.").optional(),
    source: applicationSource.optional(),
    sources: list(applicationSource).optional(),
    syncOptions: texts("Options of this sync.").optional(),
    syncStrategy: object(
      {
        apply: object({ force: flag("Deletes and creates where a patch is not possible.").optional() }).optional(),
        hook: object({ force: flag("Deletes and creates where a patch is not possible.").optional() }).optional(),
      },
      "How to apply: with hooks or without.",
    ).optional(),
  },
  "The sync that is asked for.",
);

const initiator = object(
  {
    automated: flag("The controller itself.").optional(),
    username: text("The user.").optional(),
  },
  "Who asked for it.",
);

/** A request to sync; whoever carries it out moves it to `status.operationState`. */
export const operation = object(
  {
    info: infoItems.optional(),
    initiatedBy: initiator.optional(),
    retry: retryStrategy.optional(),
    sync: syncOperation.optional(),
  },
  "A sync to carry out once.",
);

const health = object(
  {
    lastTransitionTime: moment("When the status changed last.").optional(),
    message: text("Why.").optional(),
    status: text("Healthy, Suspended, Progressing, Missing, Degraded or Unknown.").optional(),
  },
  "How the resources are.",
);

/** A resource of an Application, or an Application of an ApplicationSet, with its sync status and health. */
export const resourceStatus = object({
  group: text().optional(),
  health: health.optional(),
  hook: flag("It is a hook.").optional(),
  kind: text().optional(),
  name: text().optional(),
  namespace: text().optional(),
  requiresDeletionConfirmation: flag("A person must confirm its deletion.").optional(),
  requiresPruning: flag("It is no longer in the source.").optional(),
  status: text("Synced, OutOfSync or Unknown.").optional(),
  syncWave: int64("Its place in the order of a sync.").optional(),
  version: text().optional(),
});

const resourceResult = object({
  group: text(),
  hookPhase: text("The state of a hook, or the result of a resource.").optional(),
  hookType: text("PreSync, Sync, PostSync or SyncFail.").optional(),
  images: texts().optional(),
  kind: text(),
  message: text().optional(),
  name: text(),
  namespace: text(),
  status: text("Synced, SyncFailed, Pruned or PruneSkipped.").optional(),
  syncPhase: text("The phase of the sync.").optional(),
  version: text(),
});

const operationState = object(
  {
    finishedAt: moment().optional(),
    message: text().optional(),
    operation,
    phase: text("Running, Terminating, Failed, Error or Succeeded."),
    retryCount: int64().optional(),
    startedAt: moment(),
    syncResult: object(
      {
        managedNamespaceMetadata: object({
          annotations: textMap().optional(),
          labels: textMap().optional(),
        }).optional(),
        resources: list(resourceResult, "What happened to each resource.").optional(),
        revision: text("The revision that was synced."),
        revisions: texts().optional(),
        source: applicationSource.optional(),
        sources: list(applicationSource).optional(),
      },
      "What the sync did.",
    ).optional(),
  },
  "The sync that runs, or the last one.",
);

const hydration = {
  drySHA: text().optional(),
  hydratedSHA: text().optional(),
  sourceHydrator: sourceHydrator.optional(),
};

const hydratorStatus = object(
  {
    currentOperation: object({
      ...hydration,
      finishedAt: moment().optional(),
      message: text(),
      phase: choice(["Hydrating", "Failed", "Hydrated"]),
      startedAt: moment().optional(),
    }).optional(),
    lastComparedDryRevision: text().optional(),
    lastSuccessfulOperation: object(hydration).optional(),
  },
  "How far hydration is.",
);

const history = object({
  deployStartedAt: moment().optional(),
  deployedAt: moment(),
  id: int64("A number that only grows."),
  initiatedBy: initiator.optional(),
  revision: text().optional(),
  revisions: texts().optional(),
  source: applicationSource.optional(),
  sources: list(applicationSource).optional(),
});

const syncStatus = object(
  {
    comparedTo: object({
      destination: applicationDestination,
      ignoreDifferences: ignoreDifferences.optional(),
      source: applicationSource.optional(),
      sources: list(applicationSource).optional(),
    }).optional(),
    revision: text("The revision that was compared.").optional(),
    revisions: texts().optional(),
    status: text("Synced, OutOfSync or Unknown."),
  },
  "How the live resources compare with the source.",
);

/** What a controller found out about an Application. */
export const applicationStatus = object(
  {
    conditions: list(
      object({
        lastTransitionTime: moment().optional(),
        message: text("What is the matter."),
        type: text("Its kind."),
      }),
      "Errors and warnings.",
    ).optional(),
    controllerNamespace: text("The namespace of the controller.").optional(),
    health: health.optional(),
    history: list(history, "Past syncs, the oldest first.").optional(),
    observedAt: moment("No longer written.").optional(),
    operationState: operationState.optional(),
    reconciledAt: moment("When it was compared last.").optional(),
    resourceHealthSource: text("Where the health of resources is kept: inline or appTree.").optional(),
    resources: list(resourceStatus, "The resources it manages.").optional(),
    sourceHydrator: hydratorStatus.optional(),
    sourceType: text("Helm, Kustomize, Directory or Plugin.").optional(),
    sourceTypes: texts("The types of several sources.").optional(),
    summary: object(
      { externalURLs: texts().optional(), images: texts().optional(), isAppOfApps: flag().optional() },
      "What its resources have in common.",
    ).optional(),
    sync: syncStatus.optional(),
  },
  "What the controller found out.",
);

/** What a controller found out about an Application. */
export type ApplicationStatus = Shape<typeof applicationStatus>;
/** A request to sync once. */
export type ApplicationOperation = Shape<typeof operation>;
/** A resource with its sync status and health. */
export type ResourceStatus = Shape<typeof resourceStatus>;
/** When and how an Application is synced. */
export type SyncPolicy = Shape<typeof syncPolicy>;
