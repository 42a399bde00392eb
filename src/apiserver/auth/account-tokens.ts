import { createHash, randomUUID } from "node:crypto";
import type { KubeObject } from "../resources.ts";
import type { ClusterStore } from "../store/cluster-store.ts";
import type { StoredObject } from "../store/stored.ts";
import type { Claims, TokenSigner } from "./token-signer.ts";
import { accountGroups, accountUserName, authenticated, type User } from "./user.ts";

export interface AccountTokenOptions {
  /** The logical cluster; its tokens name it and are worth nothing elsewhere. */
  readonly cluster: string;
  readonly store: ClusterStore;
  readonly signer: TokenSigner;
  readonly now: () => number;
}

interface Ref {
  readonly name: string;
  readonly uid: string;
}

/** What a token is good for only as long as it is there. */
export interface BoundObject extends Ref {
  readonly kind: "pod" | "secret" | "node";
}

export interface TokenOrder {
  readonly account: KubeObject;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly bound: readonly BoundObject[];
}

/** Whose token it is and for whom it is meant, or why it is none. */
export type TokenVerdict =
  | { readonly user: User; readonly audiences: readonly string[] }
  | { readonly problem: string };

interface Known {
  readonly user: User;
  readonly audiences: readonly string[];
  readonly expiresAt: number;
  readonly pins: readonly Pin[];
}

/** An object that must be there unchanged in identity; `seen` saves reading it again while nobody wrote it. */
interface Pin {
  readonly resource: string;
  readonly namespace: string;
  readonly ref: Ref;
  seen: StoredObject | undefined;
}

const kubernetes = "kubernetes.io";
const issuer = "https://kubernetes.default.svc.cluster.local";
const maxKnown = 1024;
/** Clocks may differ by this much, and what is being deleted still counts for so long. */
const leewayMs = 60_000;
const invalidated = "service account token has been invalidated";
const plurals = { pod: "/pods", secret: "/secrets", node: "/nodes" } as const;

/** The tokens of one cluster's service accounts: signed, not stored, and void with the account or object they are bound to. */
export class AccountTokens {
  readonly issuer: string;
  readonly #options: AccountTokenOptions;
  /** Signatures that were checked before, by the token's digest. */
  readonly #known = new Map<string, Known>();

  constructor(options: AccountTokenOptions) {
    this.#options = options;
    this.issuer = options.cluster === "" ? issuer : `${issuer}/clusters/${options.cluster}`;
  }

  issue({ account, audiences, expirationSeconds, bound }: TokenOrder): string {
    const { name = "", namespace = "", uid = "" } = account.metadata ?? {};
    const now = Math.floor(this.#options.now() / 1000);
    const refs = Object.fromEntries(bound.map(({ kind, name, uid }) => [kind, { name, uid }]));
    return this.#options.signer.sign({
      aud: audiences,
      exp: now + expirationSeconds,
      iat: now,
      iss: this.issuer,
      jti: randomUUID(),
      [kubernetes]: { namespace, ...refs, serviceaccount: { name, uid } },
      nbf: now,
      sub: accountUserName({ namespace, name }),
    });
  }

  /** Undefined for what is no token of this cluster at all. `audiences`: for whom it must be meant. */
  check(token: string, audiences: readonly string[] = [this.issuer]): TokenVerdict | undefined {
    const digest = createHash("sha256").update(token).digest("base64");
    const known = this.#known.get(digest) ?? this.#read(token, digest);
    if (known === undefined) return undefined;
    const meant = known.audiences.filter((audience) => audiences.includes(audience));
    if (meant.length === 0) return { problem: wrongAudience(known.audiences, audiences) };
    const problem = this.#problemOf(known);
    if (problem !== undefined) return { problem };
    return { user: known.user, audiences: meant };
  }

  #read(token: string, digest: string): Known | undefined {
    const claims = this.#options.signer.claims(token);
    const known = claims === undefined ? undefined : this.#fromClaims(claims);
    if (known === undefined) return undefined;
    // The oldest goes first: whoever sends many tokens only makes them be checked again.
    if (this.#known.size >= maxKnown) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(digest, known);
    return known;
  }

  #fromClaims(claims: Claims): Known | undefined {
    if (claims.iss !== this.issuer) return undefined;
    const own = claims[kubernetes] as { readonly namespace: string; readonly serviceaccount: Ref } & {
      readonly [kind in BoundObject["kind"]]?: Ref;
    };
    const { namespace, serviceaccount: account, pod, secret, node } = own;
    const pins: Pin[] = [{ resource: "/serviceaccounts", namespace, ref: account, seen: undefined }];
    const bound = { secret, pod, ...(pod === undefined && { node }) };
    for (const [kind, ref] of Object.entries(bound)) {
      const resource = plurals[kind as BoundObject["kind"]];
      if (ref !== undefined) pins.push({ resource, namespace: kind === "node" ? "" : namespace, ref, seen: undefined });
    }
    const name = accountUserName({ namespace, name: account.name });
    const extra = extraOf(String(claims.jti), pod, node);
    const user = { name, uid: account.uid, groups: [...accountGroups(namespace), authenticated], extra };
    const expiresAt = claims.exp === undefined ? Number.POSITIVE_INFINITY : Number(claims.exp) * 1000;
    return { user, audiences: (claims.aud ?? [this.issuer]) as readonly string[], expiresAt, pins };
  }

  #problemOf({ expiresAt, pins }: Known): string | undefined {
    const now = this.#options.now();
    if (now > expiresAt + leewayMs) return "service account token has expired";
    for (const pin of pins) {
      const problem = this.#pinProblem(pin, now);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #pinProblem(pin: Pin, now: number): string | undefined {
    const { resource, namespace, ref } = pin;
    const isAccount = resource === "/serviceaccounts";
    const stored = this.#options.store.get(resource, namespace, ref.name);
    if (stored === undefined) {
      return isAccount ? `serviceaccounts ${JSON.stringify(ref.name)} not found` : invalidated;
    }
    if (stored === pin.seen) return undefined;
    const { uid = "", deletionTimestamp } = stored.object.metadata ?? {};
    if (uid !== ref.uid) return otherUid(resource, uid, ref.uid);
    if (deletionTimestamp !== undefined) {
      if (Date.parse(deletionTimestamp) >= now - leewayMs) return undefined;
      return isAccount ? `service account ${namespace}/${ref.name} has been deleted` : invalidated;
    }
    pin.seen = stored;
    return undefined;
  }
}

function otherUid(resource: string, uid: string, claimed: string): string {
  if (resource === "/serviceaccounts") return `service account UID (${uid}) does not match claim (${claimed})`;
  const kind = resource.slice(1, -1);
  return `${kind} UID (${uid}) does not match service account ${kind} ref claim (${claimed})`;
}

function wrongAudience(own: readonly string[], wanted: readonly string[]): string {
  const shown = (values: readonly string[]) => `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
  return `token audiences ${shown(own)} is invalid for the target audiences ${shown(wanted)}`;
}

const extraPrefix = "authentication.kubernetes.io";

function extraOf(id: string, pod: Ref | undefined, node: Ref | undefined): NonNullable<User["extra"]> {
  return {
    [`${extraPrefix}/credential-id`]: [`JTI=${id}`],
    ...(pod !== undefined && { [`${extraPrefix}/pod-name`]: [pod.name], [`${extraPrefix}/pod-uid`]: [pod.uid] }),
    ...(node !== undefined && { [`${extraPrefix}/node-name`]: [node.name], [`${extraPrefix}/node-uid`]: [node.uid] }),
  };
}
