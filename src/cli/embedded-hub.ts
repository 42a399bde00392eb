import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterHandle, ResourceName } from "../apiserver/cluster-handle.ts";
import { Simulator } from "../apiserver/members/simulator.ts";
import type { KubeObject } from "../apiserver/resources.ts";
import type { RunningApiServer } from "../apiserver/start.ts";
import { startApiServer } from "../apiserver/start.ts";
import type { Clock } from "../base/clock.ts";
import { parseYaml } from "../base/yaml.ts";
import { clusterSecret } from "../kube/cluster-secret.ts";
import type { Connection } from "../kube/connection.ts";
import { bearerToken } from "../kube/connection.ts";
import { writePrivateFile } from "../kube/private-file.ts";
import { packageRoot } from "./package-root.ts";

export interface EmbeddedHubOptions {
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
  readonly namespace: string;
  readonly clock: Clock;
  /** How long it takes until a simulated workload is healthy. */
  readonly healthyAfterMs?: number;
  readonly onError?: (error: unknown) => void;
}

/** A hub in this process, with fleetset's kinds installed, and simulated members. */
export interface EmbeddedHub {
  readonly server: RunningApiServer;
  readonly connection: Connection;
  readonly hub: ClusterHandle;
  /** Starts a logical cluster whose workloads come to life. */
  addMember(name: string): ClusterHandle;
  /** The Secret that registers a member on the hub, as `fleetset clusters add` would write it. */
  memberSecret(name: string, labels: Readonly<Record<string, string>>, cluster?: string): KubeObject;
  /** Writes the administrator's kubeconfig, readable by its owner alone. */
  writeKubeconfig(path: string): Promise<void>;
  close(): Promise<void>;
}

const core = { group: "", version: "v1" } as const;
export const secretResource: ResourceName = { ...core, plural: "secrets" };
const definitions: ResourceName = { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" };
const projectResource: ResourceName = { group: "argoproj.io", version: "v1alpha1", plural: "appprojects" };

/** Starts the server and prepares the hub: custom resources, the namespace, the project `default`. */
export async function startEmbeddedHub(options: EmbeddedHubOptions): Promise<EmbeddedHub> {
  const { namespace, clock, healthyAfterMs, onError, ...server } = options;
  const running = await startApiServer({ ...server, clock, ...(onError && { onError }) });
  const simulator = new Simulator({
    clock,
    ...(healthyAfterMs === undefined ? {} : { delayMs: healthyAfterMs }),
    ...(onError === undefined ? {} : { onError: (error) => onError(error) }),
  });
  const hub = running.cluster("");
  async function close(): Promise<void> {
    simulator.close();
    await running.close();
  }
  try {
    await prepare(hub, namespace);
  } catch (error: unknown) {
    await close();
    throw error;
  }
  for (const name of running.clusters()) simulator.add(running.cluster(name));
  return {
    server: running,
    hub,
    connection: {
      server: running.url,
      authorization: bearerToken(running.token),
      ...(running.ca === undefined ? {} : { tls: { ca: running.ca } }),
    },
    addMember(name) {
      const cluster = running.addCluster(name);
      simulator.add(cluster);
      return cluster;
    },
    memberSecret: (name, labels, cluster = name) => memberSecret(running, { name, labels, cluster, namespace }),
    writeKubeconfig: (path) => writePrivateFile(path, running.kubeconfig()),
    close,
  };
}

async function prepare(hub: ClusterHandle, namespace: string): Promise<void> {
  const folder = join(packageRoot(), "crds", "manifests");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
    const path = join(folder, file);
    await ensure(hub, definitions, parseYaml(readFileSync(path, "utf8"), { file: path }) as unknown as KubeObject);
  }
  await ensure(
    hub,
    { ...core, plural: "namespaces" },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  );
  const spec = { sourceRepos: ["*"], destinations: [{ server: "*", namespace: "*" }] };
  const clusterResourceWhitelist = [{ group: "*", kind: "*" }];
  await ensure(hub, projectResource, {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "default", namespace },
    spec: { ...spec, clusterResourceWhitelist },
  });
}

/** Makes an object that is not there yet; custom resources are brought up to this version of fleetset. */
async function ensure(hub: ClusterHandle, resource: ResourceName, object: KubeObject): Promise<void> {
  const { name, namespace } = object.metadata as { readonly name: string; readonly namespace?: string };
  const found = hub.get(resource, namespace, name);
  if (found === undefined) {
    await hub.create(resource, object);
  } else if (resource === definitions) {
    const { resourceVersion } = found.metadata as { readonly resourceVersion?: string };
    await hub.update(resource, { ...object, metadata: { ...object.metadata, resourceVersion } } as KubeObject);
  }
}

interface MemberRegistration {
  readonly name: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
}

function memberSecret(running: RunningApiServer, { name, cluster, labels, namespace }: MemberRegistration): KubeObject {
  const caData = running.ca === undefined ? {} : { caData: Buffer.from(running.ca).toString("base64") };
  const secret = clusterSecret({
    ...{ name, namespace, labels, server: `${running.url}/clusters/${cluster}` },
    config: { bearerToken: running.token, tlsClientConfig: { insecure: false, ...caData } },
  });
  return secret as unknown as KubeObject;
}
