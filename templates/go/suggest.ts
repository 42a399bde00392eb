/** How many candidates are looked at: a hostile map must not make an error expensive. */
const maxCandidates = 2_000;

/** The candidate that differs from the word by a slip of the keys at most; undefined when none is that near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > maxCandidates) break;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const found = candidate.toLowerCase() === word.toLowerCase() ? 0.5 : distance(word, candidate);
    if (found >= bestDistance) continue;
    bestDistance = found;
    best = candidate;
  }
  return best;
}

/** Edits, swaps of neighbours included, that turn one word into the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      cost = Math.min(cost, (above[column - 1] ?? 0) + (same ? 0 : 1));
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
