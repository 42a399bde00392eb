import { describe, expect, it } from "vitest";
import { attributesOf } from "../../../src/apiserver/auth/attributes.ts";
import { resourcePath, splitPath } from "../../../src/apiserver/http/request-info.ts";
import { fc } from "../../support/properties.ts";

function read(method: string, url: string) {
  const [path = "", query = ""] = url.split("?");
  return attributesOf({ method, segments: splitPath(path), query: new URLSearchParams(query) });
}

const none = { path: undefined, group: "", resource: "", subresource: "", name: "", namespace: "" };

describe("what a request asks for", () => {
  it.each([
    ["GET", "/api/v1/pods", { verb: "list", resource: "pods" }],
    ["HEAD", "/api/v1/pods", { verb: "list", resource: "pods" }],
    ["GET", "/api/v1/pods?watch=1", { verb: "watch", resource: "pods" }],
    ["GET", "/api/v1/pods?watch=false", { verb: "list", resource: "pods" }],
    ["GET", "/api/v1/watch/namespaces/a/pods/b", { verb: "watch", resource: "pods", namespace: "a", name: "b" }],
    ["POST", "/api/v1/watch/namespaces/a/pods", { verb: "watch", resource: "pods", namespace: "a" }],
    ["GET", "/api/v1/namespaces/a", { verb: "get", resource: "namespaces", namespace: "a", name: "a" }],
    ["GET", "/api/v1/namespaces", { verb: "list", resource: "namespaces" }],
    [
      "PUT",
      "/api/v1/namespaces/a/finalize",
      { verb: "update", resource: "namespaces", namespace: "a", name: "a", subresource: "finalize" },
    ],
    [
      "DELETE",
      "/apis/apps/v1/namespaces/a/deployments",
      { verb: "deletecollection", group: "apps", resource: "deployments", namespace: "a" },
    ],
    [
      "PATCH",
      "/apis/apps/v1/namespaces/a/deployments/b/scale",
      { verb: "patch", group: "apps", resource: "deployments", namespace: "a", name: "b", subresource: "scale" },
    ],
    ["GET", "/api/v1/secrets?fieldSelector=metadata.name%3Da", { verb: "list", resource: "secrets", name: "a" }],
    ["GET", "/api/v1/secrets?fieldSelector=metadata.name!%3Da", { verb: "list", resource: "secrets" }],
    ["GET", "/api/v1/secrets?fieldSelector=%3D%3D%3D", { verb: "list", resource: "secrets" }],
    ["GET", "/apis/apps/v1", { verb: "get", path: "/apis/apps/v1" }],
    ["HEAD", "/healthz", { verb: "head", path: "/healthz" }],
    ["GET", "/", { verb: "get", path: "/" }],
  ])("%s %s", (method, url, want) => expect(read(method, url)).toEqual({ ...none, ...want }));

  it("is what is served, whatever the path", () => {
    const part = fc.constantFrom(
      "api",
      "apis",
      "v1",
      "apps",
      "watch",
      "namespaces",
      "pods",
      "status",
      "finalize",
      "a",
      "",
    );
    const method = fc.constantFrom("GET", "PUT", "POST", "PATCH", "DELETE");
    fc.assert(
      fc.property(method, fc.array(part, { minLength: 1, maxLength: 9 }), (verb, parts) => {
        const served = resourcePath(parts);
        if (served === undefined) return;
        const asked = attributesOf({ method: verb, segments: parts, query: new URLSearchParams() });
        const { group, plural: resource, name, subresource } = served;
        const isNamespace = group === "" && resource === "namespaces" && served.namespace === "";
        const namespace = isNamespace ? served.name : served.namespace;
        expect(asked).toMatchObject({ group, resource, name, subresource, namespace });
        if (served.isWatch) expect(asked.verb).toBe("watch");
      }),
      { numRuns: 5000 },
    );
  });
});
