import { randomBytes, X509Certificate } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { type Clock, systemClock } from "../../base/clock.ts";
import { FleetError, messageOf } from "../../base/errors.ts";
import { newSigningKey } from "../auth/token-signer.ts";
import { tokenDigest } from "../auth/tokens.ts";
import { type KeyPair, newAuthority, newServerCertificate } from "./certificate.ts";

/** What a server shows and what its administrator holds. */
export interface Credentials {
  readonly authority: string;
  readonly server: KeyPair;
  /** The bearer token of the administrator, a new one with every start. */
  readonly adminToken: string;
  /** The digests of all tokens that are the administrator's: those of earlier starts open the server too. */
  readonly adminDigests: readonly string[];
  /** What the tokens of service accounts are signed with, PEM. */
  readonly accountKey: string;
}

export interface CredentialOptions {
  /** Where they are kept; without it they last as long as the process. */
  readonly directory?: string;
  /** Names and addresses beside 127.0.0.1, ::1 and localhost. */
  readonly hosts?: readonly string[];
  readonly clock?: Clock;
}

/** The kept credentials can't be read or written. */
export class CredentialsError extends FleetError {
  readonly reason = "ServerCredentials";
  readonly retryable = false;
}

const dayMs = 86_400_000;
const authorityDays = 3650;
const serverDays = 365;
/** A kept server certificate is replaced this long before it ends. */
const renewDays = 30;
const maxDigests = 1000;
const loopback = ["127.0.0.1", "::1", "localhost"];

function validity(clock: Clock, days: number): { notBefore: Date; notAfter: Date } {
  const now = clock.now();
  // An hour back, for clients whose clock is behind.
  return { notBefore: new Date(now - dayMs / 24), notAfter: new Date(now + days * dayMs) };
}

function makeAuthority(clock: Clock): KeyPair {
  return newAuthority({
    commonName: `fleetset-ca-${randomBytes(4).toString("hex")}`,
    ...validity(clock, authorityDays),
  });
}

function makeServer(authority: KeyPair, hosts: readonly string[], clock: Clock): KeyPair {
  return newServerCertificate(authority, { commonName: "fleetset-apiserver", hosts, ...validity(clock, serverDays) });
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Makes the credentials of an API server, or reads those that an earlier run left in the directory. */
export function loadCredentials(options: CredentialOptions = {}): Credentials {
  const { directory, clock = systemClock } = options;
  const hosts = [...new Set([...loopback, ...(options.hosts ?? [])])].filter((host) => host !== "");
  if (directory === undefined) {
    const authority = makeAuthority(clock);
    const server = makeServer(authority, hosts, clock);
    const adminToken = newToken();
    const adminDigests = [tokenDigest(adminToken)];
    return { authority: authority.certificate, server, adminToken, adminDigests, accountKey: newSigningKey() };
  }
  try {
    return keptCredentials(directory, hosts, clock);
  } catch (error: unknown) {
    throw new CredentialsError(
      `the server's credentials in ${directory} can't be read or written: ${messageOf(error)}`,
      {
        cause: error,
        details: {
          file: directory,
          remedy: "check the rights of the directory, or remove it to start with new credentials",
        },
      },
    );
  }
}

function keptCredentials(directory: string, hosts: readonly string[], clock: Clock): Credentials {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const authority = kept(directory, "ca", () => makeAuthority(clock));
  let server = kept(directory, "server", () => makeServer(authority, hosts, clock));
  if (!isUsable(server, authority, hosts, clock)) {
    server = makeServer(authority, hosts, clock);
    writePair(directory, "server", server);
  }
  const adminToken = newToken();
  const adminDigests = keepDigest(directory, tokenDigest(adminToken));
  const accountKey = keptText(directory, "service-account.key", newSigningKey);
  return { authority: authority.certificate, server, adminToken, adminDigests, accountKey };
}

function isUsable(pair: KeyPair, authority: KeyPair, hosts: readonly string[], clock: Clock): boolean {
  const certificate = new X509Certificate(pair.certificate);
  const covers = (host: string) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host));
  return (
    certificate.verify(new X509Certificate(authority.certificate).publicKey) &&
    Date.parse(certificate.validTo) > clock.now() + renewDays * dayMs &&
    hosts.every((host) => covers(host) !== undefined)
  );
}

function kept(directory: string, name: string, create: () => KeyPair): KeyPair {
  const certificate = readIfThere(join(directory, `${name}.crt`));
  const key = readIfThere(join(directory, `${name}.key`));
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  const pair = create();
  writePair(directory, name, pair);
  return pair;
}

/** No token is kept, and whoever has a kubeconfig of an earlier start or a copy of it keeps its access. */
function keepDigest(directory: string, digest: string): readonly string[] {
  const file = join(directory, "admin.tokens.sha256");
  const known = (readIfThere(file) ?? "").split("\n").filter((line) => line !== "");
  // Written in the clear before digests were kept.
  const plain = join(directory, "admin.token");
  const former = readIfThere(plain)?.trim() ?? "";
  const digests = [...known, ...(former === "" ? [] : [tokenDigest(former)]), digest].slice(-maxDigests);
  writePrivate(file, `${digests.join("\n")}\n`);
  rmSync(plain, { force: true });
  return digests;
}

function keptText(directory: string, name: string, create: () => string): string {
  const file = join(directory, name);
  const known = readIfThere(file)?.trim() ?? "";
  if (known !== "") return known;
  const text = create().trim();
  writePrivate(file, `${text}\n`);
  return text;
}

function writePair(directory: string, name: string, pair: KeyPair): void {
  writePrivate(join(directory, `${name}.key`), pair.key);
  writePrivate(join(directory, `${name}.crt`), pair.certificate);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file that only its owner can read, whole or not at all. */
export function writePrivate(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
  // The mode given at creation is cut by the umask and means nothing for a file that was there.
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}
