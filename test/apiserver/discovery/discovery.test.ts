import { describe, expect, it } from "vitest";
import { builtinResources } from "../../../src/apiserver/builtin/builtin.ts";
import { discovery } from "../../../src/apiserver/discovery/discovery.ts";
import { compareVersions } from "../../../src/apiserver/discovery/groups.ts";
import { type ResourceDefinition, ResourceRegistry } from "../../../src/apiserver/resources.ts";
import recorded from "../../vectors/apiserver/discovery.json" with { type: "json" };

const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
const crudVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

function widget(version: string, more: Partial<ResourceDefinition> = {}): ResourceDefinition {
  return {
    group: "acme.example",
    version,
    plural: "widgets",
    singular: "widget",
    kind: "Widget",
    listKind: "WidgetList",
    shortNames: ["wg"],
    categories: ["all", "toys"],
    namespaced: true,
    verbs: crudVerbs,
    subresources: {},
    printerColumns: [],
    storage: version === "v1",
    served: true,
    ...more,
  };
}

function registryWithWidgets(): ResourceRegistry {
  const registry = new ResourceRegistry(builtinResources());
  const scale = { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" };
  registry.setCustom("acme.example", "widgets", [
    widget("v1beta1"),
    widget("v1", { subresources: { status: true, scale } }),
  ]);
  return registry;
}

function ask(registry: ResourceRegistry, path: string, headers: { readonly [name: string]: string } = {}) {
  return discovery(registry, { method: "GET", path, query: new URLSearchParams(), headers });
}

function body(registry: ResourceRegistry, path: string, headers?: { readonly [name: string]: string }) {
  const answer = ask(registry, path, headers);
  expect(answer?.status).toBe(200);
  return JSON.parse(String(answer?.body));
}

interface DiscoveredResource {
  readonly resource: string;
  readonly subresources?: readonly { readonly subresource: string }[];
}

/** What we leave out on purpose: resources without anything behind them, and their subresources. */
function served(resource: DiscoveredResource, ours: DiscoveredResource): DiscoveredResource {
  const { subresources, ...rest } = resource;
  const kept = (subresources ?? []).filter(({ subresource }) => ["status", "scale", "token"].includes(subresource));
  return kept.length === 0 || ours.subresources === undefined ? rest : { ...rest, subresources: kept };
}

describe("aggregated discovery", () => {
  const registry = registryWithWidgets();
  const groups = [...body(registry, "/api", { accept }).items, ...body(registry, "/apis", { accept }).items];

  it.each(groups.map((group) => [group.metadata.name ?? "core", group]))(
    "describes %s as a real server",
    (_, group) => {
      const theirs = recorded.groups.find(
        ({ metadata }) => (metadata as { name?: string }).name === group.metadata.name,
      );
      for (const version of group.versions) {
        const real = theirs?.versions.find((one) => one.version === version.version);
        expect(real, version.version).toBeDefined();
        for (const resource of version.resources) {
          const same = real?.resources.find((one) => one.resource === resource.resource) as
            | DiscoveredResource
            | undefined;
          expect(resource).toEqual(same === undefined ? undefined : served(same, resource));
        }
      }
    },
  );

  it("keeps the order of groups", () => {
    const names = groups.map((group) => group.metadata.name);
    const theirs = recorded.groups.map(({ metadata }) => (metadata as { name?: string }).name);
    expect(names).toEqual(theirs.filter((name) => names.includes(name)));
  });

  it("gives an ETag, and nothing new to who has it", () => {
    const first = ask(registry, "/apis", { accept });
    expect(first?.headers["content-type"]).toBe("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
    const again = ask(registry, "/apis", { accept, "if-none-match": first?.headers.etag ?? "" });
    expect(again).toMatchObject({ status: 304, body: "" });
  });

  it("answers in v2beta1 for kubectl before 1.30", () => {
    const older = accept.replace("v=v2;", "v=v2beta1;");
    expect(body(registry, "/apis", { accept: older }).apiVersion).toBe("apidiscovery.k8s.io/v2beta1");
  });

  it("answers in the older form when that is named first, or no form at all", () => {
    expect(body(registry, "/apis", { accept: "application/json, */*" }).kind).toBe("APIGroupList");
    expect(body(registry, "/apis").kind).toBe("APIGroupList");
    expect(body(registry, "/apis", { accept: "application/vnd.kubernetes.protobuf,application/json" }).kind).toBe(
      "APIGroupList",
    );
  });

  it("changes when a CRD comes and goes", () => {
    const changing = new ResourceRegistry(builtinResources());
    const etag = () => ask(changing, "/apis", { accept })?.headers.etag;
    const before = etag();
    changing.setCustom("acme.example", "widgets", [widget("v1")]);
    const during = etag();
    changing.removeCustom("acme.example", "widgets");
    expect(during).not.toBe(before);
    expect(etag()).toBe(before);
  });
});

describe("legacy discovery", () => {
  const registry = registryWithWidgets();

  it.each(["/apis/acme.example", "/apis/acme.example/v1", "/apis/apps", "/apis/apps/v1"] as const)(
    "answers %s as a real server",
    (path) => expect(body(registry, path)).toEqual(recorded.legacy[path]),
  );

  it("names the address that the client used", () => {
    expect(body(registry, "/api", { host: "hub.example:6443" })).toEqual({
      kind: "APIVersions",
      versions: ["v1"],
      serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "hub.example:6443" }],
    });
  });

  it.each(["/apis/nope", "/apis/apps/v9", "/api/v2", "/apis/apps/v1/deployments", "/version", "/apis//v1"])(
    "leaves %s to others",
    (path) => expect(ask(registry, path)).toBeUndefined(),
  );
});

describe("compareVersions", () => {
  it("puts the newest stable version first", () => {
    const versions = ["v1alpha1", "foo1", "v2beta1", "v1", "v11beta2", "v10", "v3beta1", "v11alpha2", "bar"];
    const sorted = ["v10", "v1", "v11beta2", "v3beta1", "v2beta1", "v11alpha2", "v1alpha1", "bar", "foo1"];
    expect(versions.sort(compareVersions)).toEqual(sorted);
  });
});
