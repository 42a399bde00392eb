import type { IncomingMessage } from "node:http";
import { badRequest, tooLarge } from "../status-error.ts";

/** Reads a body as text. Throws 413 beyond the limit, without reading on. */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return decodeUtf8(bytes);
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (error: unknown) {
    throw badRequest(`the body of the request is not valid UTF-8: ${String(error)}`);
  }
}
