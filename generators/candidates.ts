import type { GitEntry } from "./ports.ts";

// Sorted once for each tree, since every row of a matrix may ask the same tree for other files.
const sortedTrees = new WeakMap<readonly GitEntry[], readonly GitEntry[]>();

/**
 * The entries that a pattern can match at all: those whose path begins with what stands before its first special
 * character. Conservative: a pattern with magic, or one that does not begin with a plain name, gives every entry. Order is
 * not that of the walk.
 */
export function candidates(entries: readonly GitEntry[], pattern: string): readonly GitEntry[] {
  const prefix = literalPrefix(pattern);
  if (prefix === "") return entries;
  const sorted = sortedTrees.get(entries) ?? [...entries].sort(byPath);
  sortedTrees.set(entries, sorted);
  const start = firstFrom(sorted, prefix);
  let end = start;
  while (sorted[end]?.path.startsWith(prefix)) end += 1;
  return sorted.slice(start, end);
}

function literalPrefix(pattern: string): string {
  if (!/^[A-Za-z0-9_]/.test(pattern) || /\/\.{0,2}\//.test(pattern)) return "";
  const literal = /^[^*?[\]{}\\:!]*/.exec(pattern)?.[0] ?? "";
  // A name at the end may stand with or without a slash behind it.
  return literal.replace(/\/+$/, "");
}

function byPath(a: GitEntry, b: GitEntry): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function firstFrom(sorted: readonly GitEntry[], prefix: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as GitEntry).path < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
