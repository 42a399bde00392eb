import { describe, expect, it } from "vitest";
import { kubeMicroTime, kubeTime, sleep } from "../../src/base/clock.ts";
import { UsageError } from "../../src/base/errors.ts";
import type { LogFormat } from "../../src/base/log.ts";
import { openLog } from "../../src/base/log.ts";
import { done, requeue, soonest, stalled } from "../../src/base/outcome.ts";
import { FakeClock } from "../support/clock.ts";

function lines(format: LogFormat) {
  const written: string[] = [];
  const log = openLog({ format, level: "info", clock: new FakeClock(), write: (line) => written.push(line) });
  return { written, log };
}

describe("log", () => {
  it("writes text with facts and quotes what has spaces", () => {
    const { written, log } = lines("text");
    log.with({ cluster: "member 1" }).info("applied", { count: 3, error: new UsageError("no such flag") });
    expect(written).toEqual([
      '2026-01-01T00:00:00.000Z info  applied cluster="member 1" count=3 error="Usage: no such flag"\n',
    ]);
  });

  it("keeps lines below its level back", () => {
    const { written, log } = lines("json");
    log.debug("detail");
    expect(written).toEqual([]);
  });

  it.each([
    ["a token by its name", { token: "hunter22" }],
    ["a password deep inside", { config: { auth: { password: "hunter22" } } }],
    ["credentials in a URL", { url: "https://me:hunter22@git.test/a" }],
    ["a bearer header inside a text", { note: "sent Authorization: Bearer hunter22hunter22" }],
    ["an error that quotes a URL", { error: new Error("fetch https://x:hunter22@git.test failed") }],
    ["key data of a client certificate", { tls: { keyData: "hunter22" } }],
  ])("never writes %s", (_name, facts) => {
    for (const format of ["text", "json"] as const) {
      const { written, log } = lines(format);
      log.error("failed", facts);
      expect(written.join("")).not.toContain("hunter22");
      expect(written.join("")).toContain("***");
    }
  });

  it("keeps the names of Secrets", () => {
    const { written, log } = lines("json");
    log.info("read", { secretName: "cluster-a" });
    expect(written.join("")).toContain("cluster-a");
  });
});

describe("clock", () => {
  it("writes times as Kubernetes does", () => {
    expect(kubeTime(Date.UTC(2026, 1, 3, 4, 5, 6, 789))).toBe("2026-02-03T04:05:06Z");
    expect(kubeMicroTime(Date.UTC(2026, 1, 3, 4, 5, 6, 789))).toBe("2026-02-03T04:05:06.789000Z");
  });

  it("ends a sleep when the signal aborts", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const slept = sleep(clock, 1_000, stop.signal);
    stop.abort();
    await slept;
    expect(clock.waiting).toBe(0);
  });
});

describe("outcome", () => {
  it.each([
    [[], done],
    [[done, stalled("a"), stalled("b")], stalled("a")],
    [[requeue(5), stalled("a"), requeue(2), done], requeue(2)],
  ])("folds %j to %j", (given, want) => {
    expect(soonest(given)).toEqual(want);
  });
});
