import { UsageError } from "../base/errors.ts";
import type { DeletionBudget } from "../plan/guard.ts";
import type { FlagSpec } from "./command.ts";

export const deletionBudgetFlag: FlagSpec = {
  flags: "--deletion-budget <budget>",
  description:
    "deletions of one plan that need no approval: a number, or a percentage of the live Applications (default: 50%, from 3 on)",
};

/** `10` is a number of Applications, `20%` a share; undefined when the flag was not given. */
export function parseBudget(text: string | undefined): DeletionBudget | undefined {
  if (text === undefined) return undefined;
  const [, digits = "", percent] = /^(\d{1,9})(%?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (digits === "" || (percent === "%" && value > 100)) {
    throw new UsageError(`--deletion-budget ${JSON.stringify(text)} is neither a number nor a percentage`, {
      details: { remedy: "write for example 10 or 20%" },
    });
  }
  if (percent !== "%") return { maxCount: value, percentFrom: 1 };
  // All of them: whoever says so wants to be asked about nothing.
  return { maxPercent: value, percentFrom: 1, ...(value === 100 ? { onEmptyInput: "delete" } : {}) };
}
