/** Draws that a seed repeats. */
export interface Drawing {
  /** A whole number of at least 0 and less than `limit`. */
  below(limit: number): number;
}

/** Numbers from a seed, by the generator mulberry32. */
export function drawing(seed: number): Drawing {
  let state = seed >>> 0;
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    },
  };
}
