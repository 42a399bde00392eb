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
import { TokenAuthenticator } from "./auth/tokens.ts";
import type { LogicalCluster } from "./cluster.ts";
import { type Answer, jsonType } from "./http/answer.ts";
import { defaultLimits, type ServerLimits } from "./http/exchange.ts";
import { PathError, splitPath } from "./http/request-info.ts";
import { routeRequest } from "./http/route.ts";
import { publicAnswer } from "./http/system-endpoints.ts";
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
      if (answer !== undefined) send(request, response, answer, warnings);
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
    const open = publicAnswer(method, own, query);
    if (open !== undefined) return open;
    const user = this.authenticator.authenticate(request.headers.authorization);
    if (user === undefined) throw unauthorized();
    const cluster = this.#options.cluster(name);
    if (cluster === undefined) throw resourceMissing();
    return routeRequest({
      cluster,
      user,
      authenticate: (header) => this.authenticator.authenticate(header),
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

/** Headers have a limit at clients and proxies; what a server warns of beyond it is dropped. */
const maxWarningLength = 4096;

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, warnings: readonly string[]): void {
  const { status, headers, body } = answer;
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!response.hasHeader("cache-control")) response.setHeader("cache-control", "no-cache, private");
  if (warnings.length > 0) response.setHeader("warning", warningHeaders(warnings));
  if (status !== 304) response.setHeader("content-length", length);
  // What is left of a body that was refused is not read: the connection cannot be used again.
  if (!request.complete && request.method !== "GET" && status >= 400) response.setHeader("connection", "close");
  response.writeHead(status);
  response.end(request.method === "HEAD" || status === 304 ? undefined : body);
}

function warningHeaders(warnings: readonly string[]): string[] {
  const headers: string[] = [];
  let total = 0;
  for (const text of new Set(warnings)) {
    const header = `299 - ${JSON.stringify(text.replace(/[^\x20-\x7e]/g, "?"))}`;
    total += header.length;
    if (total > maxWarningLength) break;
    headers.push(header);
  }
  return headers;
}
