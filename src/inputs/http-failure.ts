import type { HttpQuestion } from "../../generators/ports.ts";
import { FleetError, GenerationError, messageOf } from "../base/errors.ts";
import { own } from "../base/values.ts";

/** The exchange took longer than it may, though the server was not silent. */
export class TotalTimeout extends Error {
  readonly totalMs: number;

  constructor(totalMs: number) {
    super(`it takes longer than ${seconds(totalMs)}`);
    this.totalMs = totalMs;
  }
}

export function tooLarge(maxBytes: number): GenerationError {
  return new GenerationError(`it sends more than the ${maxBytes} bytes that are allowed`);
}

const unreachable: { readonly [code: string]: string } = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was lost",
  ENOTFOUND: "the host is not known",
  EAI_AGAIN: "the host's name could not be looked up",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "the host does not answer",
  UND_ERR_CONNECT_TIMEOUT: "the host does not answer",
  UND_ERR_SOCKET: "the connection was lost",
};
const silences: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** What went wrong, with the question it went wrong for. Causes are not chained: they may quote headers. */
export function failureOf(error: unknown, question: HttpQuestion, silenceMs: number): GenerationError {
  const what = `${question.method ?? "GET"} ${displayed(question.url)}`;
  if (error instanceof FleetError) {
    return new GenerationError(`${what}: ${error.message}`, { details: error.details, retryable: error.retryable });
  }
  const code = codeOf(error);
  if (silences.has(code)) {
    return new GenerationError(`${what}: the server was silent for ${seconds(silenceMs)}`, { retryable: true });
  }
  const tls = tlsProblem(code, error);
  if (tls !== undefined) {
    const remedy = "give the server's authority, or have its certificate mended";
    return new GenerationError(`${what}: ${tls}`, { details: { remedy } });
  }
  const why = own(unreachable, code) ?? (error instanceof TotalTimeout ? error.message : causeOf(error));
  return new GenerationError(`${what}: ${why}`, { retryable: true });
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? "" : codeOf(cause);
}

function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(inner).split("\n")[0] ?? "";
}

function tlsProblem(code: string, error: unknown): string | undefined {
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_/.test(code);
  if (isCertificate) return `its certificate is not trusted: ${causeOf(error)}`;
  return code.startsWith("ERR_SSL") || code === "EPROTO" ? "it does not speak TLS as we do" : undefined;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** A URL as messages show it: without login and query, which may hold a token. */
export function displayed(url: string): string {
  if (!URL.canParse(url)) return JSON.stringify(url.slice(0, 100));
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
