import type { z } from "zod";
import { appProjectFields } from "./app-project.ts";
import { applicationFields } from "./application.ts";
import { applicationSetFields } from "./application-set.ts";
import { mapValues, toStructural } from "./openapi.ts";
import type { Schema } from "./structural-schema.ts";

/** A column of `kubectl get`; those with a priority show with `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly jsonPath: string;
  readonly type: string;
  readonly priority?: number;
}

/** One kind of ours, with all that its CustomResourceDefinition says. */
export interface Definition {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly columns: readonly Column[];
  /** Whether status is written through a subresource. Applications keep theirs in the object, as in Argo CD. */
  readonly hasStatusSubresource: boolean;
  readonly fields: z.ZodType;
  /**
   * Places whose fields are described elsewhere in the same definition already: paths of properties, `[]` for items and
   * `*` for any name. Descriptions below them are left out, which keeps the definition small.
   */
  readonly describedElsewhere: readonly string[];
}

/** The kinds that fleetset brings, in the order of their importance. */
export const definitions: readonly Definition[] = [
  {
    kind: "ApplicationSet",
    plural: "applicationsets",
    shortNames: ["appset", "appsets"],
    columns: [],
    hasStatusSubresource: true,
    fields: applicationSetFields,
    describedElsewhere: [
      "spec.generators.[].*.template",
      "spec.generators.[].matrix.generators.[].*",
      "spec.generators.[].merge.generators.[].*",
    ],
  },
  {
    kind: "Application",
    plural: "applications",
    shortNames: ["app", "apps"],
    columns: [
      { name: "Sync Status", jsonPath: ".status.sync.status", type: "string" },
      { name: "Health Status", jsonPath: ".status.health.status", type: "string" },
      { name: "Revision", jsonPath: ".status.sync.revision", type: "string", priority: 10 },
      { name: "Project", jsonPath: ".spec.project", type: "string", priority: 10 },
    ],
    hasStatusSubresource: false,
    fields: applicationFields,
    describedElsewhere: [
      "operation.sync.source",
      "operation.sync.sources",
      "spec.sources",
      "status.history.[].source",
      "status.history.[].sources",
      "status.operationState.operation",
      "status.operationState.syncResult.source",
      "status.operationState.syncResult.sources",
      "status.sourceHydrator",
      "status.sync.comparedTo",
    ],
  },
  {
    kind: "AppProject",
    plural: "appprojects",
    shortNames: ["appproj", "appprojs"],
    columns: [],
    hasStatusSubresource: false,
    fields: appProjectFields,
    describedElsewhere: [],
  },
];

/** The schema of a whole object of the kind, as its CustomResourceDefinition holds it. */
export function objectSchema(definition: Definition): Schema {
  const { description, properties, required = [] } = toStructural(definition.fields);
  return {
    description,
    type: "object",
    properties: {
      apiVersion: { type: "string", description: "The version of the schema." },
      kind: { type: "string", description: "The kind of the object." },
      metadata: { type: "object" },
      ...properties,
    },
    required: ["metadata", ...required],
  };
}

/** The schema without the descriptions below the places that are described elsewhere. */
export function withoutRepetition(schema: Schema, places: readonly string[]): Schema {
  return prunePlaces(
    schema,
    places.map((place) => place.split(".")),
  );
}

type Place = readonly string[];

function prunePlaces(schema: Schema, places: readonly Place[]): Schema {
  if (places.length === 0) return schema;
  if (places.some((place) => place.length === 0))
    return { ...withoutDescriptions(schema), description: schema.description };
  const below = (name: string): Place[] =>
    places.filter(([first]) => first === name || (first === "*" && name !== "[]")).map((place) => place.slice(1));
  const { properties, items } = schema;
  return {
    ...schema,
    ...(properties === undefined
      ? {}
      : { properties: mapValues(properties, (node, name) => prunePlaces(node, below(name))) }),
    ...(items === undefined ? {} : { items: prunePlaces(items, below("[]")) }),
  };
}

/** The schema without a single description: what validation needs. */
export function withoutDescriptions(schema: Schema): Schema {
  const { description: _, properties, items, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: mapValues(properties, withoutDescriptions) }),
    ...(items === undefined ? {} : { items: withoutDescriptions(items) }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: withoutDescriptions(additionalProperties) }
      : {}),
  };
}
