import { GenerationError, messageOf } from "../src/base/errors.ts";
import { isMap, own, type Value } from "../src/base/values.ts";
import type { HttpAnswer } from "./ports.ts";

const maxShown = 300;

const halfEscape = /\\u[dD][89a-fA-F]/;
/** Escapes of two halves, of one, and any other. */
const escapes = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}|\\./gs;
const lengthOfOne = 6;

/** What an error about an answer may say beside the answer. */
export interface RefusalFacts {
  readonly field?: string;
  /** Texts that a server might send back and that nobody may see. */
  readonly secrets?: readonly string[];
}

/** Whether the server did what it was asked. */
export function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

/**
 * The error for an answer that is none: `what` says what was asked (`plugin https://…`). It carries the status and what the
 * server says in `message` or `error` of a JSON body, or else the start of the body; `details.retryAfterSeconds` when the
 * server says when to come back. Retryable for 408, 425, 429 and 5xx, and for 403 that tells when to come back.
 */
export function refusal(what: string, answer: HttpAnswer, about: RefusalFacts = {}): GenerationError {
  const { status } = answer;
  const after = retryAfterSeconds(answer);
  const { field, secrets = [] } = about;
  let said = sayingOf(answer.text());
  for (const secret of secrets) if (secret !== "") said = said.replaceAll(secret, "***");
  const retryable = [408, 425, 429].includes(status) || status >= 500 || (status === 403 && after !== undefined);
  return new GenerationError(`${what} answers ${status}${said === "" ? "" : `: ${said}`}`, {
    details: {
      ...(field === undefined ? {} : { field }),
      status,
      ...(after === undefined ? {} : { retryAfterSeconds: after }),
    },
    retryable,
  });
}

/** When the server wants to be asked again, in seconds from now, by its Retry-After header; undefined without one. */
export function retryAfterSeconds({ headers }: HttpAnswer, nowMs = Date.now()): number | undefined {
  const text = (own(headers, "retry-after") ?? "").trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1000));
}

/**
 * The JSON of an answer; an escape that is half a character is U+FFFD, as Go reads it. Throws a retryable GenerationError for
 * anything else: half an answer proves nothing.
 */
export function jsonOf(what: string, answer: HttpAnswer): Value {
  try {
    const text = answer.text();
    return JSON.parse(halfEscape.test(text) ? text.replace(escapes, wholeEscape) : text) as Value;
  } catch (error: unknown) {
    throw new GenerationError(`${what} answers with something that is no JSON: ${shorten(messageOf(error))}`, {
      retryable: true,
    });
  }
}

function wholeEscape(found: string): string {
  return found.length === lengthOfOne ? "\\ufffd" : found;
}

function sayingOf(text: string): string {
  try {
    const body = JSON.parse(text) as Value;
    if (!isMap(body)) return shorten(text);
    const said = own(body, "message") ?? own(body, "error");
    return shorten(typeof said === "string" && said !== "" ? said : text);
  } catch {
    // No JSON: a page or a plain text says it as it is.
    return shorten(text);
  }
}

/** One line that can be shown: what a server sends is not to be trusted with a terminal. */
function shorten(text: string): string {
  const line = text
    .slice(0, maxShown * 4)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line;
}
