import { goQuoted } from "../../validation/go-quote.ts";
import { fn, method, type Overload } from "../overload.ts";
import { urlType } from "../type-names.ts";
import { boolType, listOf, mapOf, stringType } from "../types.ts";
import { EvaluationError, Extension, PlainList, PlainMap, type Value } from "../values.ts";

/** A URL as Go's parser takes it apart: nothing is made canonical but the case of the scheme. */
class Url extends Extension {
  readonly typeName = urlType.name;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
    const [, scheme = "", rest = ""] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(text.replace(/#.*$/s, "")) ?? [];
    const [address = "", ...queries] = rest.split("?");
    const [, authority = "", path = ""] = /^\/\/([^/]*)(.*)$/s.exec(address) ?? ["", "", address];
    const isOpaque = scheme !== "" && !address.startsWith("/");
    this.scheme = scheme.toLowerCase();
    this.host = authority.replace(/^.*@/s, "");
    this.path = isOpaque ? "" : path;
    this.query = queries.join("?");
  }

  equals(other: Extension): boolean {
    return other instanceof Url && other.#text === this.#text;
  }

  get hostname(): string {
    const [, address] = /^\[([^\]]*)\]/.exec(this.host) ?? [];
    return address ?? this.host.replace(/:\d*$/, "");
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host.replace(/^\[[^\]]*\]/, ""))?.[1] ?? "";
  }
}

/** Why a text is no URL of a request, in Go's words; undefined where it is one. */
export function urlProblem(text: string): string | undefined {
  const problem = problemOf(text);
  return problem === undefined ? undefined : `parse ${goQuoted(text)}: ${problem}`;
}

function problemOf(text: string): string | undefined {
  if (text === "") return "empty url";
  if (/\p{Cc}/u.test(text.replace(/[\u0080-\u009f]/g, ""))) return "net/url: invalid control character in URL";
  if (text === "*") return undefined;
  if (text.startsWith(":")) return "missing protocol scheme";
  const [, scheme, rest = ""] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  const address = rest.split("?")[0]!;
  if (!address.startsWith("/")) return scheme === undefined ? "invalid URI for request" : undefined;
  const authority = /^\/\/([^/]*)/.exec(address)?.[1];
  const hasAuthority = authority !== undefined && (scheme !== undefined || !address.startsWith("///"));
  return (hasAuthority ? hostProblem(authority.replace(/^.*@/s, "")) : undefined) ?? escapeProblem(address);
}

function hostProblem(host: string): string | undefined {
  if (host.startsWith("[")) {
    const end = host.indexOf("]");
    if (end < 0) return "missing ']' in host";
    return portProblem(host.slice(end + 1));
  }
  const colon = host.indexOf(":");
  const problem = colon < 0 ? undefined : portProblem(host.slice(colon));
  if (problem !== undefined) return problem;
  const [bad] = /[ "<>\\^`{|}]/.exec(host) ?? [];
  return bad === undefined ? undefined : `invalid character ${goQuoted(bad)} in host name`;
}

function portProblem(port: string): string | undefined {
  return port === "" || /^:\d*$/.test(port) ? undefined : `invalid port ${goQuoted(port)} after host`;
}

function escapeProblem(path: string): string | undefined {
  const [, bad] = /(%(?![0-9a-fA-F]{2}).{0,2})/s.exec(path) ?? [];
  return bad === undefined ? undefined : `invalid URL escape ${goQuoted(bad)}`;
}

function parse(text: string): Url {
  const problem = urlProblem(text);
  if (problem !== undefined) throw new EvaluationError(`URL parse error during conversion from string: ${problem}`);
  return new Url(text);
}

function escapedPath({ path }: Url): string {
  return path.replace(/%[0-9a-fA-F]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/[\]]/gu, (one) => {
    return one.length === 3 && one.startsWith("%") ? one : encodeURIComponent(one);
  });
}

function unescaped(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const bytes: number[] = [];
  const plain = Buffer.from(text.replaceAll("+", " "));
  for (let index = 0; index < plain.length; index++) {
    const isEscape = plain[index] === 0x25;
    bytes.push(isEscape ? Number.parseInt(plain.subarray(index + 1, index + 3).toString(), 16) : plain[index]!);
    if (isEscape) index += 2;
  }
  return Buffer.from(bytes).toString();
}

function query({ query: text }: Url): PlainMap {
  const values = new Map<string, Value[]>();
  for (const pair of text.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const equals = pair.indexOf("=");
    const key = unescaped(equals < 0 ? pair : pair.slice(0, equals));
    const value = unescaped(equals < 0 ? "" : pair.slice(equals + 1));
    if (key === undefined || value === undefined) continue;
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const map = new PlainMap();
  for (const [key, list] of values) map.set(key, new PlainList(list));
  return map;
}

function part(name: string, id: string, read: (url: Url) => Value, result = stringType): Overload {
  return method(name, id, [urlType], result, read);
}

/** URLs, as Kubernetes' library reads them. */
export const urls: readonly Overload[] = [
  fn("url", "string_to_url", [stringType], urlType, parse),
  fn("isURL", "is_url_string", [stringType], boolType, (text: string) => urlProblem(text) === undefined),
  part("getScheme", "url_get_scheme", ({ scheme }) => scheme),
  part("getHost", "url_get_host", ({ host }) => host),
  part("getHostname", "url_get_hostname", ({ hostname }) => hostname),
  part("getPort", "url_get_port", ({ port }) => port),
  part("getEscapedPath", "url_get_escaped_path", escapedPath),
  part("getQuery", "url_get_query", query, mapOf(stringType, listOf(stringType))),
];
