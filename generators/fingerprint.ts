import { createHash } from "node:crypto";

/** A short digest of texts, for inputs' versions and rows' keys: the same texts in the same order give the same 32 digits. */
export function fingerprint(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  // Lengths keep ["ab", "c"] and ["a", "bc"] apart.
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("hex").slice(0, 32);
}

/** JSON with sorted keys and exact integers. */
export function canonicalJson(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const map = value as { readonly [key: string]: unknown };
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(map[key])}`)
    .join(",")}}`;
}
