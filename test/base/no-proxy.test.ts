import { describe, expect, it } from "vitest";
import { isExcepted, isLoopback, proxyExceptions } from "../../src/base/no-proxy.ts";

describe("no_proxy", () => {
  const exceptions = proxyExceptions("git.example.com, .internal,10.0.0.0/8,fd00::/8,192.168.1.7,");

  it.each([
    ["git.example.com", true],
    ["a.git.example.com", true],
    ["notgit.example.com", false],
    ["gitlab.internal", true],
    ["10.1.2.3", true],
    ["11.1.2.3", false],
    ["192.168.1.7", true],
    ["[fd00::1]", true],
    ["fe80::1", false],
    ["", false],
  ])("for %j is %s", (host, expected) => {
    expect(isExcepted(host, exceptions)).toBe(expected);
  });

  it("is everything with *, and nothing when it is empty", () => {
    expect(isExcepted("x", ["*"])).toBe(true);
    expect(isExcepted("x", proxyExceptions(" , "))).toBe(false);
  });

  it("needs no word for this very machine", () => {
    expect(["localhost", "127.0.0.1", "[::1]"].map(isLoopback)).toEqual([true, true, true]);
    expect(["127.example.com", "10.0.0.1"].map(isLoopback)).toEqual([false, false]);
  });
});
