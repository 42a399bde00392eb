import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import type { HttpQuestion, HttpTls } from "../../generators/ports.ts";
import { isExcepted, isLoopback, proxyExceptions } from "../base/no-proxy.ts";

type Environment = { readonly [name: string]: string };

const connectMs = 10_000;
const connectionsPerHost = 8;

/** Questions with the same TLS settings and proxy share their connections. The key holds no key material. */
export function dispatcherKey(question: HttpQuestion, url: URL, environment: Environment): string {
  const tls = JSON.stringify(question.tls ?? {});
  return createHash("sha256")
    .update(`${proxyOf(question, url, environment) ?? ""}\n${tls}`)
    .digest("hex");
}

/** Opens connections on demand, directly or through the proxy. Loads undici. */
export async function openDispatcher(question: HttpQuestion, url: URL, environment: Environment): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import("undici");
  const connect = { ...tlsOptions(question.tls), timeout: connectMs };
  const uri = proxyOf(question, url, environment);
  if (uri === undefined) return new Agent({ connect, connections: connectionsPerHost });
  return new ProxyAgent({ uri, requestTls: connect, proxyTls: { timeout: connectMs } });
}

function tlsOptions({ authorities, clientCert, clientKey, isInsecure }: HttpTls = {}) {
  return {
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(clientCert === undefined || clientKey === undefined ? {} : { cert: clientCert, key: clientKey }),
    ...(isInsecure === true ? { rejectUnauthorized: false } : {}),
  };
}

/** The question's own proxy, else the machine's; undefined where the host is excepted or there is none. */
function proxyOf({ proxy }: HttpQuestion, { protocol, hostname }: URL, environment: Environment): string | undefined {
  if (proxy !== undefined && proxy !== "") return proxy;
  const name = protocol === "https:" ? "https_proxy" : "http_proxy";
  const found = environment[name] ?? environment[name.toUpperCase()] ?? "";
  const excepted = proxyExceptions(environment.no_proxy ?? environment.NO_PROXY ?? "");
  const isDirect = isLoopback(hostname) || isExcepted(hostname, excepted);
  return found === "" || isDirect ? undefined : found;
}
