import type { GitCredentials } from "../git/credentials.ts";
import {
  certificatesConfigMap,
  credentialsFrom,
  knownHostsConfigMap,
  knownHostsOf,
  repositorySelector,
} from "../inputs/repository-secret.ts";
import type { KubeClient } from "../kube/client.ts";
import { KubeError } from "../kube/errors.ts";
import { listAll } from "../kube/list.ts";
import { secretType } from "./fleet.ts";

/** How to log in to repositories, as the hub's Secrets and its known hosts say it now. */
export interface RepositoryLogins {
  readonly credentials: (url: string, project: string | undefined) => GitCredentials | undefined;
  readonly knownHosts: () => string;
}

/** Reads them once. A hub that does not let us see Secrets leaves only repositories that need no login. */
export async function readRepositorySecrets(client: KubeClient, namespace: string): Promise<RepositoryLogins> {
  const configMap = (name: string) =>
    allowed(client.get({ group: "", version: "v1", plural: "configmaps", namespace, name }));
  const [secrets, hosts, certificates] = await Promise.all([
    allowed(listAll(client, { ...secretType, namespace }, { labelSelector: repositorySelector })),
    configMap(knownHostsConfigMap),
    configMap(certificatesConfigMap),
  ]);
  const knownHosts = knownHostsOf(hosts);
  const credentials = credentialsFrom(
    () => secrets?.items ?? [],
    () => certificates,
  );
  return { credentials, knownHosts: () => knownHosts };
}

async function allowed<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error: unknown) {
    if (error instanceof KubeError && (error.reason === "Forbidden" || error.reason === "NotFound")) return undefined;
    throw error;
  }
}
