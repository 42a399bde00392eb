import type { KubeObject } from "../resources.ts";
import { apiVersionOf } from "../resources.ts";
import { StatusError } from "../status-error.ts";
import type { Change } from "../store/watch-log.ts";
import { openWatch, type WatchEvent, type WatchSession } from "../verbs/watch.ts";
import { type Answer, jsonType, showObject, tableOf, type View } from "./answer.ts";
import { checkListOptions, selectionOf, versionOf } from "./list-endpoint.ts";
import { type ResourceExchange, viewOf } from "./resource-exchange.ts";
import { WatchStream } from "./watch-stream.ts";
import { readBoolean, readInteger } from "./write-options.ts";

const initialEventsEnd = { "k8s.io/initial-events-end": "true" };

/** Serves a watch until its timeout, the client or the server ends it. */
export async function serveWatch(exchange: ResourceExchange): Promise<Answer | undefined> {
  const { cluster, kind, query, target } = exchange;
  checkListOptions(exchange, true);
  const view = viewOf(exchange);
  const selection = selectionOf(exchange);
  const version = versionOf(exchange, true) ?? 0;
  const asksInitial = readBoolean(query, "sendInitialEvents");
  const timeoutSeconds = readInteger(query, "timeoutSeconds");
  const sendsInitialEvents = asksInitial ?? version === 0;
  const request = { cluster, kind, namespace: target.namespace, selection, version, sendsInitialEvents };
  const session = open(request);
  await cluster.store.settled();
  const service = new WatchService(exchange, view, session);
  service.begin({
    marksInitial: asksInitial === true || (version === 0 && query.get("resourceVersion") === "0"),
    timeoutMs: timeoutSeconds === undefined || timeoutSeconds <= 0 ? undefined : timeoutSeconds * 1000,
  });
  return undefined;
}

/** A version that is too old is told in the stream, as clients expect it: the watch begins and ends with an error. */
function open(request: Parameters<typeof openWatch>[0]): WatchSession | StatusError {
  try {
    return openWatch(request);
  } catch (error: unknown) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}

class WatchService {
  readonly #exchange: ResourceExchange;
  readonly #view: View;
  readonly #session: WatchSession | StatusError;
  readonly #stream: WatchStream;
  readonly #sendsBookmarks: boolean;
  #version = 0;
  #hasColumns = false;

  constructor(exchange: ResourceExchange, view: View, session: WatchSession | StatusError) {
    this.#exchange = exchange;
    this.#view = view;
    this.#session = session;
    this.#stream = new WatchStream(exchange.response, exchange.limits.maxWatchBacklogBytes);
    this.#sendsBookmarks = readBoolean(exchange.query, "allowWatchBookmarks") === true;
  }

  begin(options: { readonly marksInitial: boolean; readonly timeoutMs: number | undefined }): void {
    const { response, closing, limits } = this.#exchange;
    response.writeHead(200, { "content-type": jsonType, "cache-control": "no-cache, private" });
    response.flushHeaders();
    const session = this.#session;
    if (session instanceof StatusError) {
      this.#stream.send(`{"type":"ERROR","object":${JSON.stringify(session.status)}}\n`);
      this.#stream.end();
      return;
    }
    for (const event of session.initial) this.#send(event);
    this.#version = session.version;
    if (options.marksInitial && this.#sendsBookmarks) this.#bookmark(initialEventsEnd);
    const stop = session.start((event) => this.#send(event));
    const bookmarks = this.#sendsBookmarks ? setInterval(() => this.#bookmark(), limits.bookmarkIntervalMs) : undefined;
    const timer = setTimeout(() => this.#finish(), options.timeoutMs ?? limits.watchTimeoutMs);
    const end = (): void => this.#stream.end();
    closing.addEventListener("abort", end, { once: true });
    response.once("close", () => {
      stop();
      clearInterval(bookmarks);
      clearTimeout(timer);
      closing.removeEventListener("abort", end);
    });
  }

  /** A client that is told how far it got goes on from there. */
  #finish(): void {
    if (this.#sendsBookmarks) this.#bookmark();
    this.#stream.end();
  }

  #send(event: WatchEvent): void {
    this.#version = event.object.version;
    const text =
      this.#view.output.form === "object" ? eventText(event) : this.#shapedText(event.type, event.object.object);
    this.#stream.send(text);
  }

  #shapedText(type: string, object: KubeObject): string {
    const { form } = this.#view.output;
    if (form !== "Table") return `{"type":"${type}","object":${showObject(this.#asMetadata(), object)}}\n`;
    const metadata = { resourceVersion: object.metadata?.resourceVersion };
    const table = tableOf(this.#view, [object], metadata, !this.#hasColumns);
    this.#hasColumns = true;
    return `{"type":"${type}","object":${JSON.stringify(table)}}\n`;
  }

  #asMetadata(): View {
    return { ...this.#view, output: { ...this.#view.output, form: "PartialObjectMetadata" } };
  }

  /** An object of the kind with nothing but the version up to which everything has been told. */
  #bookmark(annotations?: { readonly [key: string]: string }): void {
    const { definition } = this.#view;
    const { store } = this.#exchange.cluster;
    // Without a journal every change up to now has been sent; with one, those that are not on disk yet have not.
    const version = store.settled() === undefined ? store.version : this.#version;
    this.#version = Math.max(version, this.#version);
    const metadata = { resourceVersion: String(this.#version), ...(annotations !== undefined && { annotations }) };
    const object = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata };
    const isPlain = this.#view.output.form === "object";
    const text = isPlain
      ? `{"type":"BOOKMARK","object":${JSON.stringify(object)}}\n`
      : this.#shapedText("BOOKMARK", object);
    this.#stream.send(text);
  }
}

const texts = new WeakMap<Change, string>();

/** The text of an event: made once for all watchers that get it alike. */
function eventText({ type, object, change }: WatchEvent): string {
  const isShared = change !== undefined && change.type === type && change.object === object;
  const known = isShared ? texts.get(change) : undefined;
  if (known !== undefined) return known;
  const text = `{"type":"${type}","object":${object.json}}\n`;
  if (isShared) texts.set(change, text);
  return text;
}
