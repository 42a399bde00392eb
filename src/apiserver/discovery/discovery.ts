import { createHash } from "node:crypto";
import type { ApiRequest, ApiResponse, ResourceDefinition, ResourceRegistry } from "../resources.ts";
import { acceptedDiscovery } from "./accept.ts";
import { aggregatedDiscovery, type DiscoveryVersion } from "./aggregated.ts";
import { type GroupVersions, groupsOf } from "./groups.ts";
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from "./legacy.ts";

interface Cached {
  readonly changes: number;
  readonly groups: readonly GroupVersions[];
  readonly aggregated: Map<string, { readonly body: string; readonly etag: string }>;
}

const ofRegistry = new WeakMap<ResourceRegistry, Cached>();
/** Clusters without CRDs of their own all answer alike: a thousand members share one document. */
const ofBuiltins = new WeakMap<readonly ResourceDefinition[], Cached>();

function cached(registry: ResourceRegistry): Cached {
  const hasCustom = registry.custom.length > 0;
  const known = hasCustom ? ofRegistry.get(registry) : ofBuiltins.get(registry.builtins);
  if (known !== undefined && (!hasCustom || known.changes === registry.changes)) return known;
  const fresh: Cached = { changes: registry.changes, groups: groupsOf(registry), aggregated: new Map() };
  if (hasCustom) ofRegistry.set(registry, fresh);
  else ofBuiltins.set(registry.builtins, fresh);
  return fresh;
}

/** Answers the discovery paths, in both forms; undefined when the path is none of them or names what is not served. */
export function discovery(registry: ResourceRegistry, request: ApiRequest): ApiResponse | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const [root, group, version, more] = request.path.replace(/\/+$/, "").slice(1).split("/");
  if (more !== undefined || (root !== "api" && root !== "apis")) return undefined;
  const known = cached(registry);
  if (group === undefined) return rootAnswer(known, root, request);
  if (root === "api") return version === undefined ? resourceList(known, "", group) : undefined;
  if (group === "") return undefined;
  if (version !== undefined) return resourceList(known, group, version);
  const found = known.groups.find((one) => one.group === group);
  return found === undefined ? undefined : json(apiGroup(found));
}

function rootAnswer(known: Cached, root: "api" | "apis", request: ApiRequest): ApiResponse {
  const version = acceptedDiscovery(request.headers.accept);
  if (version !== undefined) return aggregatedAnswer(known, root, version, request);
  return json(root === "api" ? apiVersions(request.headers.host ?? "") : apiGroupList(known.groups));
}

function resourceList(known: Cached, group: string, version: string): ApiResponse | undefined {
  const found = known.groups.find((one) => one.group === group);
  const served = found?.versions.find((one) => one.version === version);
  return found === undefined || served === undefined ? undefined : json(apiResourceList(found, served));
}

function aggregatedAnswer(
  known: Cached,
  root: "api" | "apis",
  version: DiscoveryVersion,
  request: ApiRequest,
): ApiResponse {
  const key = `${root} ${version}`;
  let document = known.aggregated.get(key);
  if (document === undefined) {
    const groups = known.groups.filter(({ group }) => (group === "") === (root === "api"));
    const body = JSON.stringify(aggregatedDiscovery(groups, version));
    document = { body, etag: `"${createHash("sha256").update(body).digest("hex").toUpperCase()}"` };
    known.aggregated.set(key, document);
  }
  const headers = {
    "content-type": `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    "cache-control": "public",
    vary: "Accept",
    etag: document.etag,
  };
  if (request.headers["if-none-match"] === document.etag) return { status: 304, headers, body: "" };
  return { status: 200, headers, body: document.body };
}

function json(body: object): ApiResponse {
  const headers = { "content-type": "application/json", "cache-control": "no-cache, private" };
  return { status: 200, headers, body: JSON.stringify(body) };
}
