import type { ResourceDefinition } from "../resources.ts";
import type { Definitions, PublishedSchema } from "./data.ts";
import { type Operation, type Path, pathsOf } from "./operations.ts";
import type { Parameter } from "./parameters.ts";
import { closure, customSchemas, schemaNames, schemaReference } from "./schemas.ts";

/** A node of an OpenAPI v2 schema. */
export interface SchemaV2 {
  readonly $ref?: string;
  readonly properties?: { readonly [name: string]: SchemaV2 };
  readonly items?: SchemaV2;
  readonly additionalProperties?: SchemaV2 | boolean;
  readonly [keyword: string]: unknown;
}

export interface DocumentV2 {
  readonly swagger: "2.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: unknown } };
  readonly definitions: { readonly [name: string]: SchemaV2 };
}

/** The part of the OpenAPI v2 document that describes these resources. */
export function documentV2(resources: readonly ResourceDefinition[], isCustom: boolean): DocumentV2 {
  const custom: Definitions = isCustom ? Object.assign({}, ...resources.map(customSchemas)) : {};
  const paths = resources.flatMap((resource) => pathsOf(resource, schemaNames(resource)));
  const roots = paths.flatMap(({ operations }) =>
    operations.flatMap(({ body, answer }) => [answer.definition, ...(body === undefined ? [] : [body.definition])]),
  );
  // Kubernetes' own definitions stand in the built-in part already.
  const schemas = isCustom ? custom : closure(roots, custom);
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths: Object.fromEntries(paths.map((path) => [path.path, pathItem(path)])),
    definitions: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, toV2(schema)])),
  };
}

function definitionReference(name: string): SchemaV2 {
  return { $ref: `#/definitions/${name}` };
}

/** Keywords that OpenAPI v2 has no word for, or that clients of it never got. */
const dropped: ReadonlySet<string> = new Set([
  "default",
  "nullable",
  "oneOf",
  "anyOf",
  "allOf",
  "not",
  "x-kubernetes-validations",
]);

/** A v3 schema said in v2: references alone, no alternatives, and nothing said where anything may stand. */
export function toV2(schema: PublishedSchema): SchemaV2 {
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  const result: { [keyword: string]: unknown } = {};
  if (reference !== undefined) result.$ref = definitionReference(reference.slice(schemaReference.length)).$ref;
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true || schema.nullable === true;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "$ref" || dropped.has(keyword)) continue;
    if (isOpen && ["type", "format", "items", "properties", "additionalProperties", "required"].includes(keyword))
      continue;
    result[keyword] = keywordV2(keyword, value);
  }
  if (schema.oneOf !== undefined && schema.type === undefined) result.type = "string";
  return result;
}

function keywordV2(keyword: string, value: unknown): unknown {
  if (keyword === "properties") {
    const entries = Object.entries(value as Definitions).map(([name, child]) => [name, toV2(child)]);
    return Object.fromEntries(entries);
  }
  if (keyword === "items" || keyword === "additionalProperties")
    return typeof value === "object" ? toV2(value as PublishedSchema) : value;
  return value;
}

function pathItem({ parameters, operations }: Path): { readonly [method: string]: unknown } {
  const methods = operations.map((operation) => [operation.method, operationItem(operation)]);
  return { ...Object.fromEntries(methods), parameters: parameters.map(parameterItem) };
}

function parameterItem(parameter: Parameter): object {
  return { ...parameter, uniqueItems: true };
}

function operationItem(operation: Operation): object {
  const { answer, body, description, kind, tag } = operation;
  const answers = answer.codes.map((code) => [
    String(code),
    {
      description: code === 200 ? "OK" : code === 201 ? "Created" : "Accepted",
      schema: definitionReference(answer.definition),
    },
  ]);
  const sent =
    body === undefined
      ? []
      : [{ name: "body", in: "body", required: body.isRequired, schema: definitionReference(body.definition) }];
  return {
    description,
    consumes: body?.types ?? ["*/*"],
    produces: ["application/json"],
    schemes: ["https"],
    tags: [tag],
    operationId: operation.operationId,
    parameters: [...sent, ...operation.parameters.map(parameterItem)],
    responses: { ...Object.fromEntries(answers), "401": { description: "Unauthorized" } },
    "x-kubernetes-action": operation.action,
    "x-kubernetes-group-version-kind": kind,
  };
}
