import { parseJsonText, parseYamlOrJson } from "../decode/body.ts";
import { isJsonMap, type Json, type JsonMap } from "../managed-fields/json.ts";
import { valueAt } from "../objects/generation.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import type { KubeObject, ScaleSubresource } from "../resources.ts";
import { badRequest, conflict, methodNotAllowed, notFound } from "../status-error.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";
import { prepareNext, updateObject } from "../verbs/update.ts";
import { type Answer, answerText } from "./answer.ts";
import { readBody } from "./read-body.ts";
import { patchTypeOf, type ResourceExchange, viewOf, writeRequest } from "./resource-exchange.ts";
import { readWriteOptions } from "./write-options.ts";

interface Scale {
  readonly metadata?: { readonly name?: string; readonly resourceVersion?: string };
  readonly spec?: { readonly replicas?: number };
}

/** Reads and writes the number of replicas of an object through `autoscaling/v1` Scale. */
export async function scaleEndpoint(exchange: ResourceExchange): Promise<Answer> {
  const { method, cluster, kind, target } = exchange;
  if (method !== "GET" && method !== "PUT" && method !== "PATCH") throw methodNotAllowed();
  const view = viewOf(exchange);
  if (method !== "GET") await writeScale(exchange);
  const stored = cluster.read(kind, target.namespace, target.name);
  if (stored === undefined) throw notFound(kind.definition, target.name);
  await cluster.store.settled();
  return answerText(view, 200, JSON.stringify(scaleOf(stored.object, kind.definition.subresources.scale!)));
}

function pathOf(path: string): readonly string[] {
  return path.replace(/^\./, "").split(".");
}

function numberAt(object: KubeObject, path: string): number {
  const value = valueAt(object as JsonMap, pathOf(path));
  return typeof value === "number" ? value : 0;
}

function scaleOf(object: KubeObject, scale: ScaleSubresource): JsonMap {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata ?? {};
  const selector = scale.labelSelectorPath === undefined ? undefined : selectorText(object, scale.labelSelectorPath);
  const metadata = { name, namespace, uid, resourceVersion, creationTimestamp };
  const status = { replicas: numberAt(object, scale.statusReplicasPath), ...(selector !== undefined && { selector }) };
  return JSON.parse(
    JSON.stringify({
      kind: "Scale",
      apiVersion: `autoscaling/${scale.version ?? "v1"}`,
      metadata,
      spec: { replicas: numberAt(object, scale.specReplicasPath) },
      status,
    }),
  ) as JsonMap;
}

/** Selectors of built-in kinds are structured; those of CRDs are text already. */
function selectorText(object: KubeObject, path: string): string | undefined {
  const value = valueAt(object as JsonMap, pathOf(path));
  if (typeof value === "string") return value === "" ? undefined : value;
  if (!isJsonMap(value)) return undefined;
  const labels = isJsonMap(value.matchLabels) ? value.matchLabels : value.matchExpressions === undefined ? value : {};
  const equal = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String(labels[key])}`);
  const expressions = Array.isArray(value.matchExpressions) ? (value.matchExpressions as JsonMap[]) : [];
  return [...equal, ...expressions.map(expressionText)].join(",");
}

function expressionText({ key, operator, values }: JsonMap): string {
  const listed = Array.isArray(values) ? [...(values as string[])].sort().join(",") : "";
  if (operator === "Exists") return String(key);
  if (operator === "DoesNotExist") return `!${String(key)}`;
  return `${String(key)} ${operator === "In" ? "in" : "notin"} (${listed})`;
}

async function writeScale(exchange: ResourceExchange): Promise<void> {
  const { request, query, limits, kind, method, target } = exchange;
  const isPatch = method === "PATCH";
  const patchType = isPatch ? patchTypeOf(exchange) : undefined;
  const options = readWriteOptions(
    query,
    request.headers["user-agent"],
    isPatch ? "PatchOptions" : "UpdateOptions",
    patchType === "apply",
  );
  const body = await readBody(request, limits.maxBodyBytes);
  const write = { ...writeRequest(exchange, options), trackedAs: "scale" };
  const paths = kind.definition.subresources.scale!;
  updateObject(
    write,
    (live) => {
      if (live === undefined) throw notFound(kind.definition, target.name);
      const wanted = readScale(exchange, body, scaleOf(live, paths), patchType);
      const next = setAt(live as JsonMap, pathOf(paths.specReplicasPath), checkScale(exchange, live, wanted));
      return prepareNext(write, live, next as KubeObject);
    },
    false,
  );
}

function readScale(exchange: ResourceExchange, body: string, current: JsonMap, patchType: string | undefined): Scale {
  if (patchType === undefined || patchType === "apply") return parseYamlOrJson(body).value as Scale;
  const patch = parseJsonText(body);
  if (patchType === "json" && Array.isArray(patch)) return applyJsonPatch(current, patch as never) as Scale;
  if (isJsonMap(patch)) return mergePatch(current, patch) as Scale;
  throw badRequest(`cannot patch the scale of ${exchange.target.name} with a ${typeof patch}`);
}

function checkScale({ kind, target }: ResourceExchange, live: KubeObject, { metadata, spec }: Scale): number {
  const name = metadata?.name ?? target.name;
  if (name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  const version = metadata?.resourceVersion ?? "";
  if (version !== "" && version !== live.metadata?.resourceVersion) throw conflict(kind.definition, target.name);
  const replicas = spec?.replicas ?? 0;
  if (!kind.isBuiltin) return replicas;
  if (Number.isInteger(replicas) && replicas >= 0) return replicas;
  const error = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
  throw invalidObject({ group: "autoscaling", kind: "Scale" }, target.name, [error]);
}

function setAt(object: JsonMap, path: readonly string[], value: Json): JsonMap {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return { ...object, [name]: value };
  const child = object[name];
  return { ...object, [name]: setAt(isJsonMap(child) ? child : {}, rest, value) };
}
