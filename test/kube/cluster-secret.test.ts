import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterConfig } from "../../src/kube/cluster-config.ts";
import {
  clusterSecret,
  clusterSecretName,
  connectionFromSecret,
  readClusterSecret,
} from "../../src/kube/cluster-secret.ts";
import { ConnectionError } from "../../src/kube/connection.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { makeAuthority, makeCertificate } from "../support/certificates.ts";

function secret(data: Record<string, string>, metadata: Partial<KubeObject["metadata"]> = {}): KubeObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "cluster-a", namespace: "argocd", ...metadata },
    data: Object.fromEntries(encoded),
  };
}

function createProxy(onConnect: (request: IncomingMessage, socket: Duplex) => void) {
  return createHttpServer().on("connect", onConnect);
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("reading a cluster Secret", () => {
  it("gives what is not secret", () => {
    const labels = { "argocd.argoproj.io/secret-type": "cluster", env: "prod" };
    const annotations = {
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
      "argocd.argoproj.io/skip-reconcile": "true",
    };
    const data = {
      name: "a",
      server: "https://a.test:6443/",
      namespaces: "one, two",
      clusterResources: "true",
      project: "p",
    };
    expect(readClusterSecret(secret(data, { labels, annotations }))).toEqual({
      secretNamespace: "argocd",
      secretName: "cluster-a",
      name: "a",
      server: "https://a.test:6443",
      labels: { env: "prod" },
      annotations: { "argocd.argoproj.io/skip-reconcile": "true" },
      namespaces: ["one", "two"],
      clusterResources: true,
      project: "p",
      skipReconcile: true,
    });
  });

  it("takes the server for a missing name", () => {
    expect(readClusterSecret(secret({ server: "https://a.test" })).name).toBe("https://a.test");
  });

  it("reads stringData of a file that was never applied", () => {
    const given = { ...secret({ server: "https://old.test" }), stringData: { server: "https://new.test" } };
    expect(readClusterSecret(given).server).toBe("https://new.test");
  });
});

describe("refusals", () => {
  const server = "https://a.test";
  it.each<[string, Record<string, string>, string]>([
    ["no server", { config: "{}" }, "server"],
    ["a server that is no URL", { server: "a.test:6443" }, "server"],
    ["a server with a password", { server: "https://me:hunter22@a.test" }, "server"],
    ["a config that is no JSON", { server, config: '{"bearerToken": "hunter22"' }, "config"],
    ["a config that is a list", { server, config: '["hunter22"]' }, "config"],
    ["a token that is no text", { server, config: '{"bearerToken": {"hunter22": 1}}' }, "config.bearerToken"],
    [
      "a flag between quotes",
      { server, config: '{"tlsClientConfig": {"insecure": "true"}}' },
      "config.tlsClientConfig.insecure",
    ],
    [
      "a CA that is no base64",
      { server, config: '{"tlsClientConfig": {"caData": "-----BEGIN hunter22"}}' },
      "config.tlsClientConfig.caData",
    ],
    [
      "a certificate without key",
      { server, config: '{"tlsClientConfig": {"certData": "aHVudGVyMjI="}}' },
      "config.tlsClientConfig",
    ],
    [
      "insecure beside a CA",
      { server, config: '{"tlsClientConfig": {"insecure": true, "caData": "aHVudGVyMjI="}}' },
      "config.tlsClientConfig",
    ],
    [
      "two ways to sign in",
      { server, config: '{"bearerToken": "hunter22", "username": "u", "password": "p"}' },
      "config.bearerToken",
    ],
    [
      "AWS authentication",
      { server, config: '{"awsAuthConfig": {"clusterName": "hunter22"}}' },
      "config.awsAuthConfig",
    ],
    [
      "an exec plugin",
      { server, config: '{"execProviderConfig": {"command": "hunter22"}}' },
      "config.execProviderConfig",
    ],
    ["a proxy of another kind", { server, config: '{"proxyUrl": "ftp://u:hunter22@proxy.test"}' }, "config.proxyUrl"],
  ])("names Secret and field for %s, never the content", (_what, data, field) => {
    try {
      connectionFromSecret(secret(data));
      expect.fail("it was taken");
    } catch (error: unknown) {
      expect(error).toBeInstanceOf(ConnectionError);
      const { message, details } = error as ConnectionError;
      expect(details).toMatchObject({ object: "Secret argocd/cluster-a", field });
      expect(message).toContain("argocd/cluster-a");
      expect(JSON.stringify([message, details])).not.toContain("hunter22");
    }
  });
});

describe("the hub's own cluster", () => {
  const pod = { server: "https://10.0.0.1", authorization: () => "Bearer pod" };
  const data = { server: "https://kubernetes.default.svc" };

  it("is reached as the pod is", () => {
    expect(connectionFromSecret(secret(data), pod).connection).toBe(pod);
  });

  it("is reached with credentials of its own where there are some", async () => {
    const config = JSON.stringify({ bearerToken: "own" });
    const { connection } = connectionFromSecret(secret({ ...data, config }), pod);
    expect(await connection.authorization?.()).toBe("Bearer own");
  });
});

describe("writing a cluster Secret", () => {
  // Names as Argo CD gives them: host and the FNV-1a hash of the URL.
  it.each([
    ["http://[fe80::1ff:fe23:4567:890a]:8000", "cluster-fe80--1ff-fe23-4567-890a-664858999"],
    ["http://foo", "cluster-foo-752281925"],
  ])("names the Secret of %s %s", (server, name) => {
    expect(clusterSecretName(server)).toBe(name);
  });

  it("gives what reading it takes", async () => {
    const config: ClusterConfig = { bearerToken: "t0ken", tlsClientConfig: { serverName: "api.test" } };
    const written = clusterSecret({
      name: "a",
      server: "https://a.test/",
      namespace: "argocd",
      labels: { env: "prod" },
      config,
    });
    expect(written.metadata.annotations).toEqual({ "managed-by": "argocd.argoproj.io" });
    expect(readClusterSecret(written)).toMatchObject({ name: "a", server: "https://a.test", labels: { env: "prod" } });
    const { connection } = connectionFromSecret(written);
    expect(await connection.authorization?.()).toBe("Bearer t0ken");
    expect(connection.tls?.serverName).toBe("api.test");
  });
});

describe("connecting", () => {
  const authority = makeAuthority();
  const ofServer = makeCertificate(authority, "api.test");
  const ofClient = makeCertificate(authority, "someone");
  const server = createServer(
    { cert: ofServer.cert, key: ofServer.key, ca: authority.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const peer = (request.socket as TLSSocket).getPeerCertificate();
      const who = request.headers.authorization ?? peer?.subject?.CN ?? "nobody";
      response.end(JSON.stringify({ kind: "Namespace", apiVersion: "v1", metadata: { name: "x" }, who }));
    },
  );
  let url: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const caData = base64(authority.cert);
  const tls = { caData, serverName: "api.test" };
  it.each<[string, ClusterConfig, string]>([
    ["a bearer token", { bearerToken: "t0ken", tlsClientConfig: tls }, "Bearer t0ken"],
    ["basic", { username: "u", password: "p:w", tlsClientConfig: tls }, `Basic ${base64("u:p:w")}`],
    [
      "a client certificate",
      { tlsClientConfig: { ...tls, certData: base64(ofClient.cert), keyData: base64(ofClient.key) } },
      "someone",
    ],
    ["no check of the server", { bearerToken: "t0ken", tlsClientConfig: { insecure: true } }, "Bearer t0ken"],
    ["a key in another case", { BearerToken: "t0ken", tlsclientconfig: tls } as ClusterConfig, "Bearer t0ken"],
  ])("works with %s", async (_what, config, who) => {
    const { connection, warnings } = connectionFromSecret(secret({ server: url, config: JSON.stringify(config) }));
    const client = openKubeClient(connection);
    expect((await client.get({ group: "", version: "v1", plural: "namespaces", name: "x" })).who).toBe(who);
    expect(warnings.length).toBe(config.tlsClientConfig?.insecure === true ? 1 : 0);
    await client.close();
  });

  it.each<[string, ClusterConfig, string]>([
    ["a CA of someone else", { tlsClientConfig: { serverName: "api.test" } }, "Unreachable"],
    ["another name than the certificate's", { tlsClientConfig: { caData } }, "Unreachable"],
    [
      "certificates that are none",
      { tlsClientConfig: { ...tls, certData: base64("x"), keyData: base64("y") } },
      "InvalidClusterConnection",
    ],
  ])("fails with %s and a remedy", async (_what, config, reason) => {
    const { connection } = connectionFromSecret(secret({ server: url, config: JSON.stringify(config) }));
    const client = openKubeClient(connection);
    const error = await client
      .get({ group: "", version: "v1", plural: "namespaces", name: "x" })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ reason, details: { remedy: expect.any(String) } });
    await client.close();
  });

  it("goes through a proxy that wants a password, and never shows it", async () => {
    const asked: string[] = [];
    const proxy = createProxy((request, socket) => {
      asked.push(`${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
      const onward = connect(Number(new URL(url).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) end.on("error", () => end.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const config = { bearerToken: "t0ken", proxyUrl: `http://me:hunter22@127.0.0.1:${port}`, tlsClientConfig: tls };
    const { connection } = connectionFromSecret(secret({ server: url, config: JSON.stringify(config) }));
    const client = openKubeClient(connection);
    const ref = { group: "", version: "v1", plural: "namespaces", name: "x" };
    expect((await client.get(ref)).who).toBe("Bearer t0ken");
    expect(asked).toEqual([`${new URL(url).host} Basic ${base64("me:hunter22")}`]);
    await client.close();

    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    const cut = openKubeClient(connection);
    const error: unknown = await cut.get(ref).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ reason: "Unreachable" });
    expect(JSON.stringify([(error as Error).message, (error as ConnectionError).details])).not.toContain("hunter22");
    await cut.close();
  });
});
