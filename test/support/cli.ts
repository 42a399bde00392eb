import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { dispatch } from "../../src/cli/dispatch.ts";
import { readConfig } from "../../src/config.ts";
import { until } from "./clock.ts";

export const root = join(import.meta.dirname, "../..");
/** The built command line; another build where FLEETSET_CLI names one. */
export const cli = process.env.FLEETSET_CLI ?? join(root, "dist/fleetset.js");

export interface CliResult {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Added to an environment that holds PATH and a home without a kubeconfig. */
  readonly env?: { readonly [name: string]: string };
  readonly stdin?: string;
  readonly cwd?: string;
  /** Leads a process group of its own, so that a test can look for what it has left behind. */
  readonly detached?: boolean;
  /** Of node itself, such as `--import`. */
  readonly nodeArgs?: readonly string[];
}

/** A command that goes on until it ends or is told to. */
export interface RunningCli {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Waits until this stands in either output; fails with what was printed. */
  prints(text: string | RegExp, limitMs?: number): Promise<void>;
  /** Resolves when the process is gone. */
  readonly ended: Promise<CliResult>;
}

let home: string | undefined;

function emptyHome(): string {
  if (home === undefined) {
    const made = mkdtempSync(join(tmpdir(), "fleetset-home-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    home = made;
  }
  return home;
}

/** Starts the built command line as a process of its own. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const folder = emptyHome();
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), cli, ...args], {
    cwd: options.cwd ?? folder,
    detached: options.detached ?? false,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: tmpdir(), ...options.env },
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  }
  // A command that does not read may be gone before all is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  let isOver = false;
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      isOver = true;
      resolve({ code: code ?? -1, signal, ...text });
    });
  });
  const all = () => `${text.stdout}${text.stderr}`;
  return {
    ...{ child, ended },
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    async prints(wanted, limitMs = 20_000) {
      const found = () => (typeof wanted === "string" ? all().includes(wanted) : wanted.test(all()));
      await until(
        () => found() || isOver,
        `fleetset ${args.join(" ")} prints ${wanted}; it printed:\n${all()}`,
        limitMs,
      );
      if (!found()) throw new Error(`fleetset ${args.join(" ")} ended without printing ${wanted}:\n${all()}`);
    },
  };
}

/** What a command writes, kept; `isTTY` makes it a terminal of that width. */
class Kept extends Writable {
  text = "";
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY = false) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface CallOptions extends Pick<CliOptions, "env" | "stdin"> {
  /** As if a person sat at a terminal, who types what `stdin` holds. */
  readonly isTerminal?: boolean;
}

/**
 * Runs a command to its end in the process of the test, through the same dispatcher: for tables of many calls, where a
 * process for each would take most of the time.
 */
export async function callCli(args: readonly string[], options: CallOptions = {}): Promise<CliResult> {
  const { env = {}, stdin = "", isTerminal = false } = options;
  const [stdout, stderr] = [new Kept(isTerminal), new Kept(isTerminal)];
  const io = { stdin: Object.assign(Readable.from([stdin]), { isTTY: isTerminal }), stdout, stderr };
  const config = readConfig({ PATH: process.env.PATH, HOME: emptyHome(), ...env });
  const context = { io, config, version: "0.0.0-test", signal: new AbortController().signal };
  const code = await dispatch(args, context);
  return { code, signal: null, stdout: stdout.text, stderr: stderr.text };
}

/** Runs the built command line to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended;
}
