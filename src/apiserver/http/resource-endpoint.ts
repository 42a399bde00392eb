import type { Kind } from "../kinds/kind.ts";
import type { KubeObject } from "../resources.ts";
import {
  badRequest,
  methodNotAllowed,
  notFound,
  resourceMissing,
  type StatusError,
  unsupportedMediaType,
} from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import { createObject, type Written } from "../verbs/create.ts";
import type { PatchType } from "../verbs/patch.ts";
import { patchObject } from "../verbs/patch.ts";
import { replaceObject } from "../verbs/update.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import { chooseOutput } from "./accept.ts";
import { type Answer, answerText, showList, showObject, type View } from "./answer.ts";
import { decodeObject } from "./decode-object.ts";
import { deleteCollection, deleteOne } from "./delete-endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { listFor, waitForVersion } from "./list-endpoint.ts";
import { readBody } from "./read-body.ts";
import type { ResourcePath } from "./request-info.ts";
import { scaleEndpoint } from "./scale-endpoint.ts";
import { pageNotFound } from "./system-endpoints.ts";
import { serveWatch } from "./watch-endpoint.ts";
import { readBoolean, readWriteOptions, type WriteOptions } from "./write-options.ts";

/** A request to a resource that is there. */
export interface ResourceExchange extends Exchange {
  readonly kind: Kind;
  readonly target: ResourcePath;
}

/** Undefined: the answer goes out over time, as a watch does. */
export type Endpoint = (exchange: ResourceExchange) => Promise<Answer | undefined>;

/** Answers a request to a resource or its status. */
export async function resourceEndpoint(exchange: ResourceExchange): Promise<Answer | undefined> {
  const { target, kind } = exchange;
  if (isOutOfScope(exchange)) {
    if (kind.isBuiltin) throw resourceMissing();
    return pageNotFound();
  }
  if (target.subresource === "scale" && kind.definition.subresources.scale !== undefined)
    return scaleEndpoint(exchange);
  if (target.subresource !== "" && !hasSubresource(exchange)) throw noSubresource(exchange);
  const endpoint = target.name === "" ? collectionMethods[exchange.method] : objectMethods[exchange.method];
  const verb = endpoint?.verb ?? "";
  const isOffered = target.subresource !== "" ? subresourceVerbs.has(verb) : kind.definition.verbs.includes(verb);
  if (!kind.isBuiltin && target.name === "" && (exchange.method === "PUT" || exchange.method === "PATCH")) {
    throw badRequest("name must be provided");
  }
  if (endpoint === undefined || !isOffered) throw methodNotAllowed();
  return endpoint.run(exchange);
}

const subresourceVerbs = new Set(["get", "update", "patch"]);

function hasSubresource({ kind, target }: ResourceExchange): boolean {
  if (target.subresource === "status") return kind.hasStatus;
  return target.subresource === "finalize" && kind.resource === "/namespaces";
}

function noSubresource({ kind, target }: ResourceExchange): StatusError {
  return kind.isBuiltin ? resourceMissing() : notFound(kind.definition, target.name);
}

/** A namespaced kind has no objects outside of namespaces, and none by name over all of them. */
function isOutOfScope({ kind, target, method }: ResourceExchange): boolean {
  const { namespaced } = kind.definition;
  if (!namespaced) return target.namespace !== "";
  if (target.namespace !== "") return false;
  if (target.name !== "") return true;
  if (method !== "GET" && kind.isBuiltin) throw methodNotAllowed();
  return method !== "GET";
}

interface Method {
  readonly verb: string;
  readonly run: Endpoint;
}

const collectionMethods: { readonly [method: string]: Method } = {
  GET: { verb: "list", run: listOrWatch },
  POST: { verb: "create", run: create },
  DELETE: { verb: "deletecollection", run: deleteCollection },
};

const objectMethods: { readonly [method: string]: Method } = {
  GET: { verb: "get", run: getOrWatch },
  PUT: { verb: "update", run: replace },
  PATCH: { verb: "patch", run: patch },
  DELETE: { verb: "delete", run: deleteOne },
};

export function viewOf(exchange: ResourceExchange): View {
  const { cluster, extensions, kind, query, request } = exchange;
  const pretty = readBoolean(query, "pretty");
  const isTerminal = /^(curl|Wget|Mozilla)\//.test(request.headers["user-agent"] ?? "");
  return {
    output: chooseOutput(request.headers.accept, kind.isBuiltin),
    definition: kind.definition,
    extensions,
    cluster,
    includeObject: includeObject(query.get("includeObject")),
    isPretty: pretty ?? isTerminal,
  };
}

function includeObject(value: string | null): View["includeObject"] {
  return value === "None" || value === "Object" ? value : "Metadata";
}

async function listOrWatch(exchange: ResourceExchange): Promise<Answer | undefined> {
  const { target, query } = exchange;
  if (target.isWatch || readBoolean(query, "watch") === true) return serveWatch(exchange);
  const view = viewOf(exchange);
  const listed = await listFor(exchange);
  return answerText(view, 200, showList(view, listed));
}

async function getOrWatch(exchange: ResourceExchange): Promise<Answer | undefined> {
  const { target, cluster, kind } = exchange;
  if (target.isWatch) return serveWatch(exchange);
  const view = viewOf(exchange);
  await waitForVersion(exchange);
  const stored = cluster.read(kind, target.namespace, target.name);
  if (stored === undefined) throw notFound(kind.definition, target.name);
  await cluster.store.settled();
  return answerText(view, 200, showObject(view, stored));
}

export function writeRequest(exchange: ResourceExchange, options: WriteOptions): WriteRequest {
  const { cluster, kind, target, warnings } = exchange;
  return {
    cluster,
    kind,
    namespace: target.namespace,
    name: target.name,
    subresource: target.subresource === "status" ? "status" : "",
    manager: options.manager,
    dryRun: options.dryRun,
    fieldValidation: options.fieldValidation,
    warn: (text) => void warnings.push(text),
  };
}

async function create(exchange: ResourceExchange): Promise<Answer> {
  const { request, query, limits } = exchange;
  const view = viewOf(exchange);
  const options = readWriteOptions(query, request.headers["user-agent"], "CreateOptions");
  const body = await readBody(request, limits.maxBodyBytes);
  const object = decodeObject(exchange, body, options.fieldValidation);
  return written(exchange, view, createObject(writeRequest(exchange, options), object));
}

async function replace(exchange: ResourceExchange): Promise<Answer> {
  const { request, query, limits } = exchange;
  const view = viewOf(exchange);
  const options = readWriteOptions(query, request.headers["user-agent"], "UpdateOptions");
  const body = await readBody(request, limits.maxBodyBytes);
  const object = decodeObject(exchange, body, options.fieldValidation);
  return written(exchange, view, replaceObject(writeRequest(exchange, options), object));
}

const patchTypes: { readonly [contentType: string]: PatchType } = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

export function patchTypeOf({ request, kind }: ResourceExchange): PatchType {
  const contentType = (request.headers["content-type"] ?? "").split(";")[0]!.trim();
  const type = patchTypes[contentType];
  if (type !== undefined && (type !== "strategic" || kind.isBuiltin)) return type;
  const offered = Object.keys(patchTypes).filter((name) => kind.isBuiltin || patchTypes[name] !== "strategic");
  if (type === undefined && kind.isBuiltin) throw unsupportedMediaType("415: Unsupported Media Type", {});
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${offered.join(", ")}`,
  );
}

async function patch(exchange: ResourceExchange): Promise<Answer> {
  const { request, query, limits } = exchange;
  const patchType = patchTypeOf(exchange);
  const view = viewOf(exchange);
  const body = await readBody(request, limits.maxBodyBytes);
  const options = readWriteOptions(query, request.headers["user-agent"], "PatchOptions", patchType === "apply");
  const { force } = options;
  return written(exchange, view, patchObject({ ...writeRequest(exchange, options), patchType, force }, body));
}

/** The answer to a write, once it is on disk. */
export async function written(exchange: ResourceExchange, view: View, result: Written): Promise<Answer> {
  const { cluster, kind } = exchange;
  const shown: StoredObject | KubeObject =
    result.stored === undefined ? result.object : cluster.show(kind, result.stored);
  const pending = cluster.store.settled();
  if (pending !== undefined) await pending;
  return answerText(view, result.created ? 201 : 200, showObject(view, shown));
}
