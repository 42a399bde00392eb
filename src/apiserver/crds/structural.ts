import { patternProblem } from "../cel/library/regular-expressions.ts";
import { valueErrors } from "../cel/validator.ts";
import { isJsonMap, type Json, jsonEqual } from "../managed-fields/json.ts";
import type { KubeObject, Schema } from "../resources.ts";
import { pruneObject } from "../schema/prune.ts";
import { schemaErrors } from "../schema/validate.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "../validation/field-error.ts";

type Level = "root" | "field" | "item";

const types = ["array", "boolean", "integer", "number", "object", "string"];
const intOrString = [{ type: "integer" }, { type: "string" }];

/** What keeps a schema from being structural, in Kubernetes' words, sorted by field. */
export function structuralErrors(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  checkNode(schema, "root", field, errors);
  return errors.sort((left, right) => (textOf(left) < textOf(right) ? -1 : 1));
}

function textOf({ field, body }: FieldError): string {
  return `${field}: ${body}`;
}

function childField(field: string, name: string): string {
  return `${field}.properties[${name}]`;
}

function isOn(schema: Schema, extension: string): boolean {
  return schema[extension] === true;
}

function checkNode(schema: Schema, level: Level, field: string, errors: FieldError[]): void {
  if (schema.type === "array" && schema.items === undefined)
    errors.push(required(`${field}.items`, "must be specified"));
  if (schema.items !== undefined) checkNode(schema.items, "item", `${field}.items`, errors);
  const properties = Object.entries(schema.properties ?? {});
  for (const [name, property] of properties) {
    const isRootMetadata = level === "root" && name === "metadata";
    if (!isRootMetadata) checkNode(property, "field", childField(field, name), errors);
    else checkRootMetadata(property, childField(field, name), errors);
  }
  checkAdditional(schema, level, field, errors);
  checkKeywords(schema, field, errors);
  if (schema.$ref === undefined) checkType(schema, level, field, errors);
  checkDefault(schema, field, errors);
  checkLists(schema, field, errors);
  checkValues(schema, field, errors, {
    skipsAnyOf: jsonEqual(schema.anyOf, intOrString),
    skipsFirstAllOf: jsonEqual((schema.allOf as readonly Schema[] | undefined)?.[0]?.anyOf, intOrString),
  });
}

function checkAdditional(schema: Schema, level: Level, field: string, errors: FieldError[]): void {
  const { additionalProperties, properties } = schema;
  if (additionalProperties === undefined) return;
  if (level === "root") errors.push(forbiddenField(`${field}.additionalProperties`, "must not be used at the root"));
  if (properties !== undefined && additionalProperties !== false) {
    const message = "additionalProperties and properties are mutual exclusive";
    errors.push(forbiddenField(`${field}.additionalProperties`, message));
  }
  if (typeof additionalProperties === "object") {
    checkNode(additionalProperties, "field", `${field}.additionalProperties`, errors);
  }
}

function checkKeywords(schema: Schema, field: string, errors: FieldError[]): void {
  if (schema.$ref !== undefined) errors.push(forbiddenField(`${field}.$ref`, "$ref is not supported"));
  if (schema.uniqueItems === true) {
    const message = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.push(forbiddenField(`${field}.uniqueItems`, message));
  }
  for (const keyword of ["definitions", "dependencies", "id", "patternProperties", "additionalItems"]) {
    if (schema[keyword] !== undefined)
      errors.push(forbiddenField(`${field}.${keyword}`, `${keyword} is not supported`));
  }
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
    errors.push(invalid(`${field}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined"));
  }
  if (!isOn(schema, "x-kubernetes-int-or-string")) return;
  for (const extension of ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"]) {
    if (!isOn(schema, extension)) continue;
    errors.push(invalid(`${field}.${extension}`, true, "must be false if x-kubernetes-int-or-string is true"));
  }
}

/** A default must be what its own schema admits. */
function checkDefault(schema: Schema, field: string, errors: FieldError[]): void {
  const value = schema.default as Json | undefined;
  if (value === undefined) return;
  const { type } = schema;
  if (type !== undefined && !types.includes(type)) return;
  const ownProblems = schemaErrors(value, schema, "");
  const problems = ownProblems.length > 0 ? ownProblems : valueErrors(value, schema);
  for (const problem of problems) {
    const within = problem.field === "<nil>" || problem.field === "" ? "" : `.${problem.field}`;
    errors.push({ ...problem, field: `${field}.default${within}` });
  }
  if (problems.length > 0 || !isJsonMap(value)) return;
  const { unknown } = pruneObject(value as KubeObject, schema, false);
  if (unknown.length > 0) errors.push(invalid(`${field}.default`, value, "must not have unknown fields"));
}

const emptyTypes: { readonly [level in Level]: string } = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function checkType(schema: Schema, level: Level, field: string, errors: FieldError[]): void {
  const { type = "" } = schema;
  const isOpen = isOn(schema, "x-kubernetes-int-or-string") || isOn(schema, "x-kubernetes-preserve-unknown-fields");
  if (type !== "" && !types.includes(type)) errors.push(notSupported(`${field}.type`, type, types));
  if (isOn(schema, "x-kubernetes-embedded-resource")) checkEmbedded(schema, field, errors);
  else if (type === "" && !isOpen) errors.push(required(`${field}.type`, emptyTypes[level]));
  if (level === "root" && type !== "" && type !== "object") {
    errors.push(invalid(`${field}.type`, type, "must be object at the root"));
  }
}

function checkEmbedded(schema: Schema, field: string, errors: FieldError[]): void {
  const { type = "" } = schema;
  const message = "must be object if x-kubernetes-embedded-resource is true";
  if (type === "") errors.push(required(`${field}.type`, message));
  else if (type !== "object") errors.push(invalid(`${field}.type`, type, message));
  const isClosed = !isOn(schema, "x-kubernetes-preserve-unknown-fields");
  if (isClosed && Object.keys(schema.properties ?? {}).length === 0) {
    const why =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    errors.push(required(`${field}.properties`, why));
  }
}

function checkRootMetadata(schema: Schema, field: string, errors: FieldError[]): void {
  if (schema.type !== "object") errors.push(invalid(`${field}.type`, schema.type ?? "", "must be object"));
  const names = Object.keys(schema.properties ?? {});
  for (const name of names) checkNode(schema.properties![name]!, "field", childField(field, name), errors);
  const isNamesOnly = names.every((name) => name === "name" || name === "generateName");
  const others = Object.keys(schema).filter(
    (keyword) => !["type", "properties", "description", "default"].includes(keyword),
  );
  if (isNamesOnly && others.length === 0) return;
  const message = "must not specify anything other than name and generateName, but metadata is implicitly specified";
  errors.push(forbiddenField(field, message));
}

const listTypes = ["atomic", "set", "map"];

function checkLists(schema: Schema, field: string, errors: FieldError[]): void {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (listType === undefined) {
    if (keys.length > 0) {
      errors.push(
        required(`${field}.x-kubernetes-list-type`, "must be map if x-kubernetes-list-map-keys is non-empty"),
      );
    }
    return;
  }
  if (schema.type !== "array") {
    errors.push(invalid(`${field}.type`, schema.type ?? "", "must be array if x-kubernetes-list-type is specified"));
  }
  if (!listTypes.includes(listType)) errors.push(notSupported(`${field}.x-kubernetes-list-type`, listType, listTypes));
  if (listType === "map") checkListKeys(schema, keys, field, errors);
}

function checkListKeys(schema: Schema, keys: readonly string[], field: string, errors: FieldError[]): void {
  if (keys.length === 0) {
    const message = "must not be empty if x-kubernetes-list-type is map";
    errors.push(required(`${field}.x-kubernetes-list-map-keys`, message));
  }
  for (const key of keys) {
    const property = schema.items?.properties?.[key];
    const at = `${field}.items.properties[${key}]`;
    if (property === undefined) {
      errors.push(invalid(`${field}.x-kubernetes-list-map-keys`, keys, "entries must all be names of item properties"));
    } else if (property.default === undefined && schema.items?.required?.includes(key) !== true) {
      const message =
        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
      errors.push(required(`${at}.default`, message));
    }
  }
}

interface Skips {
  readonly skipsAnyOf: boolean;
  readonly skipsFirstAllOf: boolean;
}

const noSkips: Skips = { skipsAnyOf: false, skipsFirstAllOf: false };

/** The parts of a schema that only restrict values. */
function checkValues(schema: Schema, field: string, errors: FieldError[], skips: Skips): void {
  for (const keyword of ["anyOf", "allOf", "oneOf"] as const) {
    if (keyword === "anyOf" && skips.skipsAnyOf) continue;
    for (const [index, nested] of ((schema[keyword] ?? []) as readonly Schema[]).entries()) {
      const isPattern = keyword === "allOf" && index === 0 && skips.skipsFirstAllOf;
      checkNested(nested, `${field}.${keyword}[${index}]`, errors, { ...noSkips, skipsAnyOf: isPattern });
    }
  }
  if (schema.not !== undefined) checkNested(schema.not as Schema, `${field}.not`, errors, noSkips);
  const { pattern } = schema;
  if (typeof pattern === "string" && pattern !== "") checkPattern(pattern, `${field}.pattern`, errors);
}

function checkPattern(pattern: string, field: string, errors: FieldError[]): void {
  const problem = patternProblem(pattern);
  if (problem !== undefined) {
    errors.push(invalid(field, pattern, `must be a valid regular expression, but isn't: ${problem}`));
  }
}

const nestedRules: readonly (readonly [keyword: string, message: string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
];

function checkNested(schema: Schema, field: string, errors: FieldError[], skips: Skips): void {
  checkValues(schema, field, errors, skips);
  if (schema.items !== undefined) checkNested(schema.items, `${field}.items`, errors, noSkips);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    checkNested(property, childField(field, name), errors, noSkips);
    if (name === "metadata") {
      errors.push(forbiddenField(childField(field, name), "must not be specified in a nested context"));
    }
  }
  for (const [keyword, message] of nestedRules) {
    const value = schema[keyword];
    if (value !== undefined && value !== false && value !== "")
      errors.push(forbiddenField(`${field}.${keyword}`, message));
  }
}
