import { GenerationError } from "../../src/base/errors.ts";
import { parseJson } from "../../src/base/json.ts";
import type { Value } from "../../src/base/values.ts";
import { isSuccess, refusal } from "../http-answer.ts";
import type { HttpAnswer, HttpKeep, HttpPort, HttpQuestion, HttpTls } from "../ports.ts";
import { Retry, type RetrySettings } from "./rest-retry.ts";
import { type Query, urlOf } from "./url-path.ts";

/** One vendor's API as one generator asks it. */
export interface RestTarget {
  /** `GitHub`, for messages. */
  readonly title: string;
  /** Without a slash at its end. */
  readonly base: string;
  /** Sent with every question, credentials among them; names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** Never shown, whatever a server says. */
  readonly secrets: readonly string[];
  readonly tls?: HttpTls | undefined;
  /** Further answers of the vendor that mean: ask later. */
  isBusy?(answer: HttpAnswer): boolean;
  /** What is wrong when an answer with a good status is none; undefined when it is one. */
  problemOf?(answer: HttpAnswer): string | undefined;
}

/** What asks for all targets alike. */
export interface RestSettings extends Omit<RetrySettings, "what"> {
  readonly http: HttpPort;
  /** How long answers stand for the provider. */
  readonly keepSeconds: number;
  proxyFor?(url: string): string | undefined;
}

/** A question to the target. */
export interface RestQuestion {
  readonly method?: "GET" | "HEAD" | "POST";
  readonly path: string;
  readonly query?: Query;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  /** Statuses outside 2xx that are answers too, and not errors. */
  readonly answers?: readonly number[];
  /** True asks the provider even where a kept answer would do. */
  readonly isFresh?: boolean;
  /** True for an answer that is a credential: it is not kept. */
  readonly isSecret?: boolean;
}

/** An answer that counts. */
export interface RestAnswer {
  /** Who was asked for what, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpAnswer["headers"];
  /** True when the provider was not asked just now. */
  readonly isKept: boolean;
  readonly raw: HttpAnswer;
  /** Throws a retryable GenerationError for a body that is no JSON: half an answer proves nothing. */
  json(): Value;
}

/** A client for one vendor's API: one base, one credential, and the safety that all vendors share. */
export class RestClient {
  readonly target: RestTarget;
  readonly #settings: RestSettings;
  readonly #retry: Retry;

  constructor(target: RestTarget, settings: RestSettings) {
    this.target = target;
    this.#settings = settings;
    this.#retry = new Retry({ ...settings, what: `${target.title} ${target.base}` });
  }

  /** The answer to a GET. Throws a GenerationError for any status but 2xx; `details.status` holds it. */
  get(path: string, query: Query = []): Promise<RestAnswer> {
    return this.ask({ path, query });
  }

  /** Like `get`, but undefined for 404. */
  async find(path: string, query: Query = []): Promise<RestAnswer | undefined> {
    const answer = await this.ask({ path, query, answers: [404] });
    return answer.status === 404 ? undefined : answer;
  }

  /** The answer to a question. Throws a GenerationError for any status but 2xx and the question's own `answers`. */
  async ask(question: RestQuestion): Promise<RestAnswer> {
    const { target } = this;
    const what = `${target.title} ${urlOf(target.base, question.path)}`;
    try {
      const answer = await this.#retry.send(() => this.#send(question), target.isBusy);
      const isAnswer = isSuccess(answer) || question.answers?.includes(answer.status) === true;
      if (!isAnswer) throw refusal(what, answer);
      const problem = target.problemOf?.(answer);
      if (problem !== undefined)
        throw new GenerationError(`${what} ${problem}`, { details: { status: answer.status } });
      const { status, headers, isKept = false } = answer;
      return { what, status, headers, isKept, raw: answer, json: () => jsonOf(what, answer) };
    } catch (error: unknown) {
      throw this.#withoutSecrets(error);
    }
  }

  #send({ method = "GET", path, query, headers, body, ...asked }: RestQuestion): Promise<HttpAnswer> {
    const { target } = this;
    const { http, keepSeconds, limits, proxyFor, signal } = this.#settings;
    const keep: HttpKeep = {
      seconds: asked.isFresh === true ? 0 : keepSeconds,
      accepts: (answer) => isSuccess(answer) || asked.answers?.includes(answer.status) === true,
    };
    const url = urlOf(target.base, path, query);
    const proxy = proxyFor?.(url);
    const question: HttpQuestion = {
      method,
      url,
      headers: { ...target.headers, ...headers },
      ...(body === undefined ? {} : { body }),
      ...(target.tls === undefined ? {} : { tls: target.tls }),
      ...(proxy === undefined ? {} : { proxy }),
    };
    return http.request(question, {
      signal,
      silenceMs: limits.silenceMs,
      maxBytes: limits.maxBytes,
      ...(asked.isSecret === true ? {} : { keep }),
    });
  }

  /** A server may say a credential back to us, or a header's name with it. */
  #withoutSecrets(error: unknown): unknown {
    if (!(error instanceof GenerationError)) return error;
    const { secrets } = this.target;
    if (!secrets.some((secret) => secret !== "" && error.message.includes(secret))) return error;
    const message = secrets.reduce(
      (text, secret) => (secret === "" ? text : text.replaceAll(secret, "…")),
      error.message,
    );
    return new GenerationError(message, { details: error.details, retryable: error.retryable });
  }
}

function jsonOf(what: string, answer: HttpAnswer): Value {
  try {
    return parseJson(answer.text());
  } catch {
    // The parser's own message says no more than this one.
    throw new GenerationError(`${what} answers with something that is no JSON`, { retryable: true });
  }
}

/** Whether a question failed with one of these statuses. */
export function failedWith(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof GenerationError && statuses.includes(error.details.status as number);
}
