import type { Dispatcher } from "undici";
import { isExcepted, proxyExceptions } from "../base/no-proxy.ts";
import { authorization } from "./credentials.ts";
import { GitLimitError, GitUnreachableError, GitUrlError } from "./errors.ts";
import type { Remote } from "./git-environment.ts";
import type { ProcessEnvironment } from "./process.ts";
import { displayUrl, parseRemoteUrl, type RemoteUrl } from "./remote-url.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: AsyncIterable<Uint8Array>;
}

export interface HttpQuestion {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | undefined;
}

export interface HttpOptions {
  readonly signal?: AbortSignal | undefined;
  readonly maxBytes: number;
}

const advertisement = "/info/refs?service=git-upload-pack";
const redirects = [301, 302, 303, 307, 308];

/** A connection to one remote; follows no redirect by itself. */
export class HttpClient {
  readonly #remote: Remote;
  readonly #dispatcher: Dispatcher;
  readonly #request: typeof import("undici").request;

  private constructor(remote: Remote, dispatcher: Dispatcher, request: typeof import("undici").request) {
    this.#remote = remote;
    this.#dispatcher = dispatcher;
    this.#request = request;
  }

  static async open(remote: Remote, environment: ProcessEnvironment): Promise<HttpClient> {
    const { Agent, ProxyAgent, request } = await import("undici");
    const { tlsAuthorities, tlsClientCert, tlsClientKey, isInsecure } = remote.credentials ?? {};
    const proxy = proxyFor(remote, environment);
    const tls = {
      ...(tlsAuthorities === undefined ? {} : { ca: tlsAuthorities }),
      ...(tlsClientCert === undefined || tlsClientKey === undefined ? {} : { cert: tlsClientCert, key: tlsClientKey }),
      ...(isInsecure === true ? { rejectUnauthorized: false } : {}),
    };
    const timeouts = { connectTimeout: 20_000, headersTimeout: 60_000, bodyTimeout: 60_000 };
    const dispatcher =
      proxy === undefined
        ? new Agent({ ...timeouts, connect: tls })
        : new ProxyAgent({ ...timeouts, uri: proxy, requestTls: tls });
    return new HttpClient(remote, dispatcher, request);
  }

  /** Sends a request. The login goes along only where the request is for the remote's own host. */
  async send(question: HttpQuestion, options: HttpOptions): Promise<HttpAnswer> {
    const login = authorization(this.#remote.credentials);
    const isOwn = new URL(question.url).origin === new URL(this.#remote.url.url).origin;
    const headers = { ...question.headers, ...(login !== undefined && isOwn ? { authorization: login } : {}) };
    const {
      statusCode,
      statusText,
      headers: answered,
      body,
    } = await this.#request(question.url, {
      method: question.method as Dispatcher.HttpMethod,
      headers,
      body: question.body ?? null,
      signal: options.signal ?? null,
      dispatcher: this.#dispatcher,
    });
    const plain = Object.entries(answered).map(([name, value]) => [name, String(value)] as const);
    return {
      status: statusCode,
      statusText,
      headers: Object.fromEntries(plain),
      body: bounded(body, options.maxBytes),
    };
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

/** The proxy of the repository's Secret, else the environment's; undefined where the host is excepted or there is none. */
function proxyFor({ url, credentials }: Remote, environment: ProcessEnvironment): string | undefined {
  const { hostname, protocol } = new URL(url.url);
  const name = protocol === "https:" ? "https_proxy" : "http_proxy";
  const proxy = credentials?.proxy ?? environment[name] ?? environment[name.toUpperCase()];
  const excepted = credentials?.noProxy ?? environment.no_proxy ?? environment.NO_PROXY ?? "";
  return proxy === "" || isExcepted(hostname, proxyExceptions(excepted)) ? undefined : proxy;
}

async function* bounded(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new GitLimitError(`the remote sends more than ${maxBytes} bytes`);
    yield chunk;
  }
}

/** Where the remote redirects to; undefined when it says nothing that can be used. */
export async function probeRedirect(
  remote: Remote,
  environment: ProcessEnvironment,
  timeoutMs: number,
): Promise<string | undefined> {
  const client = await HttpClient.open(remote, environment);
  try {
    const url = `${withoutSlash(remote.url.url)}${advertisement}`;
    const question = { url, method: "GET", headers: { "git-protocol": "version=2" }, body: undefined };
    const answer = await client.send(question, { signal: AbortSignal.timeout(timeoutMs), maxBytes: 1024 * 1024 });
    return isRedirect(answer.status) ? answer.headers.location : undefined;
  } catch (error: unknown) {
    throw new GitUnreachableError("cannot find out where the remote redirects to", { cause: error });
  } finally {
    await client.close();
  }
}

export function isRedirect(status: number): boolean {
  return redirects.includes(status);
}

/**
 * The remote that a redirect leads to. It must be on the same host, and may not go from https to http: logins are for the
 * host that they were given for. Throws GitUrlError otherwise.
 */
export function followRedirect(remote: RemoteUrl, location: string | undefined): RemoteUrl {
  const from = new URL(`${withoutSlash(remote.url)}${advertisement}`);
  if (location === undefined || !URL.canParse(location, from.href))
    throw refusedRedirect(remote, "without saying where to");
  const to = new URL(location, from.href);
  const shown = displayUrl(to.href.split("/info/refs")[0]!);
  const hasOwnPorts = from.port === "" && to.port === "";
  const isUpgrade =
    hasOwnPorts && from.protocol === "http:" && to.protocol === "https:" && from.hostname === to.hostname;
  if (to.origin !== from.origin && !isUpgrade) throw refusedRedirect(remote, `to ${shown}, which is another host`);
  const at = to.pathname.indexOf("/info/refs");
  if (at === -1) throw refusedRedirect(remote, `to ${shown}, which is no repository`);
  return parseRemoteUrl(`${to.origin}${to.pathname.slice(0, at)}`);
}

function refusedRedirect(remote: RemoteUrl, where: string): GitUrlError {
  return new GitUrlError(`${displayUrl(remote.url)} redirects ${where}`, {
    details: { remedy: "use the repository's present URL" },
  });
}

export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
