import type { Json, JsonMap } from "../managed-fields/json.ts";
import { valueAt } from "../objects/generation.ts";
import type { ScaleSubresource } from "../resources.ts";
import { type FieldError, invalid } from "../validation/field-error.ts";

const most = 2 ** 31 - 1;

/** The numbers that a scale subresource reads must be numbers of replicas. */
export function scaleErrors(object: JsonMap, scale: ScaleSubresource, isStatus: boolean): FieldError[] {
  const spec = isStatus ? [] : replicaErrors(object, scale.specReplicasPath);
  return [...spec, ...replicaErrors(object, scale.statusReplicasPath), ...selectorErrors(object, scale)];
}

function replicaErrors(object: JsonMap, path: string): FieldError[] {
  const value = valueAt(object, path.replace(/^\./, "").split(".")) ?? 0;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    return [invalid(path, 0, accessorError(path, value, "int64"))];
  }
  if (value < 0) return [invalid(path, value, "should be a non-negative integer")];
  return value > most ? [invalid(path, value, `should be less than or equal to ${most}`)] : [];
}

function selectorErrors(object: JsonMap, { labelSelectorPath: path }: ScaleSubresource): FieldError[] {
  if (path === undefined) return [];
  const value = valueAt(object, path.replace(/^\./, "").split(".")) ?? "";
  return typeof value === "string" ? [] : [invalid(path, "", accessorError(path, value, "string"))];
}

function accessorError(path: string, value: Json, expected: string): string {
  const shown = typeof value === "object" ? JSON.stringify(value) : String(value);
  const type =
    typeof value === "number" ? "float64" : typeof value === "object" ? "map[string]interface {}" : typeof value;
  return `${path} accessor error: ${shown} is of the type ${type}, expected ${expected}`;
}
