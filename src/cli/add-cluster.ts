import { FleetError, UsageError } from "../base/errors.ts";
import { checkLabels } from "../base/selectors.ts";
import { formatYaml } from "../base/yaml.ts";
import { clusterSecret } from "../kube/cluster-secret.ts";
import { KubeError } from "../kube/errors.ts";
import { readKubeconfig, selectContext } from "../kube/kubeconfig.ts";
import { clusterFromContext } from "../kube/kubeconfig-cluster.ts";
import type { KubeObject } from "../kube/objects.ts";
import { listClusters } from "./clusters.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { connectHub, type Hub } from "./connect.ts";
import { secretType } from "./fleet.ts";
import { note, warn } from "./io.ts";

export interface ClusterToAdd {
  readonly name: string;
  readonly fromContext: string;
  readonly fromPaths: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly upsert: boolean;
  readonly dryRun: boolean;
}

/** A cluster of that name or server is registered already. */
export class AlreadyRegisteredError extends FleetError {
  readonly reason = "AlreadyExists";
  readonly retryable = false;
}

/** Writes the Secret of a new member and says which. Gives the exit code. */
export async function addCluster(context: CommandContext, flags: FlagValues, wanted: ClusterToAdd): Promise<number> {
  const { io, config } = context;
  const { server, config: clusterConfig } = await memberOf(wanted);
  if (clusterConfig.tlsClientConfig?.insecure) warn(io, `the certificate of ${server} will not be checked (insecure)`);
  const hub = await connectHub(config, flags);
  try {
    const { name, labels, annotations, project } = wanted;
    const secret = clusterSecret({
      ...{ name, server, namespace: hub.namespace, labels, annotations, config: clusterConfig },
      ...(project === undefined ? {} : { project }),
    });
    if (wanted.dryRun) {
      io.stdout.write(formatYaml(withoutCredentials(secret)));
      return 0;
    }
    await refuseTwice(hub, wanted, server);
    await store(hub, secret, wanted);
    note(io, `Cluster ${name} registered: ${server} (Secret ${hub.namespace}/${secret.metadata.name})`);
    return 0;
  } finally {
    await hub.client.close();
  }
}

async function memberOf(wanted: ClusterToAdd) {
  if (wanted.name.trim() === "") throw new UsageError("the cluster needs a name");
  checkLabels(wanted.labels, "--label");
  const kubeconfig = await readKubeconfig(wanted.fromPaths, true);
  if (kubeconfig === undefined) throw new UsageError("there is no kubeconfig to take the cluster from");
  return clusterFromContext(selectContext(kubeconfig, wanted.fromContext));
}

/** Two Secrets of one name would hide each other; two of one server would write twice. */
async function refuseTwice(hub: Hub, { name, upsert }: ClusterToAdd, server: string): Promise<void> {
  const clusters = await listClusters(hub);
  const sameName = clusters.find((cluster) => cluster.metadata.name === name && cluster.server !== server);
  if (sameName !== undefined) {
    throw new AlreadyRegisteredError(`cluster ${name} is registered already, with server ${sameName.server}`, {
      details: {
        object: `Secret ${hub.namespace}/${sameName.secret}`,
        remedy: "choose another name, or remove that cluster first",
      },
    });
  }
  const sameServer = clusters.find((cluster) => cluster.server === server);
  if (sameServer === undefined || upsert) return;
  throw new AlreadyRegisteredError(`server ${server} is registered already, as ${sameServer.metadata.name}`, {
    details: { object: `Secret ${hub.namespace}/${sameServer.secret}`, remedy: "give --upsert to replace it" },
  });
}

async function store(hub: Hub, secret: KubeObject, { upsert }: ClusterToAdd): Promise<void> {
  const ref = { ...secretType, namespace: hub.namespace };
  try {
    await hub.client.create(ref, secret, { fieldManager: "fleetset" });
  } catch (error: unknown) {
    if (!(error instanceof KubeError) || error.reason !== "AlreadyExists" || !upsert) throw error;
    await hub.client.update({ ...ref, name: secret.metadata.name }, secret, { fieldManager: "fleetset" });
  }
}

function withoutCredentials(secret: KubeObject): object {
  const data = secret.data as { readonly [key: string]: string };
  const texts = Object.entries(data).filter(([key]) => key !== "config");
  const stringData = Object.fromEntries(texts.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
  const { data: _data, ...rest } = secret;
  return { ...rest, stringData: { ...stringData, config: "(credentials left out)" } };
}
