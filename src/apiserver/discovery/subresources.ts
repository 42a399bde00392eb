import type { ResourceDefinition } from "../resources.ts";

export interface Subresource {
  readonly name: "status" | "scale" | "token";
  readonly kind: string;
  /** Group and version, where they differ from the resource's own. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

const verbs = ["get", "patch", "update"];

const token: Subresource = {
  name: "token",
  kind: "TokenRequest",
  group: "authentication.k8s.io",
  version: "v1",
  verbs: ["create"],
};

/** Built-in kinds list theirs by name, CRDs with the status first: as the servers behind them do. */
export function subresourcesOf(resource: ResourceDefinition, isBuiltin: boolean): readonly Subresource[] {
  const listed: Subresource[] = [];
  if (resource.subresources.status === true) listed.push({ name: "status", kind: resource.kind, verbs });
  const { scale } = resource.subresources;
  if (scale !== undefined)
    listed.push({ name: "scale", kind: "Scale", group: "autoscaling", version: scale.version ?? "v1", verbs });
  if (isBuiltin && resource.group === "" && resource.plural === "serviceaccounts") listed.push(token);
  return isBuiltin ? listed.reverse() : listed;
}

const customVerbOrder = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/** Built-in kinds list their verbs by name, CRDs in an order of their own. */
export function verbsOf({ verbs: own }: ResourceDefinition, isBuiltin: boolean): readonly string[] {
  return isBuiltin ? own : customVerbOrder.filter((verb) => own.includes(verb));
}
