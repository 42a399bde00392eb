import { type FieldIssue, issue } from "./field-issue.ts";
import type { Schema } from "./structural-schema.ts";

const maxDepth = 500;

/** Duplicates in lists of type `set`, and in lists of type `map` by their keys. */
export function listIssues(schema: Schema, value: unknown, path: string, depth = 0): FieldIssue[] {
  if (typeof value !== "object" || value === null || depth > maxDepth) return [];
  if (Array.isArray(value)) {
    const issues = duplicates(schema, value, path);
    const { items } = schema;
    if (items === undefined || !mayHoldLists(items)) return issues;
    for (const [index, item] of value.entries())
      issues.push(...listIssues(items, item, `${path}[${index}]`, depth + 1));
    return issues;
  }
  const issues: FieldIssue[] = [];
  const { properties = {}, additionalProperties } = schema;
  for (const [key, entry] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property !== undefined) issues.push(...listIssues(property, entry, at, depth + 1));
    else if (typeof additionalProperties === "object")
      issues.push(...listIssues(additionalProperties, entry, `${path}[${key}]`, depth + 1));
  }
  return issues;
}

function mayHoldLists({ properties, additionalProperties, items }: Schema): boolean {
  return properties !== undefined || items !== undefined || typeof additionalProperties === "object";
}

function duplicates(schema: Schema, items: readonly unknown[], path: string): FieldIssue[] {
  const type = schema["x-kubernetes-list-type"];
  if (type === "set") return repeated(items, path);
  if (type !== "map") return [];
  const wrong = items.findIndex((item) => item !== null && (typeof item !== "object" || Array.isArray(item)));
  if (wrong >= 0)
    return [
      issue(`${path}[${wrong}]`, "FieldValueInvalid", "must be an object for an array of list-type map", items[wrong]),
    ];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  return repeated(
    items.map((item) => keyOf(item, keys)),
    path,
  );
}

function keyOf(item: unknown, keys: readonly string[]): object {
  const map = (item ?? {}) as { readonly [key: string]: unknown };
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(map, key) ? [[key, map[key]]] : [])));
}

/** The second of several equal values is reported, and only that. */
function repeated(values: readonly unknown[], path: string): FieldIssue[] {
  const counts = new Map<string, number>();
  return values.flatMap((value, index) => {
    const key = jsonKey(value);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 2 ? [issue(`${path}[${index}]`, "FieldValueDuplicate", "", value)] : [];
  });
}

/** Text that is the same for equal JSON values, whatever the order of their keys. Cuts off what is nested very deeply. */
export function jsonKey(value: unknown, level = 0): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (level > maxDepth) return "…";
  if (Array.isArray(value)) return `[${value.map((item) => jsonKey(item, level + 1)).join(",")}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${jsonKey(entry, level + 1)}`).join(",")}}`;
}
