import { kindSchemas, nestedSchemas } from "./manifests/schemas.ts";
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

/** Whether the kind is one of ours, `apiVersion: argoproj.io/v1alpha1` understood. */
export function isKnownKind(kind: unknown): kind is Kind {
  return typeof kind === "string" && Object.hasOwn(kindSchemas, kind);
}
