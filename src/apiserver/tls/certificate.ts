import { createPublicKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import forge from "node-forge";

const { asn1 } = forge;
type Asn1 = forge.asn1.Asn1;

/** A certificate with its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and IP addresses that a server's certificate is for. */
  readonly hosts?: readonly string[];
}

const oids = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  subjectAltName: "2.5.29.17",
  serverAuth: "1.3.6.1.5.5.7.3.1",
};

/** Bits of X.509 key usage: digitalSignature, and keyCertSign with cRLSign. */
const usageSign = "\x07\x80";
const usageAuthority = "\x01\x06";

function make(type: number, value: string | Asn1[], tagClass = asn1.Class.UNIVERSAL): Asn1 {
  return asn1.create(tagClass, type, Array.isArray(value), value);
}

function sequence(...items: Asn1[]): Asn1 {
  return make(asn1.Type.SEQUENCE, items);
}

function oid(name: string): Asn1 {
  return make(asn1.Type.OID, asn1.oidToDer(name).getBytes());
}

function distinguishedName(commonName: string): Asn1 {
  const name = make(asn1.Type.UTF8, forge.util.encodeUtf8(commonName));
  return sequence(make(asn1.Type.SET, [sequence(oid(oids.commonName), name)]));
}

/** Dates from 2050 on need the longer form. */
function time(date: Date): Asn1 {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050
    ? make(asn1.Type.UTCTIME, digits.slice(2))
    : make(asn1.Type.GENERALIZEDTIME, digits);
}

function extension(name: string, value: Asn1, isCritical: boolean): Asn1 {
  const critical = isCritical ? [make(asn1.Type.BOOLEAN, "\xff")] : [];
  return sequence(oid(name), ...critical, make(asn1.Type.OCTETSTRING, asn1.toDer(value).getBytes()));
}

/** The type definitions of node-forge leave this function out. */
function addressBytes(address: string): string {
  return (forge.util as unknown as { bytesFromIP(address: string): string | null }).bytesFromIP(address) ?? "";
}

function alternativeName(host: string): Asn1 {
  if (isIP(host) === 0) return make(2, host, asn1.Class.CONTEXT_SPECIFIC);
  return make(7, addressBytes(host), asn1.Class.CONTEXT_SPECIFIC);
}

function authorityExtensions(): Asn1[] {
  return [
    extension(oids.basicConstraints, sequence(make(asn1.Type.BOOLEAN, "\xff")), true),
    extension(oids.keyUsage, make(asn1.Type.BITSTRING, usageAuthority), true),
  ];
}

function serverExtensions(hosts: readonly string[]): Asn1[] {
  return [
    extension(oids.basicConstraints, sequence(), true),
    extension(oids.keyUsage, make(asn1.Type.BITSTRING, usageSign), true),
    extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth)), false),
    extension(oids.subjectAltName, sequence(...hosts.map(alternativeName)), false),
  ];
}

/** Positive, and not the first byte zero, as DER writes integers. */
function serialNumber(): Asn1 {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return make(asn1.Type.INTEGER, bytes.toString("binary"));
}

function pem(der: string): string {
  const lines =
    Buffer.from(der, "binary")
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

interface Issuer {
  readonly commonName: string;
  readonly key: string;
}

interface Body extends CertificateRequest {
  readonly publicKey: string;
  readonly extensions: Asn1[];
}

function issue(body: Body, issuer: Issuer): string {
  const spki = createPublicKey(body.publicKey).export({ type: "spki", format: "der" }).toString("binary");
  const algorithm = () => sequence(oid(oids.ecdsaWithSha256));
  const unsigned = sequence(
    make(0, [make(asn1.Type.INTEGER, "\x02")], asn1.Class.CONTEXT_SPECIFIC),
    serialNumber(),
    algorithm(),
    distinguishedName(issuer.commonName),
    sequence(time(body.notBefore), time(body.notAfter)),
    distinguishedName(body.commonName),
    asn1.fromDer(spki),
    make(3, [sequence(...body.extensions)], asn1.Class.CONTEXT_SPECIFIC),
  );
  const signature = sign("sha256", Buffer.from(asn1.toDer(unsigned).getBytes(), "binary"), issuer.key);
  const bits = make(asn1.Type.BITSTRING, `\0${signature.toString("binary")}`);
  return pem(asn1.toDer(sequence(unsigned, algorithm(), bits)).getBytes());
}

function newKey(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

/** A certificate authority of its own. Elliptic keys: a pair takes a millisecond, where an RSA one takes up to a second. */
export function newAuthority(request: CertificateRequest): KeyPair {
  const { publicKey, privateKey } = newKey();
  const issuer = { commonName: request.commonName, key: privateKey };
  return { certificate: issue({ ...request, publicKey, extensions: authorityExtensions() }, issuer), key: privateKey };
}

/** A server's certificate for `hosts`, signed by the authority. */
export function newServerCertificate(authority: KeyPair, request: CertificateRequest): KeyPair {
  const { publicKey, privateKey } = newKey();
  const subject = new X509Certificate(authority.certificate).subject;
  const issuer = { commonName: subject.replace(/^CN=/, ""), key: authority.key };
  const extensions = serverExtensions(request.hosts ?? []);
  return { certificate: issue({ ...request, publicKey, extensions }, issuer), key: privateKey };
}
