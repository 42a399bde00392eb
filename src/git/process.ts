import { type ChildProcess, spawn } from "node:child_process";
import type { Clock } from "../base/clock.ts";
import { GitCanceledError, GitLimitError, GitTimeoutError, GitUnreachableError } from "./errors.ts";

export type ProcessEnvironment = Readonly<Record<string, string>>;

export interface RunOptions {
  readonly env: ProcessEnvironment;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Called a few times a second; an error that it returns ends the command. */
  readonly watch?: (() => Error | undefined) | undefined;
}

export interface RunResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: Buffer;
  /** The last part of it, as text. */
  readonly stderr: string;
}

const maxErrorText = 8_192;
const watchEveryMs = 250;

/**
 * Runs a command without a shell, in a process group of its own, and ends the whole group when time, output or the caller
 * says so. A command that ran gives its result, whatever its exit code; the error is for one that was not let finish.
 */
export function runProcess(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  if (options.signal?.aborted === true) return Promise.reject(canceled(args));
  return new Promise((resolve, reject) => {
    const child = startProcess(command, args, options.env);
    child.stdin!.end();
    let failure: Error | undefined;
    const stop = (error: Error) => {
      failure ??= error;
      killGroup(child);
    };
    const timer = options.clock.after(options.timeoutMs, () => stop(timedOut(args, options.timeoutMs)));
    const abort = () => stop(canceled(args));
    options.signal?.addEventListener("abort", abort, { once: true });
    const watcher =
      options.watch &&
      setInterval(() => {
        const error = options.watch?.();
        if (error) stop(error);
      }, watchEveryMs);
    const stdout = collect(child, options.maxOutputBytes, () => stop(tooLong(args, options.maxOutputBytes)));
    const stderr = collectTail(child);
    child.once(
      "error",
      (error) => (failure ??= new GitUnreachableError(`cannot run git: ${error.message}`, { cause: error })),
    );
    child.once("close", (code) => {
      timer.cancel();
      clearInterval(watcher);
      options.signal?.removeEventListener("abort", abort);
      if (failure !== undefined) reject(failure);
      else resolve({ code, stdout: Buffer.concat(stdout), stderr: stderr() });
    });
  });
}

/** Starts a command without a shell, at the head of a process group of its own, with nothing but the environment given, in its HOME. */
export function startProcess(command: string, args: readonly string[], env: ProcessEnvironment): ChildProcess {
  const child = spawn(command, args, {
    env,
    cwd: env.HOME,
    detached: true,
    shell: false,
    stdio: ["pipe", "pipe", "pipe"],
  });
  keepTrack(child);
  // A command that ends before it has read its input breaks the pipe; its exit code says more.
  child.stdin.on("error", () => undefined);
  return child;
}

/** Every command that runs. A group of its own is not ended with ours, so whoever leaves in a hurry takes them along. */
const running = new Set<ChildProcess>();

function keepTrack(child: ChildProcess): void {
  if (running.size === 0) process.on("exit", endAll);
  running.add(child);
  child.once("close", () => {
    running.delete(child);
    if (running.size === 0) process.off("exit", endAll);
  });
}

function endAll(): void {
  for (const child of running) killGroup(child);
}

/** Ends a process and all that it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // No such group: everything in it has ended by itself.
    child.kill("SIGKILL");
  }
}

function collect(child: ChildProcess, maxBytes: number, onTooLong: () => void): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout!.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) onTooLong();
    else chunks.push(chunk);
  });
  return chunks;
}

function collectTail(child: ChildProcess): () => string {
  let tail = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString("utf8")).slice(-maxErrorText);
  });
  return () => tail;
}

function nameOf(args: readonly string[]): string {
  return `git ${args.find((arg) => !arg.startsWith("-")) ?? ""}`.trim();
}

function timedOut(args: readonly string[], timeoutMs: number): GitTimeoutError {
  return new GitTimeoutError(`${nameOf(args)} took longer than ${timeoutMs} ms`);
}

function canceled(args: readonly string[]): GitCanceledError {
  return new GitCanceledError(`${nameOf(args)} was called off`);
}

function tooLong(args: readonly string[], maxBytes: number): GitLimitError {
  return new GitLimitError(`${nameOf(args)} wrote more than ${maxBytes} bytes`);
}
