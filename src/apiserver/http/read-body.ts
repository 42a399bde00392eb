import type { IncomingMessage } from "node:http";
import { formatJson } from "../../base/json.ts";
import { badRequest, tooLarge } from "../status-error.ts";

/** What Go clients send built-in objects as, kubectl's own commands among them. */
export const protobufType = "application/vnd.kubernetes.protobuf";

/** Reads a body as text; one in protobuf becomes the JSON it stands for. Throws 413 beyond the limit, without reading on. */
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
  return request.headers["content-type"]?.startsWith(protobufType) === true ? protobufToJson(bytes) : decodeUtf8(bytes);
}

async function protobufToJson(bytes: Buffer): Promise<string> {
  if (bytes.length === 0) return "";
  const { decodeProtobuf, ProtobufError } = await import("../protobuf/decode.ts");
  try {
    return formatJson(decodeProtobuf(bytes));
  } catch (error: unknown) {
    throw error instanceof ProtobufError ? badRequest(error.message) : error;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (error: unknown) {
    throw badRequest(`the body of the request is not valid UTF-8: ${String(error)}`);
  }
}
