#!/usr/bin/env node
import { basename } from "node:path";
import { readConfig } from "../config.ts";
import { dispatch } from "./dispatch.ts";

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

const name = basename(process.argv[1] ?? "").startsWith("kubectl-") ? "kubectl fleetset" : "fleetset";
const context = { io, config: readConfig(), version, signal: stopping.signal };

process.exitCode = await dispatch(process.argv.slice(2), context, name);
