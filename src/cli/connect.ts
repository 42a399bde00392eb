import type { Config } from "../config.ts";
import type { KubeClient } from "../kube/client.ts";
import type { LoadedContext } from "../kube/kubeconfig-connection.ts";
import type { FlagValues } from "./command.ts";
import { textFlag } from "./flags.ts";

/** The hub that a command works with. */
export interface Hub {
  readonly client: KubeClient;
  readonly context: LoadedContext;
  /** `-n`, else the context's namespace, else `argocd`. */
  readonly namespace: string;
}

export const defaultNamespace = "argocd";

/** Loads the context that the flags and the environment name; undefined where there is no kubeconfig at all. */
export async function loadHubContext(config: Config, flags: FlagValues): Promise<LoadedContext | undefined> {
  const { loadContext } = await import("../kube/kubeconfig-connection.ts");
  const file = textFlag(flags, "kubeconfig");
  const context = textFlag(flags, "context");
  return loadContext({
    paths: file === undefined ? config.kubeconfigPaths : [file],
    mustExist: file !== undefined,
    inCluster: config.inCluster,
    ...(context === undefined ? {} : { context }),
  });
}

/** The same, where a hub is needed: without a kubeconfig that is an error that says how to give one. */
export async function hubContext(config: Config, flags: FlagValues): Promise<LoadedContext> {
  const context = await loadHubContext(config, flags);
  if (context !== undefined) return context;
  const { KubeconfigError } = await import("../kube/kubeconfig.ts");
  throw new KubeconfigError(`there is no kubeconfig at ${config.kubeconfigPaths.join(", ")}`, {
    details: { remedy: "give --kubeconfig FILE, set KUBECONFIG, or start a hub with fleetset run --embedded" },
  });
}

/** Connects to the hub. */
export async function connectHub(config: Config, flags: FlagValues): Promise<Hub> {
  const context = await hubContext(config, flags);
  const { openKubeClient } = await import("../kube/rest-client.ts");
  return { client: openKubeClient(context.connection), context, namespace: namespaceOf(flags, context) };
}

// A context without a namespace says `default`, where nobody keeps ApplicationSets.
export function namespaceOf(flags: FlagValues, context: LoadedContext | undefined): string {
  const given = textFlag(flags, "namespace");
  if (given !== undefined) return given;
  const own = context?.namespace ?? "default";
  return own === "default" ? defaultNamespace : own;
}
