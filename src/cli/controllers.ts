import type { AppProject } from "../../crds/app-project.ts";
import type { ScmSettings } from "../../generators/scm/settings.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { type ApplicationController, applicationController } from "../controllers/application/controller.ts";
import { applicationSetController } from "../controllers/applicationset/controller.ts";
import { setGenerator } from "../controllers/applicationset/generate.ts";
import type { Delivery } from "../controllers/delivery.ts";
import { Deliveries } from "../controllers/delivery.ts";
import { configMaps, type HubView, openHubView } from "../controllers/hub-view.ts";
import { GitCache } from "../git/cache.ts";
import { HttpClient } from "../inputs/http.ts";
import { HttpCache } from "../inputs/http-cache.ts";
import { clusterWarnings } from "../inputs/hub.ts";
import { OciArtifacts } from "../inputs/oci/port.ts";
import {
  certificatesConfigMap,
  credentialsFrom,
  knownHostsConfigMap,
  knownHostsOf,
} from "../inputs/repository-secret.ts";
import type { KubeClient } from "../kube/client.ts";
import type { Connection } from "../kube/connection.ts";
import { EventRecorder } from "../kube/events.ts";
import { Informer } from "../kube/informer.ts";
import { keyFor, keyOf } from "../kube/objects.ts";
import type { DeletionBudget } from "../plan/guard.ts";
import { Manager } from "../runtime/manager.ts";
import { openSyncEngine } from "../sync/engine.ts";
import { MemberWatches } from "../sync/member-watches.ts";
import { MemberPool } from "../sync/members.ts";

/** What the controllers of one hub namespace run with. */
export interface ControllerSettings {
  readonly hub: KubeClient;
  readonly hubConnection: Connection;
  readonly namespace: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly gitEnvironment: Readonly<Record<string, string>>;
  readonly cacheDir?: string;
  /** For sets that do not say how they are delivered. */
  readonly delivery: Delivery;
  readonly selector?: string;
  readonly budget?: DeletionBudget;
  readonly allowLocal: readonly string[];
  readonly newGitFileGlobbing: boolean;
  /** What generators may ask of providers of repositories; absent for the defaults. */
  readonly scm?: ScmSettings;
  /** How old the knowledge of a remote may be. Default 3 minutes. */
  readonly gitMaxAgeMs?: number;
  /** Between two comparisons of an Application. Default 2 minutes. */
  readonly resyncMs?: number;
}

/** The controllers of a hub, ready to run. */
export interface Controllers {
  readonly view: HubView;
  readonly members: MemberPool;
  /** Runs until the signal aborts and all has ended in order; closes what was opened. */
  run(signal: AbortSignal): Promise<void>;
}

/** Puts the controllers together: copies of the hub, git, members, and the two loops. */
export function openControllers(settings: ControllerSettings): Controllers {
  const { hub, namespace, clock, log } = settings;
  const view = openHubView({
    ...pick(settings),
    ...(settings.selector === undefined ? {} : { selector: settings.selector }),
  });
  const [knownHosts, certificates] = [knownHostsConfigMap, certificatesConfigMap].map((name) => {
    const source = { client: hub, clock, log, ref: { ...configMaps, namespace } };
    return new Informer({ ...source, fieldSelector: `metadata.name=${name}` });
  }) as [Informer, Informer];
  const credentials = credentialsFrom(
    () => view.repositorySecrets.store.values(),
    () => certificates.store.get(keyFor(namespace, certificatesConfigMap)),
  );
  const git = openGit(settings, credentials, knownHosts);
  const http = new HttpClient({ environment: settings.gitEnvironment });
  const events = new EventRecorder({ client: hub, component: "fleetset-controller", clock, log });
  const later: { apps?: ApplicationController } = {};
  const members = new MemberPool({
    ...{ hub, clock, log, hubConnection: settings.hubConnection },
    secrets: () => view.clusterSecrets.store.values(),
    onRecovered: ({ server }) => later.apps?.enqueueServer(server),
  });
  const watches = new MemberWatches({
    ...{ clock, log },
    onChange: (key) => later.apps?.enqueue(key),
    isCurrent: (member) => members.isCurrent(member),
    isCalm: () => later.apps?.isCalm() ?? true,
  });
  const engine = openSyncEngine({
    ...{ hub, members, git, clock, log, controlNamespace: namespace },
    ...(settings.resyncMs === undefined ? {} : { resyncMs: settings.resyncMs }),
    project: (name) => view.projects.store.get(keyFor(namespace, name)) as unknown as AppProject | undefined,
    record: (app, type, reason, message) => events.record(app, type, reason, message),
    onWritten: (app) => view.applications.remember(app),
    onCompared: (app, member, comparisons) => watches.follow(keyOf(app), member, comparisons),
  });
  const deliveries = new Deliveries(view, settings.delivery);
  const apps = applicationController({ view, engine, deliveries, watches, clock, log });
  later.apps = apps;
  const sets = applicationSetController({
    ...{ view, events, clock, log, version: settings.version },
    ...(settings.budget === undefined ? {} : { budget: settings.budget }),
    generate: setGenerator({
      view,
      git,
      http: new HttpCache(http, { clock }),
      oci: new OciArtifacts({ credentials, clock }),
      newGitFileGlobbing: settings.newGitFileGlobbing,
      scm: { ...settings.scm, clock },
    }),
    hasDestination: ({ spec }) => members.has(spec.destination),
  });
  const manager = new Manager({ clock, log })
    .addStage(
      { name: "copies of the hub", run: (signal) => view.run(signal), ready: view.synced },
      { name: "known hosts", run: (signal) => knownHosts.run(signal) },
      { name: "certificates of hosts", run: (signal) => certificates.run(signal) },
    )
    .addStage(sets, apps);
  return {
    view,
    members,
    async run(signal) {
      const end = warnOfClusters(view, log);
      try {
        await manager.run(signal);
      } finally {
        end();
        await Promise.all([git.close(), http.close()]);
      }
    },
  };
}

/** A cluster Secret that cannot be connected to gives rows all the same: it is told once, and again when it has changed. */
function warnOfClusters(view: HubView, log: Log): () => void {
  return view.clusterSecrets.subscribe((before, after) => {
    const problems = after === undefined ? [] : clusterWarnings(after);
    const known = before === undefined ? [] : clusterWarnings(before);
    for (const problem of problems) if (!known.includes(problem)) log.warn(problem);
  });
}

function pick({ hub, namespace, clock, log }: ControllerSettings) {
  return { client: hub, namespace, clock, log };
}

type Credentials = ReturnType<typeof credentialsFrom>;

function openGit(settings: ControllerSettings, credentials: Credentials, knownHosts: Informer): GitCache {
  const { gitEnvironment, cacheDir, gitMaxAgeMs, allowLocal, clock, namespace } = settings;
  return new GitCache({
    ...{ environment: gitEnvironment, allowLocal, clock },
    ...(cacheDir === undefined ? {} : { cacheDirectory: cacheDir }),
    ...(gitMaxAgeMs === undefined ? {} : { maxAgeMs: gitMaxAgeMs }),
    credentials,
    knownHosts: () => knownHostsOf(knownHosts.store.get(keyFor(namespace, knownHostsConfigMap))),
  });
}
