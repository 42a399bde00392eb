import { benchExpressions } from "./expressions.ts";
import type { Bench, Figure } from "./figure.ts";

/** Evaluations of realistic Go template strings, compiled once. */
export const expressions: Bench = {
  name: "expressions",
  async run() {
    return (await benchExpressions()) as readonly Figure[];
  },
};
