import type { ErrorDetails } from "../base/errors.ts";
import type { Connection, TlsOptions } from "./connection.ts";
import { basicAuth, bearerToken, ConnectionError, parseProxyUrl, parseServerUrl } from "./connection.ts";

/** What Argo CD keeps under `config` of a cluster Secret, as far as fleetset uses it. The `…Data` are base64 of PEM. */
export interface ClusterConfig {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  readonly proxyUrl?: string;
  readonly disableCompression?: boolean;
  readonly tlsClientConfig?: {
    readonly insecure?: boolean;
    readonly serverName?: string;
    readonly caData?: string;
    readonly certData?: string;
    readonly keyData?: string;
  };
}

/** Ways to sign in that would run a program on the hub. */
const programs: Readonly<Record<string, string>> = {
  awsAuthConfig: "AWS authentication runs a program on the hub, which is not supported",
  execProviderConfig: "exec authentication runs a program on the hub, which is not supported",
};

const tokenRemedy = "use a service account's bearerToken, or a client certificate";

type Fields = Readonly<Record<string, unknown>>;

/** Go's JSON decoding takes keys in any case; the exact one wins. */
function field(fields: Fields, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name];
  const key = Object.keys(fields).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : fields[key];
}

class Reader {
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails) {
    this.details = details;
  }

  fail(path: string, found: string, remedy: string): never {
    const message = `the cluster's config${path === "" ? "" : `.${path}`} ${found}`;
    throw new ConnectionError(message, {
      details: { ...this.details, field: path === "" ? "config" : `config.${path}`, remedy },
    });
  }

  fields(value: unknown, path: string): Fields {
    if (value === undefined || value === null) return {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
    return this.fail(path, "is not a map", "write it as a JSON object");
  }

  text(fields: Fields, name: string, path = name): string | undefined {
    const value = field(fields, name);
    if (value === undefined || value === null || value === "") return undefined;
    return typeof value === "string" ? value : this.fail(path, "is not a text", "put it between quotes");
  }

  flag(fields: Fields, name: string, path = name): boolean {
    const value = field(fields, name);
    if (value === undefined || value === null) return false;
    return typeof value === "boolean" ? value : this.fail(path, "is not true or false", "write it without quotes");
  }

  pem(fields: Fields, name: string): string | undefined {
    const path = `tlsClientConfig.${name}`;
    const value = this.text(fields, name, path);
    if (value === undefined) return undefined;
    if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(value)) {
      return this.fail(path, "is not base64", "encode the PEM text with base64");
    }
    return Buffer.from(value, "base64").toString("utf8");
  }
}

export interface ConfiguredConnection {
  readonly connection: Connection;
  readonly warnings: readonly string[];
}

/**
 * The connection that a cluster Secret's `server` and `config` describe. Fails with a `ConnectionError` that names the
 * field and never its content.
 */
export function connectionFromConfig(server: string, config: string, details: ErrorDetails): ConfiguredConnection {
  const read = new Reader(details);
  const fields = parseConfig(config, read);
  for (const [name, found] of Object.entries(programs)) {
    const value = field(fields, name);
    if (value === undefined || value === null) continue;
    throw new ConnectionError(found, { details: { ...details, field: `config.${name}`, remedy: tokenRemedy } });
  }
  const url = parseServerUrl(server, details);
  const { tls, warnings } = readTls(read, read.fields(field(fields, "tlsClientConfig"), "tlsClientConfig"), url);
  const authorization = readAuthorization(read, fields);
  const proxyUrl = read.text(fields, "proxyUrl");
  return {
    connection: {
      server: url,
      tls,
      ...(authorization === undefined ? {} : { authorization }),
      ...(proxyUrl === undefined ? {} : { proxyUrl: parseProxyUrl(proxyUrl, details) }),
    },
    warnings,
  };
}

function parseConfig(config: string, read: Reader): Fields {
  if (config.trim() === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(config);
  } catch {
    // The parser's own message quotes the text, which holds credentials.
    return read.fail("", "is not JSON", "write config as one JSON object");
  }
  return read.fields(parsed, "");
}

function readAuthorization(read: Reader, fields: Fields): (() => string) | undefined {
  const username = read.text(fields, "username");
  const password = read.text(fields, "password");
  const token = read.text(fields, "bearerToken");
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    read.fail("bearerToken", "stands beside username and password", "keep one way to sign in");
  }
  if (token !== undefined) return bearerToken(token);
  return username === undefined && password === undefined ? undefined : basicAuth(username ?? "", password ?? "");
}

function readTls(
  read: Reader,
  fields: Fields,
  server: string,
): { readonly tls: TlsOptions; readonly warnings: string[] } {
  const insecure = read.flag(fields, "insecure", "tlsClientConfig.insecure");
  const serverName = read.text(fields, "serverName", "tlsClientConfig.serverName");
  const [ca, cert, key] = [read.pem(fields, "caData"), read.pem(fields, "certData"), read.pem(fields, "keyData")];
  if (insecure && ca !== undefined) {
    read.fail("tlsClientConfig", "has both insecure and caData", "leave insecure out, or caData");
  }
  if ((cert === undefined) !== (key === undefined)) {
    read.fail("tlsClientConfig", "has only one of certData and keyData", "give both");
  }
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(insecure ? { insecure } : {}),
  };
  return {
    tls,
    warnings: insecure ? [`the certificate of ${server} is not checked: tlsClientConfig.insecure is set`] : [],
  };
}
