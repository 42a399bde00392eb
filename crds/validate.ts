import { type FieldIssue, issue, quote } from "./field-issue.ts";
import { isCheckedFormat } from "./formats.ts";
import { listIssues } from "./list-types.ts";
import type { Schema } from "./structural-schema.ts";
import { valueIssues } from "./validate-values.ts";

export type { FieldIssue } from "./field-issue.ts";

const maxDepth = 500;
const maxIssues = 100;

/**
 * What is wrong with a value, in the order and wording of an API server that has the schema; empty when nothing is. A null
 * is wrong wherever the schema has a type and is not nullable, so a server that drops such nulls does it before. Rules in
 * CEL (`x-kubernetes-validations`) are not looked at. Stops after a hundred issues.
 */
export function validate(schema: Schema, value: unknown, path = ""): readonly FieldIssue[] {
  const issues = [...check(schema, value, path, 0), ...listIssues(schema, value, path)];
  return issues.slice(0, maxIssues);
}

function check(schema: Schema, value: unknown, path: string, depth: number): FieldIssue[] {
  if (depth > maxDepth) return [issue(path, "FieldValueInvalid", `${path} is nested too deeply`)];
  const typeIssue = checkType(schema, value, path);
  if (value === null) return [...(typeIssue === undefined ? [] : [typeIssue]), ...checkEnum(schema, value, path)];
  const issues = typeIssue === undefined ? [] : [typeIssue];
  issues.push(...checkCombinations(schema, value, path, depth), ...valueIssues(schema, value, path));
  if (Array.isArray(value)) issues.push(...checkItems(schema, value, path, depth));
  issues.push(...checkEnum(schema, value, path));
  if (isMap(value)) issues.push(...checkFields(schema, value, path, depth));
  return issues;
}

interface TypeInfo {
  readonly type: string;
  readonly format: string;
}

/** The JSON type of a value, and the format that Go's decoder gives its numbers. */
function typeInfo(value: unknown): TypeInfo {
  if (typeof value === "boolean") return { type: "boolean", format: "" };
  if (typeof value === "string") return { type: "string", format: "" };
  if (Array.isArray(value)) return { type: "array", format: "" };
  if (isInt64(value)) return { type: "integer", format: "int64" };
  return typeof value === "number" || typeof value === "bigint"
    ? { type: "number", format: "float64" }
    : { type: "object", format: "" };
}

function checkType(schema: Schema, value: unknown, path: string): FieldIssue | undefined {
  const types =
    schema["x-kubernetes-int-or-string"] === true
      ? ["integer", "string"]
      : schema.type === undefined
        ? []
        : [schema.type];
  if (types.length === 0) return undefined;
  if (value === null) return schema.nullable === true ? undefined : typeIssue(path, types.join(","), "null");
  const { type, format } = typeInfo(value);
  const numeric = types.includes("integer") || types.includes("number");
  const fits = types.includes(type) || (type === "integer" && types.includes("number"));
  const wanted = schemaFormat(schema, types);
  if (wanted !== "" && type !== "string" && type !== "array" && !fits && format !== wanted)
    return typeIssue(path, wanted, format);
  if (wanted !== "" && !numeric && (type === "string" || type === "array")) return undefined;
  return fits ? undefined : typeIssue(path, types.join(","), type);
}

/** Whether Go's decoder makes it an int64; a larger integer becomes a float64. */
function isInt64(value: unknown): boolean {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value;
  return typeof value === "number" && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** The format as far as an API server takes notice of it. */
function schemaFormat({ format = "" }: Schema, types: readonly string[]): string {
  if (types[0] === "integer") return format === "int32" || format === "int64" ? format : "";
  if (types[0] === "number") return format === "float" || format === "double" ? format : "";
  return types[0] === "string" && isCheckedFormat(format) ? format : "";
}

function typeIssue(path: string, wanted: string, found: string): FieldIssue {
  const wrong = issue(
    path,
    "FieldValueTypeInvalid",
    `${path} in body must be of type ${wanted}: ${quote(found)}`,
    found,
  );
  // YAML reads y, no, 1.20 and the like as what they look like, and not as text.
  const isScalar = found === "boolean" || found === "integer" || found === "number";
  return wanted === "string" && isScalar ? { ...wrong, remedy: "write the value in quotes to make it text" } : wrong;
}

function checkItems(schema: Schema, items: readonly unknown[], path: string, depth: number): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { items: itemSchema } = schema;
  if (itemSchema !== undefined) {
    for (const [index, item] of items.entries()) {
      issues.push(...check(itemSchema, item, `${path}[${index}]`, depth + 1));
      if (issues.length > maxIssues) return issues;
    }
  }
  return issues;
}

function checkFields(schema: Schema, map: Fields, path: string, depth: number): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { properties = {}, additionalProperties, required = [] } = schema;
  if (additionalProperties !== undefined && additionalProperties !== true) {
    for (const key of Object.keys(map)) {
      if (Object.hasOwn(properties, key)) continue;
      if (additionalProperties === false)
        issues.push(issue(path, "FieldValueInvalid", `${path}.${key} in body is a forbidden property`, ""));
      else issues.push(...check(additionalProperties, map[key], join(path, key), depth + 1));
      if (issues.length > maxIssues) return issues;
    }
  }
  for (const [key, property] of Object.entries(properties)) {
    if (Object.hasOwn(map, key)) issues.push(...check(property, map[key], join(path, key), depth + 1));
  }
  for (const key of required) {
    if (!Object.hasOwn(map, key)) issues.push(issue(join(path, key), "FieldValueRequired"));
  }
  return issues;
}

function checkEnum(schema: Schema, value: unknown, path: string): FieldIssue[] {
  if (schema.enum === undefined || schema.enum.some((allowed) => isEqual(allowed, value))) return [];
  const allowed = schema.enum.map((entry) => quote(typeof entry === "string" ? entry : JSON.stringify(entry)));
  return [issue(path, "FieldValueNotSupported", `supported values: ${allowed.join(", ")}`, value)];
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b));
}

function checkCombinations(schema: Schema, value: unknown, path: string, depth: number): FieldIssue[] {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  const of = (schemas: readonly Schema[]): FieldIssue[][] => schemas.map((part) => check(part, value, path, depth + 1));
  return [
    ...(anyOf.length === 0 ? [] : anyOfIssues(of(anyOf), path)),
    ...(oneOf.length === 0 ? [] : oneOfIssues(of(oneOf), path)),
    ...(allOf.length === 0 ? [] : allOfIssues(of(allOf), path)),
    ...(not !== undefined && check(not, value, path, depth + 1).length === 0
      ? [wholeIssue(`${quote(path)} must not validate the schema (not)`)]
      : []),
  ];
}

function anyOfIssues(results: readonly FieldIssue[][], path: string): FieldIssue[] {
  if (results.some((found) => found.length === 0)) return [];
  return [wholeIssue(`${quote(path)} must validate at least one schema (anyOf)`), ...(results[0] ?? [])];
}

function oneOfIssues(results: readonly FieldIssue[][], path: string): FieldIssue[] {
  const valid = results.filter((found) => found.length === 0).length;
  if (valid === 1) return [];
  const how = valid === 0 ? "Found none valid" : `Found ${valid} valid alternatives`;
  const first = wholeIssue(`${quote(path)} must validate one and only one schema (oneOf). ${how}`);
  return valid === 0 ? [first, ...(results[0] ?? [])] : [first];
}

function allOfIssues(results: readonly FieldIssue[][], path: string): FieldIssue[] {
  const failed = results.filter((found) => found.length > 0);
  if (failed.length === 0) return [];
  const how = failed.length === results.length ? ". None validated" : "";
  return [...failed.flat(), wholeIssue(`${quote(path)} must validate all the schemas (allOf)${how}`)];
}

/** Combinations are reported for the object as a whole; their text names the path. */
function wholeIssue(explanation: string): FieldIssue {
  return { ...issue("", "FieldValueInvalid", explanation, ""), path: "<nil>" };
}

type Fields = { readonly [key: string]: unknown };

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
