import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, serve } from "../../../support/http-fixture.ts";

/** A request as a fixture reads it: the path in its segments, decoded. */
export interface Asked {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly url: URL;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** JSON, or bytes as they are for a text. */
  readonly body?: unknown;
}

export const notFound: Reply = { status: 404, body: { message: "Not Found" } };

/** What a server answers; undefined is 404. */
export type Route = (asked: Asked) => Reply | undefined;

export type Handler = (path: { readonly [name: string]: string }, asked: Asked) => Reply | undefined;

/** A route by patterns, the first that fits: `:name` is one segment, `*` the rest. A handler may answer nothing. */
export function routes(table: { readonly [pattern: string]: Handler }): Route {
  const patterns = Object.entries(table).map(([pattern, handler]) => ({ parts: pattern.split("/"), handler }));
  return (asked) => {
    for (const { parts, handler } of patterns) {
      const path = pathOf(parts, asked.segments);
      if (path !== undefined) return handler(path, asked);
    }
    return undefined;
  };
}

function pathOf(parts: readonly string[], segments: readonly string[]): { [name: string]: string } | undefined {
  const path: { [name: string]: string } = {};
  const hasRest = parts.at(-1) === "*";
  const fixed = hasRest ? parts.slice(0, -1) : parts;
  if (hasRest ? segments.length <= fixed.length : segments.length !== fixed.length) return undefined;
  for (const [index, part] of fixed.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) path[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  if (hasRest) path.rest = segments.slice(fixed.length).join("/");
  return path;
}

/** A route for those who sign in. */
export function guarded(
  login: string | undefined,
  loginOf: (asked: Asked) => string | undefined,
  refusal: Reply,
  route: Route,
): Route {
  return (asked) => (login !== undefined && loginOf(asked) !== login ? refusal : route(asked));
}

/** Something that goes wrong instead of an answer; undefined lets the server answer. */
export type Fault = (asked: Asked, count: number) => Reply | "cut" | "silent" | "huge" | undefined;

export interface Answered {
  readonly asked: Asked;
  readonly status: number;
  readonly body: unknown;
}

/** A fixture server on loopback, and all that it was asked. */
export interface Loopback {
  readonly url: string;
  readonly asked: Asked[];
  /** What the server itself answered, faults left out. */
  readonly answered: Answered[];
  fault: Fault | undefined;
  close(): Promise<void>;
}

export async function loopback(route: Route): Promise<Loopback> {
  const asked: Asked[] = [];
  const answered: Answered[] = [];
  const self = { asked, answered, fault: undefined as Fault | undefined };
  const server = await serve(async (request, response) => {
    const one = await read(request);
    asked.push(one);
    const fault = self.fault?.(one, asked.length);
    if (fault === "silent") return;
    if (fault === "huge") return void flood(response);
    const reply = fault === undefined || fault === "cut" ? (route(one) ?? notFound) : fault;
    if (fault === undefined) answered.push({ asked: one, status: reply.status ?? 200, body: reply.body });
    send(response, reply, fault === "cut");
  });
  return Object.assign(self, { url: server.url, close: () => server.close() });
}

async function read(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  return {
    method: request.method ?? "",
    segments: url.pathname.split("/").filter(Boolean).map(decodeURIComponent),
    query: url.searchParams,
    headers: request.headers as { readonly [name: string]: string },
    body: await bodyOf(request),
    url,
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Reply, isCut: boolean): void {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? {} : { "content-type": "application/json" };
  response.writeHead(status, { ...type, ...headers });
  response.end(isCut ? text.slice(0, Math.max(1, text.length / 2)) : text);
}

/** More than anybody reads, without holding it. */
function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(1 << 20, " ");
  response.writeHead(200, { "content-type": "application/json" });
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more).on("error", () => undefined);
  more();
}

/** One page of items by number from 1, and whether there is another. */
export function pageOf<T>(items: readonly T[], page: number, size: number): { items: readonly T[]; hasNext: boolean } {
  const start = (page - 1) * size;
  return { items: items.slice(start, start + size), hasNext: start + size < items.length };
}

export function numberOf(query: URLSearchParams, name: string, fallback: number): number {
  const given = query.get(name);
  return given === null ? fallback : Number(given);
}

/** The same address with another value of a parameter. */
export function withParameter(url: URL, name: string, value: string): string {
  const next = new URL(url);
  next.searchParams.set(name, value);
  return next.href;
}
