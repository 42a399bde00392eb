import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const cli = join(root, "dist/fleetset.js");

// A block of ```console that starts with `$ fleetset generate` or `$ fleetset eval` is run, and must print what it shows.
const pages = ["README.md", "examples/README.md", ...markdown("docs")];

function markdown(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join(folder, path));
}

const sessions = pages.flatMap((page) => {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/```console\n\$ fleetset ((?:generate|eval) [^\n]*)\n([\s\S]*?)```/g)].map((match) => ({
    page,
    command: match[1] ?? "",
    output: match[2] ?? "",
  }));
});

test("the pages hold examples", () => {
  expect(sessions.length).toBeGreaterThan(3);
});

test.each(sessions)("$page: fleetset $command", ({ command, output }) => {
  const args = [...command.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  const printed = execFileSync(process.execPath, [cli, ...args], { cwd: root, encoding: "utf8" });
  expect(printed).toBe(output);
});
