import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

/** What a JSON Web Token says, unread. */
export interface Claims {
  readonly [name: string]: unknown;
}

const encoding = { dsaEncoding: "ieee-p1363" } as const;

/** A new key for service account tokens, PEM. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}

/** Signs and checks JSON Web Tokens with one ECDSA key, as kube-apiserver does for service accounts. */
export class TokenSigner {
  readonly #key: KeyObject;
  readonly #public: KeyObject;
  readonly #head: string;

  constructor(privateKey: string) {
    this.#key = createPrivateKey(privateKey);
    this.#public = createPublicKey(privateKey);
    const der = this.#public.export({ type: "spki", format: "der" });
    const kid = createHash("sha256").update(der).digest("base64url");
    this.#head = encode({ alg: "ES256", kid });
  }

  sign(claims: Claims): string {
    const text = `${this.#head}.${encode(claims)}`;
    const signature = sign("sha256", Buffer.from(text), { key: this.#key, ...encoding });
    return `${text}.${signature.toString("base64url")}`;
  }

  /** The claims of a token that this key signed; undefined for any other text. */
  claims(token: string): Claims | undefined {
    const [head, body, signature, ...more] = token.split(".");
    // The head is compared whole: a token cannot name an algorithm of its own.
    if (head !== this.#head || body === undefined || signature === undefined || more.length > 0) return undefined;
    const bytes = Buffer.from(signature, "base64url");
    const isOurs = verify("sha256", Buffer.from(`${head}.${body}`), { key: this.#public, ...encoding }, bytes);
    return isOurs ? (JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Claims) : undefined;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

let ownSigner: TokenSigner | undefined;

/** One for the whole process, for clusters whose tokens need not outlive it. */
export function processSigner(): TokenSigner {
  ownSigner ??= new TokenSigner(newSigningKey());
  return ownSigner;
}
