import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../support/cli.ts";

it("a demo whose git does not work ends with what it expected, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fleetset-broken-git-"));
  try {
    const [bin, temporary] = [join(folder, "bin"), join(folder, "tmp")];
    mkdirSync(bin);
    mkdirSync(temporary);
    // It is there, says which one it is, and fails at all else.
    const script =
      '#!/bin/sh\ncase "$1" in --version|version) echo git version 2.43.0;; *) echo broken >&2; exit 1;; esac\n';
    writeFileSync(join(bin, "git"), script);
    chmodSync(join(bin, "git"), 0o755);
    const { code, stdout, stderr } = await runCli(["demo"], {
      env: { PATH: `${bin}:/usr/bin:/bin`, TMPDIR: temporary },
    });
    expect(code).toBe(1);
    expect(stdout).toContain("3. One ApplicationSet");
    expect(stdout).not.toContain("4. The fan-out");
    expect(stderr).toMatch(
      /^error: ExpectationFailed: expected 12 Applications on the hub, but 12 are missing.*has failed for 5 s$/m,
    );
    expect(stderr).toMatch(/^ApplicationSet platform says: .*broken/m);
    expect(readdirSync(temporary)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
