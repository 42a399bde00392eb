import type { ResourceDefinition } from "../resources.ts";
import type { Definitions, PublishedSchema } from "./data.ts";
import { type Operation, type Path, pathsOf } from "./operations.ts";
import type { Parameter } from "./parameters.ts";
import { closure, customSchemas, schemaNames, schemaReference } from "./schemas.ts";

/** The OpenAPI v3 document of one group and version. */
export function documentV3(resources: readonly ResourceDefinition[], isCustom: boolean): object {
  const custom: Definitions = isCustom ? Object.assign({}, ...resources.map(customSchemas)) : {};
  const paths = resources.flatMap((resource) => pathsOf(resource, schemaNames(resource)));
  const roots = paths.flatMap(({ operations }) => operations.flatMap(definitionsOf));
  return {
    openapi: "3.0.0",
    info: { title: isCustom ? "Kubernetes CRD Swagger" : "Kubernetes", version: "v0.1.0" },
    paths: Object.fromEntries(paths.map((path) => [path.path, pathItem(path)])),
    components: { schemas: closure(roots, custom) },
  };
}

function definitionsOf({ body, answer }: Operation): string[] {
  return body === undefined ? [answer.definition] : [body.definition, answer.definition];
}

function pathItem({ parameters, operations }: Path): object {
  const methods = operations.map((operation) => [operation.method, operationItem(operation)]);
  return { ...Object.fromEntries(methods), parameters: parameters.map(parameterItem) };
}

function parameterItem({ type, ...parameter }: Parameter): object {
  return { ...parameter, schema: { type, uniqueItems: true } };
}

function content(types: readonly string[], definition: string): object {
  const schema: PublishedSchema = { $ref: `${schemaReference}${definition}` };
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function operationItem({ answer, body, kind, parameters, ...operation }: Operation): object {
  const { tag, description, operationId, action } = operation;
  const ok = (code: number) => ({
    description: code === 200 ? "OK" : code === 201 ? "Created" : "Accepted",
    content: content(["application/json"], answer.definition),
  });
  const requestBody =
    body === undefined
      ? {}
      : {
          requestBody: {
            content: content(body.types, body.definition),
            ...(body.isRequired ? { required: true } : {}),
          },
        };
  return {
    tags: [tag],
    description,
    operationId,
    ...(parameters.length > 0 ? { parameters: parameters.map(parameterItem) } : {}),
    ...requestBody,
    responses: {
      ...Object.fromEntries(answer.codes.map((code) => [String(code), ok(code)])),
      "401": { description: "Unauthorized" },
    },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  };
}
