import { own } from "../base/values.ts";
import type { GitCredentials, RepositorySecret } from "../git/credentials.ts";
import { selectCredentials } from "../git/credentials.ts";
import type { KubeObject } from "../kube/objects.ts";
import { clusterSecretLabel } from "./cluster-facts.ts";
import { secretTexts } from "./secret-data.ts";

/** Secrets with these labels hold how to log in to repositories. */
export const repositorySelector = `${clusterSecretLabel} in (repository,repo-creds)`;

/** The ConfigMap with the hosts that ssh may trust, under this key. */
export const knownHostsConfigMap = "argocd-ssh-known-hosts-cm";
const knownHostsKey = "ssh_known_hosts";

/** A repository Secret of the hub, decoded. */
export function repositorySecret(secret: KubeObject): RepositorySecret {
  const { name, namespace = "", labels = {} } = secret.metadata;
  const type = own(labels, clusterSecretLabel) === "repo-creds" ? "repo-creds" : "repository";
  return { name, namespace, type, texts: secretTexts(secret) };
}

/** Picks the login for a URL from Secrets that are asked for at each call, so that a rotated one counts at once. */
export function credentialsFrom(
  secrets: () => Iterable<KubeObject>,
): (url: string, project: string | undefined) => GitCredentials | undefined {
  return (url, project) => selectCredentials([...secrets()].map(repositorySecret), url, project);
}

/** The known hosts that a ConfigMap holds; empty when there is none. */
export function knownHostsOf(configMap: KubeObject | undefined): string {
  const data = (configMap?.data ?? {}) as { readonly [key: string]: string };
  return own(data, knownHostsKey) ?? "";
}
