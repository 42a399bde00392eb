import { newMap } from "../../src/base/values.ts";
import { kindOf } from "../go/go-types.ts";
import type { GoValue } from "../go/values.ts";
import { fromBinary, toBinary } from "./binary.ts";
import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";
import type { GoMap } from "./merge.ts";
import { parseUrl, userText, writeUrl } from "./url.ts";

/** URLs. */
export const urlFunctions: FunctionTable = {
  urlParse: define(
    "func(string) map[string]any",
    "the parts of a URL: scheme, host, hostname, path, query, opaque, fragment, userinfo",
    ([text]) => urlParse(text),
  ),
  urlJoin: define("func(map[string]any) string", "the URL of such parts", ([parts]) => urlJoin(parts)),
};

function urlParse(text: string): GoValue {
  const url = naming("unable to parse url", () => parseUrl(toBinary(text)));
  const parts = newMap<GoValue>();
  parts.scheme = url.scheme;
  parts.host = fromBinary(url.host);
  parts.hostname = fromBinary(hostname(url.host));
  parts.path = fromBinary(url.path);
  parts.query = fromBinary(url.query);
  parts.opaque = fromBinary(url.opaque);
  parts.fragment = fromBinary(url.fragment);
  parts.userinfo = url.user === undefined ? "" : userText(url.user);
  return parts;
}

function urlJoin(parts: GoMap): string {
  const url = {
    scheme: part(parts, "scheme"),
    host: part(parts, "host"),
    path: part(parts, "path"),
    query: part(parts, "query"),
    opaque: part(parts, "opaque"),
    fragment: part(parts, "fragment"),
  };
  const userinfo = part(parts, "userinfo");
  const user =
    userinfo === ""
      ? undefined
      : naming("unable to parse userinfo in dict", () => parseUrl(`proto://${userinfo}@host`)).user;
  return fromBinary(writeUrl({ ...url, user }));
}

function part(parts: GoMap, name: string): string {
  const value = Object.hasOwn(parts, name) ? parts[name] : "";
  if (typeof value === "string") return toBinary(value);
  throw new Error(`unable to parse ${name} key, must be of type string, but ${kindOf(value)} found`);
}

function naming<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error: unknown) {
    throw new Error(`${problem}: ${(error as Error).message}`, { cause: error });
  }
}

/** Go's `URL.Hostname`: the host without its port, and without the brackets of IPv6. */
function hostname(host: string): string {
  const bare = host.replace(/:[0-9]*$/, "");
  return bare.startsWith("[") && bare.endsWith("]") ? bare.slice(1, -1) : bare;
}
