import { apiVersionOf, type ResourceDefinition } from "../resources.ts";
import type { GroupVersions, VersionResources } from "./groups.ts";
import { subresourcesOf, verbsOf } from "./subresources.ts";

/** `GET /api`: where the core group's versions are. */
export function apiVersions(host: string): object {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: host }],
  };
}

function groupBody({ group, versions }: GroupVersions): object {
  const named = versions.map(({ version }) => ({ groupVersion: apiVersionOf({ group, version }), version }));
  return { name: group, versions: named, preferredVersion: named[0] };
}

/** `GET /apis`. */
export function apiGroupList(groups: readonly GroupVersions[]): object {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groups.filter(({ group }) => group !== "").map(groupBody) };
}

/** `GET /apis/GROUP`. */
export function apiGroup(group: GroupVersions): object {
  return { kind: "APIGroup", apiVersion: "v1", ...groupBody(group) };
}

/** `GET /api/v1` and `GET /apis/GROUP/VERSION`. */
export function apiResourceList(group: GroupVersions, { version, resources }: VersionResources): object {
  const groupVersion = apiVersionOf({ group: group.group, version });
  const listed = resources.flatMap((resource) => resourceBodies(resource, group.isBuiltin));
  const head = group.group === "" ? { kind: "APIResourceList" } : { kind: "APIResourceList", apiVersion: "v1" };
  return { ...head, groupVersion, resources: listed };
}

function resourceBodies(resource: ResourceDefinition, isBuiltin: boolean): object[] {
  const { plural, namespaced, shortNames, categories } = resource;
  const main = {
    name: plural,
    singularName: resource.singular,
    namespaced,
    kind: resource.kind,
    verbs: verbsOf(resource, isBuiltin),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
  const below = subresourcesOf(resource, isBuiltin).map(({ name, kind, verbs, group, version }) => ({
    name: `${plural}/${name}`,
    singularName: "",
    namespaced,
    ...(group === undefined ? {} : { group, version }),
    kind,
    verbs,
  }));
  return [main, ...below];
}
