import type { Clock } from "../base/clock.ts";
import { sleep } from "../base/clock.ts";
import { KubeError } from "./errors.ts";
import { retryAfterMs } from "./status-error.ts";
import type { HttpAnswer } from "./transport.ts";

export interface RetryContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
  /** The call, for the message when it is called off. */
  readonly what: () => string;
}

const maxTries = 4;
const firstWaitMs = 200;
const longestWaitMs = 30_000;
const lostConnectionCodes: ReadonlySet<unknown> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Sends a call that may be sent twice, and sends it again while its failure is one that passes. */
export async function sendWithRetries(send: () => Promise<HttpAnswer>, context: RetryContext): Promise<HttpAnswer> {
  for (let tries = 1; ; tries++) {
    const waitMs = await tryOnce(send, tries, context);
    if (typeof waitMs !== "number") return waitMs;
    await sleep(context.clock, Math.min(waitMs, longestWaitMs), context.signal);
    if (context.signal?.aborted === true) throw new KubeError("Aborted", `${context.what()}: called off`);
  }
}

/** The answer, or how long to wait before the next try. */
async function tryOnce(
  send: () => Promise<HttpAnswer>,
  tries: number,
  context: RetryContext,
): Promise<HttpAnswer | number> {
  try {
    const answer = await send();
    return (tries < maxTries ? waitFor(answer, tries, context) : undefined) ?? answer;
  } catch (error: unknown) {
    // A kept connection that the server closed just now; a fresh one tells whether the server is there.
    if (tries === 1 && error instanceof KubeError && lostConnectionCodes.has(error.details.code)) return 0;
    throw error;
  }
}

function waitFor(answer: HttpAnswer, tries: number, context: RetryContext): number | undefined {
  if (answer.status !== 429 && answer.status < 500) return undefined;
  const asked = retryAfterMs(answer.headers["retry-after"], context.clock.now());
  if (asked !== undefined) return asked;
  // Without the server's word a 500 is an answer, not an invitation.
  if (answer.status === 500) return undefined;
  return firstWaitMs * 2 ** (tries - 1) * (0.5 + context.random() / 2);
}
