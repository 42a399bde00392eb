import type { SecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import { onAbort } from "../base/signal.ts";
import type { Connection } from "./connection.ts";
import { ConnectionError } from "./connection.ts";
import { networkError } from "./network-error.ts";

/** Bounds on one cluster's connections, calls and answers. Times in milliseconds. */
export interface TransportLimits {
  /** Connections for calls; each watch has one of its own. */
  readonly maxConnections: number;
  readonly connectMs: number;
  /** From the request to the answer's headers. */
  readonly headersMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
  /** For a whole call, however steadily its answer drips. */
  readonly callMs: number;
  readonly maxAnswerBytes: number;
}

export const defaultTransportLimits: TransportLimits = {
  maxConnections: 16,
  connectMs: 10_000,
  headersMs: 60_000,
  idleMs: 60_000,
  callMs: 180_000,
  maxAnswerBytes: 256 << 20,
};

export interface TransportOptions {
  readonly limits?: Partial<TransportLimits>;
  readonly userAgent?: string;
  readonly clock?: Clock;
}

export interface HttpRequest {
  readonly method: string;
  /** Below the server's URL, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The whole body, for an answer that turned out to be an error. */
  text(): Promise<string>;
}

/** HTTP to one server. Fails with a `KubeError` where there is no whole answer; each status is an answer. */
export interface Transport {
  readonly server: string;
  send(request: HttpRequest): Promise<HttpAnswer>;
  stream(request: HttpRequest): Promise<HttpStream>;
  close(): Promise<void>;
}

const keepAliveMs = 30_000;
const maxStreamErrorBytes = 1 << 20;

interface Pools {
  readonly calls: Dispatcher;
  readonly streams: Dispatcher;
}

/** Nothing is loaded or dialled before the first call. */
export function openTransport(connection: Connection, options: TransportOptions = {}): Transport {
  return new PooledTransport(connection, options);
}

class PooledTransport implements Transport {
  readonly server: string;
  readonly #connection: Connection;
  readonly #limits: TransportLimits;
  readonly #clock: Clock;
  readonly #userAgent: string;
  readonly #origin: string;
  readonly #prefix: string;
  #pools: Promise<Pools> | undefined;

  constructor(connection: Connection, options: TransportOptions) {
    const url = new URL(connection.server);
    this.server = connection.server;
    this.#connection = connection;
    this.#limits = { ...defaultTransportLimits, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    this.#userAgent = options.userAgent ?? "fleetset";
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, "");
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const deadline = new Deadline(this.#clock, this.#limits.callMs, request.signal);
    try {
      const pools = await this.#open();
      const answer = await pools.calls.request(await this.#dispatch(request, deadline.signal));
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } catch (error: unknown) {
      throw networkError(error, request, { server: this.server, timedOut: deadline.passed });
    } finally {
      deadline.end();
    }
  }

  async stream(request: HttpRequest): Promise<HttpStream> {
    const context = { server: this.server, timedOut: false };
    try {
      const pools = await this.#open();
      const answer = await pools.streams.request(await this.#dispatch(request, request.signal));
      return {
        status: answer.statusCode,
        headers: answer.headers,
        chunks: guarded(answer.body, (error) => networkError(error, request, context)),
        text: () => boundedText(answer.body, maxStreamErrorBytes),
      };
    } catch (error: unknown) {
      throw networkError(error, request, context);
    }
  }

  async close(): Promise<void> {
    // Pools that could not be opened have nothing to close; the call that tried has told.
    const pools = await this.#pools?.catch(() => undefined);
    this.#pools = undefined;
    if (pools !== undefined) await Promise.all([pools.calls.destroy(), pools.streams.destroy()]);
  }

  async #dispatch(request: HttpRequest, signal: AbortSignal | undefined): Promise<Dispatcher.RequestOptions> {
    const headers: Record<string, string> = { accept: "application/json", "user-agent": this.#userAgent };
    Object.assign(headers, request.headers);
    const authorization = await this.#connection.authorization?.();
    if (authorization !== undefined) headers.authorization = authorization;
    const { method, body = null } = request;
    const path = `${this.#prefix}${request.path}`;
    return { origin: this.#origin, path, method, headers, body, ...(signal === undefined ? {} : { signal }) };
  }

  #open(): Promise<Pools> {
    this.#pools ??= openPools(this.#connection, this.#limits, this.#origin);
    return this.#pools;
  }
}

async function openPools(connection: Connection, limits: TransportLimits, origin: string): Promise<Pools> {
  const [{ Pool, ProxyAgent }, tls] = await Promise.all([import("undici"), tlsOptions(connection)]);
  const common = {
    connect: { ...tls, timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    keepAliveTimeout: keepAliveMs,
    pipelining: 1,
  };
  const { proxyUrl } = connection;
  const open = (more: { connections: number | null; bodyTimeout: number; maxResponseSize: number }): Dispatcher => {
    if (proxyUrl === undefined) return new Pool(origin, { ...common, ...more });
    const timeout = limits.connectMs;
    return new ProxyAgent({
      ...common,
      ...more,
      uri: proxyUrl,
      requestTls: { ...tls, timeout },
      proxyTls: { timeout },
    });
  };
  return {
    calls: open({
      connections: limits.maxConnections,
      bodyTimeout: limits.idleMs,
      maxResponseSize: limits.maxAnswerBytes,
    }),
    // A watch is silent for long and has a watchdog in its reader, so that it is bounded by neither time nor size here.
    streams: open({ connections: null, bodyTimeout: 0, maxResponseSize: -1 }),
  };
}

interface ConnectTls {
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly secureContext?: SecureContext;
}

/** One secure context for all connections, since reading the certificates anew costs more than a handshake. */
async function tlsOptions(connection: Connection): Promise<ConnectTls> {
  if (!connection.server.startsWith("https:")) return {};
  const { createSecureContext } = await import("node:tls");
  const { ca, cert, key, serverName, insecure } = connection.tls ?? {};
  const material = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  let secureContext: SecureContext;
  try {
    secureContext = createSecureContext(material);
  } catch (cause: unknown) {
    const remedy =
      "check that CA, certificate and key are whole PEM texts and that certificate and key belong together";
    throw new ConnectionError(`the certificates for ${connection.server} can't be used`, {
      details: { remedy },
      cause,
    });
  }
  return {
    secureContext,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
  };
}

async function* guarded(body: AsyncIterable<Uint8Array>, wrap: (error: unknown) => Error): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error: unknown) {
    throw wrap(error);
  }
}

async function boundedText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Joins the caller's signal with a time limit. `AbortSignal.any` is not used: on Node 20 it leaks on long-lived signals. */
class Deadline {
  passed = false;
  readonly signal: AbortSignal;
  readonly end: () => void;

  constructor(clock: Clock, limitMs: number, outer: AbortSignal | undefined) {
    const controller = new AbortController();
    this.signal = controller.signal;
    const abort = () => controller.abort();
    const timer = clock.after(
      limitMs,
      () => {
        this.passed = true;
        abort();
      },
      { background: true },
    );
    const forget = onAbort(outer, abort);
    this.end = () => {
      timer.cancel();
      forget();
    };
  }
}
