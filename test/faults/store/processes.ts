import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../../support/processes.ts";

export interface ServerAddress {
  readonly url: string;
  readonly token: string;
  /** Bytes of memory that the process has as it begins to listen. */
  readonly rss: number;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Resolves when it listens, or with undefined when it ends first. */
  readonly listening: Promise<ServerAddress | undefined>;
  readonly ended: Promise<number | NodeJS.Signals>;
  errors(): string;
}

/** Bundles the server, so that it starts in a moment. Gives the folder, which the caller removes, and the file in it. */
export async function buildServer(): Promise<{ readonly folder: string; readonly file: string }> {
  // Where Node.js finds the packages.
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "fleetset-store-"));
  const file = join(folder, "server.mjs");
  await build({
    ...{ entryPoints: [join(import.meta.dirname, "server.ts")], outfile: file, bundle: true },
    ...{ format: "esm", platform: "node", target: "node20", packages: "external", logLevel: "warning" },
  });
  return { folder, file };
}

/** Starts a server. `limit` is what `ulimit -f` takes: the blocks of 1 KiB that a file of it may have. */
export function startServer(file: string, dataDir: string, limit?: number): ServerProcess {
  const command = [process.execPath, file, dataDir];
  const child =
    limit === undefined
      ? spawn(process.execPath, command.slice(1), { stdio: ["ignore", "pipe", "pipe"] })
      : spawn("bash", ["-c", `ulimit -f ${limit}; exec "$@"`, "bash", ...command], {
          stdio: ["ignore", "pipe", "pipe"],
        });
  let [output, errors] = ["", ""];
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
  const listening = new Promise<ServerAddress | undefined>((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("\n")) resolve(JSON.parse(output) as ServerAddress);
    });
    void ended.then(() => resolve(undefined));
  });
  return { child, listening, ended, errors: () => errors };
}
