import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

/** An HTTP server on loopback. */
export interface TestServer {
  readonly url: string;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** Serves on a free port of loopback. */
export async function serve(listener: RequestListener, server: Server = createServer()): Promise<TestServer> {
  server.on("request", listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    server,
    url: `http://${host}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

interface Answer {
  readonly path: string;
  readonly query?: { readonly [name: string]: string };
  readonly requestHeaders?: { readonly [name: string]: string };
  readonly requestBody?: unknown;
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
}

/** Serves the `http/METHOD_n.json` files of a vector: the first that a request matches answers it, none gives 404. */
export function serveAnswers(folder: string): Promise<TestServer> {
  const answers = readdirSync(folder)
    .sort()
    .map((name) => ({
      method: name.split("_")[0],
      answer: JSON.parse(readFileSync(join(folder, name), "utf8")) as Answer,
    }));
  return serve(async (request, response) => {
    const body = await bodyOf(request);
    const found = answers.find(({ method, answer }) => method === request.method && matches(request, body, answer));
    const { status = 404, headers = {}, body: sent = "" } = found?.answer ?? {};
    response.writeHead(status, headers).end(typeof sent === "string" ? sent : JSON.stringify(sent));
  });
}

function matches(request: IncomingMessage, body: string, answer: Answer): boolean {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const { query = {}, requestHeaders = {}, requestBody } = answer;
  return (
    pathname === answer.path &&
    Object.entries(query).every(([name, value]) => searchParams.get(name) === value) &&
    Object.entries(requestHeaders).every(([name, value]) => request.headers[name.toLowerCase()] === value) &&
    (requestBody === undefined || isDeepStrictEqual(JSON.parse(body), requestBody))
  );
}

/** Copies the files of a folder with the placeholder's host in place; the caller removes the copy. */
export function withHost(folder: string, host: string): string {
  const copy = mkdtempSync(join(tmpdir(), "fleetset-fixture-"));
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    writeFileSync(join(copy, name), readFileSync(join(folder, name), "utf8").replaceAll("HTTP_FIXTURE", host));
  }
  return copy;
}

export function removeCopy(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
