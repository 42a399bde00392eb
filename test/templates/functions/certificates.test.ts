import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import { failure, render } from "./support.ts";

interface Made {
  readonly Cert: string;
  readonly Key: string;
}

const made = (text: string): Made => JSON.parse(render(`{{ ${text} | toJson }}`));
const ecKey = '(genPrivateKey "ecdsa")';

function isLoaded(name: string): boolean {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).some((path) => path.includes(`/node_modules/${name}/`));
}

describe("libraries for keys", () => {
  it("are loaded only by a template that needs them", () => {
    render('{{ "a" | upper | quote }}{{ sha256sum "x" }}{{ randAlpha 3 }}{{ semver "1.2.3" }}');
    expect([isLoaded("node-forge"), isLoaded("bcryptjs"), isLoaded("re2js")]).toEqual([false, false, false]);
    render(`{{ genCAWithKey "x" 1 ${ecKey} | toString | len }}`);
    expect(isLoaded("node-forge")).toBe(true);
  });
});

describe("private keys", () => {
  it.each([
    ["ecdsa", "EC PRIVATE KEY", "ec"],
    ["ed25519", "PRIVATE KEY", "ed25519"],
    ["dsa", "DSA PRIVATE KEY", "dsa"],
  ])("%s stands in a block of %s", (kind, block, type) => {
    const pem = render(`{{ genPrivateKey "${kind}" }}`);
    expect(pem).toMatch(new RegExp(`^-----BEGIN ${block}-----\n[A-Za-z0-9+/=\n]+-----END ${block}-----\n$`));
    expect(createPrivateKey(pem).asymmetricKeyType).toBe(type);
  });

  it("refuses what is no key, without quoting it", () => {
    const message = failure(
      '{{ genCAWithKey "x" 1 "-----BEGIN RSA PRIVATE KEY-----\\nc2VjcmV0\\n-----END RSA PRIVATE KEY-----\\n" }}',
    );
    expect(message).toContain("parsing private key");
    expect(failure('{{ genCAWithKey "x" 1 "nothing" }}')).toContain("no PEM data");
    expect(
      failure('{{ genCAWithKey "x" 1 "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----" }}'),
    ).toContain("no private key data");
    expect(
      failure('{{ genCAWithKey "x" 1 "-----BEGIN FOO PRIVATE KEY-----\\nAAAA\\n-----END FOO PRIVATE KEY-----" }}'),
    ).toContain("invalid private key type FOO");
    expect(failure('{{ genCAWithKey "x" 1 (genPrivateKey "dsa") }}')).toContain("cannot sign");
  });
});

describe("certificates", () => {
  let authority: Made;
  let signed: Made;

  beforeAll(() => {
    const both = render(
      `{{ $ca := genCAWithKey "my ca" 30 ${ecKey} }}{{ $c := genSignedCertWithKey "web" (list "10.0.0.1" "2001:db8::1" "::ffff:1.2.3.4") (list "a.example.com" "b.example.com") 7 $ca (genPrivateKey "ed25519") }}{{ toJson (list $ca $c) }}`,
    );
    [authority, signed] = JSON.parse(both);
  });

  it("of an authority may sign others", () => {
    const parsed = new X509Certificate(authority.Cert);
    expect(parsed.subject).toBe("CN=my ca");
    expect(parsed.ca).toBe(true);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.checkPrivateKey(createPrivateKey(authority.Key))).toBe(true);
  });

  it("signed by one name subject, issuer, addresses and lifetime", () => {
    const parsed = new X509Certificate(signed.Cert);
    const issuer = new X509Certificate(authority.Cert);
    expect(parsed.verify(issuer.publicKey)).toBe(true);
    expect(parsed.checkIssued(issuer)).toBe(true);
    expect([parsed.subject, parsed.issuer, parsed.ca]).toEqual(["CN=web", "CN=my ca", false]);
    expect(parsed.subjectAltName).toBe(
      "DNS:a.example.com, DNS:b.example.com, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, IP Address:1.2.3.4",
    );
    expect(parsed.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(Date.parse(parsed.validTo) - Date.parse(parsed.validFrom)).toBe(7 * 86_400_000);
    expect(createPublicKey(createPrivateKey(signed.Key)).asymmetricKeyType).toBe("ed25519");
  });

  it("made without a key get one of RSA", () => {
    const { Cert, Key } = made('genSelfSignedCert "héllo" nil (list "x") 1');
    expect(Key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    const parsed = new X509Certificate(Cert);
    expect(parsed.subject).toBe("CN=héllo");
    expect(parsed.checkPrivateKey(createPrivateKey(Key))).toBe(true);
    expect(parsed.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it("keep the custom pair as it is, and only a pair", () => {
    const text = `{{ $c := genSelfSignedCertWithKey "x" nil nil 1 ${ecKey} }}{{ $b := buildCustomCert (b64enc $c.Cert) (b64enc $c.Key) }}{{ and (eq $b.Cert $c.Cert) (eq $b.Key $c.Key) }}`;
    expect(render(text)).toBe("true");
    expect(failure('{{ buildCustomCert "?" "?" }}')).toContain("unable to decode base64 certificate");
    expect(failure('{{ buildCustomCert "eA==" "eA==" }}')).toContain("unable to decode certificate");
  });

  it("are refused for a signer whose key is another's", () => {
    const text = `{{ $a := genCAWithKey "a" 1 ${ecKey} }}{{ $b := genCAWithKey "b" 1 ${ecKey} }}{{ $m := buildCustomCert (b64enc $a.Cert) (b64enc $b.Key) }}{{ genSignedCertWithKey "x" nil nil 1 $m ${ecKey} }}`;
    expect(failure(text)).toContain("doesn't match parent's PublicKey");
  });

  it.each([
    ['genSelfSignedCert "x" (list "1.2.3") nil 1', "error parsing ip: 1.2.3"],
    ['genSelfSignedCert "x" (list 5) nil 1', "error parsing ip: 5 is not a string"],
    ['genSelfSignedCert "x" nil (list nil) 1', "is not a string"],
    [`genSelfSignedCertWithKey "x" nil (list "é") 1 ${ecKey}`, "cannot be encoded as an IA5String"],
  ])("%s fails", (text, message) => {
    expect(failure(`{{ ${text} }}`)).toContain(message);
  });
});

describe("encryption", () => {
  it.each(["", "a", "0123456789abcdef", "é 😀", "\\xff\\x00"])("gives back %j", (text) => {
    expect(render(`{{ eq "${text}" (encryptAES "pass" "${text}" | decryptAES "pass") }}`)).toBe("true");
  });

  it("fails on what is not encrypted", () => {
    expect(failure('{{ decryptAES "k" "AAAA" }}')).toContain("full blocks");
    expect(failure('{{ decryptAES "k" "!" }}')).toContain("illegal base64 data at input byte 0");
  });
});
