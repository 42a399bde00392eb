// biome-ignore-all lint/suspicious/noExplicitAny: definitions
import { type Area, get, merge, post, put, remove, type Step } from "../step.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const group = "definitions.example";
const shapes = `/apis/${group}/v1/namespaces/definitions/shapes`;
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const text = { type: "string" };

const schemaOf = (spec: object): object => ({
  openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: spec } } },
});

const version = (name: string, spec: object, rest: object = {}): object => ({
  name,
  served: true,
  storage: false,
  schema: schemaOf(spec),
  ...rest,
});

const names = { plural: "shapes", singular: "shape", kind: "Shape", listKind: "ShapeList", shortNames: ["sh"] };
const v1 = version("v1", { color: text }, { storage: true });
const spec = { group, scope: "Namespaced", names, versions: [v1] };
const definition = (changed: object = {}, name = `shapes.${group}`): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name },
  spec: { ...spec, ...changed },
});

const withSchema = (openAPIV3Schema: object): object => ({ versions: [{ ...v1, schema: { openAPIV3Schema } }] });
const property = (schema: object): object => withSchema({ type: "object", properties: { x: schema } });

const wrong: readonly (readonly [name: string, changed: object])[] = [
  ["no schema", { versions: [{ name: "v1", served: true, storage: true }] }],
  ["no storage", { versions: [{ ...v1, storage: false }] }],
  ["two storages", { versions: [v1, { ...v1, name: "v2" }] }],
  ["a version twice", { versions: [v1, { ...v1, storage: false }] }],
  ["a bad scope", { scope: "Foo" }],
  ["no group", { group: "" }],
  ["a group without a dot", { group: "nodots" }],
  ["bad names", { names: { plural: "Shapes", kind: "shape Foo" } }],
  ["no names", { names: {} }],
  ["no kind", { names: { plural: "shapes" } }],
  ["a bad version", { versions: [{ ...v1, name: "V_1" }] }],
  ["no versions", { versions: [] }],
  ["a schema without a type", withSchema({ properties: { spec: {} } })],
  ["a schema of a list", withSchema({ type: "array", items: { type: "string" } })],
  ["unknown types", withSchema({ type: "object", properties: { a: { type: "foo" }, b: { type: "array" } } })],
  ["a default of a wrong type", property({ type: "string", default: 1 })],
  ["additional and properties", property({ type: "object", properties: { a: text }, additionalProperties: text })],
  ["additionalProperties false", property({ type: "object", additionalProperties: false })],
  ["a reference", property({ $ref: "#/definitions/x" })],
  ["a bad pattern", property({ type: "string", pattern: "(" })],
  ["unique items", property({ type: "array", items: text, uniqueItems: true })],
  ["a map list without keys", property({ type: "array", items: { type: "object" }, "x-kubernetes-list-type": "map" })],
  [
    "a key that is no property",
    property({
      type: "array",
      items: { type: "object", properties: { a: text } },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["b"],
    }),
  ],
  ["a list type that is none", property({ type: "array", items: text, "x-kubernetes-list-type": "bag" })],
  ["int-or-string with a type", property({ type: "string", "x-kubernetes-int-or-string": true })],
  ["preserve on a string", property({ type: "string", "x-kubernetes-preserve-unknown-fields": true })],
  ["preserve false", property({ type: "object", "x-kubernetes-preserve-unknown-fields": false })],
  ["types in anyOf", property({ type: "object", anyOf: [{ type: "string" }] })],
  [
    "metadata restricted",
    withSchema({ type: "object", properties: { metadata: { type: "object", properties: { labels: {} } } } }),
  ],
  ["a bad column", { versions: [{ ...v1, additionalPrinterColumns: [{ name: "", type: "foo", jsonPath: "x" }] }] }],
  ["a bad scale", { versions: [{ ...v1, subresources: { scale: { specReplicasPath: "x" } } }] }],
  ["a webhook without one", { conversion: { strategy: "Webhook" } }],
  ["a conversion that is none", { conversion: { strategy: "Foo" } }],
];

const wrongName: Step[] = [
  post("another name", `${definitions}?dryRun=All`, definition({}, "other.name")),
  post("no spec", `${definitions}?dryRun=All`, { ...definition(), spec: undefined }),
];

const shape = (name: string, content: object, apiVersion = `${group}/v1`): object => ({
  apiVersion,
  kind: "Shape",
  metadata: { name },
  spec: content,
});

const isEstablished = (body: any): boolean =>
  body.status?.conditions?.some((one: any) => one.type === "Established" && one.status === "True");
const isServed = { until: (_: unknown, status: number): boolean => status === 200 };

/** Waits until the server works by the new schema: kube-apiserver changes it a moment after the answer. */
const versions: Step[] = [
  post("install", definitions, definition()),
  get("established", `${definitions}/shapes.${group}`, { until: isEstablished }),
  get("served", shapes, isServed),
  post("create before", `${shapes}?fieldManager=c`, shape("a", { color: "red", size: 1 })),
  put("two versions", `${definitions}/shapes.${group}?fieldManager=c`, (seen) => ({
    ...seen.established,
    spec: {
      ...seen.established.spec,
      versions: [
        v1,
        version(
          "v2",
          { color: { type: "string", default: "blue" }, size: { type: "integer", default: 3 } },
          { additionalPrinterColumns: [{ name: "Color", type: "string", jsonPath: ".spec.color" }] },
        ),
      ],
    },
  })),
  get("served as v2", `/apis/${group}/v2/namespaces/definitions/shapes`, isServed),
  get("one as v2: with its defaults", `/apis/${group}/v2/namespaces/definitions/shapes/a`),
  get("a table of v2", `/apis/${group}/v2/namespaces/definitions/shapes`, { accept: table }),
  get("a table of v1", shapes, { accept: table }),
  post("create as v2", `/apis/${group}/v2/namespaces/definitions/shapes?fieldManager=c`, {
    ...shape("b", { size: 5 }, `${group}/v2`),
  }),
  get("read as v1: what v1 lacks is pruned", `${shapes}/b`),
  merge("merge as v2", `/apis/${group}/v2/namespaces/definitions/shapes/b?fieldManager=m`, { spec: { size: 6 } }),
  merge("merge as v1", `${shapes}/b?fieldManager=m`, { spec: { color: "green" } }),
  get("list as v2", `/apis/${group}/v2/namespaces/definitions/shapes`),
  get("the group's versions", `/apis/${group}`),
];

const changes: Step[] = [
  merge("v2 is not served", `${definitions}/shapes.${group}?fieldManager=c`, (seen) => ({
    spec: { versions: seen["two versions"].spec.versions.map((one: any) => ({ ...one, served: one.name === "v1" })) },
  })),
  get("v2 is gone", `/apis/${group}/v2/namespaces/definitions/shapes`, { until: (_, status) => status === 404 }),
  merge("another scope", `${definitions}/shapes.${group}`, { spec: { scope: "Cluster" } }),
  merge("another group", `${definitions}/shapes.${group}`, { spec: { group: "other.example" } }),
  merge("another plural", `${definitions}/shapes.${group}`, { spec: { names: { plural: "forms" } } }),
  merge("drop a stored version", `${definitions}/shapes.${group}`, {
    spec: { versions: [version("v3", {}, { storage: true })] },
  }),
];

const clash: Step[] = [
  post("a kind that is taken", definitions, {
    ...definition(
      { names: { ...names, plural: "others", singular: "other", listKind: "OtherList" } },
      `others.${group}`,
    ),
  }),
  get("its names are refused", `${definitions}/others.${group}`, {
    until: (body) => body.status?.conditions?.length > 1,
  }),
  get("it is not served", `/apis/${group}/v1/namespaces/definitions/others`),
  remove("remove the second", `${definitions}/others.${group}`, undefined, { differs: "conditions" }),
  remove("remove", `${definitions}/shapes.${group}`, undefined, { differs: "told to end in the same answer" }),
  get("removed", `${definitions}/shapes.${group}`, { until: (_, status) => status === 404 }),
];

/** CustomResourceDefinitions: what they may say, and what becomes of objects when they change. */
export const crds: Area = {
  name: "definitions",
  steps: [
    ...wrong.map(([name, changed]) => post(name, `${definitions}?dryRun=All`, definition(changed))),
    ...wrongName,
    ...versions,
    ...changes,
    ...clash,
  ],
};
