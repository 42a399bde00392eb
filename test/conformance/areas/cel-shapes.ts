export const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
export const group = "cel.example";
export const rules = "x-kubernetes-validations";
export const text = { type: "string", maxLength: 40 };
export const integer = { type: "integer" };

export const crd = (plural: string, kind: string, schema: object): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", ...schema } },
      },
    ],
  },
});

export const fields = {
  s: text,
  none: text,
  i: integer,
  d: { type: "number" },
  e: { type: "array", items: { type: "string", maxLength: 5 }, maxItems: 2 },
  l: { type: "array", items: { type: "string", maxLength: 5 }, maxItems: 5 },
  m: { type: "object", additionalProperties: { type: "string", maxLength: 5 }, maxProperties: 5 },
  nul: { type: "string", maxLength: 5, nullable: true },
  t: { type: "string", format: "date-time" },
  u: { type: "string", format: "duration" },
  b: { type: "string", format: "byte", maxLength: 8 },
  ios: { "x-kubernetes-int-or-string": true, maxLength: 8 },
};
export const value = {
  s: "Hello",
  i: 3,
  d: 1.5,
  e: [],
  l: ["a", "b", "c"],
  m: { x: "y", z: "w" },
  nul: null,
  t: "2026-02-03T04:05:06Z",
  u: "90s",
  b: "aGk=",
  ios: "12%",
};
export const shape = (rule: object): object => ({ type: "object", properties: fields, [rules]: [rule] });

export const props = (properties: object, own: object = {}): object => ({ type: "object", properties, ...own });

export const ruled = (schema: object, ...list: readonly object[]): object => ({ ...schema, [rules]: list });
