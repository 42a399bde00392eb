import { describe, expect, it } from "vitest";
import { builtinResources } from "../../../src/apiserver/builtin/builtin.ts";
import { definitions } from "../../../src/apiserver/openapi/data.ts";
import { openapi } from "../../../src/apiserver/openapi/openapi.ts";
import { firstSentence } from "../../../src/apiserver/openapi/trim.ts";
import { type ResourceDefinition, ResourceRegistry } from "../../../src/apiserver/resources.ts";

const widgets: ResourceDefinition = {
  group: "acme.example",
  version: "v1",
  plural: "widgets",
  singular: "widget",
  kind: "Widget",
  listKind: "WidgetList",
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
  subresources: { status: true },
  schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          size: { type: "integer", default: 3, minimum: 1 },
          port: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
          any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          none: { type: "string", nullable: true },
        },
      },
    },
  },
  printerColumns: [],
  storage: true,
  served: true,
};

function registry(): ResourceRegistry {
  const made = new ResourceRegistry(builtinResources());
  made.setCustom("acme.example", "widgets", [widgets]);
  return made;
}

function ask(from: ResourceRegistry, url: string, headers: { readonly [name: string]: string } = {}) {
  const [path = "", query = ""] = url.split("?");
  return openapi(from, { method: "GET", path, query: new URLSearchParams(query), headers });
}

function json(from: ResourceRegistry, url: string) {
  const answer = ask(from, url);
  expect(answer?.status).toBe(200);
  return JSON.parse(String(answer?.body));
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly "x-kubernetes-group-version-kind": {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  };
}

describe("OpenAPI v3", () => {
  const all = registry();
  const index: { readonly [key: string]: { readonly serverRelativeURL: string } } = json(all, "/openapi/v3").paths;

  it("indexes each group and version by a hash of its document", () => {
    expect(Object.keys(index)).toContain("api/v1");
    expect(Object.keys(index)).toContain("apis/apps/v1");
    const url = index["apis/acme.example/v1"]?.serverRelativeURL ?? "";
    expect(url).toMatch(/^\/openapi\/v3\/apis\/acme\.example\/v1\?hash=[0-9A-F]+$/);
    expect(ask(all, url)?.headers["cache-control"]).toContain("immutable");
    expect(ask(all, url.replace(/hash=.*/, "hash=0"))?.headers["cache-control"]).toContain("no-cache");
  });

  it("changes the hash of a CRD's document with its schema, and no other", () => {
    const changing = registry();
    const before = json(changing, "/openapi/v3").paths;
    changing.setCustom("acme.example", "widgets", [{ ...widgets, schema: { type: "object" } }]);
    const after = json(changing, "/openapi/v3").paths;
    const changed = Object.keys(after).filter((key) => after[key].serverRelativeURL !== before[key].serverRelativeURL);
    expect(changed).toEqual(["apis/acme.example/v1"]);
  });

  it.each(Object.keys(index))("lists in %s what each PATCH understands, and resolves every reference", (key) => {
    const document = json(all, `/openapi/v3/${key}`);
    for (const path of Object.values(document.paths) as { readonly patch?: Operation }[]) {
      if (path.patch === undefined) continue;
      const names = path.patch.parameters?.map(({ name }) => name);
      expect(names).toEqual(["dryRun", "fieldManager", "fieldValidation", "force"]);
      expect(path.patch["x-kubernetes-group-version-kind"].kind).not.toBe("");
    }
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(Object.hasOwn(document.components.schemas, name ?? "")).toBe(true);
  });

  it("describes every built-in kind where its resource is", () => {
    for (const { group, version, plural, kind, namespaced, verbs } of builtinResources()) {
      const root = group === "" ? `api/${version}` : `apis/${group}/${version}`;
      const { paths, components } = json(all, `/openapi/v3/${root}`);
      const path = `/${root}/${namespaced ? "namespaces/{namespace}/" : ""}${plural}`;
      expect(Object.keys(paths)).toContain(path);
      expect(Object.keys(paths[path])).toContain(verbs.includes("list") ? "get" : "post");
      const marked = Object.values(components.schemas).filter((schema) =>
        (schema as { readonly "x-kubernetes-group-version-kind"?: readonly { readonly kind: string }[] })[
          "x-kubernetes-group-version-kind"
        ]?.some((mark) => mark.kind === kind),
      );
      expect(marked, kind).toHaveLength(1);
    }
  });

  it("gives a CRD's kind the fields that every object has", () => {
    const { schemas } = json(all, "/openapi/v3/apis/acme.example/v1").components;
    const widget = schemas["example.acme.v1.Widget"];
    expect(widget["x-kubernetes-group-version-kind"]).toEqual([
      { group: "acme.example", kind: "Widget", version: "v1" },
    ]);
    expect(Object.keys(widget.properties).sort()).toEqual(["apiVersion", "kind", "metadata", "spec"]);
    expect(widget.properties.spec.properties.size).toEqual({ type: "integer", default: 3, minimum: 1 });
    expect(schemas["example.acme.v1.WidgetList"].properties.items.items.$ref).toBe(
      "#/components/schemas/example.acme.v1.Widget",
    );
  });

  it("knows no other documents", () => {
    expect(ask(all, "/openapi/v3/apis/nope/v1")).toBeUndefined();
    expect(ask(all, "/openapi/v4")).toBeUndefined();
  });
});

/** Reads one protobuf message into its fields, to check what was written without the writer's help. */
function* fieldsOf(bytes: Uint8Array): Generator<{ readonly field: number; readonly bytes: Uint8Array }> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const kind = tag & 7;
    const length = kind === 2 ? varint() : kind === 1 ? 8 : 0;
    if (kind === 0) varint();
    yield { field: tag >> 3, bytes: bytes.subarray(at, at + length) };
    at += length;
  }
  expect(at).toBe(bytes.length);
}

function inside(bytes: Uint8Array, ...path: readonly number[]): Uint8Array[] {
  return path.reduce<Uint8Array[]>(
    (messages, field) =>
      messages.flatMap((one) => [...fieldsOf(one)].filter((f) => f.field === field).map((f) => f.bytes)),
    [bytes],
  );
}

describe("OpenAPI v2", () => {
  const all = registry();
  const accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

  it("has the same definitions and paths in JSON and in protobuf", () => {
    const document = json(all, "/openapi/v2");
    const answer = ask(all, "/openapi/v2", { accept });
    expect(answer?.headers["content-type"]).toBe("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    const bytes = answer?.body as Uint8Array;
    const text = (found: readonly Uint8Array[]) => found.map((one) => Buffer.from(one).toString()).sort();
    expect(text(inside(bytes, 9, 1, 1))).toEqual(Object.keys(document.definitions).sort());
    expect(text(inside(bytes, 8, 2, 1))).toEqual(Object.keys(document.paths).sort());
    expect(text(inside(bytes, 1))[0]).toBe("2.0");
  });

  it("says nothing about fields where anything may stand", () => {
    const { properties } = json(all, "/openapi/v2").definitions["example.acme.v1.Widget"].properties.spec;
    expect(properties).toEqual({
      size: { type: "integer", minimum: 1 },
      port: { "x-kubernetes-int-or-string": true },
      any: { "x-kubernetes-preserve-unknown-fields": true },
      none: {},
    });
  });

  it("refers plainly and types quantities as strings", () => {
    const found = json(all, "/openapi/v2").definitions;
    expect(found["io.k8s.apimachinery.pkg.api.resource.Quantity"].type).toBe("string");
    expect(found["io.k8s.api.apps.v1.Deployment"].properties.spec.$ref).toBe(
      "#/definitions/io.k8s.api.apps.v1.DeploymentSpec",
    );
  });
});

describe("the trimmed definitions", () => {
  it("keep merge keys and list types", () => {
    const containers = definitions["io.k8s.api.core.v1.PodSpec"]?.properties?.containers;
    expect(containers).toMatchObject({
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
    });
  });

  it.each([
    ["One. Two.", "One."],
    ["Some, e.g. this. And that.", "Some, e.g. this."],
    ["No stop", "No stop"],
    ["First line\n\nSecond.", "First line"],
    ["List:\n* a. b", "List:"],
    ["v1.2 is fine. Yes.", "v1.2 is fine."],
  ])("first sentence of %j", (text, want) => expect(firstSentence(text)).toBe(want));
});
