import type { Dispatcher } from "undici";
import type { HttpAnswer, HttpOptions, HttpPort, HttpQuestion } from "../../generators/ports.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { GenerationError } from "../base/errors.ts";
import { onAbort } from "../base/signal.ts";
import { dispatcherKey, openDispatcher } from "./http-dispatcher.ts";
import { failureOf, TotalTimeout, tooLarge } from "./http-failure.ts";
import { checkedUrl, isRedirect, redirected } from "./http-redirect.ts";

export interface HttpSettings {
  /** Where http_proxy, https_proxy and no_proxy stand; empty for no proxy. */
  readonly environment?: { readonly [name: string]: string };
  readonly clock?: Clock;
}

const defaults = { silenceMs: 30_000, totalMs: 300_000, maxBytes: 16 << 20, redirects: "sameHost" } as const;
const maxRedirects = 5;
const userAgent = "fleetset";

type Bounds = Required<Pick<HttpOptions, keyof typeof defaults>>;

/** The generators' port on HTTP servers, over pooled connections. Nothing is loaded or dialled before the first question. */
export class HttpClient implements HttpPort {
  readonly #settings: HttpSettings;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();

  constructor(settings: HttpSettings = {}) {
    this.#settings = settings;
  }

  async request(question: HttpQuestion, options: HttpOptions = {}): Promise<HttpAnswer> {
    const bounds: Bounds = { ...defaults, ...definedOf(options) };
    options.signal?.throwIfAborted();
    const stop = new AbortController();
    const clock = this.#settings.clock ?? systemClock;
    const timer = clock.after(bounds.totalMs, () => stop.abort(new TotalTimeout(bounds.totalMs)), { background: true });
    const forget = onAbort(options.signal, () => stop.abort(options.signal?.reason));
    try {
      return await this.#follow(question, bounds, stop.signal);
    } catch (error: unknown) {
      options.signal?.throwIfAborted();
      throw failureOf(stop.signal.aborted ? stop.signal.reason : error, question, bounds.silenceMs);
    } finally {
      timer.cancel();
      forget();
    }
  }

  async close(): Promise<void> {
    const open = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(open.map(async (dispatcher) => (await dispatcher).destroy()));
  }

  async #follow(question: HttpQuestion, bounds: Bounds, signal: AbortSignal): Promise<HttpAnswer> {
    let current = question;
    for (let hops = 0; ; hops++) {
      const answer = await this.#send(current, bounds, signal);
      if (!isRedirect(answer)) return answer;
      if (hops === maxRedirects) throw new GenerationError(`it redirects more than ${maxRedirects} times`);
      current = redirected(current, answer, bounds.redirects);
    }
  }

  async #send(question: HttpQuestion, bounds: Bounds, signal: AbortSignal): Promise<HttpAnswer> {
    const url = checkedUrl(question.url);
    const [{ request }, dispatcher] = await Promise.all([import("undici"), this.#dispatcher(question, url)]);
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      signal,
      method: question.method ?? "GET",
      headers: { "user-agent": userAgent, ...question.headers },
      body: question.body ?? null,
      headersTimeout: bounds.silenceMs,
      bodyTimeout: bounds.silenceMs,
    });
    const bytes = await readAll(body, bounds.maxBytes);
    return { status: statusCode, headers: plain(headers), body: bytes, text: () => new TextDecoder().decode(bytes) };
  }

  #dispatcher(question: HttpQuestion, url: URL): Promise<Dispatcher> {
    const environment = this.#settings.environment ?? {};
    const key = dispatcherKey(question, url, environment);
    let dispatcher = this.#dispatchers.get(key);
    if (dispatcher === undefined) this.#dispatchers.set(key, (dispatcher = openDispatcher(question, url, environment)));
    return dispatcher;
  }
}

function definedOf(options: HttpOptions): Partial<Bounds> {
  const names = Object.keys(defaults) as (keyof Bounds)[];
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

/** Stops at the first byte too many; leaving the loop ends the connection. */
async function readAll(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function plain(headers: { readonly [name: string]: string | string[] | undefined }): { [name: string]: string } {
  const found = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(found.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}
