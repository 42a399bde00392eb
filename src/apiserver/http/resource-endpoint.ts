import { isTokenRequest, tokenRequestEndpoint } from "../auth/token-request.ts";
import { badRequest, methodNotAllowed, notFound, resourceMissing, type StatusError } from "../status-error.ts";
import { createObject } from "../verbs/create.ts";
import { patchObject } from "../verbs/patch.ts";
import { replaceObject } from "../verbs/update.ts";
import { type Answer, answerText, showList, showObject } from "./answer.ts";
import { decodeObject } from "./decode-object.ts";
import { deleteCollection, deleteOne } from "./delete-endpoint.ts";
import { listFor, waitForVersion } from "./list-endpoint.ts";
import { readBody } from "./read-body.ts";
import {
  type Endpoint,
  patchTypeOf,
  type ResourceExchange,
  viewOf,
  writeRequest,
  written,
} from "./resource-exchange.ts";
import { scaleEndpoint } from "./scale-endpoint.ts";
import { pageNotFound } from "./system-endpoints.ts";
import { serveWatch } from "./watch-endpoint.ts";
import { readBoolean, readWriteOptions } from "./write-options.ts";

/** Answers a request to a resource or its status. */
export async function resourceEndpoint(exchange: ResourceExchange): Promise<Answer | undefined> {
  const { target, kind } = exchange;
  if (isOutOfScope(exchange)) {
    if (kind.isBuiltin) throw resourceMissing();
    return pageNotFound();
  }
  // Whoever may watch may do nothing else by the old path for it.
  if (target.isWatch && exchange.method !== "GET") throw methodNotAllowed();
  if (isTokenRequest(exchange)) return tokenRequestEndpoint(exchange);
  if (target.subresource === "scale" && kind.definition.subresources.scale !== undefined)
    return scaleEndpoint(exchange);
  if (target.subresource !== "" && !hasSubresource(exchange)) throw noSubresource(exchange);
  const endpoint = target.name === "" ? collectionMethods[exchange.method] : objectMethods[exchange.method];
  const verb = endpoint?.verb ?? "";
  const offered = verbsOf[target.subresource] ?? kind.definition.verbs;
  if (!kind.isBuiltin && target.name === "" && (exchange.method === "PUT" || exchange.method === "PATCH")) {
    throw badRequest("name must be provided");
  }
  if (endpoint === undefined || !offered.includes(verb)) throw methodNotAllowed();
  return endpoint.run(exchange);
}

const verbsOf: { readonly [subresource: string]: readonly string[] } = {
  status: ["get", "update", "patch"],
  finalize: ["update"],
};

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

async function patch(exchange: ResourceExchange): Promise<Answer> {
  const { request, query, limits } = exchange;
  const patchType = patchTypeOf(exchange);
  const view = viewOf(exchange);
  const body = await readBody(request, limits.maxBodyBytes);
  const options = readWriteOptions(query, request.headers["user-agent"], "PatchOptions", patchType === "apply");
  const { force } = options;
  return written(exchange, view, patchObject({ ...writeRequest(exchange, options), patchType, force }, body));
}
