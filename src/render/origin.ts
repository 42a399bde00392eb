import type { Origin } from "../../generators/generator.ts";

/** Where a row comes from, in words: `cluster prod-eu × directory apps/web`. */
export function originText(origin: Origin): string {
  return leavesOf(origin)
    .map((leaf) => leaf.item)
    .join(" × ");
}

/** The origins that read something themselves, in order. */
export function leavesOf(origin: Origin): readonly Origin[] {
  return origin.parts === undefined ? [origin] : origin.parts.flatMap(leavesOf);
}

/** The ids of all inputs that a row was made of. */
export function inputsOf(origin: Origin): readonly string[] {
  return [...new Set(leavesOf(origin).flatMap((leaf) => leaf.inputs))];
}
