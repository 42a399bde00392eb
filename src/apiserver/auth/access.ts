import type { IncomingMessage } from "node:http";
import { resourcePath } from "../http/request-info.ts";
import { type Attributes, attributesOf } from "./attributes.ts";
import type { ClusterAuth } from "./cluster-auth.ts";
import { denied } from "./denied.ts";
import { impersonated, isImpersonation } from "./impersonate.ts";
import { isMaster, type User } from "./user.ts";

export interface AccessRequest {
  readonly request: IncomingMessage;
  readonly auth: ClusterAuth;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Who a request is from in the end, once it is clear that they may make it. Throws the 403 of whoever may not. */
export function admitted(user: User, access: AccessRequest): User {
  const { request, auth } = access;
  const acting = isImpersonation(request) ? impersonated(request, user, auth, read(access)) : user;
  if (isMaster(acting)) return acting;
  const asked = read(access);
  if (auth.policy.allows(acting, asked)) return acting;
  throw denied(acting, asked, auth.policy.explain(acting, asked).reason);
}

function read({ request, segments, query }: AccessRequest): Attributes {
  const asked = attributesOf({ method: request.method ?? "GET", segments, query });
  return agrees(asked, segments) ? asked : { ...asked, verb: "", resource: "", path: undefined };
}

/**
 * What is asked and what will be served are read apart, hence compared: a path that the two read differently would be a
 * way around the rules.
 */
function agrees(
  { group, resource, name, subresource, namespace, verb }: Attributes,
  segments: readonly string[],
): boolean {
  const served = resourcePath(segments);
  if (served === undefined) return true;
  const isNamed = served.name === name || (served.name === "" && (verb === "list" || verb === "watch"));
  const isNamespace = served.group === "" && served.plural === "namespaces";
  const isHome = served.namespace === namespace || (isNamespace && namespace === served.name);
  return (
    isNamed && isHome && served.group === group && served.plural === resource && served.subresource === subresource
  );
}
