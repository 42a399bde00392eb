import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";

/** Headers have a limit at clients and proxies; what a server warns of beyond it is dropped. */
const maxWarningLength = 4096;

/** Writes an answer out. A promise for one in pieces: it resolves when the client has taken all of them, or is gone. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  warnings: readonly string[],
): Promise<void> | undefined {
  const { status, headers, body } = answer;
  const isWhole = typeof body === "string" || body instanceof Uint8Array;
  for (const name in headers) response.setHeader(name, headers[name]!);
  if (!response.hasHeader("cache-control")) response.setHeader("cache-control", "no-cache, private");
  if (warnings.length > 0) response.setHeader("warning", warningHeaders(warnings));
  if (status !== 304 && isWhole) response.setHeader("content-length", lengthOf(body));
  // What is left of a body that was refused is not read: the connection cannot be used again.
  if (!request.complete && request.method !== "GET" && status >= 400) response.setHeader("connection", "close");
  response.writeHead(status);
  if (request.method === "HEAD" || status === 304) response.end();
  else if (isWhole) response.end(body);
  else return sendPieces(response, body);
  return undefined;
}

function lengthOf(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}

/** The next piece waits until the client has taken what is under way: a slow one holds none of the rest in memory. */
async function sendPieces(response: ServerResponse, pieces: Iterable<Uint8Array>): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

function warningHeaders(warnings: readonly string[]): string[] {
  const headers: string[] = [];
  let total = 0;
  for (const text of new Set(warnings)) {
    const header = `299 - ${JSON.stringify(text.replace(/[^\x20-\x7e]/g, "?"))}`;
    total += header.length;
    if (total > maxWarningLength) break;
    headers.push(header);
  }
  return headers;
}
