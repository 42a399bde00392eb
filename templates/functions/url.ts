import { isIPv6 } from "node:net";

/** A URL in the parts of Go's `net/url`, all of them binary strings. */
export interface Url {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: UserInfo | undefined;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

export interface UserInfo {
  readonly name: string;
  readonly password: string | undefined;
}

/** The characters that each part of a URL holds as they are. */
const plain = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  user: /[A-Za-z0-9\-_.~$&+,;=]/,
  fragment: /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/,
};

type Part = keyof typeof plain;

/** Reads a URL as Go's `url.Parse`; throws where it is none. */
export function parseUrl(text: string): Url {
  const hash = text.indexOf("#");
  const whole = hash < 0 ? text : text.slice(0, hash);
  const written = hash < 0 ? "" : text.slice(hash + 1);
  try {
    const url = parseWithoutFragment(whole);
    if (written === "") return url;
    return { ...url, fragment: unescapePart(written) };
  } catch (error: unknown) {
    throw new Error(`parse ${JSON.stringify(text)}: ${(error as Error).message}`, { cause: error });
  }
}

const none: Url = {
  scheme: "",
  opaque: "",
  user: undefined,
  host: "",
  path: "",
  query: "",
  fragment: "",
};

function parseWithoutFragment(text: string): Url {
  if (/[^ -~\x80-\xff]/.test(text)) throw new Error("net/url: invalid control character in URL");
  if (text === "*") return { ...none, path: "*" };
  const [scheme, afterScheme] = splitScheme(text);
  const mark = afterScheme.indexOf("?");
  const rest = mark < 0 ? afterScheme : afterScheme.slice(0, mark);
  const url = { ...none, scheme: scheme.toLowerCase(), query: mark < 0 ? "" : afterScheme.slice(mark + 1) };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...url, opaque: rest };
    if (/^[^/]*:/.test(rest)) throw new Error("first path segment in URL cannot contain colon");
  }
  const hasAuthority = rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"));
  if (!hasAuthority) return withPath(url, rest);
  const slash = rest.indexOf("/", 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  return withPath({ ...url, ...parseAuthority(url.scheme, authority) }, slash < 0 ? "" : rest.slice(slash));
}

function splitScheme(text: string): readonly [string, string] {
  if (text.startsWith(":")) throw new Error("missing protocol scheme");
  const match = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(text);
  return match === null ? ["", text] : [match[0], text.slice(match[0].length + 1)];
}

function withPath(url: Url, written: string): Url {
  return { ...url, path: unescapePart(written) };
}

function parseAuthority(scheme: string, authority: string): Pick<Url, "user" | "host"> {
  const at = authority.lastIndexOf("@");
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { user: undefined, host };
  const written = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(written)) throw new Error("net/url: invalid userinfo");
  const colon = written.indexOf(":");
  const name = unescapePart(colon < 0 ? written : written.slice(0, colon));
  return { user: { name, password: colon < 0 ? undefined : unescapePart(written.slice(colon + 1)) }, host };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) throw new Error("invalid IP-literal");
  if (bracket === 0) return parseIpLiteral(host);
  // Lists of hosts with ports are left alone where the scheme is not that of the web.
  const isWeb = scheme === "http" || scheme === "https";
  const colon = isWeb ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon >= 0) checkPort(host.slice(colon));
  return unescapeHost(host);
}

function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) throw new Error("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const literal = host.slice(1, close);
  const zoneAt = literal.indexOf("%25");
  const address = unescapeHost(zoneAt < 0 ? literal : literal.slice(0, zoneAt));
  const zone = zoneAt < 0 ? "" : unescapeZone(literal.slice(zoneAt));
  if (!isIPv6(address) || zone === "%" || address.includes("%")) throw new Error("invalid host: unable to parse IP");
  return `[${address}${zone}]${port}`;
}

function checkPort(port: string): void {
  if (port !== "" && !/^:[0-9]*$/.test(port)) throw new Error(`invalid port ${JSON.stringify(port)} after host`);
}

function unescapeHost(host: string): string {
  // In a host only what is no ASCII may be written with a percent sign, and the percent sign itself.
  const bad = /%(?!25)[0-7][0-9A-Fa-f]/.exec(host);
  if (bad !== null) throw new Error(`invalid URL escape ${JSON.stringify(bad[0])}`);
  return unescapePart(checkHost(host));
}

/** A zone may also hold spaces, as they are on Windows, but nothing else that a host could not. */
function unescapeZone(zone: string): string {
  for (const [written] of zone.matchAll(/%[0-9A-Fa-f]{2}/g)) {
    const byte = String.fromCharCode(Number.parseInt(written.slice(1), 16));
    if (written !== "%25" && byte !== " " && !plain.host.test(byte)) {
      throw new Error(`invalid URL escape ${JSON.stringify(written)}`);
    }
  }
  return unescapePart(checkHost(zone));
}

function checkHost(host: string): string {
  for (const byte of host) {
    if (byte < "\x80" && byte !== "%" && !plain.host.test(byte)) {
      throw new Error(`invalid character ${JSON.stringify(byte)} in host name`);
    }
  }
  return host;
}

function unescapePart(text: string): string {
  const bad = /%(?![0-9A-Fa-f]{2})/.exec(text);
  if (bad !== null) throw new Error(`invalid URL escape ${JSON.stringify(text.slice(bad.index, bad.index + 3))}`);
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function escapePart(text: string, part: Part): string {
  let escaped = "";
  for (const byte of text) {
    escaped += plain[part].test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}

/** The user information as it stands in a URL. */
export function userText({ name, password }: UserInfo): string {
  return escapePart(name, "user") + (password === undefined ? "" : `:${escapePart(password, "user")}`);
}

/** Writes a URL as Go's `URL.String`. */
export function writeUrl(url: Url): string {
  const start = url.scheme === "" ? "" : `${url.scheme}:`;
  const query = url.query === "" ? "" : `?${url.query}`;
  const fragment = url.fragment === "" ? "" : `#${escapePart(url.fragment, "fragment")}`;
  return start + (url.opaque === "" ? hostAndPath(url) : url.opaque) + query + fragment;
}

function hostAndPath({ scheme, host, path, user }: Url): string {
  const hasHost = host !== "" || user !== undefined || (scheme !== "" && path !== "");
  const authority = (user === undefined ? "" : `${userText(user)}@`) + escapePart(host, "host");
  const before = hasHost ? `//${authority}` : "";
  const escaped = path === "*" ? path : escapePart(path, "path");
  if (escaped !== "" && !escaped.startsWith("/") && host !== "") return `${before}/${escaped}`;
  // A colon in the first part of a path alone would make a scheme of it.
  const isAlone = scheme === "" && before === "" && /^[^/]*:/.test(escaped);
  return before + (isAlone ? "./" : "") + escaped;
}
