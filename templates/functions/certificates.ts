import type { KeyObject } from "node:crypto";
import { fromBytes } from "../go/bytes.ts";
import { formatValue } from "../go/format.ts";
import { type GoMember, GoObject, type GoValue } from "../go/values.ts";
import { define, defineRandom } from "./define.ts";
import { decodeBase64 } from "./encoding.ts";
import type { FunctionContext, FunctionTable } from "./function.ts";
import { generateKey, generateRsaKey, readKey, readPem, writeKey } from "./private-key.ts";
import { ipBytes, makeCertificate, readCertificate, signerOf } from "./x509.ts";

/** Making an RSA key takes a tenth of a second and more. */
const stepsPerKey = 150_000;
const keyBits = 2048;

/** sprig's certificate: certificate and key in PEM. */
export class GoCertificate extends GoObject {
  readonly goType = "sprig.certificate";
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    super();
    this.cert = cert;
    this.key = key;
  }

  override toString(): string {
    return `{${this.cert} ${this.key}}`;
  }

  override toJson(): GoValue {
    return { Cert: this.cert, Key: this.key };
  }

  override member(name: string): GoMember | undefined {
    if (name === "Cert") return () => this.cert;
    return name === "Key" ? () => this.key : undefined;
  }
}

/** Keys and certificates. */
export const certificateFunctions: FunctionTable = {
  genPrivateKey: defineRandom(
    "func(string) string",
    "a private key in PEM: `rsa` (4096 bits), `ecdsa`, `ed25519` or `dsa`",
    ([kind], context) => {
      context.charge(2 * stepsPerKey);
      const key = generateKey(kind);
      return key === undefined ? `Unknown type ${kind}` : writeKey(key);
    },
  ),
  genCA: defineRandom(
    "func(string, int) (sprig.certificate, error)",
    "a certificate authority of a name for so many days: `.Cert` and `.Key` in PEM",
    ([name, days], context) => selfSigned({ name, days, isAuthority: true }, newKey(context)),
  ),
  genCAWithKey: defineRandom(
    "func(string, int, string) (sprig.certificate, error)",
    "as `genCA`, with a private key in PEM",
    ([name, days, key]) => selfSigned({ name, days, isAuthority: true }, givenKey(key)),
  ),
  genSelfSignedCert: defineRandom(
    "func(string, []any, []any, int) (sprig.certificate, error)",
    "a self-signed certificate of a name, IP addresses and DNS names for so many days",
    ([name, ips, dnsNames, days], context) => selfSigned({ name, ips, dnsNames, days }, newKey(context)),
  ),
  genSelfSignedCertWithKey: defineRandom(
    "func(string, []any, []any, int, string) (sprig.certificate, error)",
    "as `genSelfSignedCert`, with a private key in PEM",
    ([name, ips, dnsNames, days, key]) => selfSigned({ name, ips, dnsNames, days }, givenKey(key)),
  ),
  genSignedCert: defineRandom(
    "func(string, []any, []any, int, sprig.certificate) (sprig.certificate, error)",
    "as `genSelfSignedCert`, but signed by a certificate authority",
    ([name, ips, dnsNames, days, authority], context) =>
      signed({ name, ips, dnsNames, days }, authority, newKey(context)),
  ),
  genSignedCertWithKey: defineRandom(
    "func(string, []any, []any, int, sprig.certificate, string) (sprig.certificate, error)",
    "as `genSignedCert`, with a private key in PEM",
    ([name, ips, dnsNames, days, authority, key]) => signed({ name, ips, dnsNames, days }, authority, givenKey(key)),
  ),
  buildCustomCert: define(
    "func(string, string) (sprig.certificate, error)",
    "the certificate and key of these texts, both PEM in Base64",
    ([cert, key]) => customCertificate(cert, key),
  ),
};

interface Wanted {
  readonly name: string;
  readonly ips?: readonly GoValue[];
  readonly dnsNames?: readonly GoValue[];
  readonly days: bigint;
  readonly isAuthority?: boolean;
}

/** Makes or reads the key, which is done before anything else is looked at. */
type KeySource = () => KeyObject;

function newKey(context: FunctionContext): KeySource {
  return () => {
    context.charge(stepsPerKey);
    return generateRsaKey(keyBits);
  };
}

function givenKey(text: string): KeySource {
  return () => {
    try {
      return readKey(text);
    } catch (error: unknown) {
      throw new Error(`parsing private key: ${(error as Error).message}`, { cause: error });
    }
  };
}

function selfSigned(wanted: Wanted, source: KeySource): GoCertificate {
  const names = checkNames(wanted);
  const key = source();
  return new GoCertificate(makeCertificate({ ...names, key }), writeKey(key));
}

function signed(wanted: Wanted, authority: GoCertificate, source: KeySource): GoCertificate {
  const names = checkNames(wanted);
  const signer = signerOf(authority.cert, readAuthorityKey(authority));
  const key = source();
  return new GoCertificate(makeCertificate({ ...names, key }, signer), writeKey(key));
}

function readAuthorityKey({ key }: GoCertificate): KeyObject {
  try {
    return readKey(key);
  } catch (error: unknown) {
    throw new Error(`error parsing private key: ${(error as Error).message}`, { cause: error });
  }
}

function checkNames({ name, ips = [], dnsNames = [], days, isAuthority = false }: Wanted) {
  const addresses = ips.map((ip) => {
    if (typeof ip !== "string") throw new Error(`error parsing ip: ${formatValue(ip)} is not a string`);
    ipBytes(ip);
    return ip;
  });
  const names = dnsNames.map((dnsName) => {
    if (typeof dnsName === "string") return dnsName;
    throw new Error(`error processing alternate dns name: ${formatValue(dnsName)} is not a string`);
  });
  return { commonName: name, ips: addresses, dnsNames: names, days, isAuthority };
}

function customCertificate(cert: string, key: string): GoCertificate {
  const decoded = decode(cert, "certificate");
  const block = readPem(decoded);
  const decodedKey = decode(key, "private key");
  if (block === undefined) throw new Error("unable to decode certificate");
  readCertificate(block.bytes);
  const result = new GoCertificate(decoded, decodedKey);
  readAuthorityKey(result);
  return result;
}

function decode(text: string, what: string): string {
  const bytes = decodeBase64(text);
  if (typeof bytes === "string") throw new Error(`unable to decode base64 ${what}`);
  return fromBytes(bytes);
}
