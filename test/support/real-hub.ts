import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseYaml } from "../../src/base/yaml.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { Connection } from "../../src/kube/connection.ts";
import { ignoreNotFound, isAlreadyExists } from "../../src/kube/errors.ts";
import { readKubeconfig, selectContext } from "../../src/kube/kubeconfig.ts";
import { contextConnection } from "../../src/kube/kubeconfig-connection.ts";
import type { KubeObject, ResourceType } from "../../src/kube/objects.ts";
import { until } from "./clock.ts";

const argo = { group: "argoproj.io", version: "v1alpha1" } as const;
const core = { group: "", version: "v1" } as const;
const definitions: ResourceType = {
  ...{ group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" },
};
const projects: ResourceType = { ...argo, plural: "appprojects" };
const configMaps: ResourceType = { ...core, plural: "configmaps" };

/** Everything that a test may leave in the namespace of a hub; sets go before what they would make again. */
const cleared: readonly ResourceType[] = [
  ...["applicationsets", "applications", "appprojects"].map((plural) => ({ ...argo, plural })),
  ...["secrets", "configmaps", "events"].map((plural) => ({ ...core, plural })),
];
const manifests = join(import.meta.dirname, "../../crds/manifests");

/** How to reach the API server of a kubeconfig. */
export async function realConnection(kubeconfig: string): Promise<Connection> {
  const config = await readKubeconfig([kubeconfig], true);
  if (config === undefined) throw new Error(`no kubeconfig in ${kubeconfig}`);
  return (await contextConnection(selectContext(config))).connection;
}

/** Makes a hub of a real API server, as of an embedded one: fleetset's kinds, and a namespace with a project alone. */
export async function prepareRealHub(client: KubeClient, namespace: string): Promise<void> {
  if (!(await isServed(client, namespace))) await install(client);
  const space: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await client.create({ ...core, plural: "namespaces" }, space).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  await until(() => isServed(client, namespace), "fleetset's kinds are served", 30_000);
  await clear(client, namespace);
  await client.create({ ...projects, namespace }, projectOf("default", namespace));
  await collectsGarbage(client, namespace);
}

async function install(client: KubeClient): Promise<void> {
  for (const file of readdirSync(manifests).filter((name) => name.endsWith(".yaml"))) {
    const body = parseYaml(readFileSync(join(manifests, file), "utf8")) as unknown as KubeObject;
    const ref = { ...definitions, name: body.metadata.name };
    await client.patch(ref, { kind: "apply", body }, { fieldManager: "test", force: true });
  }
}

async function isServed(client: KubeClient, namespace: string): Promise<boolean> {
  const lists = cleared.map((type) => ignoreNotFound(client.list({ ...type, namespace })));
  return (await Promise.all(lists)).every((list) => list !== undefined);
}

/** Takes away what an earlier test left, whatever its finalizers ask for. */
async function clear(client: KubeClient, namespace: string): Promise<void> {
  for (const type of cleared) {
    const { items } = await client.list({ ...type, namespace });
    const bound = items.filter(({ metadata }) => metadata.finalizers !== undefined);
    const free = { kind: "merge", body: { metadata: { finalizers: null } } } as const;
    const names = bound.map(({ metadata }) => metadata.name);
    await Promise.all(names.map((name) => ignoreNotFound(client.patch({ ...type, namespace, name }, free))));
    const group = type.group === "" ? "/api" : `/apis/${type.group}`;
    const path = `${group}/${type.version}/namespaces/${namespace}/${type.plural}`;
    const { status, body } = await client.request({ method: "DELETE", path });
    if (status !== 200) throw new Error(`${path} is not cleared: ${body}`);
  }
}

function projectOf(name: string, namespace: string, metadata: object = {}): KubeObject {
  const spec = { sourceRepos: ["*"], destinations: [{ server: "*", namespace: "*" }] };
  const clusterResourceWhitelist = [{ group: "*", kind: "*" }];
  return {
    ...{ apiVersion: "argoproj.io/v1alpha1", kind: "AppProject", metadata: { name, namespace, ...metadata } },
    spec: { ...spec, clusterResourceWhitelist },
  };
}

/** The controllers beside a real server learn of a new kind up to half a minute later. */
async function collectsGarbage(client: KubeClient, namespace: string): Promise<void> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "owner", namespace } };
  const { metadata } = await client.create({ ...configMaps, namespace }, body);
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: metadata.uid ?? "" };
  await client.create({ ...projects, namespace }, projectOf("owned", namespace, { ownerReferences: [owner] }));
  await client.delete({ ...configMaps, namespace, name: "owner" });
  const owned = () => ignoreNotFound(client.get({ ...projects, namespace, name: "owned" }));
  await until(async () => (await owned()) === undefined, "what is owned goes with its owner", 60_000);
}
