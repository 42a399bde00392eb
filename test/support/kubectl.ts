import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

export interface Kubectl {
  readonly command: string;
  /** `1.36`. */
  readonly minor: string;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface KubectlRun {
  readonly kubeconfig: string;
  readonly context?: string;
  readonly stdin?: string;
  readonly env?: { readonly [name: string]: string };
}

/** The kubectl that the test control plane was built with, or else the one on PATH; undefined where there is none. */
export function findKubectl(): Kubectl | undefined {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const assets = process.env.KUBEBUILDER_ASSETS || join(cache, "fleetset", "envtest");
  const built = join(assets, "kubectl");
  for (const command of existsSync(built) ? [built, "kubectl"] : ["kubectl"]) {
    try {
      const text = execFileSync(command, ["version", "--client", "-o", "json"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const { clientVersion } = JSON.parse(text.toString()) as { clientVersion: { major: string; minor: string } };
      return { command, minor: `${clientVersion.major}.${clientVersion.minor.replace(/\D/g, "")}` };
    } catch {
      // Not installed, or not a kubectl that knows its version: try the next one.
    }
  }
  return undefined;
}

function environment({ kubeconfig, env }: KubectlRun): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: dirname(kubeconfig), TZ: "UTC", LC_ALL: "C", KUBECONFIG: kubeconfig, ...env };
}

function argumentsOf(args: readonly string[], { context }: KubectlRun): string[] {
  return context === undefined ? [...args] : ["--context", context, ...args];
}

/** Runs kubectl to its end. Its caches lie beside the kubeconfig and go with it. */
export function runKubectl(kubectl: Kubectl, args: readonly string[], run: KubectlRun): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: environment(run), maxBuffer: 64 * 2 ** 20, timeout: 60_000 };
    const child = execFile(kubectl.command, argumentsOf(args, run), options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end(run.stdin ?? "");
  });
}

export interface Following {
  /** What it has printed so far. */
  text(): string;
  stop(): Promise<void>;
}

/** Starts a kubectl that goes on until it is stopped, such as `get -w`. */
export function followKubectl(kubectl: Kubectl, args: readonly string[], run: KubectlRun): Following {
  const child = spawn(kubectl.command, argumentsOf(args, run), { env: environment(run) });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    text: () => text,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
