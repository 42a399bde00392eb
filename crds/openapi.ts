import { z } from "zod";
import type { Schema } from "./structural-schema.ts";

/** Facets that pass from zod's JSON schema to the structural one as they are. */
const facets = [
  "type",
  "format",
  "description",
  "enum",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "x-kubernetes-int-or-string",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
] as const;

/**
 * The structural schema of a zod schema: without `$ref`, with required names sorted, and without the bounds of JavaScript's
 * safe integers that zod adds to every integer.
 */
export function toStructural(schema: z.ZodType): Schema {
  const json = z.toJSONSchema(schema, { target: "openapi-3.0", unrepresentable: "any", io: "input" });
  return convert(json as Schema);
}

function convert(node: Schema): Schema {
  const facetsOf = Object.fromEntries(facets.flatMap((name) => (isFacet(name, node) ? [[name, node[name]]] : [])));
  if (node["x-kubernetes-int-or-string"] === true)
    return { ...facetsOf, anyOf: [{ type: "integer" }, { type: "string" }] };
  const { properties, required, items, additionalProperties } = node;
  return {
    ...facetsOf,
    ...(properties === undefined ? {} : { properties: mapValues(properties, convert) }),
    ...(required === undefined ? {} : { required: [...required].sort() }),
    ...(items === undefined ? {} : { items: convert(items) }),
    ...(isSchema(additionalProperties) ? { additionalProperties: convert(additionalProperties) } : {}),
  };
}

function isFacet(name: (typeof facets)[number], node: Schema): boolean {
  const value = node[name];
  if (value === undefined) return false;
  return !((name === "minimum" || name === "maximum") && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER);
}

function isSchema(value: Schema | boolean | undefined): value is Schema {
  return typeof value === "object";
}

/** A new map with every value changed. */
export function mapValues<From, To>(
  map: { readonly [key: string]: From },
  change: (value: From, key: string) => To,
): { [key: string]: To } {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
