import type { CommandContext } from "./command.ts";
import { buildProgram, CommanderError, calledAs, helpWords, usageErrorOf } from "./program.ts";
import { reportError } from "./report-error.ts";

/**
 * Runs the command that the words name. Gives the exit code: 0 done, 1 it failed, 2 wrong usage, or what the command says.
 * A failure is told on stderr, and with `-o json` on stdout, and never thrown. `name` is what the program calls itself.
 */
export async function dispatch(words: readonly string[], context: CommandContext, name = "fleetset"): Promise<number> {
  const { io } = context;
  if (words[0] === "__complete") return complete(words.slice(1), context);
  let code = 0;
  const program = buildProgram(context, (result) => (code = result), name);
  try {
    await program.parseAsync(words[0] === "help" ? helpWords(program, words.slice(1)) : [...words], { from: "user" });
    return code;
  } catch (error: unknown) {
    const failure = error instanceof CommanderError ? usageErrorOf(error, calledAs(program, words)) : error;
    if (failure === undefined) return (error as CommanderError).exitCode === 0 ? 0 : 2;
    return reportError(io, failure, /(^|\s)(-o|--output)[ =]?json(\s|$)/.test(words.join(" ")));
  }
}

/** What the completion scripts ask. */
async function complete(words: readonly string[], { io }: CommandContext): Promise<number> {
  const completion = await import("./completion.ts");
  const candidates = completion.complete(words).map((word) => `${word}\n`);
  io.stdout.write(candidates.join(""));
  return 0;
}
