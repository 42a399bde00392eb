import { describe, expect, it } from "vitest";
import { parseChallenge } from "../../../src/inputs/oci/challenge.ts";

describe("a challenge", () => {
  it.each<[string, string | undefined, object]>([
    ['Basic realm="Registry"', "basic", { realm: "Registry" }],
    ["basic", "basic", {}],
    [
      'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a/b:pull,push"',
      "bearer",
      { realm: "https://auth.example.com/token", service: "registry", scope: "repository:a/b:pull,push" },
    ],
    ['BEARER REALM = "x"', "bearer", {}],
    ['Bearer Realm="a \\"quoted\\" one", service=plain', "bearer", { realm: 'a "quoted" one', service: "plain" }],
    ['Basic realm="x", Bearer realm="https://y"', "bearer", { realm: "https://y" }],
    ["Negotiate", undefined, {}],
    ["", undefined, {}],
  ])("%s", (header, scheme, parameters) => {
    const challenge = parseChallenge(header);
    expect(challenge?.scheme).toBe(scheme);
    if (challenge !== undefined) expect(Object.fromEntries(challenge.parameters)).toEqual(parameters);
  });

  it.each([`Bearer${" ".repeat(60_000)}x`, `Bearer${' a="'.repeat(20_000)}`, "bearer ".repeat(10_000)])(
    "that is made to be slow is not",
    (header) => {
      const before = performance.now();
      parseChallenge(header);
      expect(performance.now() - before).toBeLessThan(1_000);
    },
  );
});
