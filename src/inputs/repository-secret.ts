import { own } from "../base/values.ts";
import type { GitCredentials, RepositorySecret } from "../git/credentials.ts";
import { selectCredentials } from "../git/credentials.ts";
import type { KubeObject } from "../kube/objects.ts";
import { clusterSecretLabel } from "./cluster-facts.ts";
import { secretTexts } from "./secret-data.ts";

/** Secrets with these labels hold how to log in to repositories. */
export const repositorySelector = `${clusterSecretLabel} in (repository,repo-creds)`;

/** The ConfigMap with the certificates that hosts of repositories may be trusted for, by host. */
export const certificatesConfigMap = "argocd-tls-certs-cm";

/** The ConfigMap with the hosts that ssh may trust, under this key. */
export const knownHostsConfigMap = "argocd-ssh-known-hosts-cm";
const knownHostsKey = "ssh_known_hosts";

/** A repository Secret of the hub, decoded. */
export function repositorySecret(secret: KubeObject): RepositorySecret {
  const { name, namespace = "", labels = {} } = secret.metadata;
  const type = own(labels, clusterSecretLabel) === "repo-creds" ? "repo-creds" : "repository";
  return { name, namespace, type, texts: secretTexts(secret) };
}

/**
 * Picks the login for a URL from Secrets that are asked for at each call, so that a rotated one counts at once. The
 * authorities to trust are those that the ConfigMap `argocd-tls-certs-cm` has for the host.
 */
export function credentialsFrom(
  secrets: () => Iterable<KubeObject>,
  certificates: () => KubeObject | undefined = () => undefined,
): (url: string, project: string | undefined) => GitCredentials | undefined {
  return (url, project) => {
    const credentials = selectCredentials([...secrets()].map(repositorySecret), url, project);
    const tlsAuthorities = authoritiesFor(url, certificates());
    return tlsAuthorities === undefined ? credentials : { ...credentials, tlsAuthorities };
  };
}

/** Keys are host names without a port, as `argocd cert add-tls` writes them; texts hold one certificate or more. */
function authoritiesFor(url: string, configMap: KubeObject | undefined): string | undefined {
  if (!/^(?:https|oci):\/\//.test(url) || !URL.canParse(url)) return undefined;
  const data = (configMap?.data ?? {}) as { readonly [host: string]: string };
  const text = own(data, new URL(url).hostname.replace(/^\[|\]$/g, ""));
  return text === undefined || text.trim() === "" ? undefined : text;
}

/** The known hosts that a ConfigMap holds; empty when there is none. */
export function knownHostsOf(configMap: KubeObject | undefined): string {
  const data = (configMap?.data ?? {}) as { readonly [key: string]: string };
  return own(data, knownHostsKey) ?? "";
}
