import type { StringMap } from "../base/values.ts";
import { newMap } from "../base/values.ts";

/** A Secret as a manifest or an API server gives it: only `data` and `stringData` are looked at. */
export interface SecretObject {
  readonly data?: unknown;
  readonly stringData?: unknown;
  readonly [field: string]: unknown;
}

/** The decoded texts of a Secret: `data` from base64, then `stringData` over it, as an API server would store them. */
export function secretTexts(secret: SecretObject): StringMap {
  const texts = newMap<string>();
  for (const [key, value] of entries(secret.data)) texts[key] = Buffer.from(value, "base64").toString("utf8");
  for (const [key, value] of entries(secret.stringData)) texts[key] = value;
  return texts;
}

function entries(map: unknown): [string, string][] {
  if (typeof map !== "object" || map === null) return [];
  return Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}
