import { GenerationError } from "../../src/base/errors.ts";

/** Parameters of a query, in their order. */
export type Query = readonly (readonly [name: string, value: string])[];

/** Parts of a path that stay apart: `src/main` with its slash. */
export interface PathSegments {
  readonly segments: readonly string[];
}

/** The text with its slashes kept in a `urlPath`. */
export function segments(path: string): PathSegments {
  return { segments: path.split("/").filter((segment) => segment !== "") };
}

/**
 * A path of a URL with what stands in it encoded, slashes too: urlPath`/repos/${owner}`. Throws a GenerationError for `.`
 * and `..`, which would lead to another place of the API.
 */
export function urlPath(strings: TemplateStringsArray, ...values: readonly (string | PathSegments)[]): string {
  const encoded = values.map((value) =>
    typeof value === "string" ? encode(value) : value.segments.map(encode).join("/"),
  );
  return strings.reduce((path, text, index) => path + (encoded[index - 1] ?? "") + text);
}

function encode(segment: string): string {
  if (segment !== "." && segment !== "..") return encodeURIComponent(segment);
  throw new GenerationError(`${JSON.stringify(segment)} cannot stand in a path of an API`);
}

/** The URL of a path below a base, which has no slash at its end. */
export function urlOf(base: string, path: string, query: Query = []): string {
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return `${base}${path}${search === "" ? "" : `?${search}`}`;
}

/** The parameters of a URL's query; undefined when it is no URL. Its host and path do not matter to us. */
export function queryOf(url: string): Query | undefined {
  const base = "http://relative.invalid";
  if (!URL.canParse(url, base)) return undefined;
  return [...new URL(url, base).searchParams];
}

/**
 * A base URL as a set writes it, without slashes at its end. Throws a GenerationError for one that is no http or https URL
 * or that holds a login, a query or a fragment.
 */
export function baseUrl(text: string, field: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new GenerationError(`${field} is no plain http or https URL`, {
      details: { field, remedy: "write for example https://git.example.com, and put logins into a Secret" },
    });
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}

/** The URL without a slash at its end, for `urlOf`. */
export function textOfBase(url: URL): string {
  return url.href.replace(/\/+$/, "");
}
