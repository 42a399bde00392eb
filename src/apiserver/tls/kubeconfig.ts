import { formatYaml } from "../../base/yaml.ts";
import { writePrivate } from "./credentials.ts";

export interface KubeconfigContext {
  /** `hub`, or the name of a member. */
  readonly name: string;
  /** The logical cluster; "" is the hub. */
  readonly cluster: string;
  readonly namespace?: string;
}

export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443`, without a path. */
  readonly server: string;
  /** PEM; absent with plain HTTP. */
  readonly authority?: string;
  readonly token: string;
  /** The first one is the current context. */
  readonly contexts: readonly KubeconfigContext[];
}

const user = "admin";

function clusterUrl(server: string, cluster: string): string {
  return cluster === "" ? server : `${server}/clusters/${encodeURIComponent(cluster)}`;
}

/** A kubeconfig with one context for each logical cluster, for kubectl's `--context`. */
export function kubeconfigText({ server, authority, token, contexts }: KubeconfigOptions): string {
  const trust =
    authority === undefined ? {} : { "certificate-authority-data": Buffer.from(authority).toString("base64") };
  return formatYaml({
    apiVersion: "v1",
    kind: "Config",
    "current-context": contexts[0]?.name ?? "",
    clusters: contexts.map(({ name, cluster }) => ({
      name,
      cluster: { server: clusterUrl(server, cluster), ...trust },
    })),
    contexts: contexts.map(({ name, namespace }) => ({
      name,
      context: { cluster: name, user, ...(namespace === undefined ? {} : { namespace }) },
    })),
    users: [{ name: user, user: { token } }],
  });
}

/** Writes it for its owner alone: it holds the administrator's token. */
export function writeKubeconfig(file: string, options: KubeconfigOptions): void {
  writePrivate(file, kubeconfigText(options));
}
