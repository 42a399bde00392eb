import { createInterface } from "node:readline/promises";
import { UsageError } from "../base/errors.ts";
import type { Io } from "./io.ts";

/**
 * Asks a yes-or-no question on the terminal; anything but yes is no. Where nobody can answer, `--yes` must have been given:
 * a usage error says so.
 */
export async function confirm(io: Io, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!io.stdin.isTTY || !io.stderr.isTTY) {
    throw new UsageError("there is no terminal to ask on", {
      details: { remedy: "look at the change first, then give --yes" },
    });
  }
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

export const yesFlag = { flags: "-y, --yes", description: "do not ask" } as const;
