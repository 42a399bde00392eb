import { describe, expect, it } from "vitest";
import { structuralSchema } from "../../crds/schema.ts";
import {
  applyDefaults,
  dropNulls,
  isStructural,
  prune,
  type Schema,
  structuralIssues,
  validate,
} from "../../crds/structural.ts";
import { fc } from "../support/properties.ts";

const nested: Schema = {
  type: "object",
  properties: {
    known: { type: "object", properties: { a: { type: "string" } } },
    open: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { inner: { type: "object" } } },
    map: { type: "object", additionalProperties: { type: "object", properties: { a: { type: "string" } } } },
    list: { type: "array", items: { type: "object", properties: { a: { type: "string" } } } },
  },
};

describe("prune", () => {
  it("drops what the schema does not know, and says what", () => {
    const value = {
      known: { a: "x", b: 1 },
      open: { other: { deep: 1 }, inner: { gone: 1 } },
      map: { k: { a: "x", b: 1 } },
      list: [{ b: 1 }, 3, null],
      extra: {},
    };
    expect(prune(nested, value)).toEqual(["extra", "known.b", "list[0].b", "map.k.b", "open.inner.gone"]);
    expect(value).toEqual({
      known: { a: "x" },
      open: { other: { deep: 1 }, inner: {} },
      map: { k: { a: "x" } },
      list: [{}, 3, null],
    });
  });

  it("keeps the metadata of objects as it is", () => {
    const value = { apiVersion: "v", kind: "K", metadata: { name: "x", anything: 1 }, spec: {}, other: 1 };
    expect(prune(structuralSchema("ApplicationSet"), value)).toEqual(["other"]);
    expect(value.metadata).toEqual({ name: "x", anything: 1 });
  });

  it("takes no inherited property for a known one", () => {
    const value = JSON.parse('{"constructor": 1, "toString": {}, "__proto__": {"x": 1}, "known": {"a": "x"}}');
    expect(prune(nested, value)).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.keys(value)).toEqual(["known"]);
  });
});

describe("applyDefaults and dropNulls", () => {
  const schema: Schema = {
    type: "object",
    properties: {
      text: { type: "string", default: "x" },
      maybe: { type: "string", nullable: true, default: "x" },
      plain: { type: "string" },
      deep: { type: "object", default: {}, properties: { number: { type: "integer", default: 3 } } },
      map: { type: "object", additionalProperties: { type: "string", default: "y" } },
    },
  };

  it.each([
    [{}, { text: "x", maybe: "x", deep: { number: 3 } }],
    [
      { text: null, maybe: null, deep: null },
      { text: "x", maybe: null, deep: { number: 3 } },
    ],
    [
      { text: "a", map: { k: null } },
      { text: "a", maybe: "x", deep: { number: 3 }, map: { k: "y" } },
    ],
  ])("%j", (value, expected) => {
    const object = structuredClone(value);
    applyDefaults(schema, object);
    expect(object).toEqual(expected);
  });

  it("copies defaults, so that objects share nothing", () => {
    const [a, b] = [{}, {}] as { deep?: object }[];
    applyDefaults(schema, a);
    applyDefaults(schema, b);
    expect(a?.deep).not.toBe(b?.deep);
  });

  it("drops nulls that mean nothing", () => {
    const value = { text: null, maybe: null, plain: null, map: { k: null }, list: [null] };
    dropNulls(
      { ...schema, properties: { ...schema.properties, list: { type: "array", items: { type: "string" } } } },
      value,
    );
    expect(value).toEqual({ text: null, maybe: null, map: { k: null }, list: [null] });
  });
});

describe("hostile input", () => {
  const names = [
    "spec",
    "generators",
    "list",
    "elements",
    "template",
    "metadata",
    "matrix",
    "selector",
    "__proto__",
    "constructor",
    "toString",
    "a",
    "",
  ];
  const hostile = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      fc.constantFrom(null, true, 1, 1.5, -0, 1e30, 2n ** 70n, "", "x", "__proto__"),
      fc.array(tie("value"), { maxLength: 4 }),
      fc
        .array(fc.tuple(fc.constantFrom(...names), tie("value")), { maxLength: 6 })
        .map((entries) => fromEntries(entries as [string, unknown][])),
    ),
  })).value;

  it("makes nothing throw, and pruning twice is pruning once", () => {
    const schema = structuralSchema("ApplicationSet");
    fc.assert(
      fc.property(hostile, (value) => {
        prune(schema, value);
        dropNulls(schema, value);
        applyDefaults(schema, value);
        validate(schema, value);
        expect(prune(schema, value)).toEqual([]);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("ends soon on deep and wide values", () => {
    let deep: unknown = {};
    for (let level = 0; level < 20_000; level++) deep = { spec: deep, generators: [deep] };
    const wide = { spec: { generators: Array.from({ length: 20_000 }, () => ({ list: { elements: [{}], x: 1 } })) } };
    const cyclic: { type: string; properties: { [name: string]: Schema } } = { type: "object", properties: {} };
    cyclic.properties.spec = cyclic;
    const startedAt = performance.now();
    for (const value of [deep, wide]) {
      for (const schema of [structuralSchema("ApplicationSet"), cyclic]) {
        prune(schema, value);
        applyDefaults(schema, value);
        validate(schema, value);
      }
    }
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  function fromEntries(entries: readonly [string, unknown][]): object {
    const map = {};
    for (const [key, value] of entries)
      Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
    return map;
  }
});

describe("structuralIssues", () => {
  const spec = (schema: Schema): Schema => ({ type: "object", properties: { spec: schema } });

  // As kube-apiserver 1.36.3 answers.
  it.each<[Schema, string[]]>([
    [spec({ type: "string" }), []],
    [spec({ "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }), []],
    [spec({ type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }] }), []],
    [
      {
        type: "object",
        properties: { metadata: { type: "object", properties: { name: { type: "string", maxLength: 3 } } } },
      },
      [],
    ],
    [spec({}), ["$.properties[spec].type: Required value: must not be empty for specified object fields"]],
    [spec({ type: "array" }), ["$.properties[spec].items: Required value: must be specified"]],
    [{ type: "array", items: { type: "string" } }, ['$.type: Invalid value: "array": must be object at the root']],
    [
      spec({ type: "object", uniqueItems: true }),
      [
        "$.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
      ],
    ],
    [
      spec({ type: "object", not: { description: "x" } }),
      ["$.properties[spec].not.description: Forbidden: must be empty to be structural"],
    ],
    [spec({ type: "object", $ref: "#/x" }), ["$.properties[spec].$ref: Forbidden: $ref is not supported"]],
    [
      spec({
        type: "array",
        items: { type: "object", properties: { k: { type: "string" } } },
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["k"],
      }),
      [
        "$.properties[spec].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
      ],
    ],
    [
      { type: "object", additionalProperties: { type: "string" } },
      ["$.additionalProperties: Forbidden: must not be used at the root"],
    ],
    [
      { type: "object", properties: { metadata: { type: "object", properties: { labels: { type: "object" } } } } },
      [
        "$.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
      ],
    ],
  ])("%j", (schema, messages) => {
    expect(structuralIssues(schema, "$").map(({ message }) => message)).toEqual(messages);
    expect(isStructural(schema)).toBe(messages.length === 0);
  });
});
