import { toAscii } from "./to-ascii.ts";

/** Characters that stand for words in English, and those that leave nothing. */
const words: { readonly [character: string]: string } = { "&": "and", "@": "at", '"': "", "'": "", "’": "" };
const dashes = /[‒–—―]/g;

/**
 * A text as part of a name: small letters, digits and single dashes, letters of other scripts as Latin ones, at most
 * `maxLength` characters and then cut after a whole word where there is one. The rules are those of gosimple/slug 1.15 as
 * Argo CD sets it up for pull requests, underscores as dashes.
 */
export function slugOf(text: string, maxLength: number): string {
  const spelled = text
    .trim()
    .replace(/_/g, "-")
    .replace(/[&@"'’]/g, (character) => words[character] ?? "")
    .replace(dashes, "-");
  return cutSlug(toAscii(spelled).toLowerCase(), maxLength);
}

/** What a slug is made of, for a text that is ASCII and in small letters already; 0 for a slug of any length. */
export function cutSlug(text: string, maxLength: number): string {
  const slug = text.replace(/[^a-z0-9_]+/g, "-").replace(/^[-_]+|[-_]+$/g, "");
  if (maxLength <= 0 || slug.length <= maxLength) return slug;
  const dash = slug.lastIndexOf("-", maxLength);
  return slug.slice(0, dash < 0 ? maxLength : dash);
}
