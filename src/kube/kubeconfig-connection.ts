import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import { own } from "../base/values.ts";
import type { Connection, TlsOptions } from "./connection.ts";
import { basicAuth, bearerToken, ConnectionError, parseProxyUrl, parseServerUrl } from "./connection.ts";
import type { KubeconfigContext, KubeconfigEntry } from "./kubeconfig.ts";
import { dataOrFile, KubeconfigError, readEntryFile, readKubeconfig, selectContext, text } from "./kubeconfig.ts";

/** A cluster to work with, as a kubeconfig context or the pod that we run in names it. */
export interface LoadedContext {
  readonly name: string;
  readonly namespace: string;
  readonly connection: Connection;
  readonly warnings: readonly string[];
}

export interface LoadContextOptions {
  readonly paths: readonly string[];
  /** The paths were named one by one (`--kubeconfig`), so that a missing file is an error. */
  readonly mustExist?: boolean;
  /** Default: the current context. */
  readonly context?: string;
  /** We run in a pod: its own cluster is taken when there is no kubeconfig. */
  readonly inCluster?: boolean;
  readonly clock?: Clock;
}

/** Tokens in files are read again after this long; the kubelet renews them well before they end. */
const tokenFileMs = 60_000;

/** Loads the context to work with, as kubectl finds it; undefined when there is neither a kubeconfig nor a pod around us. */
export async function loadContext(options: LoadContextOptions): Promise<LoadedContext | undefined> {
  const config = await readKubeconfig(options.paths, options.mustExist);
  if (config !== undefined) return contextConnection(selectContext(config, options.context), options.clock);
  if (options.context !== undefined) {
    const found = `context ${JSON.stringify(options.context)} was asked for, but there is no kubeconfig`;
    throw new KubeconfigError(found, { details: { remedy: "set KUBECONFIG or give --kubeconfig" } });
  }
  return options.inCluster === true ? inClusterContext(undefined, options.clock) : undefined;
}

export async function contextConnection(context: KubeconfigContext, clock = systemClock): Promise<LoadedContext> {
  const { cluster, user } = context;
  const details = { file: cluster.file, object: `cluster ${cluster.name}` };
  const server = parseServerUrl(text(cluster.body, "server") ?? "", details);
  const proxy = text(cluster.body, "proxy-url");
  const signIn = user === undefined ? {} : await credentials(context, user, clock);
  const tls = { ...(await clusterTls(cluster)), ...signIn.tls };
  const warnings = tls.insecure === true ? [`the certificate of ${server} is not checked`] : [];
  const connection: Connection = {
    server,
    tls,
    ...(signIn.authorization === undefined ? {} : { authorization: signIn.authorization }),
    ...(proxy === undefined || proxy === "" ? {} : { proxyUrl: parseProxyUrl(proxy, details) }),
  };
  return { name: context.name, namespace: context.namespace, connection, warnings };
}

async function clusterTls(cluster: KubeconfigEntry): Promise<TlsOptions> {
  const insecure = own(cluster.body, "insecure-skip-tls-verify") === true;
  const ca = await dataOrFile(cluster, "certificate-authority");
  const serverName = text(cluster.body, "tls-server-name");
  return {
    ...(ca === undefined || insecure ? {} : { ca }),
    ...(insecure ? { insecure } : {}),
    ...(serverName === undefined || serverName === "" ? {} : { serverName }),
  };
}

interface SignIn {
  readonly tls?: { readonly cert?: string; readonly key?: string };
  readonly authorization?: () => string | Promise<string>;
}

async function credentials(context: KubeconfigContext, user: KubeconfigEntry, clock: Clock): Promise<SignIn> {
  for (const field of ["as", "as-uid", "as-groups"]) {
    if (own(user.body, field) === undefined) continue;
    const found = `user ${user.name} of kubeconfig ${user.file} impersonates another (${field}), which is not supported`;
    throw new KubeconfigError(found, {
      details: { file: user.file, field, remedy: "use a context that signs in directly" },
    });
  }
  if (own(user.body, "exec") !== undefined || own(user.body, "auth-provider") !== undefined) {
    const { pluginSignIn } = await import("./kubeconfig-plugin.ts");
    return pluginSignIn(context, user, clock);
  }
  const [cert, key] = [await dataOrFile(user, "client-certificate"), await dataOrFile(user, "client-key")];
  const tls = { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  const tokenFile = text(user.body, "tokenFile");
  if (tokenFile !== undefined && tokenFile !== "") {
    return { tls, authorization: tokenFromFile(() => readEntryFile(user, "tokenFile", tokenFile), clock) };
  }
  const token = text(user.body, "token");
  if (token !== undefined && token !== "") return { tls, authorization: bearerToken(token) };
  const [username, password] = [text(user.body, "username"), text(user.body, "password")];
  if (username === undefined || username === "") return { tls };
  return { tls, authorization: basicAuth(username, password ?? "") };
}

function tokenFromFile(read: () => Promise<string>, clock: Clock): () => Promise<string> {
  let kept: { readonly header: string; readonly atMs: number } | undefined;
  return async () => {
    if (kept === undefined || clock.now() - kept.atMs >= tokenFileMs) {
      kept = { header: `Bearer ${(await read()).trim()}`, atMs: clock.now() };
    }
    return kept.header;
  };
}

const serviceAccountDir = "/var/run/secrets/kubernetes.io/serviceaccount";
const inClusterServer = "https://kubernetes.default.svc";

/** The cluster of the pod that we run in, with its service account. */
export async function inClusterContext(dir = serviceAccountDir, clock = systemClock): Promise<LoadedContext> {
  const read = async (name: string) => {
    try {
      return await readFile(join(dir, name), "utf8");
    } catch (cause: unknown) {
      const remedy = "give the pod a service account with a mounted token";
      throw new ConnectionError(`the service account's ${name} can't be read`, { details: { remedy }, cause });
    }
  };
  const [ca, namespace] = [await read("ca.crt"), (await read("namespace")).trim()];
  const authorization = tokenFromFile(() => read("token"), clock);
  return {
    name: "in-cluster",
    namespace,
    connection: { server: inClusterServer, tls: { ca }, authorization },
    warnings: [],
  };
}
