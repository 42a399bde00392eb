import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { toBytes } from "../go/bytes.ts";
import {
  type Asn1,
  bits,
  boolean,
  bytesOf,
  children,
  fromDer,
  integer,
  nameText,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  toDer,
} from "./asn1.ts";
import { readPem, writePem } from "./private-key.ts";

/** What a new certificate says. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly ips: readonly string[];
  readonly dnsNames: readonly string[];
  readonly days: bigint;
  readonly isAuthority: boolean;
  readonly key: KeyObject;
}

/** Who signs it. */
export interface Signer {
  /** The subject's name in DER. */
  readonly name: Asn1;
  readonly key: KeyObject;
  /** Identifies the signer's key. */
  readonly keyId: Uint8Array | undefined;
}

const nanosPerDay = 86_400_000_000_000n;

/** The signature algorithms by kind of key, those of elliptic curves by curve. */
const algorithms: { readonly [kind: string]: { readonly oid: string; readonly digest: string | null } } = {
  rsa: { oid: "1.2.840.113549.1.1.11", digest: "sha256" },
  ed25519: { oid: "1.3.101.112", digest: null },
  prime256v1: { oid: "1.2.840.10045.4.3.2", digest: "sha256" },
  secp384r1: { oid: "1.2.840.10045.4.3.3", digest: "sha384" },
  secp521r1: { oid: "1.2.840.10045.4.3.4", digest: "sha512" },
};

/** A certificate in PEM: version 3, a random serial number, valid from now, for servers and clients. */
export function makeCertificate(request: CertificateRequest, signer?: Signer): string {
  const name = subjectName(request.commonName);
  const issuer = signer ?? { name, key: request.key, keyId: undefined };
  const kind =
    issuer.key.asymmetricKeyType === "ec" ? issuer.key.asymmetricKeyDetails?.namedCurve : issuer.key.asymmetricKeyType;
  const algorithm = algorithms[kind ?? ""];
  if (algorithm === undefined) throw new Error(`a ${kind} key cannot sign a certificate`);
  const algorithmId = sequence(oid(algorithm.oid), ...(kind === "rsa" ? [fromDer(Buffer.from([5, 0]))] : []));
  const content = sequence(
    tagged(0, [integer(Buffer.from([2]))]),
    integer(randomBytes(16)),
    algorithmId,
    issuer.name,
    validity(request.days),
    name,
    publicKeyOf(request.key),
    tagged(3, [sequence(...extensions(request, issuer))]),
  );
  const signature = sign(algorithm.digest, toDer(content), issuer.key);
  return writePem("CERTIFICATE", toDer(sequence(content, algorithmId, bits(signature))));
}

function subjectName(commonName: string): Asn1 {
  if (commonName === "") return sequence();
  return sequence(set(sequence(oid("2.5.4.3"), nameText(toBytes(commonName)))));
}

function publicKeyOf(key: KeyObject): Asn1 {
  return fromDer(createPublicKey(key).export({ format: "der", type: "spki" }));
}

/** As in Go, the lifetime is counted in nanoseconds of 64 bits, so that more than 106,751 days run over. */
function validity(days: bigint): Asn1 {
  const now = BigInt(Date.now()) * 1_000_000n;
  const end = now + BigInt.asIntN(64, days * nanosPerDay);
  return sequence(time(now / 1_000_000_000n), time(end / 1_000_000_000n));
}

function extensions(request: CertificateRequest, issuer: Signer): Asn1[] {
  const { isAuthority, ips, dnsNames } = request;
  const list = [
    extension("2.5.29.15", true, bits(Buffer.from([isAuthority ? 0xa4 : 0xa0]), isAuthority ? 2 : 5)),
    extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2"))),
    extension("2.5.29.19", true, sequence(...(isAuthority ? [boolean(true)] : []))),
  ];
  if (isAuthority) list.push(extension("2.5.29.14", false, octets(keyIdOf(request.key))));
  if (issuer.keyId !== undefined) list.push(extension("2.5.29.35", false, sequence(tagged(0, issuer.keyId))));
  const names = [...dnsNames.map(dnsName), ...ips.map((ip) => tagged(7, ipBytes(ip)))];
  if (names.length > 0) list.push(extension("2.5.29.17", request.commonName === "", sequence(...names)));
  return list;
}

function extension(id: string, isCritical: boolean, value: Asn1): Asn1 {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octets(toDer(value)));
}

function dnsName(name: string): Asn1 {
  if (/[^ -~]/.test(name)) throw new Error(`x509: ${JSON.stringify(name)} cannot be encoded as an IA5String`);
  return tagged(2, Buffer.from(name, "latin1"));
}

/** As Go makes it: the start of the SHA-256 sum of the public key. */
function keyIdOf(key: KeyObject): Buffer {
  const [, keyBits] = children(publicKeyOf(key));
  return createHash("sha256").update(publicBits(keyBits)).digest().subarray(0, 20);
}

/** A bit string without the count of its unused bits; a key inside it may have been read as ASN.1 already. */
function publicBits(value: Asn1 | undefined): Buffer {
  if (value === undefined) throw new Error("malformed ASN.1 value");
  return typeof value.value === "string" ? bytesOf(value).subarray(1) : Buffer.concat(value.value.map(toDer));
}

/** The bytes of an address; undefined where the text is none. */
export function ipBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split(".").map(Number));
  if (!isIPv6(text) || text.includes("%")) throw new Error(`error parsing ip: ${text}`);
  const plain = text.replace(/[0-9.]+$/, (tail) => (tail.includes(".") ? ipv4Groups(tail) : tail));
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array<string>(8 - before.length - after.length).fill("0");
  const groups = [...before, ...(tail === undefined ? [] : zeros), ...after].map((group) => Number.parseInt(group, 16));
  const bytes = Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
  const isMapped = bytes.subarray(0, 12).equals(Buffer.from("00000000000000000000ffff", "hex"));
  return isMapped ? bytes.subarray(12) : bytes;
}

function ipv4Groups(text: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** The signer that a certificate and its key make; both must belong together. */
export function signerOf(certificate: string, key: KeyObject): Signer {
  const block = readPem(certificate);
  if (block === undefined) throw new Error("unable to decode certificate");
  const parsed = readCertificate(block.bytes);
  if (!parsed.checkPrivateKey(key)) throw new Error("x509: provided PrivateKey doesn't match parent's PublicKey");
  const fields = children(children(fromDer(parsed.raw))[0]);
  // The version, under a tag of the context, may be absent; the subject comes fifth after it.
  const start = fields[0]?.tagClass === 0x80 ? 1 : 0;
  return { name: fields[start + 4] as Asn1, key, keyId: subjectKeyId(fields) };
}

export function readCertificate(bytes: Buffer): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (error: unknown) {
    throw new Error("error parsing certificate: it is not well formed", { cause: error });
  }
}

function subjectKeyId(fields: readonly Asn1[]): Buffer | undefined {
  const list = fields.find((field) => field.tagClass === 0x80 && (field.type as number) === 3);
  if (list === undefined) return undefined;
  const wanted = bytesOf(oid("2.5.29.14"));
  for (const found of children(children(list)[0])) {
    const [id, ...rest] = children(found);
    if (!bytesOf(id).equals(wanted)) continue;
    return bytesOf(fromDer(octetBytes(rest.at(-1))));
  }
  return undefined;
}

function octetBytes(value: Asn1 | undefined): Buffer {
  if (value === undefined) throw new Error("malformed ASN.1 value");
  return typeof value.value === "string" ? bytesOf(value) : Buffer.concat(value.value.map(toDer));
}
