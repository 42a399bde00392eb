import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { KubeClient } from "../kube/client.ts";
import { clusterSecretSelector } from "../kube/cluster-secret.ts";
import { Informer } from "../kube/informer.ts";
import type { KubeObject, ResourceType } from "../kube/objects.ts";
import { keyFor } from "../kube/objects.ts";

const argo = { group: "argoproj.io", version: "v1alpha1" } as const;
const core = { group: "", version: "v1" } as const;

export const applicationSets: ResourceType = { ...argo, plural: "applicationsets" };
export const applications: ResourceType = { ...argo, plural: "applications" };
export const appProjects: ResourceType = { ...argo, plural: "appprojects" };
export const secrets: ResourceType = { ...core, plural: "secrets" };
export const configMaps: ResourceType = { ...core, plural: "configmaps" };

/** An ApplicationSet or Application as it stands on the hub: the API's bookkeeping is always there. */
export type LiveSet = ApplicationSet & KubeObject;
export type LiveApplication = Application & KubeObject;

const repositorySelector = "argocd.argoproj.io/secret-type in (repository,repo-creds)";

/** A copy of what the controllers look at on the hub, kept up to date by watches. */
export interface HubView {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly sets: Informer<LiveSet>;
  readonly applications: Informer<LiveApplication>;
  readonly clusterSecrets: Informer;
  readonly repositorySecrets: Informer;
  readonly projects: Informer;
  /** Follows the hub until the signal aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when every copy is whole: before that nothing may be taken for absent. */
  readonly synced: Promise<void>;
}

export interface HubViewOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Only sets with these labels are ours. */
  readonly selector?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The index of Applications by the set that controls them. */
export const bySet = "set";

export function openHubView(options: HubViewOptions): HubView {
  const { client, namespace, clock, log, selector } = options;
  const common = { client, clock, log };
  const at = (type: ResourceType) => ({ ...type, namespace });
  const sets = new Informer<LiveSet>({
    ...{ ...common, ref: at(applicationSets) },
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  const apps = new Informer<LiveApplication>({ ...common, ref: at(applications), indexes: { [bySet]: ownerKeys } });
  const clusterSecrets = new Informer({ ...common, ref: at(secrets), labelSelector: clusterSecretSelector });
  const repositorySecrets = new Informer({ ...common, ref: at(secrets), labelSelector: repositorySelector });
  const projects = new Informer({ ...common, ref: at(appProjects) });
  const all: readonly Pick<Informer, "run" | "synced">[] = [sets, apps, clusterSecrets, repositorySecrets, projects];
  return {
    ...{ client, namespace, sets, applications: apps, clusterSecrets, repositorySecrets, projects },
    synced: Promise.all(all.map(({ synced }) => synced)).then(() => undefined),
    run: async (signal) => void (await Promise.all(all.map((informer) => informer.run(signal)))),
  };
}

function ownerKeys(app: LiveApplication): readonly string[] {
  const owner = setNameOf(app);
  return owner === undefined ? [] : [keyFor(app.metadata.namespace, owner)];
}

/** The name of the ApplicationSet that controls an Application. */
export function setNameOf(app: KubeObject | Application): string | undefined {
  return app.metadata.ownerReferences?.find(({ kind, controller }) => kind === "ApplicationSet" && controller)?.name;
}
