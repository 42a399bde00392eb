import { fleetEntrySchema, kindSchemas, nestedSchemas } from "./manifests/schemas.ts";
import type { Schema } from "./structural-schema.ts";

export type { Schema } from "./structural-schema.ts";

/** The kinds whose schema is known without a server. */
export type Kind = keyof typeof kindSchemas;

/** The structural schema of whole objects of a kind: what its CustomResourceDefinition validates, without descriptions. */
export function structuralSchema(kind: Kind): Schema {
  return kindSchemas[kind];
}

/**
 * The schema of a matrix or merge at the second level of generators. The CustomResourceDefinition keeps it as free JSON and
 * Argo CD decodes it when it generates: unknown fields, its template and deeper combinations drop out without an error.
 */
export function nestedSchema(kind: keyof typeof nestedSchemas): Schema {
  return nestedSchemas[kind];
}

/** The schema of an entry of `spec.fleet.generators`, and of every entry inside of one. */
export function fleetGeneratorSchema(): Schema {
  return fleetEntrySchema;
}

const textMap: Schema = { type: "object", additionalProperties: { type: "string" } };
const time: Schema = { type: "string", format: "date-time" };

/** The schema of `metadata`, which a CustomResourceDefinition leaves to the API server. */
export const objectMetaSchema: Schema = {
  type: "object",
  properties: {
    annotations: textMap,
    creationTimestamp: { ...time, nullable: true },
    deletionGracePeriodSeconds: { type: "integer", format: "int64" },
    deletionTimestamp: { ...time, nullable: true },
    finalizers: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
    generateName: { type: "string" },
    generation: { type: "integer", format: "int64" },
    labels: textMap,
    managedFields: { type: "array", items: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
    name: { type: "string" },
    namespace: { type: "string" },
    ownerReferences: {
      type: "array",
      items: {
        type: "object",
        required: ["apiVersion", "kind", "name", "uid"],
        properties: {
          apiVersion: { type: "string" },
          blockOwnerDeletion: { type: "boolean" },
          controller: { type: "boolean" },
          kind: { type: "string" },
          name: { type: "string" },
          uid: { type: "string" },
        },
      },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["uid"],
    },
    resourceVersion: { type: "string" },
    selfLink: { type: "string" },
    uid: { type: "string" },
  },
};

/** Whether the kind is one of ours, `apiVersion: argoproj.io/v1alpha1` understood. */
export function isKnownKind(kind: unknown): kind is Kind {
  return typeof kind === "string" && Object.hasOwn(kindSchemas, kind);
}
