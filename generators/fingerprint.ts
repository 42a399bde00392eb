import { hash } from "node:crypto";

/** A short digest of texts, for inputs' versions and rows' keys: the same texts in the same order give the same 32 digits. */
export function fingerprint(...texts: readonly string[]): string {
  // Lengths keep ["ab", "c"] and ["a", "bc"] apart.
  const all = texts.map((text) => `${text.length}:${text}`).join("");
  return hash("sha256", all, "hex").slice(0, 32);
}
