import { isJsonList, isJsonMap, type Json } from "../managed-fields/json.ts";

/** A value as Go prints it. */
export function goMap(value: Json): string {
  if (isJsonList(value)) return `[${value.map(goMap).join(" ")}]`;
  if (!isJsonMap(value)) return value === null ? "<nil>" : String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goMap(value[key]!)}`).join(" ")}]`;
}
