import type { ResourceDefinition } from "../resources.ts";
import type { GroupVersions } from "./groups.ts";
import { type Subresource, subresourcesOf, verbsOf } from "./subresources.ts";

export type DiscoveryVersion = "v2" | "v2beta1";

/** Everything that `/api` or `/apis` serves in one document, which kubectl 1.27 and later ask for. */
export function aggregatedDiscovery(groups: readonly GroupVersions[], version: DiscoveryVersion): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(groupBody),
  };
}

function groupBody(group: GroupVersions): object {
  const versions = group.versions.map(({ version, resources }) => ({
    version,
    resources: resources.map((resource) => resourceBody(resource, group.isBuiltin)),
    freshness: "Current",
  }));
  return { metadata: group.group === "" ? {} : { name: group.group }, versions };
}

function resourceBody(resource: ResourceDefinition, isBuiltin: boolean): object {
  const { plural, singular, namespaced, shortNames, categories, kind } = resource;
  // Built-in kinds leave group and version empty: "those of the document around".
  const own = isBuiltin ? { group: "", version: "" } : { group: resource.group, version: resource.version };
  const subresources = subresourcesOf(resource, isBuiltin).map((one) => subresourceBody(one, { ...own, kind }));
  return {
    resource: plural,
    responseKind: { ...own, kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: verbsOf(resource, isBuiltin),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function subresourceBody({ name, kind, group, version, verbs }: Subresource, own: object): object {
  return { subresource: name, responseKind: group === undefined ? own : { group, version, kind }, verbs };
}
