import { formatYaml } from "../../base/yaml.ts";
import type { LogicalCluster } from "../cluster.ts";
import { isBuiltin } from "../kinds/rules.ts";
import type { KubeObject, ResourceDefinition, ServerExtensions } from "../resources.ts";
import { apiVersionOf } from "../resources.ts";
import { badRequest, plainError, StatusError } from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import type { Listed } from "../verbs/list.ts";
import type { Output } from "./accept.ts";
import { joinedPieces } from "./pieces.ts";

/** A complete answer. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** Pieces are made while they are sent: a long list is never in memory as a whole. */
  readonly body: string | Uint8Array | Iterable<Uint8Array>;
}

export const jsonType = "application/json";

/** How objects are shown to one client. */
export interface View {
  readonly output: Output;
  readonly definition: ResourceDefinition;
  readonly extensions: ServerExtensions;
  readonly cluster: LogicalCluster;
  readonly includeObject: "None" | "Metadata" | "Object" | { readonly wrong: string };
  readonly isPretty: boolean;
}

/** An object as one of its forms, as JSON text. */
export function showObject(view: View, object: StoredObject | KubeObject): string {
  const { form } = view.output;
  if (form === "object") return isStored(object) ? object.json : JSON.stringify(inOrder(object));
  const value = isStored(object) ? object.object : object;
  if (form === "PartialObjectMetadata") return JSON.stringify(metadataOf(view, value));
  if (form === "Table")
    return JSON.stringify(tableOf(view, [value], { resourceVersion: value.metadata?.resourceVersion }));
  throw wrongForm(view, form, "is not a list", view.definition.kind);
}

/** One object was asked for as a list, or the other way round. */
function wrongForm({ definition, output }: View, form: string, why: string, kind: string): StatusError {
  const isCustom = !isBuiltin(definition);
  if (isCustom && output.form === "PartialObjectMetadataList") return plainError("content is not a list");
  const group = definition.group === "" ? "core" : definition.group.split(".")[0]!;
  const type = isCustom ? "unstructured.UnstructuredList" : `${group}.${kind}`;
  const message = `you requested ${form}, but the requested object ${why} (*${type})`;
  return new StatusError({ code: 406, reason: "NotAcceptable", message });
}

function isStored(object: StoredObject | KubeObject): object is StoredObject {
  return typeof (object as StoredObject).json === "string" && typeof (object as StoredObject).version === "number";
}

/** Plain objects get the order of stored ones, which readers may count on. */
function inOrder({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata, ...rest } as KubeObject;
}

function metadataOf({ output }: View, object: KubeObject): object {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: `meta.k8s.io/${output.metaVersion}`,
    metadata: object.metadata ?? {},
  };
}

export function tableOf(view: View, objects: readonly KubeObject[], metadata: object, withColumns = true): object {
  const { definition, extensions, output, includeObject, cluster } = view;
  if (typeof includeObject !== "string") throw wrongInclude(includeObject.wrong);
  const now = cluster.now();
  const table = extensions.toTable(definition, objects, {
    version: output.metaVersion,
    includeObject,
    now,
    withColumns,
  });
  const { kind, apiVersion, ...rest } = table;
  return { kind, apiVersion, metadata, ...rest };
}

function wrongInclude(value: string): StatusError {
  const detail = `Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`;
  return badRequest(`Unable to convert to Table as requested: includeObject: ${detail}`);
}

/** Longer lists are sent in pieces. */
const maxWholeLength = 256 * 1024;

/** A list as text, a long one in pieces; objects in it are not written anew. */
export function showList(view: View, listed: Listed): string | Iterable<Uint8Array> {
  const { form, metaVersion } = view.output;
  const metadata = listMetadata(listed, view);
  if (form === "Table") {
    const objects = listed.objects.map((stored) => stored.object);
    return JSON.stringify(tableOf(view, objects, metadata));
  }
  if (form === "PartialObjectMetadata") throw wrongForm(view, form, "is a list", view.definition.listKind);
  if (form !== "object") {
    const items = listed.objects.map((stored) => metadataOf(view, stored.object));
    return JSON.stringify({
      kind: "PartialObjectMetadataList",
      apiVersion: `meta.k8s.io/${metaVersion}`,
      metadata,
      items,
    });
  }
  const { listKind } = view.definition;
  const outer = JSON.stringify({ kind: listKind, apiVersion: apiVersionOf(view.definition), metadata });
  const head = `${outer.slice(0, -1)},"items":[`;
  const items = listItems(view.definition, listed.objects);
  const isRewritten = view.output.isYaml || view.isPretty;
  if (isRewritten || !isLong(listed.objects)) return `${head}${[...items].join(",")}]}`;
  return joinedPieces(head, items, "]}\n");
}

function isLong(objects: readonly StoredObject[]): boolean {
  let length = 0;
  for (const { json } of objects) length += json.length;
  return length > maxWholeLength;
}

function listMetadata({ version, continueToken, remaining }: Listed, { definition, output }: View): object {
  // Lists of custom objects say that nothing follows, those of built-in ones say nothing.
  const token = continueToken ?? (isBuiltin(definition) || output.form !== "object" ? undefined : "");
  return {
    ...(token !== undefined && { continue: token }),
    resourceVersion: String(version),
    ...(remaining !== undefined && { remainingItemCount: remaining }),
  };
}

/** The items of built-in lists do not repeat their kind. */
function* listItems(definition: ResourceDefinition, objects: readonly StoredObject[]): Generator<string> {
  const named = JSON.stringify({ apiVersion: apiVersionOf(definition), kind: definition.kind });
  const prefix = isBuiltin(definition) ? `${named.slice(0, -1)},` : undefined;
  for (const { json } of objects) {
    yield prefix !== undefined && json.startsWith(prefix) ? `{${json.slice(prefix.length)}` : json;
  }
}

/** Puts a JSON text into the format asked for. */
export function answerText(
  view: Pick<View, "output" | "isPretty">,
  status: number,
  json: string | Iterable<Uint8Array>,
): Answer {
  if (typeof json !== "string") return { status, headers: { "content-type": jsonType }, body: json };
  if (view.output.isYaml) {
    return { status, headers: { "content-type": "application/yaml" }, body: formatYaml(JSON.parse(json)) };
  }
  const body = view.isPretty ? JSON.stringify(JSON.parse(json), undefined, 2) : json;
  return { status, headers: { "content-type": jsonType }, body: `${body}\n` };
}
