import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import type { KubeClient } from "../kube/client.ts";
import { KubeError } from "../kube/errors.ts";
import { listAll } from "../kube/list.ts";
import type { KubeObject, ResourceType } from "../kube/objects.ts";
import { withFleetBlock } from "../render/fleet-block.ts";
import { isCarriedOut } from "../sync/carried-out.ts";
import { destinationOf, setOf } from "./application-columns.ts";

const argo = { group: "argoproj.io", version: "v1alpha1" } as const;
export const applicationType: ResourceType = { ...argo, plural: "applications" };
export const applicationSetType: ResourceType = { ...argo, plural: "applicationsets" };
export const secretType: ResourceType = { group: "", version: "v1", plural: "secrets" };
export const clusterSelector = "argocd.argoproj.io/secret-type=cluster";

export type ListedApplication = Application & KubeObject;

/** The generated Applications of a hub, and what is needed to tell about each. */
export interface Fleet {
  /** Sorted by namespace and name. */
  readonly applications: readonly ListedApplication[];
  /** The member's name where its Secret could be read, else what the destination says. */
  clusterOf(app: Application): string;
  goesTo(app: Application, cluster: string): boolean;
  deliveryOf(app: ListedApplication): string;
  emptyNote(namespace: string | undefined): string;
}

export interface FleetQuery {
  readonly namespace?: string;
  readonly selector?: string;
  readonly signal?: AbortSignal;
}

/** Reads Applications, their sets and the names of the members. Members and sets that may not be read are done without. */
export async function listFleet(client: KubeClient, query: FleetQuery): Promise<Fleet> {
  const scope = query.namespace === undefined ? {} : { namespace: query.namespace };
  const call = query.signal === undefined ? {} : { signal: query.signal };
  const selected = query.selector === undefined ? {} : { labelSelector: query.selector };
  const [apps, sets, names] = await Promise.all([
    listAll(client, { ...applicationType, ...scope }, { ...call, ...selected }),
    readable(listAll(client, { ...applicationSetType, ...scope }, call)),
    clusterNames(client, scope, call),
  ]);
  const applications = (apps.items as unknown as ListedApplication[]).sort(byName);
  const deliveries = new Map((sets as unknown as ApplicationSet[]).map((set) => [keyOfSet(set), saidDelivery(set)]));
  const clusterOf = (app: Application) => names.get(destinationOf(app)) ?? destinationOf(app);
  return {
    applications,
    clusterOf,
    goesTo: (app, cluster) => cluster === destinationOf(app) || cluster === clusterOf(app),
    // Where the set leaves it to the controller's --delivery, what the controller has done tells.
    deliveryOf: (app) =>
      deliveries.get(`${app.metadata.namespace}/${setOf(app)}`) ?? (isCarriedOut(app) ? "push" : "hub"),
    emptyNote: (namespace) =>
      namespace ? `No Applications found in namespace ${namespace}.` : "No Applications found.",
  };
}

function saidDelivery(set: ApplicationSet): string | undefined {
  try {
    return withFleetBlock(set).spec.fleet?.delivery;
  } catch {
    // The set's own conditions tell that its annotation cannot be read; nobody delivers for it until then.
    return "hub";
  }
}

function keyOfSet({ metadata }: ApplicationSet): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function byName(a: ListedApplication, b: ListedApplication): number {
  const [left, right] = [a, b].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** URL → name of each registered member. */
export async function clusterNames(
  client: KubeClient,
  scope: object,
  call: object = {},
): Promise<ReadonlyMap<string, string>> {
  const secrets = await readable(
    listAll(client, { ...secretType, ...scope }, { ...call, labelSelector: clusterSelector }),
  );
  const names = secrets.map((secret) => [dataOf(secret, "server"), dataOf(secret, "name")] as const);
  return new Map([["https://kubernetes.default.svc", "in-cluster"], ...names]);
}

export function dataOf(secret: KubeObject, key: string): string {
  const data = (secret.data ?? {}) as { readonly [key: string]: string };
  return Object.hasOwn(data, key) ? Buffer.from(data[key] ?? "", "base64").toString("utf8") : "";
}

async function readable(list: Promise<{ readonly items: KubeObject[] }>): Promise<readonly KubeObject[]> {
  try {
    return (await list).items;
  } catch (error: unknown) {
    // Who may list Applications may still lack the right to read Secrets: names of members are a comfort only.
    if (error instanceof KubeError && (error.reason === "Forbidden" || error.reason === "NotFound")) return [];
    throw error;
  }
}
