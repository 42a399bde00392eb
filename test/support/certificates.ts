import forge from "node-forge";

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

const validMs = 3_600_000;

function make(
  subject: string,
  sign: (cert: forge.pki.Certificate) => forge.pki.rsa.PrivateKey | undefined,
): TestCertificate {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
  const cert = forge.pki.createCertificate();
  cert.publicKey = keys.publicKey;
  cert.serialNumber = `01${Date.now().toString(16)}`;
  cert.validity.notBefore = new Date(Date.now() - validMs);
  cert.validity.notAfter = new Date(Date.now() + validMs);
  cert.setSubject([{ name: "commonName", value: subject }]);
  cert.setIssuer([{ name: "commonName", value: subject }]);
  cert.sign(sign(cert) ?? keys.privateKey, forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(cert), key: forge.pki.privateKeyToPem(keys.privateKey) };
}

/** A certificate authority of its own. */
export function makeAuthority(): TestCertificate {
  return make("fleetset test CA", (cert) => {
    cert.setExtensions([{ name: "basicConstraints", cA: true }]);
    return undefined;
  });
}

/** A certificate of that authority for a DNS name, for servers and clients alike. */
export function makeCertificate(authority: TestCertificate, name: string): TestCertificate {
  return make(name, (cert) => {
    cert.setIssuer(forge.pki.certificateFromPem(authority.cert).subject.attributes);
    cert.setExtensions([{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }]);
    return forge.pki.privateKeyFromPem(authority.key) as forge.pki.rsa.PrivateKey;
  });
}
