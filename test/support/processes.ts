import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
export const cli = join(root, "dist/fleetset.js");

/** A process of the built command line that runs until it is ended. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** What it has written to stderr so far. */
  errors(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves when stderr holds the text; rejects when the process ends first. */
  says(text: string): Promise<void>;
}

/** Starts `fleetset ARGS`. The caller ends it. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  const waiting = new Set<() => void>();
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    for (const check of waiting) check();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
  const says = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!text.includes(wanted)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      void ended.then((code) => reject(new Error(`ended with ${code} before it said ${wanted}: ${text}`)));
      check();
    });
  return { child, errors: () => text, ended, says };
}
