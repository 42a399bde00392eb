import { permitOf } from "../auth/escalation.ts";
import type { Kind } from "../kinds/kind.ts";
import type { KubeObject } from "../resources.ts";
import { unsupportedMediaType } from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import type { Written } from "../verbs/create.ts";
import type { PatchType } from "../verbs/patch.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import { chooseOutput } from "./accept.ts";
import { type Answer, answerText, showObject, type View } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { ResourcePath } from "./request-info.ts";
import { readBoolean, type WriteOptions } from "./write-options.ts";

/** A request to a resource that is there. */
export interface ResourceExchange extends Exchange {
  readonly kind: Kind;
  readonly target: ResourcePath;
}

/** Undefined: the answer goes out over time, as a watch does. */
export type Endpoint = (exchange: ResourceExchange) => Promise<Answer | undefined>;

export function viewOf(exchange: ResourceExchange): View {
  const { cluster, extensions, kind, query, request } = exchange;
  const pretty = readBoolean(query, "pretty");
  const isTerminal = /^(curl|Wget|Mozilla)\//.test(request.headers["user-agent"] ?? "");
  return {
    output: chooseOutput(request.headers.accept, kind.isBuiltin),
    definition: kind.definition,
    extensions,
    cluster,
    includeObject: includeObject(query.get("includeObject") ?? ""),
    isPretty: pretty ?? isTerminal,
  };
}

/** Asked of every answer, used by tables: a wrong value is told by those. */
function includeObject(value: string): View["includeObject"] {
  if (value === "") return "Metadata";
  return value === "None" || value === "Object" || value === "Metadata" ? value : { wrong: value };
}

export function writeRequest(exchange: ResourceExchange, options: WriteOptions): WriteRequest {
  const { cluster, kind, target, warnings } = exchange;
  return {
    cluster,
    kind,
    namespace: target.namespace,
    name: target.name,
    subresource: target.subresource === "status" ? "status" : "",
    ...(target.subresource === "finalize" && { trackedAs: "finalize" }),
    manager: options.manager,
    dryRun: options.dryRun,
    fieldValidation: options.fieldValidation,
    warn: (text) => void warnings.push(text),
    permit: permitOf(exchange),
  };
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

/** The answer to a write, once it is on disk. */
export async function written(exchange: ResourceExchange, view: View, result: Written): Promise<Answer> {
  const { cluster, kind } = exchange;
  const shown: StoredObject | KubeObject =
    result.stored === undefined ? result.object : cluster.show(kind, result.stored);
  const pending = cluster.store.settled();
  if (pending !== undefined) await pending;
  return answerText(view, result.created ? 201 : 200, showObject(view, shown));
}
