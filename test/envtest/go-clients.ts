import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { defaultAssets } from "./control-plane.mjs";

const source = join(import.meta.dirname, "clients");
const limit = 16 * 2 ** 20;

/** What the program saw, by scenario, as lines of JSON. */
export type Seen = ReadonlyMap<string, readonly string[]>;

function go(...args: string[]): void {
  const env = { ...process.env, CGO_ENABLED: "0" };
  execFileSync("go", args, { cwd: source, env, stdio: ["ignore", "pipe", "pipe"], maxBuffer: limit });
}

function succeeds(...args: string[]): boolean {
  try {
    go(...args);
    return true;
  } catch {
    // Not here, or not to be had: the caller says which.
    return false;
  }
}

/** The program of `clients`, brought up to date; or why it is not here. A source that does not compile throws. */
export function goClients(): { readonly command: string } | { readonly missing: string } {
  const command = join(defaultAssets(), "clients");
  const isThere = existsSync(command);
  const why = !succeeds("version")
    ? "no Go here"
    : succeeds("mod", "download")
      ? undefined
      : "no way to its Go modules";
  if (why !== undefined && !isThere) return { missing: `${why}, and it was not built by \`npm run envtest:build\`` };
  if (why === undefined) go("build", "-buildvcs=false", "-trimpath", "-o", command, ".");
  return { command };
}

/** Runs every scenario against a server. */
export async function runGoClients(command: string, kubeconfig: string): Promise<Seen> {
  const { stdout } = await promisify(execFile)(command, [kubeconfig], { maxBuffer: limit, timeout: 120_000 });
  const seen = new Map<string, string[]>();
  for (const line of stdout.trim().split("\n")) {
    const { scenario } = JSON.parse(line) as { readonly scenario: string };
    seen.set(scenario, [...(seen.get(scenario) ?? []), line]);
  }
  return seen;
}
