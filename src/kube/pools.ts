import { createHash } from "node:crypto";
import type { SecureContext } from "node:tls";
import type { buildConnector, Dispatcher } from "undici";
import type { Connection } from "./connection.ts";
import { ConnectionError } from "./connection.ts";

/** The open connections that one transport uses, until it gives them back. */
export interface Pools {
  /** Bounds no number of connections: whoever calls does. */
  readonly calls: Dispatcher;
  /** For watches, each of which has a connection to itself. */
  readonly streams: Dispatcher;
  /** Ends the streams, and the connections for calls with the last that used them. */
  release(): Promise<void>;
}

/** Bounds on connections and answers. Times in milliseconds. */
export interface PoolLimits {
  readonly connectMs: number;
  /** From the request to the answer's headers. */
  readonly headersMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
  readonly maxAnswerBytes: number;
}

interface Shared {
  readonly calls: Dispatcher;
  readonly connect: buildConnector.connector;
}

interface Entry {
  readonly opened: Promise<Shared>;
  users: number;
}

/**
 * Clusters behind one address (logical clusters of a hub, a gateway to many) are called over the same connections: each of
 * its own would cost a handshake and some hundred kilobytes. Only those with the same certificates share.
 */
const shared = new Map<string, Entry>();

export async function openPools(connection: Connection, limits: PoolLimits): Promise<Pools> {
  if (connection.proxyUrl !== undefined) return openProxied(connection, connection.proxyUrl, limits);
  const key = keyOf(connection, limits);
  const entry = shared.get(key) ?? { opened: openShared(connection, limits), users: 0 };
  shared.set(key, entry);
  entry.users += 1;
  const leave = (): boolean => {
    entry.users -= 1;
    if (entry.users === 0 && shared.get(key) === entry) shared.delete(key);
    return entry.users === 0;
  };
  try {
    const [{ Pool }, { calls, connect }] = await Promise.all([import("undici"), entry.opened]);
    const streams = new Pool(originOf(connection), { ...settings(limits), ...streaming, connect });
    const release = async () => {
      await Promise.all([streams.destroy(), ...(leave() ? [calls.destroy()] : [])]);
    };
    return { calls, streams, release };
  } catch (cause: unknown) {
    leave();
    throw cause instanceof ConnectionError ? unusable(connection, cause.cause) : cause;
  }
}

function originOf(connection: Connection): string {
  return new URL(connection.server).origin;
}

/** A digest, since certificates come with private keys. */
function keyOf(connection: Connection, { connectMs, headersMs, idleMs, maxAnswerBytes }: PoolLimits): string {
  const { ca, cert, key, serverName, insecure } = connection.tls ?? {};
  const parts = [
    originOf(connection),
    ca,
    cert,
    key,
    serverName,
    insecure,
    connectMs,
    headersMs,
    idleMs,
    maxAnswerBytes,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

const keepAliveMs = 30_000;

function settings({ headersMs }: PoolLimits) {
  return { headersTimeout: headersMs, keepAliveTimeout: keepAliveMs, pipelining: 1 };
}

// A watch is silent for long and has a watchdog in its reader, so that it is bounded by neither time nor size here.
const streaming = { connections: null, bodyTimeout: 0, maxResponseSize: -1 };

function calling({ idleMs, maxAnswerBytes }: PoolLimits) {
  return { connections: null, bodyTimeout: idleMs, maxResponseSize: maxAnswerBytes };
}

async function openShared(connection: Connection, limits: PoolLimits): Promise<Shared> {
  const [{ Pool, buildConnector }, tls] = await Promise.all([import("undici"), tlsOptions(connection)]);
  const connect = buildConnector({ ...tls, timeout: limits.connectMs });
  return { connect, calls: new Pool(originOf(connection), { ...settings(limits), ...calling(limits), connect }) };
}

async function openProxied(connection: Connection, uri: string, limits: PoolLimits): Promise<Pools> {
  const [{ ProxyAgent }, tls] = await Promise.all([import("undici"), tlsOptions(connection)]);
  const timeout = limits.connectMs;
  const common = { ...settings(limits), uri, requestTls: { ...tls, timeout }, proxyTls: { timeout } };
  const calls = new ProxyAgent({ ...common, ...calling(limits), connect: { timeout } });
  const streams = new ProxyAgent({ ...common, ...streaming, connect: { timeout } });
  return {
    calls,
    streams,
    async release() {
      await Promise.all([calls.destroy(), streams.destroy()]);
    },
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
    throw unusable(connection, cause);
  }
  return {
    secureContext,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
  };
}

function unusable({ server }: Connection, cause: unknown): ConnectionError {
  const remedy = "check that CA, certificate and key are whole PEM texts and that certificate and key belong together";
  return new ConnectionError(`the certificates for ${server} can't be used`, { details: { remedy }, cause });
}
