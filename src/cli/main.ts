#!/usr/bin/env node
import { basename } from "node:path";
import { readConfig } from "../config.ts";
import type { CommandContext } from "./command.ts";
import { buildProgram, CommanderError, usageErrorOf } from "./program.ts";
import { reportError } from "./report-error.ts";

declare const __FLEETSET_VERSION__: string;

const io = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };
const version = typeof __FLEETSET_VERSION__ === "string" ? __FLEETSET_VERSION__ : "0.0.0-source";
const stopping = new AbortController();

// A reader that goes away (`| head`) ends us quietly, as it ends other commands.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

// The first signal asks for an orderly end, the second one does not wait for it.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(signal === "SIGINT" ? 130 : 143);
    stopping.abort();
  });
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv[2] === "__complete") {
    const { complete } = await import("./completion.ts");
    io.stdout.write(
      complete(argv.slice(3))
        .map((word) => `${word}\n`)
        .join(""),
    );
    return 0;
  }
  const context: CommandContext = { io, config: readConfig(), version, signal: stopping.signal };
  const name = basename(argv[1] ?? "").startsWith("kubectl-") ? "kubectl fleetset" : "fleetset";
  let code = 0;
  const program = buildProgram(context, (result) => (code = result), name);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error: unknown) {
    const failure = error instanceof CommanderError ? usageErrorOf(error, name) : error;
    if (failure === undefined) return (error as CommanderError).exitCode === 0 ? 0 : 2;
    return reportError(io, failure, /(^|\s)(-o|--output)[ =]?json(\s|$)/.test(argv.slice(2).join(" ")));
  }
}

process.exitCode = await main(process.argv);
