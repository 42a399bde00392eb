import { type Document, JsonSyntaxError, parseJsonText, parseYamlOrJson, strictProblems } from "../decode/body.ts";
import { GoTypeError } from "../decode/go-types.ts";
import { applyToObject } from "../managed-fields/field-manager.ts";
import { isJsonList, isJsonMap, type Json, type JsonMap } from "../managed-fields/json.ts";
import { checkRequestName, inRequestNamespace, timestamp, withNewIdentity } from "../objects/metadata.ts";
import { goMap } from "../patch/go-map.ts";
import { applyJsonPatch, isTooLongPatch, JsonPatchError } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { StrategicPatchError, strategicMergePatch } from "../patch/strategic-merge.ts";
import type { KubeObject } from "../resources.ts";
import { badRequest, conflict, notFound, plainError, StatusError } from "../status-error.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";
import { freshStatus, type Written } from "./create.ts";
import { withUniqueOwners } from "./dedupe-owners.ts";
import { keepStatus, prepareNext, updateObject } from "./update.ts";
import { type WriteRequest, writeContext } from "./write-request.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

export interface PatchRequest extends WriteRequest {
  readonly patchType: PatchType;
  readonly force: boolean;
}

/** Changes an object by a patch; an apply creates one that is not there. */
export function patchObject(request: PatchRequest, body: string): Written {
  if (request.patchType === "apply") return applyConfiguration(request, body);
  const change = readPatch(request, body);
  return updateObject(
    request,
    (live) => {
      if (live === undefined) throw notFound(request.kind.definition, request.name);
      const patched = readPatched(request, change(live as JsonMap), change.document);
      return prepareNext(request, live, inRequest(request, patched));
    },
    false,
  );
}

function inRequest(request: WriteRequest, object: KubeObject): KubeObject {
  const own = inRequestNamespace(object, request.kind.definition, request.namespace);
  checkRequestName(own, request.name);
  return withUniqueOwners(own, request.warn);
}

interface Change {
  (live: JsonMap): Json;
  readonly document: Document;
}

function readPatch(request: PatchRequest, body: string): Change {
  const document = { value: parsePatch(body, request.patchType), text: body };
  const change = changes[request.patchType as Exclude<PatchType, "apply">](document.value, request);
  return Object.assign(change, { document });
}

function parsePatch(body: string, patchType: PatchType): Json {
  try {
    return parseJsonText(body);
  } catch (error: unknown) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(patchType === "strategic" ? error.message : `error decoding patch: ${error.message}`);
  }
}

const changes: {
  readonly [type in Exclude<PatchType, "apply">]: (patch: Json, request: PatchRequest) => (live: JsonMap) => Json;
} = {
  json: (patch) => {
    if (!isJsonList(patch)) throw wrongPatchType(patch, "[]handlers.jsonPatchOp");
    if (isTooLongPatch(patch)) throw tooManyOperations(patch.length);
    return (live) => runJsonPatch(live, patch);
  },
  merge: (patch) => {
    if (!isJsonMap(patch)) throw wrongPatchType(patch, "map[string]interface {}");
    return (live) => mergePatch(live, patch);
  },
  strategic: (patch, { kind }) => {
    if (!isJsonMap(patch)) throw wrongPatchType(patch, "map[string]interface {}", "");
    return (live) => runStrategicPatch(live, patch, kind.typedSchema);
  },
};

function wrongPatchType(patch: Json, type: string, prefix = "error decoding patch: "): StatusError {
  const actual = isJsonList(patch) ? "array" : isJsonMap(patch) ? "object" : typeof patch;
  return badRequest(`${prefix}json: cannot unmarshal ${actual} into Go value of type ${type}`);
}

function tooManyOperations(count: number): StatusError {
  const message = `Request entity too large: The allowed maximum operations in a JSON patch is 10000, got ${count}`;
  return new StatusError({ code: 413, reason: "RequestEntityTooLarge", message });
}

function unprocessable(): StatusError {
  const message = "the server rejected our request due to an error in our request";
  return new StatusError({ code: 422, reason: "Invalid", message, details: {} });
}

function runJsonPatch(live: JsonMap, operations: readonly Json[]): Json {
  try {
    return applyJsonPatch(live, operations);
  } catch (error: unknown) {
    throw error instanceof JsonPatchError ? unprocessable() : error;
  }
}

function runStrategicPatch(live: JsonMap, patch: JsonMap, schema: Parameters<typeof strategicMergePatch>[2]): JsonMap {
  try {
    return strategicMergePatch(live, patch, schema);
  } catch (error: unknown) {
    if (!(error instanceof StrategicPatchError)) throw error;
    throw error.isFormat ? badRequest(error.message) : plainError(error.message);
  }
}

/** Reads the patched object into its kind; what the patch brought in wrong is told of the patch. */
function readPatched(request: PatchRequest, result: Json, document: Document): KubeObject {
  const { kind, fieldValidation } = request;
  const patched = withKind(request, document, result);
  try {
    const { object, unknown } = kind.decode(patched as KubeObject);
    const problems = fieldValidation === "Ignore" ? [] : patchProblems(request, document, unknown);
    if (problems.length > 0 && fieldValidation === "Strict") {
      throw invalidPatch(request, document, patched, `strict decoding error: ${problems.join(", ")}`);
    }
    for (const problem of problems) request.warn(problem);
    return object;
  } catch (error: unknown) {
    if (!(error instanceof GoTypeError)) throw error;
    const message = request.patchType === "strategic" ? (error.conversion ?? error.message) : error.message;
    throw invalidPatch(request, document, patched, message);
  }
}

/** A built-in object may have lost its kind and version, which go without saying. */
function withKind(request: PatchRequest, document: Document, patched: Json): JsonMap {
  const { kind } = request;
  if (!isJsonMap(patched)) throw invalidPatch(request, document, patched, `couldn't get version/kind; ${notAnObject}`);
  const { apiVersion, kind: name } = patched;
  if (!kind.isBuiltin) {
    if (typeof name === "string" && name !== "") return patched;
    throw invalidPatch(request, document, patched, `Object 'Kind' is missing in '${JSON.stringify(patched)}'`);
  }
  const named = { ...patched, apiVersion: apiVersion || kind.apiVersion, kind: name || kind.definition.kind };
  if (named.apiVersion === kind.apiVersion && named.kind === kind.definition.kind) return named;
  throw wrongPatchedKind(request, named);
}

const notAnObject =
  'json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function patchProblems(request: PatchRequest, document: Document, unknown: readonly string[]): string[] {
  const repeated = strictProblems(document, []);
  const prefix = request.patchType === "json" ? "json patch " : "";
  return [
    ...repeated.map((problem) => prefix + problem),
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
}

function wrongPatchedKind({ kind }: PatchRequest, patched: JsonMap): StatusError {
  const wanted = `${kind.apiVersion}, Kind=${kind.definition.kind}`;
  const actual = `${String(patched.apiVersion)}, Kind=${String(patched.kind)}`;
  return badRequest(`the object provided is of type ${actual}, expected ${wanted}`);
}

function invalidPatch(request: PatchRequest, patch: Document, patched: Json, message: string): StatusError {
  const { patchType, kind } = request;
  const sorted = kind.isBuiltin && isJsonMap(patched) ? sortedTop(patched) : sortedDeep(patched);
  const shown = patchType === "strategic" ? goMap(patch.value) : JSON.stringify(sorted);
  return invalidObject({ group: "", kind: "" }, "", [invalid("patch", shown, message)]);
}

/** Custom objects are maps all the way down, and Go writes maps in order. */
function sortedDeep(value: Json): Json {
  if (isJsonList(value)) return value.map(sortedDeep);
  if (!isJsonMap(value)) return value;
  return sortedTop(Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, sortedDeep(entry)])));
}

function sortedTop(map: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function applyConfiguration(request: PatchRequest, body: string): Written {
  const document = parseYamlOrJson(body);
  const config = isJsonMap(document.value) ? (document.value as KubeObject) : {};
  return updateObject(
    request,
    (live) => {
      const applied = applyTo(request, live, config);
      reportStrict(request, document);
      return inRequest(request, applied);
    },
    true,
  );
}

function applyTo(request: PatchRequest, live: KubeObject | undefined, config: KubeObject): KubeObject {
  const { kind, force } = request;
  const { group, version, kind: kindName } = kind.definition;
  const applied = applyToObject(live, config, {
    ...writeContext(request),
    force,
    kind: { group, version, kind: kindName },
    setDefaults: (object) => (live === undefined ? object : kind.prepare(readApplied(request, object), live)),
  });
  if (live === undefined) return prepareNew(request, applied);
  return kind.hasStatus && request.subresource === "" ? keepStatus(applied, live) : applied;
}

/** Built-in objects are read into their types again; custom ones stay what merging made them. */
function readApplied({ kind, namespace, name }: PatchRequest, object: KubeObject): KubeObject {
  if (!kind.isBuiltin) return object;
  try {
    return kind.decode(object).object;
  } catch (error: unknown) {
    if (!(error instanceof GoTypeError)) throw error;
    const subject = `${namespace}/${name}; ${kind.apiVersion}, Kind=${kind.definition.kind}`;
    throw plainError(`failed to convert new object (${subject}) to proper version: ${error.message}`);
  }
}

function prepareNew(request: PatchRequest, applied: KubeObject): KubeObject {
  const { kind, namespace, name, cluster } = request;
  const uid = applied.metadata?.uid ?? "";
  if (uid !== "") throw conflict(kind.definition, name, missingUid(uid));
  const own = inRequestNamespace(readApplied(request, applied), kind.definition, namespace);
  const fresh = freshStatus(request, own);
  return kind.prepare(withNewIdentity(fresh, timestamp(cluster.now())), undefined);
}

function missingUid(uid: string): string {
  return `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
}

function reportStrict(request: PatchRequest, document: Document): void {
  if (request.fieldValidation === "Ignore") return;
  const problems = strictProblems(document, []);
  if (problems.length === 0) return;
  if (request.fieldValidation === "Strict") throw badRequest(`error strict decoding YAML: ${problems.join(", ")}`);
  for (const problem of problems) request.warn(problem);
}
