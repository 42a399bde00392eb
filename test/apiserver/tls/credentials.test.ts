import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tokenDigest } from "../../../src/apiserver/auth/tokens.ts";
import { CredentialsError, loadCredentials } from "../../../src/apiserver/tls/credentials.ts";
import { kubeconfigText, writeKubeconfig } from "../../../src/apiserver/tls/kubeconfig.ts";
import { parseYaml } from "../../../src/base/yaml.ts";
import { FakeClock } from "../../support/clock.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fleetset-tls-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function answerOf(port: number, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { port, ca, host: "127.0.0.1", agent: false };
    request(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    })
      .on("error", reject)
      .end();
  });
}

describe("loadCredentials", () => {
  it("makes a certificate that a client accepts with the authority alone", async () => {
    const { authority, server } = loadCredentials();
    const listener = createServer({ key: server.key, cert: server.certificate }, (_, response) => response.end());
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    expect(await answerOf(port, authority)).toBe(200);
    await expect(answerOf(port, loadCredentials().authority)).rejects.toThrow(/certificate|signature/);
    listener.close();
  });

  it("names loopback and the hosts given", () => {
    const { server } = loadCredentials({ hosts: ["hub.example", "192.0.2.1"] });
    const names = new X509Certificate(server.certificate).subjectAltName;
    expect(names).toBe(
      "IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:localhost, DNS:hub.example, IP Address:192.0.2.1",
    );
  });

  it("is the same after a restart, in files for the owner alone", () => {
    const kept = join(directory, "pki");
    const first = loadCredentials({ directory: kept });
    const { adminToken, adminDigests, ...same } = first;
    const second = loadCredentials({ directory: kept });
    expect(second).toMatchObject(same);
    expect(second.adminToken).not.toBe(adminToken);
    expect(second.adminDigests).toEqual([...adminDigests, tokenDigest(second.adminToken)]);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(kept)) expect(statSync(join(kept, file)).mode & 0o777).toBe(0o600);
  });

  it("makes a new certificate for a new host, from the same authority", () => {
    const first = loadCredentials({ directory });
    const second = loadCredentials({ directory, hosts: ["hub.example"] });
    expect(second.authority).toBe(first.authority);
    expect(second.server.certificate).not.toBe(first.server.certificate);
    expect(second.adminDigests).toContain(tokenDigest(first.adminToken));
  });

  it("makes a new certificate before the old one ends", () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 1));
    const first = loadCredentials({ directory, clock });
    const later = new FakeClock(Date.UTC(2026, 11, 15));
    const second = loadCredentials({ directory, clock: later });
    expect(Date.parse(new X509Certificate(second.server.certificate).validTo)).toBeGreaterThan(Date.UTC(2027, 10, 1));
    expect(second.authority).toBe(first.authority);
  });

  it("says where it can't keep them", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    expect(() => loadCredentials({ directory: file })).toThrow(CredentialsError);
  });
});

describe("kubeconfigText", () => {
  const options = {
    server: "https://127.0.0.1:6443",
    authority: "PEM",
    token: "admin-token",
    contexts: [
      { name: "hub", cluster: "", namespace: "argocd" },
      { name: "member-eu", cluster: "member-eu" },
    ],
  };

  it("has a context for the hub and for each member", () => {
    const config = parseYaml(kubeconfigText(options)) as unknown as {
      clusters: { name: string; cluster: { server: string } }[];
      contexts: unknown[];
    };
    expect(config).toMatchObject({ "current-context": "hub", kind: "Config", apiVersion: "v1" });
    expect(config.clusters.map(({ name, cluster }) => [name, cluster.server])).toEqual([
      ["hub", "https://127.0.0.1:6443"],
      ["member-eu", "https://127.0.0.1:6443/clusters/member-eu"],
    ]);
    expect(config.contexts).toEqual([
      { name: "hub", context: { cluster: "hub", user: "admin", namespace: "argocd" } },
      { name: "member-eu", context: { cluster: "member-eu", user: "admin" } },
    ]);
  });

  it("is written for the owner alone, also over a file that others could read", () => {
    const file = join(directory, "kubeconfig");
    writeFileSync(file, "old", { mode: 0o644 });
    writeKubeconfig(file, options);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["kubeconfig"]);
  });
});
