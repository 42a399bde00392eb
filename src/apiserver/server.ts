import { setMaxListeners } from "node:events";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { FleetError, messageOf } from "../base/errors.ts";
import { admitted } from "./auth/access.ts";
import type { TokenVerdict } from "./auth/account-tokens.ts";
import { bearerToken, TokenAuthenticator } from "./auth/tokens.ts";
import { anonymous, type User } from "./auth/user.ts";
import type { LogicalCluster } from "./cluster.ts";
import { type Answer, jsonType } from "./http/answer.ts";
import { defaultLimits, type ServerLimits } from "./http/exchange.ts";
import { PathError, splitPath } from "./http/request-info.ts";
import { routeRequest } from "./http/route.ts";
import { send } from "./http/send.ts";
import { isPublicPath, publicAnswer } from "./http/system-endpoints.ts";
import type { ServerExtensions } from "./resources.ts";
import { resourceMissing, StatusError, unauthorized } from "./status-error.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM; undefined serves plain HTTP, which only loopback addresses may. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly extensions: ServerExtensions;
  readonly limits?: Partial<ServerLimits>;
  /** The cluster behind `/clusters/<name>`; "" is the hub. */
  readonly cluster: (name: string) => LogicalCluster | undefined;
  /** Told of what should not happen: a bug, or a store that cannot write. */
  readonly onError: (error: unknown) => void;
}

/** The address that a server should listen on is not to be had. */
export class ListenError extends FleetError {
  readonly reason = "Listen";
  readonly retryable = false;
}

const closeGraceMs = 2_000;

/** Serves logical clusters over HTTPS. */
export class ApiServer {
  readonly authenticator = new TokenAuthenticator();
  readonly #options: ServerOptions;
  readonly #limits: ServerLimits;
  readonly #closing = new AbortController();
  #server: Server | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    // Every watch listens for the end, and Node takes more than ten listeners for a leak.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Begins to listen; gives back the port. */
  async listen(): Promise<number> {
    const { host, port, tls } = this.#options;
    const listener: RequestListener = (request, response) => void this.#serve(request, response);
    const settings = {
      headersTimeout: this.#limits.headersTimeoutMs,
      requestTimeout: this.#limits.requestTimeoutMs,
      keepAliveTimeout: 90_000,
    };
    const server =
      tls === undefined ? createHttpServer(settings, listener) : createHttpsServer({ ...settings, ...tls }, listener);
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(listenError(error, host, port)));
      server.listen(port, host, resolve);
    });
    server.on("error", this.#options.onError);
    return (server.address() as AddressInfo).port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const warnings: string[] = [];
    try {
      const answer = await this.#answer(request, response, warnings);
      const sending = answer === undefined ? undefined : send(request, response, answer, warnings);
      if (sending !== undefined) await sending;
    } catch (error: unknown) {
      if (response.headersSent) response.destroy();
      else send(request, response, this.#errorAnswer(error), warnings);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, warnings: string[]): Promise<Answer | undefined> {
    const { method = "GET", url = "/" } = request;
    const mark = url.indexOf("?");
    const rawPath = mark < 0 ? url : url.slice(0, mark);
    const segments = splitPath(rawPath);
    const [name, path] = clusterOf(rawPath, segments);
    const own = name === "" ? segments : segments.slice(2);
    const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
    const cluster = this.#options.cluster(name);
    const asking = this.#user(request, cluster, own);
    const open = publicAnswer(method, own, query);
    // Nobody learns from the health of a cluster whether there is one of the name.
    if (cluster === undefined && (open === undefined || asking !== anonymous)) throw resourceMissing();
    if (cluster === undefined) return open;
    const user = admitted(asking, { request, auth: cluster.auth, segments: own, query });
    if (open !== undefined) return open;
    return routeRequest({
      cluster,
      user,
      authenticate: (token, audiences) => this.#verdict(token, cluster, audiences),
      method: method === "HEAD" ? "GET" : method,
      path,
      segments: own,
      query,
      request,
      response,
      limits: this.#limits,
      extensions: this.#options.extensions,
      closing: this.#closing.signal,
      warnings,
    });
  }

  /** Whoever shows no credentials may ask how the server is, and nothing else. Throws 401. */
  #user(request: IncomingMessage, cluster: LogicalCluster | undefined, segments: readonly string[]): User {
    const { authorization } = request.headers;
    if (authorization === undefined && isPublicPath(segments)) return anonymous;
    const token = authorization === undefined ? undefined : bearerToken(authorization);
    const verdict = token === undefined ? undefined : this.#verdict(token, cluster);
    if (verdict === undefined || "problem" in verdict) throw unauthorized();
    return verdict.user;
  }

  /** The administrator's token opens every cluster, those of service accounts only their own. */
  #verdict(
    token: string,
    cluster: LogicalCluster | undefined,
    audiences?: readonly string[],
  ): TokenVerdict | undefined {
    const user = this.authenticator.user(token);
    if (user !== undefined) return { user, audiences: [] };
    return cluster?.auth.tokens.check(token, audiences);
  }

  #errorAnswer(error: unknown): Answer {
    if (error instanceof PathError) return statusAnswer(resourceMissing());
    if (error instanceof StatusError) return statusAnswer(error);
    this.#options.onError(error);
    const message = error instanceof FleetError ? messageOf(error) : "internal error";
    return statusAnswer(new StatusError({ code: 500, reason: "InternalError", message, details: {} }));
  }

  /** Ends all watches, lets requests under way finish for a moment, and leaves no socket open. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#closing.abort();
    if (server === undefined || !server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), closeGraceMs);
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    await closed;
    clearTimeout(timer);
    clearInterval(idle);
  }
}

function listenError(error: Error, host: string, port: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") return error;
  const why =
    code === "EADDRINUSE" ? "the port is in use" : code === "EACCES" ? "not permitted" : "no such address here";
  const details = { host, port, remedy: "choose another port, or end the program that holds this one" };
  return new ListenError(`cannot listen on ${host}:${port}: ${why}`, { cause: error, details });
}

const prefix = "/clusters/";

/** The cluster that a path is in, and the path within it. */
function clusterOf(path: string, segments: readonly string[]): [name: string, path: string] {
  if (!path.startsWith(prefix)) return ["", path];
  const name = segments[1] ?? "";
  // A name that is not there must not fall back to the hub.
  if (name === "") throw new PathError("no logical cluster is named");
  const end = path.indexOf("/", prefix.length);
  return [name, end < 0 ? "/" : path.slice(end)];
}

function statusAnswer(error: StatusError): Answer {
  const retryAfter = error.status.details?.retryAfterSeconds;
  return {
    status: error.code,
    headers: { "content-type": jsonType, ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }) },
    body: `${JSON.stringify(error.status)}\n`,
  };
}
