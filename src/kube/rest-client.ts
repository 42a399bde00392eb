import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import { formatJson } from "../base/json.ts";
import { parseAnswer } from "./answer-json.ts";
import type {
  ApiResource,
  CallOptions,
  DeleteOptions,
  GetOptions,
  KubeClient,
  ListOptions,
  Patch,
  PatchOptions,
  RawAnswer,
  RawRequest,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./client.ts";
import type { Connection } from "./connection.ts";
import { Discovery } from "./discovery.ts";
import { isNotFound, KubeError } from "./errors.ts";
import type { KubeList, KubeObject, ResourceRef } from "./objects.ts";
import { describeRef } from "./objects.ts";
import { queryString, resourcePath } from "./paths.ts";
import { sendWithRetries } from "./retry.ts";
import type { Attempt } from "./status-error.ts";
import { parseStatus, retryAfterMs, statusError } from "./status-error.ts";
import type { HttpAnswer, Transport, TransportLimits } from "./transport.ts";
import { openTransport } from "./transport.ts";
import { readEvents } from "./watch-stream.ts";

export interface KubeClientOptions {
  readonly limits?: Partial<TransportLimits>;
  readonly userAgent?: string;
  readonly clock?: Clock;
  /** In [0, 1), for the jitter of waits. */
  readonly random?: () => number;
}

/** Opens a client on a connection. Nothing is loaded or dialled before the first call. */
export function openKubeClient(connection: Connection, options: KubeClientOptions = {}): KubeClient {
  return new RestClient(openTransport(connection, options), options);
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly verb: string;
  readonly ref: ResourceRef;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Default application/json. */
  readonly accept?: string | undefined;
  /** A second try can't do harm. */
  readonly idempotent: boolean;
  readonly signal: AbortSignal | undefined;
}

const defaultPageSize = 500;
const watchSeconds = 300;

const patchTypes: Readonly<Record<Patch["kind"], string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

class RestClient implements KubeClient {
  readonly server: string;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #discovery: Discovery;

  constructor(transport: Transport, options: KubeClientOptions) {
    this.server = transport.server;
    this.#transport = transport;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    const read = (path: string, call: CallOptions) => this.#readGroupVersion(path, call);
    this.#discovery = new Discovery(read, () => this.#clock.now(), this.server);
  }

  async get<T extends KubeObject>(ref: ResourceRef, options: GetOptions = {}): Promise<T> {
    const path = resourcePath(ref) + queryString({ resourceVersion: options.resourceVersion });
    return this.#json<T>({ method: "GET", path, verb: "get", ref, idempotent: true, signal: options.signal });
  }

  async list<T extends KubeObject>(ref: ResourceRef, options: ListOptions = {}): Promise<KubeList<T>> {
    const { signal, limit = defaultPageSize, metadataOnly = false, ...query } = options;
    const path = resourcePath(ref) + queryString({ ...query, limit });
    const accept = metadataOnly ? metadataForm("PartialObjectMetadataList") : undefined;
    const call = { method: "GET", path, verb: "list", ref, idempotent: true, signal, accept };
    const answer = await this.#json<RawList<T>>(call);
    const items = answer.items ?? [];
    const kind = answer.kind.endsWith("List") ? answer.kind.slice(0, -"List".length) : answer.kind;
    for (const item of items) {
      // The API leaves both out of the items of typed lists.
      item.apiVersion ??= answer.apiVersion;
      item.kind ??= kind;
    }
    const next = answer.metadata?.continue;
    const more = next === undefined || next === "" ? {} : { continue: next };
    return { items, resourceVersion: answer.metadata?.resourceVersion ?? "", ...more };
  }

  async create<T extends KubeObject>(ref: ResourceRef, object: KubeObject, options: WriteOptions = {}): Promise<T> {
    const { name: _name, ...collection } = ref;
    const target = ref.subresource === undefined ? collection : ref;
    const path = resourcePath(target) + writeQuery(options);
    const named = { ...ref, name: ref.name ?? object.metadata.name };
    const { signal } = options;
    return this.#json<T>({ method: "POST", path, verb: "create", ref: named, body: object, idempotent: false, signal });
  }

  async update<T extends KubeObject>(ref: ResourceRef, object: KubeObject, options: WriteOptions = {}): Promise<T> {
    const path = resourcePath(ref) + writeQuery(options);
    const { signal } = options;
    return this.#json<T>({ method: "PUT", path, verb: "update", ref, body: object, idempotent: true, signal });
  }

  async patch<T extends KubeObject>(ref: ResourceRef, patch: Patch, options: PatchOptions = {}): Promise<T> {
    return this.#json<T>({
      method: "PATCH",
      path: resourcePath(ref) + writeQuery(options),
      verb: patch.kind === "apply" ? "apply" : "patch",
      ref,
      body: patch.kind === "json" ? patch.operations : patch.body,
      contentType: patchTypes[patch.kind],
      idempotent: patch.kind !== "json",
      signal: options.signal,
    });
  }

  async delete(ref: ResourceRef, options: DeleteOptions = {}): Promise<void> {
    const { signal, dryRun, ...rest } = options;
    const body = { apiVersion: "v1", kind: "DeleteOptions", ...rest, ...(dryRun === true ? { dryRun: ["All"] } : {}) };
    await this.#json({
      method: "DELETE",
      path: resourcePath(ref),
      verb: "delete",
      ref,
      body,
      idempotent: true,
      signal,
    });
  }

  async *watch<T extends KubeObject>(ref: ResourceRef, options: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
    const { signal, allowBookmarks = true, timeoutSeconds = watchSeconds, metadataOnly = false, ...query } = options;
    const all = { ...query, watch: true, allowWatchBookmarks: allowBookmarks, timeoutSeconds };
    const attempt = this.#attempt("watch", ref);
    const request = {
      ...{ method: "GET", path: resourcePath(ref) + queryString(all) },
      ...(signal ? { signal } : {}),
      ...(metadataOnly ? { headers: { accept: metadataForm("PartialObjectMetadata") } } : {}),
    };
    const answer = await this.#transport.stream(request);
    if (answer.status !== 200) {
      const wait = retryAfterMs(answer.headers["retry-after"], this.#clock.now());
      throw statusError(answer.status, parseStatus(await answer.text()), attempt, wait);
    }
    yield* readEvents<T>(answer.chunks, attempt);
  }

  request(request: RawRequest): Promise<RawAnswer> {
    return this.#transport.send(request);
  }

  resourceFor(apiVersion: string, kind: string, options?: CallOptions): Promise<ApiResource> {
    return this.#discovery.find(apiVersion, kind, options);
  }

  forgetDiscovery(): void {
    this.#discovery.forget();
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #readGroupVersion(path: string, options: CallOptions): Promise<unknown> {
    const ref = { group: "", version: "", plural: `discovery ${path}` };
    try {
      return await this.#json({ method: "GET", path, verb: "read", ref, idempotent: true, signal: options.signal });
    } catch (error: unknown) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #json<T>(call: Call): Promise<T> {
    const answer = await this.#send(call);
    const attempt = this.#attempt(call.verb, call.ref);
    if (answer.status >= 300) {
      const wait = retryAfterMs(answer.headers["retry-after"], this.#clock.now());
      throw statusError(answer.status, parseStatus(answer.body), attempt, wait);
    }
    let parsed: unknown;
    try {
      parsed = parseAnswer(answer.body);
    } catch (cause: unknown) {
      throw this.#notJson(call, answer.status, cause);
    }
    if (typeof parsed !== "object" || parsed === null) throw this.#notJson(call, answer.status);
    return parsed as T;
  }

  #send(call: Call): Promise<HttpAnswer> {
    const body = call.body === undefined ? undefined : formatJson(call.body);
    const headers = {
      ...(body === undefined ? {} : { "content-type": call.contentType ?? "application/json" }),
      ...(call.accept === undefined ? {} : { accept: call.accept }),
    };
    const request = {
      ...{ method: call.method, path: call.path, headers },
      ...(body === undefined ? {} : { body }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    };
    const send = () => this.#transport.send(request);
    if (!call.idempotent) return send();
    const what = () => this.#what(call);
    return sendWithRetries(send, { clock: this.#clock, random: this.#random, signal: call.signal, what });
  }

  #what(call: Call): string {
    return `${call.verb} ${describeRef(call.ref)} on ${this.server}`;
  }

  #attempt(verb: string, ref: ResourceRef): Attempt {
    const isSecret = ref.plural === "secrets" && ref.group === "";
    return { verb, object: describeRef(ref), server: this.server, isSecret };
  }

  #notJson(call: Call, code: number, cause?: unknown): KubeError {
    const remedy = "check that the URL is an API server's and not a proxy's or a web page's";
    return new KubeError("BadAnswer", `${this.#what(call)}: the answer is not JSON`, {
      code,
      details: { object: describeRef(call.ref), server: this.server, remedy },
      cause,
    });
  }
}

function metadataForm(kind: string): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
}

interface RawList<T> {
  readonly kind: string;
  readonly apiVersion: string;
  readonly items?: T[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

function writeQuery(options: PatchOptions): string {
  const { fieldManager, fieldValidation, force, dryRun } = options;
  return queryString({ fieldManager, fieldValidation, force, dryRun: dryRun === true ? "All" : undefined });
}
