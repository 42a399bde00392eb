import type { ClusterConfig, ConfiguredConnection } from "./cluster-config.ts";
import { connectionFromConfig } from "./cluster-config.ts";
import type { Connection } from "./connection.ts";
import { ConnectionError } from "./connection.ts";
import type { KubeObject } from "./objects.ts";
import { keyOf } from "./objects.ts";

export const secretTypeLabel = "argocd.argoproj.io/secret-type";
export const clusterSecretSelector = `${secretTypeLabel}=cluster`;

/** The hub's own cluster, as Argo CD names it in destinations. */
export const inClusterServer = "https://kubernetes.default.svc";
export const inClusterName = "in-cluster";

const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
const managedByAnnotation = "managed-by";
const skipReconcileAnnotation = "argocd.argoproj.io/skip-reconcile";

/** A registered cluster as its Secret describes it, without its credentials. */
export interface ClusterSecret {
  readonly secretNamespace: string;
  readonly secretName: string;
  /** The server's URL stands in where the Secret has no name. */
  readonly name: string;
  /** Without a slash at the end. Empty when the Secret has none. */
  readonly server: string;
  /** Labels and annotations of the Secret without the type label and kubectl's record. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Namespaces to which the cluster is confined; empty for all. */
  readonly namespaces: readonly string[];
  /** Whether cluster-scoped objects are managed in spite of `namespaces`. */
  readonly clusterResources: boolean;
  readonly project: string | undefined;
  /** Argo CD leaves the Applications of such a cluster alone. */
  readonly skipReconcile: boolean;
}

/** One field of a Secret's data as text; `stringData` wins, as when a Secret is written. Undefined when it is missing. */
export function secretField(secret: KubeObject, field: string): string | undefined {
  const plain = mapIn(secret, "stringData");
  if (Object.hasOwn(plain, field) && typeof plain[field] === "string") return plain[field];
  const encoded = mapIn(secret, "data");
  const value = Object.hasOwn(encoded, field) ? encoded[field] : undefined;
  return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : undefined;
}

function mapIn(secret: KubeObject, field: string): Readonly<Record<string, unknown>> {
  const value = Object.hasOwn(secret, field) ? secret[field] : undefined;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Reads what is not secret. Never fails: a Secret without server is only told when something must connect to it. */
export function readClusterSecret(secret: KubeObject): ClusterSecret {
  const server = (secretField(secret, "server") ?? "").replace(/\/+$/, "");
  const { [secretTypeLabel]: _type, ...labels } = secret.metadata.labels ?? {};
  const { [lastAppliedAnnotation]: _applied, ...annotations } = secret.metadata.annotations ?? {};
  const namespaces = secretField(secret, "namespaces") ?? "";
  return {
    secretNamespace: secret.metadata.namespace ?? "",
    secretName: secret.metadata.name,
    name: secretField(secret, "name") || server,
    server,
    labels,
    annotations,
    namespaces: namespaces
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    clusterResources: secretField(secret, "clusterResources") === "true",
    project: secretField(secret, "project") || undefined,
    skipReconcile: annotations[skipReconcileAnnotation] === "true",
  };
}

/**
 * The connection that a cluster Secret describes. `inCluster` stands for the hub itself: it is taken for
 * https://kubernetes.default.svc unless the Secret holds credentials of its own. Fails with a `ConnectionError` that names
 * the Secret and the field, never a value.
 */
export function connectionFromSecret(secret: KubeObject, inCluster?: Connection): ConfiguredConnection {
  const { server } = readClusterSecret(secret);
  const details = { object: `Secret ${keyOf(secret)}` };
  if (server === "") {
    const remedy = "set server to the URL of the cluster's API server";
    throw new ConnectionError(`Secret ${keyOf(secret)} has no server`, {
      details: { ...details, field: "server", remedy },
    });
  }
  const configured = named(secret, () => connectionFromConfig(server, secretField(secret, "config") ?? "", details));
  const { authorization } = configured.connection;
  if (server !== inClusterServer || authorization !== undefined) return configured;
  return inCluster === undefined ? configured : { connection: inCluster, warnings: [] };
}

function named(secret: KubeObject, read: () => ConfiguredConnection): ConfiguredConnection {
  try {
    return read();
  } catch (error: unknown) {
    if (!(error instanceof ConnectionError)) throw error;
    throw new ConnectionError(`Secret ${keyOf(secret)}: ${error.message}`, { details: error.details });
  }
}

/** What `clusterSecret` writes. */
export interface NewCluster {
  readonly name: string;
  readonly server: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config: ClusterConfig;
  readonly project?: string;
}

/** The Secret that registers a cluster, as `argocd cluster add` would write it. */
export function clusterSecret(cluster: NewCluster): KubeObject {
  const server = cluster.server.replace(/\/+$/, "");
  const encode = (text: string) => Buffer.from(text, "utf8").toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: clusterSecretName(server),
      namespace: cluster.namespace,
      labels: { ...cluster.labels, [secretTypeLabel]: "cluster" },
      annotations: { ...cluster.annotations, [managedByAnnotation]: "argocd.argoproj.io" },
    },
    type: "Opaque",
    data: {
      name: encode(cluster.name),
      server: encode(server),
      config: encode(JSON.stringify(cluster.config)),
      ...(cluster.project === undefined ? {} : { project: encode(cluster.project) }),
    },
  };
}

/** `cluster-<host>-<FNV-1a of the URL>`: host in lower case without port, an IPv6 address with dashes. As Argo CD names it. */
export function clusterSecretName(server: string): string {
  const { hostname } = new URL(server);
  const host = hostname
    .replace(/^\[(.*)\]$/, "$1")
    .replaceAll(":", "-")
    .toLowerCase();
  return `cluster-${host}-${fnv1a(server)}`;
}

/** The 32-bit FNV-1a hash of the UTF-8 bytes, unsigned. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, "utf8")) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
