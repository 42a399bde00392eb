import { createHash } from "node:crypto";
import { groupsOf } from "../discovery/groups.ts";
import {
  type ApiRequest,
  type ApiResponse,
  apiVersionOf,
  type ResourceDefinition,
  type ResourceRegistry,
} from "../resources.ts";
import { type DocumentV2, documentV2 } from "./document-v2.ts";
import { documentV3 } from "./document-v3.ts";
import { encodeDocument } from "./protobuf.ts";

interface Document {
  readonly body: string;
  readonly hash: string;
}

interface Cached {
  readonly changes: number;
  /** `api/v1`, `apis/apps/v1` and so on, in the order of the index. */
  readonly v3: Map<string, Document>;
  v2?: { readonly json: string; readonly protobuf: Buffer; readonly hash: string };
}

const ofRegistry = new WeakMap<ResourceRegistry, Cached>();
const ofBuiltins = new WeakMap<readonly ResourceDefinition[], Cached>();
const builtinV3 = new Map<string, Document>();
let builtinV2: { readonly document: DocumentV2; readonly protobuf: Buffer } | undefined;

const protobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

function cached(registry: ResourceRegistry): Cached {
  const hasCustom = registry.custom.length > 0;
  const known = hasCustom ? ofRegistry.get(registry) : ofBuiltins.get(registry.builtins);
  if (known !== undefined && (!hasCustom || known.changes === registry.changes)) return known;
  const fresh: Cached = { changes: registry.changes, v3: documentsV3(registry) };
  if (hasCustom) ofRegistry.set(registry, fresh);
  else ofBuiltins.set(registry.builtins, fresh);
  return fresh;
}

function hashOf(body: string | Buffer): string {
  return createHash("sha256").update(body).digest("hex").toUpperCase();
}

function documentsV3(registry: ResourceRegistry): Map<string, Document> {
  const documents: [string, Document][] = [];
  for (const { group, isBuiltin, versions } of groupsOf(registry)) {
    for (const { version, resources } of versions) {
      const groupVersion = apiVersionOf({ group, version });
      const key = group === "" ? `api/${groupVersion}` : `apis/${groupVersion}`;
      documents.push([key, isBuiltin ? builtinDocument(key, resources) : toDocument(documentV3(resources, true))]);
    }
  }
  return new Map(documents.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function builtinDocument(key: string, resources: readonly ResourceDefinition[]): Document {
  let document = builtinV3.get(key);
  if (document === undefined) builtinV3.set(key, (document = toDocument(documentV3(resources, false))));
  return document;
}

function toDocument(content: object): Document {
  const body = JSON.stringify(content);
  return { body, hash: hashOf(body) };
}

function documentsV2(registry: ResourceRegistry): NonNullable<Cached["v2"]> {
  if (builtinV2 === undefined) {
    const document = documentV2(registry.builtins, false);
    builtinV2 = { document, protobuf: encodeDocument(document) };
  }
  const custom = documentV2(
    registry.custom.filter(({ served }) => served),
    true,
  );
  const { document, protobuf } = builtinV2;
  const json = JSON.stringify({
    ...document,
    paths: { ...document.paths, ...custom.paths },
    definitions: { ...document.definitions, ...custom.definitions },
  });
  return { json, protobuf: Buffer.concat([protobuf, encodeDocument(custom)]), hash: hashOf(json) };
}

/** Answers `/openapi/v2`, `/openapi/v3` and the documents below it; undefined for any other path. */
export function openapi(registry: ResourceRegistry, request: ApiRequest): ApiResponse | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  if (request.path === "/openapi/v2") return answerV2(cached(registry), registry, request);
  if (request.path === "/openapi/v3" || request.path === "/openapi/v3/") return index(cached(registry));
  if (!request.path.startsWith("/openapi/v3/")) return undefined;
  const document = cached(registry).v3.get(request.path.slice("/openapi/v3/".length));
  return document === undefined ? undefined : answerV3(document, request);
}

/** The paths stay rooted at `/openapi/v3`: only then do clients put the prefix of a logical cluster before them. */
function index({ v3 }: Cached): ApiResponse {
  const paths = [...v3].map(([key, { hash }]) => [key, { serverRelativeURL: `/openapi/v3/${key}?hash=${hash}` }]);
  const headers = { "content-type": "application/json", "cache-control": "no-cache, private" };
  return { status: 200, headers, body: JSON.stringify({ paths: Object.fromEntries(paths) }) };
}

const yearSeconds = 31_536_000;

function answerV3({ body, hash }: Document, request: ApiRequest): ApiResponse {
  const etag = `"${hash}"`;
  const isExact = request.query.get("hash") === hash;
  const headers = {
    "content-type": "application/json",
    "cache-control": isExact ? `public, immutable, max-age=${yearSeconds}` : "no-cache, private",
    vary: "Accept",
    etag,
  };
  if (request.headers["if-none-match"] === etag) return { status: 304, headers, body: "" };
  return { status: 200, headers, body };
}

function answerV2(known: Cached, registry: ResourceRegistry, request: ApiRequest): ApiResponse {
  known.v2 ??= documentsV2(registry);
  const { json, protobuf, hash } = known.v2;
  const wantsProtobuf = /^\s*application\/com\.github\.proto-openapi\.spec\.v2[.@]v1\.0\+protobuf/.test(
    request.headers.accept ?? "",
  );
  const etag = `"${hash}"`;
  const headers = {
    "content-type": wantsProtobuf ? protobufType : "application/json",
    "cache-control": "no-cache, private",
    vary: "Accept",
    etag,
  };
  if (request.headers["if-none-match"] === etag) return { status: 304, headers, body: "" };
  return { status: 200, headers, body: wantsProtobuf ? protobuf : json };
}
