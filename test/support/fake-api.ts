import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { KubeObject } from "../../src/kube/objects.ts";

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly collection: string;
  readonly object: KubeObject;
}

interface Target {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const builtIn: readonly Kind[] = [
  { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
  { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
  { apiVersion: "v1", kind: "Secret", plural: "secrets", namespaced: true },
  { apiVersion: "v1", kind: "Event", plural: "events", namespaced: true },
  { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true },
  { apiVersion: "coordination.k8s.io/v1", kind: "Lease", plural: "leases", namespaced: true },
  { apiVersion: "argoproj.io/v1alpha1", kind: "Application", plural: "applications", namespaced: true },
];

/**
 * A small API server for tests of the client side: collections, watch with history, 409 on a stale version, finalizers.
 * Apply is a deep merge without managed fields. `intercept` answers, or breaks, single requests.
 */
export class FakeApi {
  readonly requests: FakeRequest[] = [];
  readonly kinds: Kind[] = [...builtIn];
  intercept: ((request: FakeRequest, response: ServerResponse) => FakeAnswer | "handled" | undefined) | undefined;
  pageSize = 500;
  #server: Server | undefined;
  #version = 100;
  #compacted = 0;
  #changes: Change[] = [];
  readonly #objects = new Map<string, KubeObject>();
  readonly #watchers = new Set<{ collection: string; namespace: string | undefined; response: ServerResponse }>();

  async start(): Promise<string> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  get version(): string {
    return String(this.#version);
  }

  get watching(): number {
    return this.#watchers.size;
  }

  /** Forgets the history, so that a watch from an older version is told 410. */
  compact(): void {
    this.#compacted = this.#version;
    this.#changes = [];
  }

  /** Cuts all watches, as a server that restarts. */
  cutWatches(): void {
    for (const { response } of this.#watchers) response.destroy();
    this.#watchers.clear();
  }

  bookmark(): void {
    for (const { response, collection } of this.#watchers) {
      const kind = this.kinds.find((one) => this.#collection(one) === collection);
      const object = { kind: kind?.kind, apiVersion: kind?.apiVersion, metadata: { resourceVersion: this.version } };
      response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    }
  }

  all(plural: string): KubeObject[] {
    const kind = this.kinds.find((one) => one.plural === plural);
    if (kind === undefined) throw new Error(`no such kind: ${plural}`);
    return this.#list(this.#collection(kind), undefined);
  }

  find(plural: string, key: string): KubeObject | undefined {
    return this.all(plural).find(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}` === key);
  }

  /** Stores an object past HTTP. */
  put(object: KubeObject): KubeObject {
    const kind = this.kinds.find((one) => one.kind === object.kind && one.apiVersion === object.apiVersion);
    if (kind === undefined) throw new Error(`no such kind: ${object.kind}`);
    return this.#store(kind, object);
  }

  remove(object: KubeObject): void {
    const kind = this.kinds.find((one) => one.kind === object.kind) as Kind;
    this.#drop(kind, object);
  }

  #collection(kind: Kind): string {
    return `${kind.apiVersion}/${kind.plural}`;
  }

  #key(kind: Kind, namespace: string | undefined, name: string): string {
    return `${this.#collection(kind)}|${namespace ?? ""}/${name}`;
  }

  #list(collection: string, namespace: string | undefined): KubeObject[] {
    const found = [...this.#objects].filter(([key]) => key.startsWith(`${collection}|`)).sort();
    return found
      .map(([, object]) => object)
      .filter((o) => namespace === undefined || o.metadata.namespace === namespace);
  }

  #store(kind: Kind, given: KubeObject): KubeObject {
    const key = this.#key(kind, given.metadata.namespace, given.metadata.name);
    const before = this.#objects.get(key);
    const object = structuredClone(given);
    object.metadata.uid = before?.metadata.uid ?? `uid-${this.#version + 1}`;
    object.metadata.creationTimestamp ??= "2026-01-01T00:00:00Z";
    object.metadata.generation = (before?.metadata.generation ?? 0) + 1;
    object.metadata.resourceVersion = String(++this.#version);
    if (object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0) {
      return this.#drop(kind, object);
    }
    this.#objects.set(key, object);
    this.#announce({
      version: this.#version,
      type: before ? "MODIFIED" : "ADDED",
      collection: this.#collection(kind),
      object,
    });
    return object;
  }

  #drop(kind: Kind, given: KubeObject): KubeObject {
    const object = structuredClone(given);
    object.metadata.resourceVersion = String(++this.#version);
    this.#objects.delete(this.#key(kind, object.metadata.namespace, object.metadata.name));
    this.#announce({ version: this.#version, type: "DELETED", collection: this.#collection(kind), object });
    return object;
  }

  #announce(change: Change): void {
    this.#changes.push(change);
    for (const watcher of this.#watchers) {
      if (watcher.collection !== change.collection) continue;
      if (watcher.namespace !== undefined && watcher.namespace !== change.object.metadata.namespace) continue;
      watcher.response.write(`${JSON.stringify({ type: change.type, object: change.object })}\n`);
    }
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const url = new URL(incoming.url ?? "/", "http://fake");
    const request = {
      method: incoming.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body,
    };
    this.requests.push(request);
    const answer = this.intercept?.(request, response) ?? this.#answer(request, response);
    if (answer === "handled") return;
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {}));
  }

  #answer(request: FakeRequest, response: ServerResponse): FakeAnswer | "handled" {
    const groupVersion = /^\/(?:api|apis)\/([^/]+(?:\/v[^/]+)?)$/.exec(request.path)?.[1];
    if (groupVersion !== undefined) return this.#discover(groupVersion);
    const target = this.#target(request.path);
    if (target === undefined) return refuse(404, "NotFound", "the server could not find the requested resource");
    if (request.method === "GET" && request.query.get("watch") !== null) return this.#watch(target, request, response);
    if (request.method === "GET" && target.name === undefined) return this.#page(target, request);
    if (request.method === "POST") return this.#create(target, JSON.parse(request.body));
    const live = this.#objects.get(this.#key(target.kind, target.namespace, target.name ?? ""));
    if (request.method === "PATCH" && live === undefined && isApply(request)) {
      return { status: 201, body: this.#write(target, JSON.parse(request.body), request) };
    }
    if (live === undefined) return refuse(404, "NotFound", `${target.kind.plural} "${target.name}" not found`);
    if (request.method === "GET") return { status: 200, body: live };
    if (request.method === "DELETE") return this.#delete(target.kind, live, JSON.parse(request.body || "{}"));
    const sent = JSON.parse(request.body) as KubeObject;
    const wanted = sent.metadata?.resourceVersion;
    if (wanted !== undefined && wanted !== live.metadata.resourceVersion) {
      return refuse(409, "Conflict", "the object has been modified");
    }
    const next = request.method === "PATCH" ? (deepMerge(live, sent, !isApply(request)) as KubeObject) : sent;
    return { status: 200, body: this.#write(target, next, request) };
  }

  #discover(groupVersion: string): FakeAnswer {
    const kinds = this.kinds.filter(({ apiVersion }) => apiVersion === groupVersion);
    if (kinds.length === 0) return refuse(404, "NotFound", "the server could not find the requested resource");
    const resources = kinds.map(({ plural, kind, namespaced }) => ({
      name: plural,
      kind,
      namespaced,
      verbs: ["get", "list"],
    }));
    return { status: 200, body: { kind: "APIResourceList", groupVersion, resources } };
  }

  #target(path: string): Target | undefined {
    const match =
      /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
        path,
      );
    if (match === null) return undefined;
    const kind = this.kinds.find((one) => one.apiVersion === (match[1] ?? match[2]) && one.plural === match[4]);
    if (kind === undefined) return undefined;
    const name = match[5] === undefined ? undefined : decodeURIComponent(match[5]);
    return { kind, namespace: match[3], name, subresource: match[6] };
  }

  #page(target: Target, request: FakeRequest): FakeAnswer {
    const from = Number(request.query.get("continue") ?? 0);
    const limit = Math.min(Number(request.query.get("limit") ?? this.pageSize), this.pageSize);
    const items = this.#list(this.#collection(target.kind), target.namespace);
    const more = from + limit < items.length ? { continue: String(from + limit) } : {};
    const metadata = { resourceVersion: this.version, ...more };
    const { apiVersion, kind } = target.kind;
    const page = items.slice(from, from + limit).map(({ apiVersion: _a, kind: _k, ...rest }) => rest);
    return { status: 200, body: { apiVersion, kind: `${kind}List`, metadata, items: page } };
  }

  #watch(target: Target, request: FakeRequest, response: ServerResponse): "handled" {
    const from = Number(request.query.get("resourceVersion") ?? 0);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (from < this.#compacted) {
      const status = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      response.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
      return "handled";
    }
    const watcher = { collection: this.#collection(target.kind), namespace: target.namespace, response };
    for (const change of this.#changes.filter(
      ({ version, collection }) => version > from && collection === watcher.collection,
    )) {
      response.write(`${JSON.stringify({ type: change.type, object: change.object })}\n`);
    }
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
    return "handled";
  }

  #create(target: Target, object: KubeObject): FakeAnswer {
    if (target.namespace !== undefined) object.metadata.namespace = target.namespace;
    if (this.#objects.has(this.#key(target.kind, object.metadata.namespace, object.metadata.name))) {
      return refuse(409, "AlreadyExists", `${target.kind.plural} "${object.metadata.name}" already exists`);
    }
    return { status: 201, body: this.#store(target.kind, object) };
  }

  #write(target: Target, object: KubeObject, request: FakeRequest): KubeObject {
    const { apiVersion, kind } = target.kind;
    const metadata = { ...object.metadata, name: target.name as string };
    if (target.namespace !== undefined) metadata.namespace = target.namespace;
    const whole = { ...object, apiVersion, kind, metadata };
    return request.query.get("dryRun") === "All" ? whole : this.#store(target.kind, whole);
  }

  #delete(kind: Kind, live: KubeObject, options: { preconditions?: { uid?: string } }): FakeAnswer {
    const uid = options.preconditions?.uid;
    if (uid !== undefined && uid !== live.metadata.uid)
      return refuse(409, "Conflict", "the UID in the precondition differs");
    if ((live.metadata.finalizers ?? []).length === 0) return { status: 200, body: this.#drop(kind, live) };
    const deletionTimestamp = live.metadata.deletionTimestamp ?? "2026-01-01T00:00:00Z";
    return { status: 200, body: this.#store(kind, { ...live, metadata: { ...live.metadata, deletionTimestamp } }) };
  }
}

function isApply(request: FakeRequest): boolean {
  return request.headers["content-type"] === "application/apply-patch+yaml";
}

function deepMerge(from: unknown, to: unknown, nullDeletes: boolean): unknown {
  if (typeof to !== "object" || to === null || Array.isArray(to)) return to;
  const result: Record<string, unknown> = typeof from === "object" && from !== null ? { ...from } : {};
  for (const [key, value] of Object.entries(to)) {
    if (value === null && nullDeletes) delete result[key];
    else result[key] = deepMerge(result[key], value, nullDeletes);
  }
  return result;
}

/** An answer with a Status, as the API refuses. */
export function refuse(code: number, reason: string, message: string, details?: unknown): FakeAnswer {
  return {
    status: code,
    body: { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message, details },
  };
}
