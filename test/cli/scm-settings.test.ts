import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scmSettings } from "../../src/cli/scm-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetset-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const of = (flags: object, env: { readonly [name: string]: string } = {}) =>
  scmSettings({ scmEnvironment: env }, flags as { readonly [name: string]: unknown });

describe("the proxy to providers", () => {
  const proxy = "http://proxy.example.com:3128";
  const excepted = "git.example.com, .internal,10.0.0.0/8,fd00::/8,192.168.1.7";

  it.each([
    ["https://api.github.com/orgs/x", proxy],
    ["https://git.example.com/api", undefined],
    ["https://a.git.example.com/api", undefined],
    ["https://notgit.example.com/api", proxy],
    ["https://gitlab.internal/", undefined],
    ["https://10.1.2.3/", undefined],
    ["https://11.1.2.3/", proxy],
    ["https://192.168.1.7:8443/", undefined],
    ["https://[fd00::1]/", undefined],
    ["https://[fe80::1]/", proxy],
    ["http://localhost:3000/", undefined],
    ["http://127.0.0.1/", undefined],
  ])("for %s is %s", (url, expected) => {
    expect(of({ scmProxyUrl: proxy, scmNoProxy: excepted }).proxyFor?.(url)).toBe(expected);
  });

  it("is the machine's own without the flag, and nobody's with *", () => {
    expect(of({}).proxyFor).toBeUndefined();
    expect(of({ scmProxyUrl: proxy, scmNoProxy: "*" }).proxyFor?.("https://api.github.com")).toBeUndefined();
  });
});

describe("flags and environment", () => {
  it("allow everything and give nothing by default", () => {
    expect(of({})).toMatchObject({ isEnabled: true, allowedApis: [], isStrict: false, tokens: {} });
  });

  it("are read by name", () => {
    const flags = {
      enableScmProviders: "false",
      allowedScmProviders: ["https://a, https://b", "https://c"],
      tokenRefStrictMode: true,
    };
    const env = { GITHUB_TOKEN: "gh", AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key", AWS_DEFAULT_REGION: "r" };
    expect(of(flags, env)).toMatchObject({
      isEnabled: false,
      allowedApis: ["https://a", "https://b", "https://c"],
      isStrict: true,
      tokens: { github: "gh" },
      aws: { keys: { accessKeyId: "id", secretAccessKey: "key" }, region: "r" },
    });
  });

  it("hold the web identity of a pod, whose token is read when it is needed", () => {
    const file = join(folder, "token");
    const { aws } = of({}, { AWS_ROLE_ARN: "arn", AWS_WEB_IDENTITY_TOKEN_FILE: file });
    expect(() => aws?.webIdentity?.token()).toThrow("AWS_WEB_IDENTITY_TOKEN_FILE cannot be read");
    writeFileSync(file, "first\n");
    expect(aws?.webIdentity?.token()).toBe("first");
    writeFileSync(file, "second\n");
    expect(aws?.webIdentity?.token()).toBe("second");
  });

  it("name the file of certificates that is not there", () => {
    expect(() => of({ scmRootCaPath: join(folder, "no.pem") })).toThrow("--scm-root-ca-path cannot be read");
  });
});
