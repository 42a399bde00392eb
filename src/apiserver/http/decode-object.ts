import { type Document, JsonSyntaxError, parseJsonText, parseYamlOrJson, strictProblems } from "../decode/body.ts";
import { GoTypeError } from "../decode/go-types.ts";
import type { Kind } from "../kinds/kind.ts";
import { isJsonMap, type Json } from "../managed-fields/json.ts";
import type { KubeObject } from "../resources.ts";
import { badRequest, type StatusError, unsupportedMediaType } from "../status-error.ts";
import type { FieldValidation } from "../verbs/write-request.ts";
import { protobufType } from "./read-body.ts";
import type { ResourceExchange } from "./resource-exchange.ts";

const accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** Reads the object of a create or an update. What is unknown in it is refused, warned about or dropped, as asked. */
export function decodeObject(exchange: ResourceExchange, body: string, validation: FieldValidation): KubeObject {
  const { kind, warnings } = exchange;
  const document = parse(exchange, body);
  const object = readKind(kind, document.value, body);
  if (kind.isBuiltin) checkKind(kind, object);
  const { object: decoded, unknown } = readInto(kind, object);
  const problems = validation === "Ignore" ? [] : strictProblems(document, unknown);
  if (problems.length > 0 && validation === "Strict") {
    throw cannotHandle(kind, object, `strict decoding error: ${problems.join(", ")}`);
  }
  warnings.push(...problems);
  if (!kind.isBuiltin) checkVersion(kind, object);
  return decoded;
}

function parse({ request, kind }: ResourceExchange, body: string): Document {
  const contentType = (request.headers["content-type"] ?? "application/json").split(";")[0]!.trim();
  if (contentType === "application/yaml") return parseYamlOrJson(body);
  if (contentType !== "application/json" && contentType !== protobufType) {
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
    );
  }
  try {
    return { value: parseJsonText(body), text: body };
  } catch (error: unknown) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw unrecognized(kind, body, `couldn't get version/kind; json parse error: ${error.message}`);
  }
}

function unrecognized({ definition }: Kind, body: string, why: string): StatusError {
  return badRequest(
    `the object provided is unrecognized (must be of type ${definition.kind}): ${why} (${summary(body)})`,
  );
}

const summaryLength = 30;

function summary(body: string): string {
  if (body === "") return "<empty>";
  const text = body.startsWith("{") ? body : Buffer.from(body).toString("hex");
  return text.length > summaryLength ? `${text.slice(0, summaryLength)} ...` : text;
}

const goTarget =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** The object with a kind and a version, which a built-in object may leave out. */
function readKind(kind: Kind, value: Json, body: string): KubeObject {
  const { definition, apiVersion, isBuiltin } = kind;
  const object = objectOf(kind, value, body);
  for (const field of ["apiVersion", "kind"] as const) {
    const given = object[field] ?? "";
    if (typeof given === "string") continue;
    const why = `json: cannot unmarshal ${goTypeName(given)} into Go struct field .${field} of type string`;
    throw unrecognized(kind, body, `couldn't get version/kind; json parse error: ${why}`);
  }
  if ((object.apiVersion ?? "").split("/").length > 2) {
    throw unrecognized(kind, body, `unexpected GroupVersion string: ${object.apiVersion}`);
  }
  if (isBuiltin)
    return { ...object, apiVersion: object.apiVersion || apiVersion, kind: object.kind || definition.kind };
  if ((object.kind ?? "") === "") throw unrecognized(kind, body, `Object 'Kind' is missing in '${body}'`);
  return object;
}

/** Null is an object without fields. */
function objectOf(kind: Kind, value: Json, body: string): KubeObject {
  if (value === null) return {} as KubeObject;
  if (isJsonMap(value)) return value as KubeObject;
  const why = `json: cannot unmarshal ${goTypeName(value)} into Go value of type ${goTarget}`;
  throw unrecognized(kind, body, `couldn't get version/kind; json parse error: ${why}`);
}

function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** The kind and version that the object says it has must be those of the path. */
function checkKind(kind: Kind, object: KubeObject): void {
  if (object.apiVersion !== kind.apiVersion || object.kind !== kind.definition.kind) throw wrongKind(kind, object);
}

/** Another kind of the same version is left to validation. */
function checkVersion(kind: Kind, { apiVersion = "" }: KubeObject): void {
  if (apiVersion === kind.apiVersion) return;
  throw badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${kind.apiVersion})`,
  );
}

function wrongKind(kind: Kind, object: KubeObject): StatusError {
  const { apiVersion = "", kind: named = "" } = object;
  const version = apiVersion.split("/").at(-1)!;
  const internal = kind.definition.group === "" ? "core" : kind.definition.group.split(".")[0]!;
  const isKnown = named !== kind.definition.kind && kind.knows(apiVersion, named);
  const why = isKnown
    ? `converting (${version}.${named}) to (${internal}.${kind.definition.kind}): unknown conversion`
    : `no kind "${named}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`;
  return cannotHandle(kind, object, why);
}

function readInto(kind: Kind, object: KubeObject): ReturnType<Kind["decode"]> {
  try {
    return kind.decode(object);
  } catch (error: unknown) {
    throw error instanceof GoTypeError ? cannotHandle(kind, object, error.message) : error;
  }
}

function cannotHandle({ definition }: Kind, object: KubeObject, why: string): StatusError {
  const version = (object.apiVersion ?? "").split("/").at(-1)!;
  return badRequest(
    `${object.kind} in version ${JSON.stringify(version)} cannot be handled as a ${definition.kind}: ${why}`,
  );
}
