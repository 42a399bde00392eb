import { flag, int64, list, object, record, type Shape, text, texts } from "./fields.ts";
import type { ObjectMeta } from "./object-meta.ts";

const groupKindName = object({
  group: text("The API group."),
  kind: text("The kind."),
  name: text("The name.").optional(),
});
const groupKind = object({ group: text("The API group."), kind: text("The kind.") });
const token = object({
  exp: int64("When it ends, in seconds since 1970.").optional(),
  iat: int64("When it was issued, in seconds since 1970."),
  id: text().optional(),
});

const role = object({
  description: text().optional(),
  groups: texts("Groups of the identity provider that have the role.").optional(),
  jwtTokens: list(token, "Tokens that were issued.").optional(),
  name: text("The role."),
  policies: texts("What the role may do.").optional(),
});

const syncWindow = object({
  andOperator: flag("Applications, namespaces and clusters must all match.").optional(),
  applications: texts("Globs of Applications.").optional(),
  clusters: texts("Globs of clusters.").optional(),
  description: text().optional(),
  duration: text("How long the window is.").optional(),
  kind: text("allow or deny.").optional(),
  manualSync: flag("Lets a person sync all the same.").optional(),
  namespaces: texts("Globs of namespaces.").optional(),
  schedule: text("When it begins, as cron.").optional(),
  syncOverrun: flag("Lets a running sync end.").optional(),
  timeZone: text("The time zone of the schedule; UTC when absent.").optional(),
});

const sourceIntegrity = object(
  {
    git: object({
      policies: list(
        object({
          gpg: object({ keys: texts("Keys that may sign."), mode: text("none, head or strict.") }),
          repos: list(object({ url: text("A glob of repositories.") })),
        }),
      ),
    }),
  },
  "Which signatures commits must have.",
);

/** What the Applications of a project may deploy, and where to. */
export const appProjectSpec = object(
  {
    clusterResourceBlacklist: list(groupKindName, "Cluster resources that may not be deployed.").optional(),
    clusterResourceWhitelist: list(groupKindName, "Cluster resources that may be deployed.").optional(),
    description: text("What the project is for.", { maxLength: 255 }).optional(),
    destinationServiceAccounts: list(
      object({
        defaultServiceAccount: text("The service account to deploy as."),
        namespace: text("A glob of namespaces.").optional(),
        server: text("A glob of server URLs."),
      }),
      "Who deploys to which destination.",
    ).optional(),
    destinations: list(
      object({
        name: text("A glob of cluster names.").optional(),
        namespace: text("A glob of namespaces.").optional(),
        server: text("A glob of server URLs.").optional(),
      }),
      "Where to Applications may deploy.",
    ).optional(),
    namespaceResourceBlacklist: list(groupKind, "Namespaced resources that may not be deployed.").optional(),
    namespaceResourceWhitelist: list(groupKind, "Namespaced resources that may be deployed.").optional(),
    orphanedResources: object(
      {
        ignore: list(
          object({ group: text().optional(), kind: text().optional(), name: text().optional() }),
          "Resources that do not count.",
        ).optional(),
        warn: flag("Warns of them.").optional(),
      },
      "Looks for resources that belong to no Application.",
    ).optional(),
    permitOnlyProjectScopedClusters: flag("Only clusters of this project are destinations.").optional(),
    roles: list(role, "Roles of people and machines.").optional(),
    signatureKeys: list(object({ keyID: text("The key.") }), "Keys that must have signed commits.").optional(),
    sourceIntegrity: sourceIntegrity.optional(),
    sourceNamespaces: texts("Namespaces whose Applications may use the project.").optional(),
    sourceRepos: texts("Globs of repositories to deploy from.").optional(),
    syncWindows: list(syncWindow, "When Applications may be synced.").optional(),
  },
  "What Applications of the project may do.",
);

const appProjectStatus = object(
  { jwtTokensByRole: record(object({ items: list(token).optional() }), "Tokens by role.").optional() },
  "What was issued for the project.",
);

/** The fields of an AppProject beside apiVersion, kind and metadata. */
export const appProjectFields = object(
  { spec: appProjectSpec, status: appProjectStatus.optional() },
  "What a group of Applications may deploy, and where to.",
);

/** What the Applications of a project may deploy, and where to. */
export type AppProjectSpec = Shape<typeof appProjectSpec>;

/** What a group of Applications may deploy, and where to. */
export interface AppProject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: ObjectMeta;
  readonly spec: AppProjectSpec;
  readonly status?: Shape<typeof appProjectStatus> | undefined;
}
