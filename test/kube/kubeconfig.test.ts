import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readKubeconfig, selectContext } from "../../src/kube/kubeconfig.ts";
import { clusterFromContext } from "../../src/kube/kubeconfig-cluster.ts";
import { inClusterContext, loadContext } from "../../src/kube/kubeconfig-connection.ts";
import { formatKubeconfig, writePrivateFile } from "../../src/kube/private-file.ts";
import { FakeClock } from "../support/clock.ts";

const dir = mkdtempSync(join(tmpdir(), "fleetset-kubeconfig-"));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function file(content: unknown): string {
  const path = join(dir, `config-${files++}`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function kubeconfig(user: object, cluster: object = {}): string {
  return file({
    clusters: [{ name: "c", cluster: { server: "https://c.test:6443", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "one", context: { cluster: "c", user: "u", namespace: "team" } }],
    "current-context": "one",
  });
}

async function header(user: object): Promise<string | undefined> {
  const loaded = await loadContext({ paths: [kubeconfig(user)] });
  return loaded?.connection.authorization?.();
}

describe("contexts", () => {
  it("loads the current one with its namespace", async () => {
    const loaded = await loadContext({ paths: [kubeconfig({ token: "t" })] });
    expect(loaded).toMatchObject({ name: "one", namespace: "team", connection: { server: "https://c.test:6443" } });
  });

  it("merges files so that the first one wins, and passes over missing ones", async () => {
    const second = file({
      clusters: [{ name: "c", cluster: { server: "https://other.test" } }],
      contexts: [{ name: "two", context: { cluster: "c" } }],
      "current-context": "two",
    });
    const paths = [join(dir, "missing"), kubeconfig({ token: "t" }), second];
    expect((await loadContext({ paths }))?.name).toBe("one");
    expect((await loadContext({ paths, context: "two" }))?.connection.server).toBe("https://c.test:6443");
  });

  it("is nothing when there is no file and no pod", async () => {
    expect(await loadContext({ paths: [join(dir, "missing")] })).toBeUndefined();
  });

  it.each([
    [
      "a context that does not exist",
      { paths: () => [kubeconfig({})], context: "prod" },
      /no context "prod".*use one of: one/,
    ],
    [
      "no current context",
      { paths: () => [file({ contexts: [{ name: "x", context: {} }] })] },
      /--context, use one of: x/,
    ],
    [
      "a context without a kubeconfig",
      { paths: () => [join(dir, "missing")], context: "prod" },
      /"prod".*no kubeconfig/,
    ],
    [
      "a missing file that was named",
      { paths: () => [join(dir, "missing")], mustExist: true },
      /missing does not exist/,
    ],
    [
      "a cluster that is missing",
      { paths: () => [file({ contexts: [{ name: "x", context: { cluster: "gone" } }] })], context: "x" },
      /names cluster gone/,
    ],
    ["a file that is no map", { paths: () => [file("- 1\n")] }, /is not a map/],
    ["a server that is no URL", { paths: () => [kubeconfig({}, { server: "nowhere" })] }, /not an http\(s\) URL/],
    ["impersonation", { paths: () => [kubeconfig({ token: "t", as: "root" })] }, /impersonates/],
    ["a key file that is missing", { paths: () => [kubeconfig({ "client-key": "gone.pem" })] }, /client-key of u/],
  ])("refuses %s", async (_what, { paths, ...options }, message) => {
    await expect(loadContext({ ...options, paths: paths() })).rejects.toThrow(message);
  });

  it("refuses broken YAML with file and line", async () => {
    const path = file("clusters:\n  - name: [\n");
    await expect(loadContext({ paths: [path] })).rejects.toMatchObject({
      details: { file: path, line: expect.any(Number) },
    });
  });
});

describe("credentials", () => {
  it("come from token, token file, or user and password", async () => {
    writeFileSync(join(dir, "token"), "from-file\n");
    expect(await header({ token: "t" })).toBe("Bearer t");
    expect(await header({ tokenFile: "token" })).toBe("Bearer from-file");
    expect(await header({ username: "u", password: "p" })).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
    expect(await header({})).toBeUndefined();
  });

  it("come from an exec plugin of the user's own kubeconfig", async () => {
    const plugin = file('#!/bin/sh\necho \'{"status": {"token": "from-plugin"}}\'\n');
    chmodSync(plugin, 0o755);
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" };
    expect(await header({ exec })).toBe("Bearer from-plugin");
  });

  it("name the user whose plugin fails, without secrets", async () => {
    const plugin = file("#!/bin/sh\necho 'Authorization: Bearer hunter22hunter22' >&2\nexit 1\n");
    chmodSync(plugin, 0o755);
    const failed = header({ exec: { command: plugin } });
    await expect(failed).rejects.toThrow(/signing in as user u .* failed/);
    await expect(failed).rejects.not.toThrow(/hunter22/);
  });

  it("are read again from a token file", async () => {
    const service = mkdtempSync(join(dir, "pod-"));
    for (const [name, content] of [
      ["ca.crt", "CA"],
      ["namespace", "argocd"],
      ["token", "first"],
    ] as const) {
      writeFileSync(join(service, name), content);
    }
    const clock = new FakeClock();
    const { connection, namespace } = await inClusterContext(service, clock);
    expect(namespace).toBe("argocd");
    expect(await connection.authorization?.()).toBe("Bearer first");
    writeFileSync(join(service, "token"), "second");
    await clock.advance(61_000);
    expect(await connection.authorization?.()).toBe("Bearer second");
  });

  it("move into a cluster Secret's config, plugins do not", async () => {
    const read = async (user: object) => {
      const config = await readKubeconfig([kubeconfig(user, { "insecure-skip-tls-verify": true })]);
      return clusterFromContext(selectContext(config ?? expect.fail("no kubeconfig")));
    };
    expect(await read({ token: "t" })).toEqual({
      server: "https://c.test:6443",
      config: { bearerToken: "t", tlsClientConfig: { insecure: true } },
    });
    await expect(read({ exec: { command: "aws" } })).rejects.toThrow(/signs in by exec/);
  });
});

describe("writing", () => {
  it("makes files that only the owner reads, over wider ones too", async () => {
    const path = join(dir, "new", "config");
    await writePrivateFile(path, "one");
    chmodSync(path, 0o644);
    await writePrivateFile(path, "two");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("gives a kubeconfig that loads", async () => {
    const path = join(dir, "written");
    const text = formatKubeconfig([
      { name: "hub", server: "https://h.test", ca: "CA", token: "t", namespace: "argocd" },
    ]);
    await writePrivateFile(path, text);
    const loaded = await loadContext({ paths: [path] });
    expect(loaded).toMatchObject({
      name: "hub",
      namespace: "argocd",
      connection: { server: "https://h.test", tls: { ca: "CA" } },
    });
    expect(await loaded?.connection.authorization?.()).toBe("Bearer t");
  });
});
