import { isReview, reviewEndpoint } from "../auth/reviews.ts";
import { apiVersionOf, type ResourceDefinition } from "../resources.ts";
import { resourceMissing } from "../status-error.ts";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { resourcePath } from "./request-info.ts";
import { resourceEndpoint } from "./resource-endpoint.ts";
import { pageNotFound, rootPaths } from "./system-endpoints.ts";

/** Answers a request to a logical cluster; undefined when the answer goes out over time. */
export async function routeRequest(exchange: Exchange): Promise<Answer | undefined> {
  try {
    return await answerTo(exchange);
  } catch (error: unknown) {
    // A refusal tells of the store, too: that something is gone, or there already, has to be on disk first.
    await exchange.cluster.store.settled();
    throw error;
  }
}

async function answerTo(exchange: Exchange): Promise<Answer | undefined> {
  const target = resourcePath(exchange.segments);
  const definition = target === undefined ? undefined : definitionAt(exchange, target);
  if (target !== undefined && definition !== undefined) {
    const kind = exchange.cluster.kind(definition);
    const own = { ...exchange, kind, target };
    const warning = definition.deprecationWarning ?? kind.rules.warning;
    if (warning !== undefined) exchange.warnings.push(warning);
    return isReview(definition) ? reviewEndpoint(own) : resourceEndpoint(own);
  }
  const described = describe(exchange);
  if (described !== undefined) return described;
  const isCore = exchange.segments[0] === "api";
  // Kinds of CRDs are served by a handler of its own, which knows no resources beside them.
  if (isCore || (target !== undefined && hasGroupVersion(exchange, target))) throw resourceMissing();
  return pageNotFound();
}

function definitionAt(
  { cluster }: Exchange,
  { group, version, plural }: { readonly group: string; readonly version: string; readonly plural: string },
): ResourceDefinition | undefined {
  return cluster.registry.byResource(group, version, plural);
}

function describe({ cluster, extensions, method, path, query, request, segments }: Exchange): Answer | undefined {
  const asked = { method, path, query, headers: request.headers };
  const isRoot = method === "GET" && segments.every((segment) => segment === "");
  if (isRoot) return rootPaths([...new Set(cluster.registry.served().map(apiVersionOf))]);
  return extensions.discovery(cluster.registry, asked) ?? extensions.openapi(cluster.registry, asked);
}

function hasGroupVersion(
  { cluster }: Exchange,
  { group, version }: { readonly group: string; readonly version: string },
): boolean {
  const same = cluster.registry.builtins.filter((definition) => definition.group === group);
  return same.some((definition) => definition.version === version);
}
