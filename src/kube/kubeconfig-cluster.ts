import { own } from "../base/values.ts";
import type { ClusterConfig } from "./cluster-config.ts";
import { parseServerUrl } from "./connection.ts";
import type { KubeconfigContext, KubeconfigEntry } from "./kubeconfig.ts";
import { dataOrFile, KubeconfigError, readEntryFile, text } from "./kubeconfig.ts";

/**
 * What a cluster Secret holds to reach the cluster of a kubeconfig context. Sign-in plugins can't move into a Secret: they
 * would run on the hub.
 */
export async function clusterFromContext(
  context: KubeconfigContext,
): Promise<{ readonly server: string; readonly config: ClusterConfig }> {
  const { cluster, user } = context;
  const server = parseServerUrl(text(cluster.body, "server") ?? "", { object: `cluster ${cluster.name}` });
  const insecure = own(cluster.body, "insecure-skip-tls-verify") === true;
  const ca = insecure ? undefined : await dataOrFile(cluster, "certificate-authority");
  const cert = user === undefined ? undefined : await dataOrFile(user, "client-certificate");
  const key = user === undefined ? undefined : await dataOrFile(user, "client-key");
  const serverName = text(cluster.body, "tls-server-name");
  const proxyUrl = text(cluster.body, "proxy-url");
  return {
    server,
    config: {
      ...(user === undefined ? {} : await signIn(user)),
      ...(proxyUrl === undefined || proxyUrl === "" ? {} : { proxyUrl }),
      tlsClientConfig: {
        insecure,
        ...(serverName === undefined || serverName === "" ? {} : { serverName }),
        ...encoded("caData", ca),
        ...encoded("certData", cert),
        ...encoded("keyData", key),
      },
    },
  };
}

function encoded(field: string, pem: string | undefined): { readonly [field: string]: string } {
  return pem === undefined ? {} : { [field]: Buffer.from(pem, "utf8").toString("base64") };
}

async function signIn(user: KubeconfigEntry): Promise<ClusterConfig> {
  for (const field of ["exec", "auth-provider", "as"]) {
    if (own(user.body, field) === undefined) continue;
    const remedy = "make a service account on that cluster and use a context with its token";
    throw new KubeconfigError(`user ${user.name} signs in by ${field}, which the hub can't do`, {
      details: { file: user.file, field, remedy },
    });
  }
  const tokenFile = text(user.body, "tokenFile");
  const fromFile = tokenFile ? (await readEntryFile(user, "tokenFile", tokenFile)).trim() : undefined;
  const bearerToken = fromFile ?? text(user.body, "token");
  if (bearerToken !== undefined && bearerToken !== "") return { bearerToken };
  const [username, password] = [text(user.body, "username"), text(user.body, "password")];
  return username === undefined || username === "" ? {} : { username, password: password ?? "" };
}
