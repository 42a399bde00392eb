import { type Area, apply, get, jsonPatch, merge, post, put, remove, type Step, strategic } from "../step.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const group = "custom.example";
const version = `/apis/${group}/v1`;
const gears = `${version}/namespaces/custom/gears`;
const one = `${gears}/a`;
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const text = { type: "string" };
const integer = { type: "integer" };

const specSchema = {
  type: "object",
  required: ["size"],
  properties: {
    size: { type: "string", enum: ["s", "m"] },
    replicas: { type: "integer", minimum: 0, maximum: 5, default: 1 },
    tags: { type: "array", items: { type: "string", maxLength: 3 }, "x-kubernetes-list-type": "set", maxItems: 3 },
    opt: { type: "object", properties: { a: { type: "string", default: "x" }, b: { type: "string", nullable: true } } },
    items: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", required: ["name"], properties: { name: text, value: text } },
    },
    any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    ios: { "x-kubernetes-int-or-string": true },
    m: { type: "object", additionalProperties: text },
    pat: { type: "string", pattern: "^a+$", minLength: 2 },
    dt: { type: "string", format: "date-time" },
    ip: { type: "string", format: "ipv4" },
    i32: { type: "integer", format: "int32" },
    arr: { type: "array", minItems: 2, items: integer },
    mp: { type: "object", minProperties: 1, maxProperties: 2, additionalProperties: true },
    any1: { anyOf: [{ required: ["x"] }, { required: ["y"] }], type: "object", properties: { x: text, y: text } },
    one1: { oneOf: [{ required: ["x"] }, { required: ["y"] }], type: "object", properties: { x: text, y: text } },
    not1: { not: { required: ["x"] }, type: "object", properties: { x: text } },
    mult: { type: "number", multipleOf: 0.5, exclusiveMinimum: true, minimum: 1 },
  },
};

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `gears.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural: "gears", singular: "gear", kind: "Gear", listKind: "GearList", shortNames: ["gr"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: {
            specReplicasPath: ".spec.replicas",
            statusReplicasPath: ".status.replicas",
            labelSelectorPath: ".status.selector",
          },
        },
        additionalPrinterColumns: [{ name: "Rep", type: "integer", jsonPath: ".spec.replicas" }],
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: specSchema,
              status: { type: "object", properties: { replicas: integer, selector: text, phase: text } },
            },
          },
        },
      },
    ],
  },
};

const gear = (name: string, spec: object, rest: object = {}): object => ({
  apiVersion: `${group}/v1`,
  kind: "Gear",
  metadata: { name },
  spec,
  ...rest,
});

const scale = (metadata: object, replicas: number): object => ({
  kind: "Scale",
  apiVersion: "autoscaling/v1",
  metadata: { name: "a", namespace: "custom", ...metadata },
  spec: { replicas },
});

// biome-ignore lint/suspicious/noExplicitAny: a definition
const isEstablished = (body: any): boolean =>
  // biome-ignore lint/suspicious/noExplicitAny: a condition
  body.status?.conditions?.some((condition: any) => condition.type === "Established" && condition.status === "True");

const installation: Step[] = [
  post("install", definitions, definition),
  get("established", `${definitions}/gears.${group}`, { until: isEstablished }),
  get("served", gears, { until: (_, status) => status === 200 }),
];

const creation: Step[] = [
  post(
    "create: pruned and defaulted",
    `${gears}?fieldManager=t`,
    gear(
      "a",
      { size: "s", foo: 1, opt: { zz: 1, b: null }, any: { x: { y: 1 } }, ios: "5", m: { k: "v" } },
      { status: { phase: "x" } },
    ),
  ),
  post(
    "create strictly",
    `${gears}?fieldManager=t&fieldValidation=Strict`,
    gear("b", { size: "s", foo: 1, opt: { zz: 1 } }),
  ),
  post("values out of bounds", gears, {
    ...gear("c", {
      size: "q",
      replicas: 9,
      tags: ["a", "a", "long", "d"],
      items: [{ name: "a" }, { name: "a" }, { value: "x" }],
      ios: 1.5,
      m: { k: 1 },
      pat: "b",
      opt: null,
    }),
  }),
  post("wrong types", gears, gear("c", { size: 1, replicas: "x", tags: "a" })),
  post(
    "formats, anyOf, oneOf, not",
    gears,
    gear("c", {
      size: "s",
      dt: "x",
      ip: "1.2",
      i32: 3_000_000_000,
      arr: [1],
      mp: {},
      any1: {},
      one1: { x: "a", y: "b" },
      not1: { x: "1" },
      mult: 1,
    }),
  ),
  post(
    "too many properties, no multiple, oneOf none",
    gears,
    gear("c", { size: "s", mp: { a: 1, b: 2, c: { d: 1 } }, mult: 1.7, one1: {}, arr: ["a", "b"], pat: "bb" }),
  ),
  post("null and wrong containers", gears, {
    ...gear("c", { size: null, opt: "x", any: 1, ios: {}, m: [], items: {}, tags: [1] }),
  }),
  post("a required field is missing", gears, gear("c", {})),
  post("the spec is missing", gears, { apiVersion: `${group}/v1`, kind: "Gear", metadata: { name: "c" } }),
  post("no kind", gears, { metadata: { name: "c" }, spec: { size: "s" } }),
  post("no apiVersion", gears, { kind: "Gear", metadata: { name: "c" }, spec: { size: "s" } }),
  post("another kind", gears, gear("c", { size: "s" }, { kind: "Foo" })),
  post("another version", gears, gear("c", { size: "s" }, { apiVersion: `${group}/v2` })),
  post("broken JSON", gears, '{"a":'),
  post("no body", gears, ""),
  post("a list as body", gears, "[]"),
  post("a number as label", gears, gear("c", { size: "s" }, { metadata: { name: "c", labels: { a: 1 } } })),
  post(
    "bad labels, null annotations, an unknown field of metadata",
    gears,
    gear("c", { size: "s" }, { metadata: { name: "c", foo: 1, annotations: null, labels: { "a b": "-" } } }),
  ),
  post("a list as metadata", gears, gear("c", { size: "s" }, { metadata: [] })),
  post(
    "a finalizer without a domain",
    `${gears}?dryRun=All`,
    gear("c", { size: "s" }, { metadata: { name: "c", finalizers: ["foo", "foo.io"] } }),
  ),
  post("a bad name", gears, gear("C_", { size: "s" })),
  post("YAML", `${gears}?dryRun=All`, `apiVersion: ${group}/v1\nkind: Gear\nmetadata:\n  name: y\nspec:\n  size: s\n`, {
    type: "yaml",
  }),
];

const updates: Step[] = [
  put("status without a version", `${one}/status?fieldManager=s`, gear("a", { size: "m" }, { status: { phase: "y" } })),
  put(
    "status with a version that is none",
    `${one}/status?fieldManager=s`,
    gear("a", { size: "m" }, { metadata: { name: "a", resourceVersion: "x" }, status: { phase: "y" } }),
  ),
  get("as it is", one),
  put("status: the rest is left alone", `${one}/status?fieldManager=s`, (seen) => ({
    ...seen.last,
    metadata: { ...seen.last.metadata, labels: { q: "r" } },
    spec: { size: "m" },
    status: { phase: "y", replicas: 3, zz: 1 },
  })),
  merge("a bad status", `${one}/status?fieldManager=s`, { status: { phase: 1 } }),
  jsonPatch("a JSON patch of the status", `${one}/status?fieldManager=s`, [
    { op: "add", path: "/status/phase", value: "j" },
  ]),
  put("update without a version", `${one}?fieldManager=s`, gear("a", { size: "m" })),
  put("update", `${one}?fieldManager=s`, (seen) => ({
    ...seen["a JSON patch of the status"],
    spec: { ...seen["a JSON patch of the status"].spec, size: "m" },
    status: { phase: "ignored" },
  })),
  strategic("strategic patch", one, { spec: { size: "m" } }),
  merge("a patch of plain text", one, { spec: { size: "m" } }, { type: "text/plain" }),
  merge("merge; its status is ignored", `${one}?fieldManager=mp`, { spec: { size: "m" }, status: { phase: "zzz" } }),
  merge("merge a wrong type", `${one}?fieldManager=mp`, { spec: { size: 1 } }),
  merge("merge another kind", `${one}?fieldManager=mp`, { kind: "Foo" }),
  merge("merge another version", `${one}?fieldManager=mp`, { apiVersion: `${group}/v3` }),
  merge("merge a number as label", `${one}?fieldManager=mp`, { metadata: { labels: { a: 1 } } }),
  merge("merge an unknown field, strictly", `${one}?fieldManager=mp&fieldValidation=Strict`, { spec: { foo: 1 } }),
  merge("merge an unknown field", `${one}?fieldManager=mp`, { spec: { foo: 1 } }),
  merge("merge away a default", `${one}?fieldManager=mp`, { spec: { replicas: null } }),
];

const forced = `${one}?fieldManager=ap&force=true`;

const applies: Step[] = [
  apply(
    "conflicts",
    `${one}?fieldManager=ap`,
    gear("a", { size: "s", items: [{ name: "x", value: "1" }], tags: ["a"] }),
  ),
  apply("force", forced, gear("a", { size: "s", items: [{ name: "x", value: "1" }], tags: ["a"] })),
  apply("other items", forced, gear("a", { size: "s", items: [{ name: "y", value: "1" }], tags: ["b"] })),
  apply("empty lists", forced, gear("a", { size: "s", items: [], tags: [], m: {} })),
  apply("lists left out", forced, gear("a", { size: "s" })),
  apply("an unknown field", forced, gear("a", { size: "s", foo: 1 })),
  apply("a wrong type", forced, gear("a", { size: 1 })),
  apply("two wrong types", forced, gear("a", { size: "s", replicas: "x" })),
  apply("wrong containers", forced, gear("a", { size: "s", tags: "x", items: "y", m: 5 })),
  apply("objects for scalars, an item without a key", forced, {
    ...gear("a", { size: { a: 1 }, tags: [{ a: 1 }], items: [{ value: "y" }] }),
  }),
  apply("null as an item", forced, gear("a", { items: [null] })),
  apply("items twice", forced, gear("a", { size: "s", tags: ["a", "a"], items: [{ name: "x" }, { name: "x" }] })),
  apply("a value that is not allowed", forced, gear("a", { size: "zz" })),
  apply(
    "apply a status",
    `${one}/status?fieldManager=aps&force=true`,
    gear("a", { size: "s" }, { status: { phase: "p" } }),
  ),
  apply(
    "apply the status of nothing",
    `${gears}/zzz/status?fieldManager=aps`,
    gear("zzz", {}, { status: { phase: "p" } }),
  ),
];

const scaling: Step[] = [
  get("get the scale", `${one}/scale`),
  put("put the scale", `${one}/scale?fieldManager=sc`, scale({}, 3)),
  get("scaled", one),
  merge("patch the scale", `${one}/scale?fieldManager=sc`, { spec: { replicas: 2 } }),
  merge("a negative scale", `${one}/scale?fieldManager=sc`, { spec: { replicas: -2 } }),
  merge("a scale out of bounds", `${one}/scale?fieldManager=sc`, { spec: { replicas: 12 } }),
  put("a scale from an old version", `${one}/scale?fieldManager=sc`, scale({ resourceVersion: "1" }, 3)),
  get("the scale of nothing", `${gears}/aaa/scale`),
];

const reads: Step[] = [
  get("a field that cannot be selected", `${gears}?fieldSelector=spec.size%3Ds`),
  get("by name", `${gears}?fieldSelector=metadata.name%3Da,metadata.namespace!%3Dfoo`),
  get("list", gears),
  get("list of all namespaces", `${version}/gears`),
  get("list with a limit", `${version}/gears?limit=1`),
  get("a table", gears, { accept: table }),
  get("metadata of one", one, { accept: table.replace("Table", "PartialObjectMetadata") }),
  get("metadata of all", gears, { accept: table.replace("Table", "PartialObjectMetadataList") }),
  get("XML", one, { accept: "application/xml" }),
  get("an unknown subresource", `${one}/foo`),
  get("an unknown resource", `${version}/namespaces/custom/foos`),
  get("an unknown version", `/apis/${group}/v9/namespaces/custom/gears`),
  get("one without its namespace", `${version}/gears/a`),
  post("create without a namespace", `${version}/gears`, gear("a", { size: "s" })),
  put("put the collection", gears, gear("a", { size: "s" })),
];

const removal: Step[] = [
  remove("delete", one),
  post("create another", `${gears}?fieldManager=t`, gear("a2", { size: "s" })),
  remove("delete the collection", gears),
  post("create one to leave", gears, gear("a3", { size: "s" })),
  remove("uninstall", `${definitions}/gears.${group}`, undefined, {
    differs: "our definition is told to end in the same answer, kube-apiserver's a moment later",
  }),
  get("uninstalled", `${definitions}/gears.${group}`, { until: (_, status) => status === 404 }),
  get("not served", gears, { until: (_, status) => status === 404 }),
  post("install again", definitions, definition),
  get("served again", gears, { until: (_, status) => status === 200 }),
  remove("uninstall again", `${definitions}/gears.${group}`, undefined, { differs: "as above" }),
];

/** A kind of a CustomResourceDefinition, from its installation to its end. */
export const custom: Area = {
  name: "custom",
  steps: [...installation, ...creation, ...updates, ...applies, ...scaling, ...reads, ...removal],
};
