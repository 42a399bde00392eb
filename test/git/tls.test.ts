import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import forge from "node-forge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitCache } from "../../src/git/cache.ts";
import type { GitCredentials } from "../../src/git/credentials.ts";
import { GitTrustError } from "../../src/git/errors.ts";
import { credentialsFrom } from "../../src/inputs/repository-secret.ts";
import { environment, FixtureRepository, hasGit, temporaryDirectory } from "./fixture-repository.ts";
import { GitServer } from "./git-server.ts";

/** A certificate for 127.0.0.1 that vouches for itself. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = "01";
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  const name = [{ name: "commonName", value: "git" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true },
    { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { key: privateKey, cert: forge.pki.certificateToPem(certificate) };
}

describe.skipIf(!hasGit)("git over https (skipped where git is not installed: it makes the fixtures)", () => {
  const temporary = temporaryDirectory();
  const login = { username: "u", password: "pa55word" };
  const tls = selfSigned();
  let server: GitServer;
  let commit = "";

  beforeAll(async () => {
    commit = new FixtureRepository(join(temporary.path, "fleet")).commit({ "a.txt": "a" });
    server = await GitServer.start({ root: temporary.path, login, tls });
  });

  afterAll(async () => {
    await server.stop();
    temporary.remove();
  });

  for (const backend of ["native", "isomorphic"] as const) {
    const resolve = async (credentials: GitCredentials): Promise<unknown> => {
      const cache = new GitCache({ environment, backend, credentials: () => credentials });
      const repository = await cache.open(`${server.url}/fleet/.git`);
      const found = await repository.resolve("main").catch((error: unknown) => error);
      await cache.close();
      return found;
    };

    test(`${backend}: a certificate that nobody vouches for is refused before a login is sent`, async () => {
      const before = server.requests.length;
      const error = await resolve(login);
      expect(error).toBeInstanceOf(GitTrustError);
      expect(error).toMatchObject({ retryable: false });
      expect(server.requests).toHaveLength(before);
    });

    test(`${backend}: the authority of the credentials vouches for it, and insecure takes it as it is`, async () => {
      expect(await resolve({ ...login, tlsAuthorities: tls.cert })).toBe(commit);
      expect(await resolve({ ...login, isInsecure: true })).toBe(commit);
    });

    test(`${backend}: the authority that the hub's ConfigMap has for the host vouches for it`, async () => {
      const text = (data: object) => ({ apiVersion: "v1", ...data });
      const secret = text({
        ...{ kind: "Secret", metadata: { name: "fleet", labels: { "argocd.argoproj.io/secret-type": "repository" } } },
        stringData: { ...login, url: `${server.url}/fleet/.git` },
      });
      const configMap = (host: string) =>
        text({ kind: "ConfigMap", metadata: { name: "x" }, data: { [host]: tls.cert } });
      const find = (host: string) =>
        credentialsFrom(
          () => [secret as never],
          () => configMap(host) as never,
        )(`${server.url}/fleet/.git`, undefined) as GitCredentials;
      expect(await resolve(find("127.0.0.1"))).toBe(commit);
      expect(await resolve(find("git.example.com"))).toBeInstanceOf(GitTrustError);
    });
  }
});
