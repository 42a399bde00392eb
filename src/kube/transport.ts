import type { Dispatcher } from "undici";
import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import { onAbort } from "../base/signal.ts";
import type { Connection } from "./connection.ts";
import { networkError } from "./network-error.ts";
import type { PoolLimits, Pools } from "./pools.ts";
import { Slots } from "./slots.ts";

/** Bounds on one cluster's connections, calls and answers. Times in milliseconds. */
export interface TransportLimits extends PoolLimits {
  /** Connections for calls; each watch has one of its own. */
  readonly maxConnections: number;
  /** For a whole call, however steadily its answer drips. */
  readonly callMs: number;
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

const maxStreamErrorBytes = 1 << 20;

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
  readonly #slots: Slots;
  readonly #underWay = new Set<Deadline>();
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
    this.#slots = new Slots(this.#limits.maxConnections);
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const deadline = new Deadline(this.#clock, this.#limits.callMs, request.signal);
    this.#underWay.add(deadline);
    try {
      return await this.#call(request, deadline.signal);
    } catch (error: unknown) {
      throw networkError(error, request, { server: this.server, timedOut: deadline.passed });
    } finally {
      this.#underWay.delete(deadline);
      deadline.end();
    }
  }

  async #call(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const pools = await this.#open();
    const options = await this.#dispatch(request, signal);
    await this.#slots.take(signal);
    try {
      const answer = await pools.calls.request(options);
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } finally {
      this.#slots.give();
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
    // The connections may be those of others, too: what is ours ends by itself.
    for (const deadline of this.#underWay) deadline.abort();
    await pools?.release();
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
    this.#pools ??= import("./pools.ts").then(({ openPools }) => openPools(this.#connection, this.#limits));
    return this.#pools;
  }
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
  readonly abort: () => void;
  readonly end: () => void;

  constructor(clock: Clock, limitMs: number, outer: AbortSignal | undefined) {
    const controller = new AbortController();
    this.signal = controller.signal;
    const abort = () => controller.abort();
    this.abort = abort;
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
