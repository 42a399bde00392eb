import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { GitCanceledError, GitLimitError, GitTimeoutError, GitUnreachableError } from "../../src/git/errors.ts";
import { type RunOptions, runProcess } from "../../src/git/process.ts";
import { FakeClock, until } from "../support/clock.ts";

const env = { PATH: process.env.PATH ?? "", HOME: tmpdir() };

function run(script: string, options: Partial<RunOptions> = {}): ReturnType<typeof runProcess> {
  const defaults = { env, clock: new FakeClock(), timeoutMs: 1_000, maxOutputBytes: 1_000 };
  return runProcess("sh", ["-c", script], { ...defaults, ...options });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("a command", () => {
  test("gives its output, its errors and its exit code, and sees no other environment", async () => {
    const result = await run("env | grep -c . ; echo oops >&2; exit 3");
    expect(result.code).toBe(3);
    expect(result.stderr).toBe("oops\n");
    // PATH, HOME, and what a shell adds by itself.
    expect(Number(result.stdout.toString())).toBeLessThan(8);
  });

  test("that takes too long is ended with everything it started", async () => {
    const clock = new FakeClock();
    const options = { clock, maxOutputBytes: 1_000 };
    let seen = "";
    const watch = () => undefined;
    const running = run("sleep 603 & echo $!; wait", { ...options, watch }).catch((error: unknown) => error);
    await until(() => {
      seen = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
      return /sleep 603/.test(seen);
    }, "the command has started another");
    const pids = [...seen.matchAll(/^\s*(\d+) sleep 603$/gm)].map(([, pid]) => Number(pid));
    await clock.advance(1_001);
    expect(await running).toBeInstanceOf(GitTimeoutError);
    await until(() => !pids.some(isAlive), "what it started has ended");
  });

  test.each<[string, string, Partial<RunOptions>, new (...args: never[]) => Error]>([
    ["writes too much", "yes", {}, GitLimitError],
    ["was called off before it began", "true", { signal: AbortSignal.abort() }, GitCanceledError],
    ["is watched and found to go too far", "sleep 600", { watch: () => new GitLimitError("too large") }, GitLimitError],
  ])("that %s fails as such", async (_, script, options, kind) => {
    await expect(run(script, options)).rejects.toThrow(kind);
  });

  test("that is not there is unreachable", async () => {
    const options = { env, clock: new FakeClock(), timeoutMs: 1_000, maxOutputBytes: 10 };
    await expect(runProcess("no-such-program-here", [], options)).rejects.toThrow(GitUnreachableError);
  });

  test("goes with the process that started it, even when that leaves in a hurry", async () => {
    const module = new URL("../../src/git/process.ts", import.meta.url).href;
    const script = `
      import { startProcess } from ${JSON.stringify(module)};
      const child = startProcess("sleep", ["601"], ${JSON.stringify(env)});
      child.once("spawn", () => { process.stdout.write(String(child.pid)); process.exit(0); });`;
    const pid = Number(
      execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8" }),
    );
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid), "the command has ended");
  });
});
