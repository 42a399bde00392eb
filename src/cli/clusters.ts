import { type ClusterSecret, clusterSecretSelector, readClusterSecret } from "../kube/cluster-secret.ts";
import { listAll } from "../kube/list.ts";
import type { KubeObject } from "../kube/objects.ts";
import { formatAge } from "./age.ts";
import type { Hub } from "./connect.ts";
import { secretType } from "./fleet.ts";
import type { Column } from "./table.ts";

/** A registered cluster as it is shown: what its Secret says, without its credentials. */
export interface ShownCluster {
  readonly kind: "Cluster";
  readonly metadata: { readonly name: string; readonly namespace: string; readonly creationTimestamp?: string };
  readonly server: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly namespaces?: readonly string[];
  readonly secret: string;
}

export interface ClusterQuery {
  readonly selector?: string;
  readonly signal?: AbortSignal;
}

/** The registered clusters of the hub's namespace, sorted by name. */
export async function listClusters(hub: Hub, query: ClusterQuery = {}): Promise<readonly ShownCluster[]> {
  const labelSelector = [clusterSecretSelector, query.selector].filter(Boolean).join(",");
  const call = query.signal === undefined ? {} : { signal: query.signal };
  const { items } = await listAll(hub.client, { ...secretType, namespace: hub.namespace }, { ...call, labelSelector });
  return items.map(shown).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function shown(secret: KubeObject): ShownCluster {
  const cluster: ClusterSecret = readClusterSecret(secret);
  const { creationTimestamp } = secret.metadata;
  return {
    kind: "Cluster",
    metadata: {
      name: cluster.name,
      namespace: cluster.secretNamespace,
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    server: cluster.server,
    labels: cluster.labels,
    annotations: cluster.annotations,
    ...(cluster.project === undefined ? {} : { project: cluster.project }),
    ...(cluster.namespaces.length === 0 ? {} : { namespaces: cluster.namespaces }),
    secret: cluster.secretName,
  };
}

export function clusterColumns(nowMs: number): {
  readonly columns: readonly Column<ShownCluster>[];
  readonly wideColumns: readonly Column<ShownCluster>[];
} {
  const labels = (cluster: ShownCluster) =>
    Object.entries(cluster.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
  return {
    columns: [
      { heading: "NAME", cell: (cluster) => cluster.metadata.name },
      { heading: "SERVER", cell: (cluster) => cluster.server },
      { heading: "LABELS", cell: labels },
      { heading: "AGE", cell: (cluster) => formatAge(cluster.metadata.creationTimestamp, nowMs) },
    ],
    wideColumns: [
      { heading: "PROJECT", cell: (cluster) => cluster.project ?? "" },
      { heading: "NAMESPACES", cell: (cluster) => (cluster.namespaces ?? []).join(",") },
      { heading: "SECRET", cell: (cluster) => cluster.secret },
    ],
  };
}
