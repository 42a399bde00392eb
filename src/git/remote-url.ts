import { GitUrlError } from "./errors.ts";

/** A remote that may be dialled, or a place on this machine that the caller has to allow. */
export interface RemoteUrl {
  readonly kind: "http" | "ssh" | "local";
  /** What git is given: no credentials in it. For `local` an absolute path. */
  readonly url: string;
  /** With the port where it is not the protocol's own; empty for `local`. */
  readonly host: string;
  /** From the URL, where it had them. */
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const maxUrlLength = 2_048;
const scpLike = /^(?:([^@/:\s]+)@)?(\[[0-9a-fA-F:]+\]|[^@/:[\]\s]+):(?!\/\/)(.+)$/;
const safeHost = /^(?!-)(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)$/;
const safeUser = /^(?!-)[A-Za-z0-9._+-]+$/;

/**
 * Reads a repository's URL: http, https, ssh, `user@host:path`, or `file://` and an absolute path, which only a caller
 * with a list of allowed directories may use. Throws GitUrlError for everything else: options in disguise, transport
 * helpers such as `ext::`, other protocols, control characters.
 */
export function parseRemoteUrl(text: string): RemoteUrl {
  const trimmed = text.trim();
  if (trimmed === "") throw refused(text, "it is empty");
  if (trimmed.length > maxUrlLength) throw refused(text, `it is longer than ${maxUrlLength} characters`);
  if (trimmed.startsWith("-")) throw refused(text, "it begins with a dash");
  if (/[\s\p{Cc}]/u.test(trimmed)) throw refused(text, "it has spaces or control characters");
  if (/^[A-Za-z0-9+.-]+::/.test(trimmed)) throw refused(text, "transport helpers are not allowed");
  if (trimmed.startsWith("/")) return local(trimmed);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined) return parseScpLike(trimmed);
  if (scheme === "file") return parseFileUrl(trimmed);
  if (scheme === "http" || scheme === "https" || scheme === "ssh") return parseWithScheme(trimmed, scheme);
  throw refused(text, `the protocol ${scheme} is not allowed; use https or ssh`);
}

function local(path: string): RemoteUrl {
  return { kind: "local", url: path, host: "", username: undefined, password: undefined };
}

function parseFileUrl(text: string): RemoteUrl {
  const parsed = toUrl(text);
  if (parsed.host !== "" && parsed.host !== "localhost") throw refused(text, "a file URL names no host");
  const path = decoded(parsed.pathname, text);
  if (path.includes("\0")) throw refused(text, "it has a null character");
  return local(path);
}

function parseWithScheme(text: string, scheme: "http" | "https" | "ssh"): RemoteUrl {
  const parsed = toUrl(text);
  const username = decoded(parsed.username, text);
  if (!safeHost.test(parsed.hostname)) throw refused(text, "its host cannot be used");
  if (scheme === "ssh" && username !== "" && !safeUser.test(username)) throw refused(text, "its user cannot be used");
  if (scheme === "ssh" && parsed.pathname.startsWith("/-")) throw refused(text, "its path begins with a dash");
  const password = decoded(parsed.password, text);
  parsed.password = "";
  if (scheme !== "ssh") parsed.username = "";
  parsed.hash = "";
  return {
    kind: scheme === "ssh" ? "ssh" : "http",
    url: parsed.href,
    host: parsed.host,
    username: username === "" ? undefined : username,
    password: password === "" ? undefined : password,
  };
}

function parseScpLike(text: string): RemoteUrl {
  const match = scpLike.exec(text);
  if (match === null) throw refused(text, "it has no protocol; write https://…, ssh://… or user@host:path");
  const [, username, host, path] = match;
  if (!safeHost.test(host!)) throw refused(text, "its host cannot be used");
  if (username !== undefined && !safeUser.test(username)) throw refused(text, "its user cannot be used");
  if (path!.startsWith("-")) throw refused(text, "its path begins with a dash");
  return { kind: "ssh", url: text, host: host!.toLowerCase(), username, password: undefined };
}

function toUrl(text: string): URL {
  if (!URL.canParse(text)) throw refused(text, "it cannot be read as a URL");
  return new URL(text);
}

function decoded(text: string, url: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The only failure of decodeURIComponent is a percent sign that starts no escape.
    throw refused(url, "it has a percent sign that starts no escape");
  }
}

function refused(text: string, why: string): GitUrlError {
  return new GitUrlError(`repository URL ${JSON.stringify(displayUrl(text))} is refused: ${why}`, {
    details: { remedy: "use a repository URL that begins with https:// or ssh://" },
  });
}

/** A URL as it may be shown, also one that cannot be read: without user and password, and of sane length. */
export function displayUrl(text: string): string {
  const shown = text.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/]*@/, (whole, scheme: string) =>
    scheme.toLowerCase() === "ssh://" ? whole.replace(/:[^:@/]*@/, "@") : scheme,
  );
  return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
}

/**
 * The URL as Argo CD compares URLs: lower case, `.git` dropped, `ssh://` dropped and `user@host:path` written with a
 * slash. Two texts of one repository give the same; undefined for a text that is no URL.
 */
export function comparableUrl(text: string): string | undefined {
  let url = text.trim().toLowerCase();
  if (/^(ssh:\/\/)?[^/:]*@[^@]+$/.test(url) && !url.startsWith("ssh://")) url = `ssh://${url.replace(":", "/")}`;
  if (url.endsWith(".git")) url = url.slice(0, -".git".length);
  if (url === "" || /[\p{Cc} ]/u.test(url)) return undefined;
  return url.startsWith("ssh://") ? url.slice("ssh://".length) : url;
}

/** Whether two URLs name one repository, as Argo CD sees it. */
export function isSameUrl(first: string, second: string): boolean {
  return (comparableUrl(first) ?? first) === (comparableUrl(second) ?? second);
}

/**
 * The key of a remote in the cache. Unlike `comparableUrl` it keeps the case of the path and `.git`: where a server tells
 * two such URLs apart, they must not share their content.
 */
export function cacheKey(remote: RemoteUrl): string {
  const url = remote.url.replace(/\/+$/, "");
  if (remote.kind !== "ssh" || url.startsWith("ssh://")) return url;
  return url.replace(
    /^([^@]*@)?([^:]*):/,
    (_, user: string | undefined, host: string) => `${user ?? ""}${host.toLowerCase()}:`,
  );
}
