import { type FieldIssue, issue } from "./field-issue.ts";
import type { Schema } from "./structural-schema.ts";

const jsonTypes = ["array", "boolean", "integer", "number", "object", "string"];
const unsupported = ["$ref", "id", "additionalItems", "patternProperties", "definitions", "dependencies"];
/** What may stand only in the schema itself and not in the alternatives of allOf, anyOf, oneOf and not. */
const outerOnly: { readonly [keyword: string]: string } = {
  type: "must be empty to be structural",
  title: "must be empty to be structural",
  description: "must be empty to be structural",
  default: "must be undefined to be structural",
  additionalProperties: "must be undefined to be structural",
  nullable: "must be false to be structural",
  "x-kubernetes-preserve-unknown-fields": "must be false to be structural",
  "x-kubernetes-embedded-resource": "must be false to be structural",
  "x-kubernetes-int-or-string": "must be false to be structural",
  "x-kubernetes-list-map-keys": "must be empty to be structural",
  "x-kubernetes-list-type": "must be undefined to be structural",
  "x-kubernetes-map-type": "must be undefined to be structural",
  "x-kubernetes-validations": "must be empty to be structural",
};
const maxDepth = 200;

/**
 * Why an API server would not take the schema for a CustomResourceDefinition, or would mark it NonStructural; empty when
 * it is structural. `path` is where it stands: `spec.versions[0].schema.openAPIV3Schema`. Rules in CEL are not looked at.
 */
export function structuralIssues(schema: Schema, path: string): readonly FieldIssue[] {
  const issues = nodeIssues(schema, path, "root", 0);
  const { metadata, kind, apiVersion } = schema.properties ?? {};
  if (schema.additionalProperties !== undefined)
    issues.push(forbidden(`${path}.additionalProperties`, "must not be used at the root"));
  if (schema.nullable === true) issues.push(forbidden(`${path}.nullable`, "nullable cannot be true at the root"));
  if (metadata !== undefined && !isBareMetadata(metadata)) {
    const why = "must not specify anything other than name and generateName, but metadata is implicitly specified";
    issues.push(forbidden(`${path}.properties[metadata]`, why));
  }
  for (const [name, field] of Object.entries({ kind, apiVersion })) {
    if (field !== undefined && field.type !== "string")
      issues.push(issue(`${path}.properties[${name}].type`, "FieldValueInvalid", "must be string", field.type ?? ""));
  }
  return issues;
}

/** Whether the schema is structural. */
export function isStructural(schema: Schema): boolean {
  return structuralIssues(schema, "schema").length === 0;
}

type Level = "root" | "items" | "field";

function nodeIssues(schema: Schema, path: string, level: Level, depth: number): FieldIssue[] {
  if (depth > maxDepth) return [issue(path, "FieldValueInvalid", "is nested too deeply")];
  const issues = [...typeIssues(schema, path, level), ...keywordIssues(schema, path), ...listTypeIssues(schema, path)];
  const { properties = {}, items, additionalProperties } = schema;
  if (items !== undefined) issues.push(...nodeIssues(items, `${path}.items`, "items", depth + 1));
  for (const [name, field] of Object.entries(properties))
    issues.push(...nodeIssues(field, `${path}.properties[${name}]`, "field", depth + 1));
  if (typeof additionalProperties === "object")
    issues.push(...nodeIssues(additionalProperties, `${path}.additionalProperties`, "field", depth + 1));
  for (const [at, part] of alternatives(schema, path)) {
    if (!isIntOrStringPart(schema, at, path)) issues.push(...nestedIssues(part, at, depth + 1));
  }
  return issues;
}

const missingType: { readonly [L in Level]: string } = {
  root: "must not be empty at the root",
  items: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function typeIssues(schema: Schema, path: string, level: Level): FieldIssue[] {
  const { type = "", items } = schema;
  const anyType =
    schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const at = `${path}.type`;
  if (type === "") {
    if (schema["x-kubernetes-embedded-resource"] === true)
      return [required(at, "must be object if x-kubernetes-embedded-resource is true")];
    return anyType ? [] : [required(at, missingType[level])];
  }
  if (!jsonTypes.includes(type)) {
    const supported = jsonTypes.map((name) => `"${name}"`).join(", ");
    return [issue(at, "FieldValueNotSupported", `supported values: ${supported}`, type)];
  }
  if (level === "root" && type !== "object")
    return [issue(at, "FieldValueInvalid", "must be object at the root", type)];
  return type === "array" && items === undefined ? [required(`${path}.items`, "must be specified")] : [];
}

function keywordIssues(schema: Schema, path: string): FieldIssue[] {
  const issues = unsupported.flatMap((name) =>
    schema[name] === undefined ? [] : [forbidden(`${path}.${name}`, `${name} is not supported`)],
  );
  const { additionalProperties, properties, pattern } = schema;
  if (schema.uniqueItems === true) {
    const why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    issues.push(forbidden(`${path}.uniqueItems`, why));
  }
  if (additionalProperties !== undefined && additionalProperties !== false && properties !== undefined)
    issues.push(forbidden(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"));
  if (schema["x-kubernetes-preserve-unknown-fields"] === false)
    issues.push(
      issue(`${path}.x-kubernetes-preserve-unknown-fields`, "FieldValueInvalid", "must be true or undefined", false),
    );
  if (pattern !== undefined && !isRegExp(pattern))
    issues.push(issue(`${path}.pattern`, "FieldValueInvalid", "must be a valid regular expression", pattern));
  return issues;
}

function isRegExp(pattern: string): boolean {
  try {
    // Go's inline flags have no counterpart here, and are right all the same.
    return new RegExp(pattern.replace(/^\(\?[imsU]+\)/, "")) !== undefined;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function listTypeIssues(schema: Schema, path: string): FieldIssue[] {
  const { type, items } = schema;
  const [listType, mapType] = [schema["x-kubernetes-list-type"], schema["x-kubernetes-map-type"]];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const issues: FieldIssue[] = [];
  if (mapType !== undefined && type !== "object")
    issues.push(wrongType(type, path, "must be object if x-kubernetes-map-type is specified"));
  if (mapType !== undefined && mapType !== "atomic" && mapType !== "granular")
    issues.push(
      issue(
        `${path}.x-kubernetes-map-type`,
        "FieldValueNotSupported",
        'supported values: "atomic", "granular"',
        mapType,
      ),
    );
  if (listType === undefined && keys.length > 0)
    issues.push(required(`${path}.x-kubernetes-list-type`, "must be map if x-kubernetes-list-map-keys is non-empty"));
  if (listType === undefined) return issues;
  if (type !== "array") issues.push(wrongType(type, path, "must be array if x-kubernetes-list-type is specified"));
  if (!["atomic", "set", "map"].includes(listType))
    issues.push(
      issue(
        `${path}.x-kubernetes-list-type`,
        "FieldValueNotSupported",
        'supported values: "atomic", "set", "map"',
        listType,
      ),
    );
  if (listType === "map") issues.push(...mapKeyIssues(keys, items, path));
  return issues;
}

function wrongType(type: string | undefined, path: string, why: string): FieldIssue {
  return type === undefined ? required(`${path}.type`, why) : issue(`${path}.type`, "FieldValueInvalid", why, type);
}

function mapKeyIssues(keys: readonly string[], items: Schema | undefined, path: string): FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (keys.length === 0)
    issues.push(required(`${path}.x-kubernetes-list-map-keys`, "must not be empty if x-kubernetes-list-type is map"));
  if (items !== undefined && items.type !== "object")
    issues.push(
      issue(
        `${path}.items.type`,
        "FieldValueInvalid",
        "must be object if parent array's x-kubernetes-list-type is map",
        items.type ?? "",
      ),
    );
  for (const key of keys) {
    if (items?.type !== "object") break;
    const field = items.properties?.[key];
    if (field?.default === undefined && !(items.required ?? []).includes(key)) {
      const why = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
      issues.push(required(`${path}.items.properties[${key}].default`, why));
    }
  }
  return issues;
}

function alternatives(schema: Schema, path: string): (readonly [path: string, part: Schema])[] {
  const lists = (["allOf", "anyOf", "oneOf"] as const).flatMap((name) =>
    (schema[name] ?? []).map((part, index) => [`${path}.${name}[${index}]`, part] as const),
  );
  return schema.not === undefined ? lists : [...lists, [`${path}.not`, schema.not]];
}

/** The one use of types in alternatives that is allowed: to say that a field is an integer or a text. */
function isIntOrStringPart(schema: Schema, at: string, path: string): boolean {
  const isPair = (parts: readonly Schema[] | undefined): boolean =>
    parts?.length === 2 &&
    ["integer", "string"].every(
      (type, index) => Object.keys(parts[index] ?? {}).length === 1 && parts[index]?.type === type,
    );
  if (schema["x-kubernetes-int-or-string"] !== true) return false;
  return (
    (at.startsWith(`${path}.anyOf`) && isPair(schema.anyOf)) ||
    (at === `${path}.allOf[0]` && isPair(schema.allOf?.[0]?.anyOf))
  );
}

/** An alternative may only restrict values, and says nothing about how an object is built. */
function nestedIssues(part: Schema, path: string, depth: number): FieldIssue[] {
  if (depth > maxDepth) return [issue(path, "FieldValueInvalid", "is nested too deeply")];
  const issues = Object.entries(outerOnly).flatMap(([name, why]) =>
    part[name] === undefined || part[name] === false ? [] : [forbidden(`${path}.${name}`, why)],
  );
  for (const [name, field] of Object.entries(part.properties ?? {})) {
    const at = `${path}.properties[${name}]`;
    if (name === "metadata") issues.push(forbidden(at, "must not be specified in a nested context"));
    issues.push(...nestedIssues(field, at, depth + 1));
  }
  if (part.items !== undefined) issues.push(...nestedIssues(part.items, `${path}.items`, depth + 1));
  for (const [at, inner] of alternatives(part, path)) issues.push(...nestedIssues(inner, at, depth + 1));
  return issues;
}

function isBareMetadata({ type, properties, description: _, ...rest }: Schema): boolean {
  const names = Object.keys(properties ?? {});
  return (
    type === "object" &&
    Object.keys(rest).length === 0 &&
    names.every((name) => name === "name" || name === "generateName")
  );
}

function required(path: string, why: string): FieldIssue {
  return issue(path, "FieldValueRequired", why);
}

function forbidden(path: string, why: string): FieldIssue {
  return issue(path, "FieldValueForbidden", why);
}
