/** How many candidates are looked at: a hostile map must not make an error expensive. */
const maxCandidates = 2_000;
const longestName = 200;

/** The candidate that a slip of the keys turns into the name, for "did you mean"; undefined when none is that near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longestName) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > maxCandidates) break;
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const found = candidate.toLowerCase() === name.toLowerCase() ? 0.5 : editDistance(name, candidate);
    if (found >= bestDistance) continue;
    bestDistance = found;
    best = candidate;
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let previous: readonly number[] = [];
  let current: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (current[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwap && row > 1 ? (previous[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((current[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, replaced, swapped));
    }
    previous = current;
    current = next;
  }
  return current[to.length] ?? 0;
}
