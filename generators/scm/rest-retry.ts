import { type BackoffPolicy, backoffMs } from "../../src/base/backoff.ts";
import { type Clock, kubeTime, sleep } from "../../src/base/clock.ts";
import { GenerationError } from "../../src/base/errors.ts";
import type { HttpAnswer } from "../ports.ts";
import type { ScmLimits } from "./limits.ts";
import { busyUntil, isTooMany, usedUpUntil } from "./rate-limit.ts";

/** How patient a client is. */
export interface RetrySettings {
  /** Who is asked, for messages. */
  readonly what: string;
  readonly limits: ScmLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal?: AbortSignal | undefined;
}

const backoff: BackoffPolicy = { firstMs: 500, factor: 3, maxMs: 20_000 };

/** Answers after which the same question may get another one. */
const passing: ReadonlySet<number> = new Set([408, 425, 500, 502, 503, 504]);

/**
 * Sends a question until it has an answer that counts, and keeps to what the provider says of its rate limit: one that is
 * used up holds every further question back. Waits that would take too long are errors instead.
 */
export class Retry {
  readonly #settings: RetrySettings;
  #busyUntilMs = 0;
  #waitedMs = 0;

  constructor(settings: RetrySettings) {
    this.#settings = settings;
  }

  /** The first answer that counts. `isBusy` knows further answers of a vendor that mean later. */
  async send(ask: () => Promise<HttpAnswer>, isBusy?: (answer: HttpAnswer) => boolean): Promise<HttpAnswer> {
    const { clock, limits } = this.#settings;
    for (let attempt = 1; ; attempt++) {
      await this.#untilReady();
      const answer = await this.#try(ask, attempt);
      if (answer === undefined) continue;
      const now = clock.now();
      const isLimited = isTooMany(answer, now) || isBusy?.(answer) === true;
      this.#busyUntilMs = Math.max(this.#busyUntilMs, this.#untilOf(answer, isLimited, now) ?? 0);
      if (!isLimited && !passing.has(answer.status)) return answer;
      if (attempt >= limits.maxAttempts) return answer;
      if (this.#busyUntilMs <= now) await this.#wait(backoffMs(attempt, backoff, this.#settings.random));
    }
  }

  #untilOf(answer: HttpAnswer, isLimited: boolean, now: number): number | undefined {
    return isLimited || passing.has(answer.status) ? busyUntil(answer, now) : usedUpUntil(answer, now);
  }

  /** Undefined when there was no answer and it is worth another try. */
  async #try(ask: () => Promise<HttpAnswer>, attempt: number): Promise<HttpAnswer | undefined> {
    try {
      return await ask();
    } catch (error: unknown) {
      const isLast = attempt >= this.#settings.limits.maxAttempts;
      if (isLast || !(error instanceof GenerationError) || !error.retryable) throw error;
      await this.#wait(backoffMs(attempt, backoff, this.#settings.random));
      return undefined;
    }
  }

  async #untilReady(): Promise<void> {
    const waitMs = this.#busyUntilMs - this.#settings.clock.now();
    if (waitMs > 0) await this.#wait(waitMs);
  }

  async #wait(waitMs: number): Promise<void> {
    const { clock, limits, signal, what } = this.#settings;
    if (waitMs > limits.maxWaitMs || this.#waitedMs + waitMs > limits.maxTotalWaitMs) {
      throw new GenerationError(`${what} is to be asked again after ${kubeTime(clock.now() + waitMs)}, not before`, {
        details: { retryAfterSeconds: Math.ceil(waitMs / 1_000), remedy: "wait, or use a token with a larger quota" },
        retryable: true,
      });
    }
    this.#waitedMs += waitMs;
    await sleep(clock, waitMs, signal);
    signal?.throwIfAborted();
  }
}
