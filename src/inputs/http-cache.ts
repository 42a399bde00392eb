import { createHash } from "node:crypto";
import type { HttpAnswer, HttpKeep, HttpOptions, HttpPort, HttpQuestion } from "../../generators/ports.ts";
import { canonicalJson } from "../base/canonical.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { GenerationError } from "../base/errors.ts";

export interface HttpCacheSettings {
  readonly clock?: Clock;
  /** Of all kept bodies; those unused longest go first. */
  readonly maxBytes?: number;
}

interface Kept {
  readonly answer: HttpAnswer;
  /** When it was asked for: what changed on the server since then may not be in it. */
  readonly askedAt: number;
}

interface Flight {
  readonly askedAt: number;
  readonly answer: Promise<HttpAnswer>;
}

/**
 * Answers of HTTP servers in memory, for as long as their questions say. A question that is being asked is not asked
 * again beside it. Questions differ by everything that goes to the server, credentials included.
 */
export class HttpCache {
  readonly #http: HttpPort;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #kept = new Map<string, Kept>();
  readonly #flights = new Map<string, Flight>();
  #bytes = 0;

  constructor(http: HttpPort, { clock = systemClock, maxBytes = 64 << 20 }: HttpCacheSettings = {}) {
    this.#http = http;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /**
   * The port of one generation: within it no question that is kept is sent twice, however short it is kept. With `refresh`
   * nothing that was asked before counts.
   */
  port({ refresh = false }: { readonly refresh?: boolean } = {}): HttpPort {
    const since = this.#clock.now();
    return {
      request: (question, options = {}) => {
        const { keep } = options;
        if (keep === undefined) return this.#http.request(question, options);
        const isFresh = ({ askedAt }: { readonly askedAt: number }): boolean =>
          askedAt >= since || (!refresh && askedAt + keep.seconds * 1_000 > this.#clock.now());
        return this.#answer(keyOf(question), question, { ...options, keep }, isFresh);
      },
    };
  }

  async #answer(
    key: string,
    question: HttpQuestion,
    options: HttpOptions & { readonly keep: HttpKeep },
    isFresh: (kept: { readonly askedAt: number }) => boolean,
  ): Promise<HttpAnswer> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && isFresh(kept)) {
      this.#touch(key, kept);
      return kept.answer;
    }
    const flight = this.#flights.get(key);
    if (flight !== undefined && isFresh(flight)) {
      const shared = await joined(flight, options.signal);
      if (shared !== undefined) return shared;
    }
    return this.#ask(key, question, options);
  }

  #ask(key: string, question: HttpQuestion, options: HttpOptions & { readonly keep: HttpKeep }): Promise<HttpAnswer> {
    const askedAt = this.#clock.now();
    const flight: Flight = { askedAt, answer: this.#send(key, question, options, askedAt) };
    this.#flights.set(key, flight);
    const land = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.answer.then(land, land);
    return flight.answer;
  }

  async #send(
    key: string,
    question: HttpQuestion,
    options: HttpOptions & { readonly keep: HttpKeep },
    askedAt: number,
  ): Promise<HttpAnswer> {
    const kept = this.#kept.get(key);
    const etag = kept?.answer.headers.etag;
    const condition = etag === undefined ? {} : { headers: { ...question.headers, "if-none-match": etag } };
    const answer = await this.#http.request({ ...question, ...condition }, options);
    if (kept !== undefined && answer.status === 304) {
      this.#store(key, { answer: kept.answer, askedAt });
      return kept.answer;
    }
    const accepts = options.keep.accepts ?? (({ status }: HttpAnswer) => status >= 200 && status < 300);
    if (accepts(answer)) this.#store(key, { answer: { ...answer, isKept: true }, askedAt });
    return answer;
  }

  #touch(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  #store(key: string, kept: Kept): void {
    this.#drop(key);
    this.#kept.set(key, kept);
    this.#bytes += kept.answer.body.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.answer.body.length ?? 0;
    this.#kept.delete(key);
  }
}

/** The answer that another caller waits for; undefined when that caller gave up and we did not. */
async function joined(flight: Flight, signal: AbortSignal | undefined): Promise<HttpAnswer | undefined> {
  try {
    return await flight.answer;
  } catch (error: unknown) {
    if (error instanceof GenerationError) throw error;
    signal?.throwIfAborted();
    return undefined;
  }
}

/** A digest, so that no credential is held as a key. */
function keyOf({ method = "GET", url, headers = {}, body, tls, proxy }: HttpQuestion): string {
  return createHash("sha256").update(canonicalJson({ method, url, headers, body, tls, proxy })).digest("hex");
}
