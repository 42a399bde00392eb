import { createHash } from "node:crypto";

/** A short digest of texts, for inputs' versions and rows' keys: the same texts in the same order give the same 32 digits. */
export function fingerprint(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  // Lengths keep ["ab", "c"] and ["a", "bc"] apart.
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("hex").slice(0, 32);
}
