import { type FieldIssue, issue } from "./field-issue.ts";
import { hasFormat } from "./formats.ts";
import { jsonKey } from "./list-types.ts";
import type { Schema } from "./structural-schema.ts";

const int32 = { low: -(2 ** 31), high: 2 ** 31 - 1 };
const int64 = { low: -(2n ** 63n), high: 2n ** 63n - 1n };
const patterns = new Map<string, RegExp | undefined>();

/** Checks of one value that need no other: bounds, lengths, patterns, formats and counts. */
export function valueIssues(schema: Schema, value: unknown, path: string): FieldIssue[] {
  if (typeof value === "string") return textIssues(schema, value, path);
  if (typeof value === "number" || typeof value === "bigint") return numberIssues(schema, value, path);
  if (Array.isArray(value)) return countIssues(schema, value, path);
  return typeof value === "object" && value !== null ? sizeIssues(schema, Object.keys(value).length, path) : [];
}

/** As an API server does, reports only the first of length and pattern, and the format by itself. */
function textIssues(schema: Schema, text: string, path: string): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const first = lengthIssue(schema, text, path) ?? patternIssue(schema, text, path);
  if (first !== undefined) issues.push(first);
  const { format, type } = schema;
  if (format !== undefined && (type === "string" || type === undefined) && !hasFormat(format, text))
    issues.push(
      issue(path, "FieldValueTypeInvalid", `${path} in body must be of type ${format}: ${JSON.stringify(text)}`, text),
    );
  return issues;
}

function lengthIssue({ minLength, maxLength }: Schema, text: string, path: string): FieldIssue | undefined {
  const count = text.length > (maxLength ?? 0) || minLength !== undefined ? [...text].length : text.length;
  if (maxLength !== undefined && count > maxLength)
    return issue(path, "FieldValueTooLong", `may not be more than ${maxLength} bytes`);
  if (minLength === undefined || count >= minLength) return undefined;
  return issue(path, "FieldValueInvalid", `${path} in body should be at least ${minLength} chars long`, text);
}

function patternIssue({ pattern }: Schema, text: string, path: string): FieldIssue | undefined {
  if (pattern === undefined || pattern === "" || compile(pattern)?.test(text) !== false) return undefined;
  return issue(path, "FieldValueInvalid", `${path} in body should match '${pattern}'`, text);
}

/** A pattern that JavaScript does not know is not checked: refusing everything would be worse. */
function compile(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) patterns.set(pattern, compileOnce(pattern));
  return patterns.get(pattern);
}

function compileOnce(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function numberIssues(schema: Schema, value: number | bigint, path: string): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { minimum, maximum, multipleOf, type, format = "" } = schema;
  if (type === "integer" && !fitsInteger(value, format)) {
    const kind =
      format === "int32" || format === "int64" ? `type integer with format ${format}` : "type integer (default format)";
    issues.push({
      ...issue("", "FieldValueInvalid", `Checked value must be of ${kind} in ${path}`, ""),
      path: "<nil>",
    });
  }
  if (multipleOf !== undefined && Number(value) % multipleOf !== 0)
    issues.push(issue(path, "FieldValueInvalid", `${path} in body should be a multiple of ${multipleOf}`, value));
  if (minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    const how = schema.exclusiveMinimum === true ? "greater than" : "greater than or equal to";
    issues.push(issue(path, "FieldValueInvalid", `${path} in body should be ${how} ${minimum}`, value));
  }
  if (maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    const how = schema.exclusiveMaximum === true ? "less than" : "less than or equal to";
    issues.push(issue(path, "FieldValueInvalid", `${path} in body should be ${how} ${maximum}`, value));
  }
  return issues;
}

function fitsInteger(value: number | bigint, format: string): boolean {
  if (typeof value === "number" && !Number.isInteger(value)) return false;
  if (format === "int32") return value >= int32.low && value <= int32.high;
  return value >= int64.low && value <= int64.high;
}

function countIssues(schema: Schema, items: readonly unknown[], path: string): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { minItems, maxItems, uniqueItems } = schema;
  if (minItems !== undefined && items.length < minItems)
    issues.push(
      issue(path, "FieldValueInvalid", `${path} in body should have at least ${minItems} items`, items.length),
    );
  if (maxItems !== undefined && items.length > maxItems)
    issues.push(issue(path, "FieldValueTooMany", `must have at most ${maxItems} items`, items.length));
  if (uniqueItems === true && new Set(items.map((item) => jsonKey(item))).size < items.length)
    issues.push(issue(path, "FieldValueInvalid", `${path} in body shouldn't contain duplicates`, ""));
  return issues;
}

function sizeIssues({ minProperties, maxProperties }: Schema, size: number, path: string): FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (minProperties !== undefined && size < minProperties)
    issues.push(
      issue(path, "FieldValueInvalid", `${path} in body should have at least ${minProperties} properties`, size),
    );
  if (maxProperties !== undefined && size > maxProperties)
    issues.push(issue(path, "FieldValueTooMany", `must have at most ${maxProperties} items`, size));
  return issues;
}
