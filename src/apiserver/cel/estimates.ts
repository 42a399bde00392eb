/** A range that a size or a cost lies in. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Where counting stops: what is beyond is without bounds. */
export const unbounded = 2 ** 64;

export function fixed(value: number): Range {
  return { min: value, max: value };
}

export const unknownSize: Range = { min: 0, max: unbounded };
export const nothing: Range = fixed(0);

function capped(value: number): number {
  return Math.min(value, unbounded);
}

export function sum(...ranges: readonly Range[]): Range {
  const add = (pick: (range: Range) => number): number => capped(ranges.reduce((all, range) => all + pick(range), 0));
  return { min: add(({ min }) => min), max: add(({ max }) => max) };
}

export function product(left: Range, right: Range): Range {
  return { min: multiply(left.min, right.min), max: multiply(left.max, right.max) };
}

export function multiply(left: number, right: number): number {
  return left === 0 || right === 0 ? 0 : capped(left * right);
}

/** Times a factor, rounded up. */
export function scaled({ min, max }: Range, factor: number): Range {
  return { min: capped(Math.ceil(min * factor)), max: capped(Math.ceil(max * factor)) };
}

export function union(left: Range, right: Range): Range {
  return { min: Math.min(left.min, right.min), max: Math.max(left.max, right.max) };
}
