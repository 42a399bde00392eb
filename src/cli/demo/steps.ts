import type { Application } from "../../../crds/application.ts";
import type { ApplicationSet } from "../../../crds/application-set.ts";
import type { KubeObject } from "../../kube/objects.ts";
import { applicationSetType, applicationType, dataOf, secretType } from "../fleet.ts";
import type { DemoCluster, DemoNames } from "./names.ts";
import { appFiles } from "./repository.ts";
import { type Watcher, waitFor } from "./wait.ts";
import type { DemoWorld } from "./world.ts";

type LiveApplication = Application & KubeObject;

/** Commits the apps: two that are the same everywhere and one with a directory for each environment. */
export async function commitApps({ repository, names }: DemoWorld): Promise<string> {
  const { apps, overlayApp, environments } = names;
  const files = [
    ...apps.map((app) => appFiles("apps", app, { app })),
    ...environments.map((env) => appFiles(`environments/${env}`, overlayApp, { app: overlayApp, environment: env })),
  ];
  return repository.commit("Add the platform's apps", Object.assign({}, ...files));
}

/** Starts a member and registers it by a Secret on the hub. */
export async function registerCluster({ hub, client, names }: DemoWorld, { name, labels }: DemoCluster): Promise<void> {
  hub.addMember(name);
  const secret = hub.memberSecret(name, labels);
  await client.create({ ...secretType, namespace: names.namespace }, secret as unknown as KubeObject);
}

/** The ApplicationSet of the demo: every app directory on every member, and the directory of the member's environment. */
export function demoSet({ names, repository }: Pick<DemoWorld, "names" | "repository">): KubeObject {
  const directories = [{ path: "apps/*" }, { path: "environments/{{metadata.labels.env}}/*" }];
  const git = { repoURL: repository.url, revision: "main", requeueAfterSeconds: 1, directories };
  const clusters = { selector: { matchExpressions: [{ key: "env", operator: "Exists" }] } };
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "ApplicationSet",
    metadata: { name: names.set, namespace: names.namespace },
    spec: {
      generators: [{ matrix: { generators: [{ clusters }, { git }] } }],
      template: {
        metadata: { name: "{{path.basename}}-{{nameNormalized}}", labels: { region: "{{metadata.labels.region}}" } },
        spec: {
          project: "default",
          source: { repoURL: repository.url, targetRevision: "main", path: "{{path}}" },
          destination: { server: "{{server}}", namespace: "{{path.basename}}" },
          syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ["CreateNamespace=true"] },
        },
      },
    },
  };
}

export async function applySet(world: DemoWorld): Promise<void> {
  const { client, names } = world;
  const ref = { ...applicationSetType, namespace: names.namespace, name: names.set };
  await client.patch(ref, { kind: "apply", body: demoSet(world) }, { fieldManager: "fleetset-demo" });
}

/** The errors that the set's conditions tell of; none where there is no set yet. */
export async function problemsOfSet({ client, names }: DemoWorld): Promise<string[]> {
  const { items } = await client.list<KubeObject & ApplicationSet>({
    ...applicationSetType,
    namespace: names.namespace,
  });
  const conditions = items.flatMap(({ status }) => status?.conditions ?? []);
  return conditions.flatMap(({ type, status, message }) =>
    type === "ErrorOccurred" && status === "True" ? message : [],
  );
}

/** Commits one more app directory. */
export async function commitNewApp({ repository, names }: DemoWorld): Promise<string> {
  return repository.commit(`Add ${names.newApp}`, appFiles("apps", names.newApp, { app: names.newApp }));
}

/** Moves a member to another environment by its label. */
export async function relabelCluster({ client, names }: DemoWorld, cluster: string, env: string): Promise<void> {
  const ref = { ...secretType, namespace: names.namespace };
  const { items } = await client.list(ref);
  const secret = items.find((each) => dataOf(each, "name") === cluster);
  if (secret === undefined) throw new Error(`expected a Secret of the cluster ${cluster}, found none`);
  await client.patch(
    { ...ref, name: secret.metadata.name },
    { kind: "merge", body: { metadata: { labels: { env } } } },
  );
}

/** The Applications that should be there: every app on every one of these members. */
export function expectedNames(
  names: DemoNames,
  clusters: readonly DemoCluster[],
  extraApps: readonly string[] = [],
): string[] {
  const apps = [...names.apps, names.overlayApp, ...extraApps];
  return clusters.flatMap(({ name }) => apps.map((app) => `${app}-${name}`)).sort();
}

export async function listApplications({ client, names }: DemoWorld): Promise<readonly LiveApplication[]> {
  const { items } = await client.list<LiveApplication>({ ...applicationType, namespace: names.namespace });
  return items;
}

/** Waits until exactly these Applications are on the hub. */
export function waitForApplications(
  world: DemoWorld,
  wanted: readonly string[],
  watcher?: Watcher,
): Promise<readonly LiveApplication[]> {
  return waitFor({
    ...world.patience,
    what: `${wanted.length} Applications on the hub`,
    read: () => listApplications(world),
    hasFailed: async () => (await problemsOfSet(world)).length > 0,
    problem: (apps) =>
      difference(
        wanted,
        apps.map(({ metadata }) => metadata.name),
      ),
    ...(watcher === undefined ? {} : { watcher }),
  });
}

/** Waits until exactly these Applications are Synced and Healthy. */
export function waitForHealthy(
  world: DemoWorld,
  wanted: readonly string[],
  watcher?: Watcher,
): Promise<readonly LiveApplication[]> {
  return waitFor({
    ...world.patience,
    what: `${wanted.length} Applications Synced and Healthy`,
    read: () => listApplications(world),
    problem(apps) {
      const missing = difference(
        wanted,
        apps.map(({ metadata }) => metadata.name),
      );
      if (missing !== undefined) return missing;
      const waiting = apps.filter((app) => !isHealthy(app));
      const [first] = waiting;
      return first === undefined
        ? undefined
        : `${waiting.length} are not, such as ${first.metadata.name} (${stateOf(first)})`;
    },
    ...(watcher === undefined ? {} : { watcher }),
  });
}

export function isHealthy({ status }: LiveApplication): boolean {
  return status?.sync?.status === "Synced" && status.health?.status === "Healthy";
}

function stateOf({ status }: LiveApplication): string {
  const [condition] = status?.conditions ?? [];
  return [status?.sync?.status ?? "Unknown", status?.health?.status ?? "Unknown", condition?.message]
    .filter(Boolean)
    .join(", ");
}

function difference(wanted: readonly string[], found: readonly string[]): string | undefined {
  const missing = wanted.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !wanted.includes(name));
  if (missing.length + extra.length === 0) return undefined;
  const parts = [
    ...(missing.length > 0 ? [`${missing.length} are missing, such as ${missing[0]}`] : []),
    ...(extra.length > 0 ? [`${extra.length} should not be there, such as ${extra[0]}`] : []),
  ];
  return parts.join("; ");
}
