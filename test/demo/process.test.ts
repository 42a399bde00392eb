import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningCli, runCli, startCli } from "../support/cli.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetset-demo-test-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the demo with a folder of its own for temporary files, in a process group of its own. */
function startDemo(
  name: string,
  args: readonly string[] = [],
): { readonly demo: RunningCli; readonly temporary: string } {
  const temporary = mkdtempSync(join(folder, `${name}-`));
  return { demo: startCli(["demo", ...args], { env: { TMPDIR: temporary }, detached: true }), temporary };
}

/** Whether a process of the group is still there. */
function isAlive({ child }: RunningCli): boolean {
  try {
    return process.kill(-(child.pid ?? 0), 0);
  } catch {
    // No such group: all of its processes have ended.
    return false;
  }
}

function expectNothingLeft(demo: RunningCli, temporary: string): void {
  expect(isAlive(demo)).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
}

describe.concurrent("fleetset demo", () => {
  it("tells the whole story in under 30 seconds and leaves nothing behind", async () => {
    const started = performance.now();
    const { demo, temporary } = startDemo("story");
    const { code, stdout, stderr } = await demo.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(performance.now() - started).toBeLessThan(30_000);
    const steps = stdout.match(/^\d+\. .*/gm) ?? [];
    expect(steps.map((step) => step.split(".")[0])).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    expect(stdout).toMatch(/12 of 12 Synced and Healthy after \d+\.\d s/);
    expect(stdout).toMatch(/its Applications appeared and are healthy after \d+\.\d s/);
    expect(stdout).toMatch(/it runs on all 5 clusters after \d+\.\d s/);
    expect(stdout).toContain("one Application changed: api-member-eu-1 now comes from environments/production/api");
    const table = stdout.slice(stdout.indexOf("NAME ")).trimEnd().split("\n");
    expect(table[0]?.split(/ {2,}/)).toEqual(["NAME", "PROJECT", "CLUSTER", "SYNC", "HEALTH", "SET", "AGE"]);
    expect(table.length).toBe(1 + 5 * 4);
    for (const line of table.slice(1)) expect(line).toMatch(/ default +member-\S+ +Synced +Healthy +platform +\d+s$/);
    expectNothingLeft(demo, temporary);
  }, 90_000);

  it("with --keep stays up with a kubeconfig of one's own, until Ctrl-C", async () => {
    const { demo, temporary } = startDemo("keep", ["--keep"]);
    await demo.prints("All of it stays up until Ctrl-C", 60_000);
    const kubeconfig = /export KUBECONFIG=(\S+)/.exec(demo.stdout())?.[1] ?? "";
    expect(readFileSync(kubeconfig, "utf8")).toContain("current-context: hub");
    const listed = await runCli(["list", "-o", "name"], { env: { KUBECONFIG: kubeconfig } });
    expect(listed.stdout.trim().split("\n").length).toBe(20);
    demo.child.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0, signal: null });
    expectNothingLeft(demo, temporary);
  }, 90_000);

  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends midway on %s, in order and with nothing left",
    async (signal) => {
      const { demo, temporary } = startDemo(signal);
      await demo.prints("4. The fan-out");
      demo.child.kill(signal);
      const { code, stdout, stderr } = await demo.ended;
      expect({ code, stderr }).toEqual({ code: 130, stderr: "ended before the story was told\n" });
      expect(stdout).not.toContain("8. The fleet");
      expectNothingLeft(demo, temporary);
    },
    60_000,
  );

  it("that cannot even begin says why", async () => {
    const { code, stdout, stderr } = await runCli(["demo"], { env: { TMPDIR: join(folder, "nowhere") } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: .*nowhere/m);
  });
});
