import type { ErrorDetails } from "../base/errors.ts";
import { FleetError } from "../base/errors.ts";

/** How to reach one API server and prove who we are. Holds secrets: never logged, digested or written out. */
export interface Connection {
  /** http(s) URL without credentials; a path is kept as a prefix of every call. */
  readonly server: string;
  readonly tls?: TlsOptions;
  /** The value of the Authorization header, asked for before each call so that tokens may rotate. */
  readonly authorization?: () => string | Promise<string>;
  /** http, https or socks5 URL of a proxy; may hold credentials. */
  readonly proxyUrl?: string;
}

/** PEM texts. `insecure` leaves the server's certificate unchecked. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name to expect in the server's certificate, when it is not the URL's host. */
  readonly serverName?: string;
  readonly insecure?: boolean;
}

/** The connection to a cluster can't be made as it is configured. A person has to change it. */
export class ConnectionError extends FleetError {
  readonly reason = "InvalidClusterConnection";
  readonly retryable = false;
}

export function bearerToken(token: string): () => string {
  return () => `Bearer ${token}`;
}

export function basicAuth(username: string, password: string): () => string {
  const encoded = Buffer.from(`${username}:${password}`).toString("base64");
  return () => `Basic ${encoded}`;
}

/** The server's URL as calls use it: checked, without a slash at the end. Errors never repeat the text, it may hold a password. */
export function parseServerUrl(text: string, details: ErrorDetails): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new ConnectionError("the server is not an http(s) URL", { details: { ...details, field: "server" } });
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    const remedy = "put credentials into config and leave the query out";
    throw new ConnectionError("the server's URL holds more than host, port and path", {
      details: { ...details, field: "server", remedy },
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

const proxyProtocols = new Set(["http:", "https:", "socks5:"]);

export function parseProxyUrl(text: string, details: ErrorDetails): string {
  if (URL.canParse(text) && proxyProtocols.has(new URL(text).protocol)) return text;
  throw new ConnectionError("the proxy is not an http, https or socks5 URL", {
    details: { ...details, field: "config.proxyUrl" },
  });
}
